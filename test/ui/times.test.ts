// Times as somebody wants them: since the start, since the event before, by the calendar of a zone; kept for the next visit.
import { afterEach, describe, expect, test } from 'vitest';
import * as journey from './journeys.ts';
import { chromium, electron, type Shown } from './shells.ts';

for (const shell of [electron, chromium]) {
  const title = shell.missing === undefined ? shell.name : `${shell.name} (skipped: ${shell.missing})`;
  describe.skipIf(shell.missing !== undefined)(title, () => {
    let shown: Shown | undefined;
    afterEach(async () => {
      const complaints = shown?.complaints ?? [];
      await shown?.close();
      shown = undefined;
      expect(complaints).toEqual([]);
    });

    test('the head of the column chooses how times are written, and in which zone', async () => {
      shown = await shell.show([journey.capture, '--keys', journey.keys]);
      const { page } = shown;
      for (const event of [1, 2, 3, 4]) {
        await journey.standsAt(page, event);
        await page.getByRole('button', { name: 'Next event', exact: true }).click();
      }
      await journey.standsAt(page, 5);
      const row = page.getByRole('grid', { name: 'Ladder' }).getByRole('row', { selected: true });
      const time = row.getByRole('gridcell').nth(1);
      const reads = (text: string) => expect.poll(() => time.textContent(), { timeout: 20_000 }).toBe(text);
      await reads('+0.275');
      await page.getByRole('button', { name: 'Times', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Times' });
      await dialog.getByRole('radio', { name: 'By the calendar' }).check();
      await reads('19:08:25.875');
      await dialog.getByLabel('Time zone').fill('Mars/Base');
      await expect.poll(() => dialog.textContent(), { timeout: 20_000 }).toContain('There is no time zone Mars/Base');
      await dialog.getByLabel('Time zone').fill('Europe/Vienna');
      await reads('20:08:25.875');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await journey.picture(page, `${shell.name}-times-${colorScheme}`);
      }
      await page.keyboard.press('Escape');
      expect(await time.getAttribute('title')).toBe('2026-11-21 20:08:25.875982+01:00');
      for (const [view, colorScheme] of [
        ['Log', 'light'],
        ['Diagnose', 'dark'],
        ['Timing', 'dark'],
        ['Step', 'dark'],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page
          .getByRole('button', { name: view, exact: true })
          .or(page.getByRole('tab', { name: view, exact: true }))
          .first()
          .click();
        if (view === 'Log' || view === 'Diagnose')
          await expect.poll(() => page.getByRole('main').textContent(), { timeout: 20_000 }).toContain('20:08:25.');
        await journey.picture(page, `${shell.name}-times-${view.toLowerCase()}`);
      }
      await page.reload();
      await expect.poll(() => time.textContent(), { timeout: 20_000 }).toMatch(/^20:08:25\./);
    });
  });
}
