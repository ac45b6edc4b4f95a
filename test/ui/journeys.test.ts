// The journeys, in the real Electron window and on the same page in Chromium.
import { afterEach, describe, expect, test } from 'vitest';
import * as journey from './journeys.ts';
import { chromium, electron, type Shown } from './shells.ts';

for (const shell of [electron, chromium]) {
  const title = shell.missing === undefined ? shell.name : `${shell.name} (skipped: ${shell.missing})`;
  describe.skipIf(shell.missing !== undefined)(title, () => {
    let shown: Shown | undefined;
    const show = async (...args: readonly string[]) => {
      shown = await shell.show(args);
      return shown.page;
    };
    afterEach(async () => {
      const complaints = shown?.complaints ?? [];
      await shown?.close();
      shown = undefined;
      expect(complaints).toEqual([]);
    });

    test('a negotiation: step to each message, select a field and see its octets, step back, go to the end', async () => {
      const page = await show(journey.capture, '--keys', journey.keys);
      await journey.stepToEachMessage(page);
      await journey.secretsAreMasked(page);
      await journey.selectHashOfMm5(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await journey.picture(page, `${shell.name}-mm5-${colorScheme}`);
      }
      await journey.stepBack(page);
      await journey.picture(page, `${shell.name}-end`);
    });

    test('nothing open, then a bundled trace, then a damaged file, then a file that is none', async () => {
      const page = await show();
      await journey.picture(page, `${shell.name}-empty`);
      await journey.openBundled(page);
      await journey.dropDamaged(page);
      await journey.picture(page, `${shell.name}-damaged`);
      await journey.dropNonsense(page);
      await journey.picture(page, `${shell.name}-refused`);
    });

    test('no keys: the missing key is named, typed in place, and opens what was closed', async () => {
      const page = await show(journey.capture);
      await journey.giveKeys(page);
      await journey.picture(page, `${shell.name}-keys-given`);
    });
  });
}
