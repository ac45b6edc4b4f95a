// The journeys, in the real Electron window and on the same page in Chromium.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { tracesFolder } from '../support/trace.ts';
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

    describe('failures', () => {
      const trace = (name: string) => {
        const keys = join(tracesFolder, name, 'keys.json');
        return [join(tracesFolder, name, 'capture.pcap'), ...(existsSync(keys) ? ['--keys', keys] : [])];
      };

      test('no proposal chosen: the verdict, its evidence, the packet', async () => {
        const page = await show(...trace('no-proposal-chosen'));
        await journey.meetFailure(page, journey.noProposalChosen);
        await journey.picture(page, `${shell.name}-no-proposal-chosen`);
      });

      test('ESP one way: the verdict, then the charts, then the lines of the log', async () => {
        const page = await show(...trace('esp-blocked-one-way'));
        await journey.meetFailure(page, journey.espOneWay);
        await journey.picture(page, `${shell.name}-esp-one-way`);
        await page.keyboard.press('Home');
        await journey.watchEsp(page);
        await journey.picture(page, `${shell.name}-esp`);
        await journey.readLog(page);
        await journey.picture(page, `${shell.name}-log`);
      });

      test('PFS groups differ: what was refused beside what was taken', async () => {
        const page = await show(...trace('phase2-pfs-mismatch'));
        await journey.meetFailure(page, journey.pfsMismatch);
        await journey.picture(page, `${shell.name}-pfs-mismatch`);
      });
    });

    test('rekeys on the line of time: each wait, each pair of SAs, and the way to its quick mode', async () => {
      const folder = join(tracesFolder, 'rekey-phase2');
      const page = await show(join(folder, 'capture.pcap'), '--keys', join(folder, 'keys.json'));
      await journey.readTiming(page);
      await journey.picture(page, `${shell.name}-timing`);
    });

    test('certificates: a page of their own where there are any, with what was checked', async () => {
      const folder = join(tracesFolder, 'am-rsasig');
      const page = await show(join(folder, 'capture.pcap'), '--keys', join(folder, 'keys.json'));
      await journey.readCertificates(page);
      await journey.picture(page, `${shell.name}-certificates`);
    });

    test('out of the search with Escape; a picture as a file shows no secret that is only revealed', async () => {
      const page = await show(journey.capture, '--keys', journey.keys);
      await journey.leaveSearch(page);
      if (shell.name === 'electron') return; // Electron asks where to put a file
      const svg = await journey.savePicture(page);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).toContain('SKEYID_d');
      expect(svg).toContain('••••••');
      expect(svg).not.toMatch(/var\(--/);
      for (const secret of journey.secretBeginnings) expect(svg).not.toContain(secret);
    });

    test('no keys: the missing key is named, typed in place, and opens what was closed', async () => {
      const page = await show(journey.capture);
      await journey.giveKeys(page);
      await journey.picture(page, `${shell.name}-keys-given`);
    });
  });
}
