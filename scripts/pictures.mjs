// Takes the README's pictures of the window again: the bundled negotiation at MM5 with HASH_I selected, light and dark, 1280 by 800.
// `npx node scripts/pictures.mjs`: it wants the Node 24 of this folder, and Chromium.
import { fileURLToPath } from 'node:url';
import { chromium } from '../test/ui/shells.ts';
import { buildIfStale } from './build.mjs';

const trace = fileURLToPath(new URL('../traces/mm-psk-3des-sha1-modp1024/', import.meta.url));
const pictures = new URL('../docs/pictures/', import.meta.url);

if (chromium.missing !== undefined) throw new Error(`pictures: ${chromium.missing}`);
await buildIfStale();
const { page, close } = await chromium.show([`${trace}capture.pcap`, '--keys', `${trace}keys.json`]);
try {
  await page
    .getByRole('grid', { name: 'Ladder' })
    .getByRole('row', { name: /^5, .*MM5/ })
    .click();
  await page
    .getByRole('tree', { name: 'Packet' })
    .getByRole('treeitem', { name: /^HASH_I/ })
    .click();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.mouse.move(640, 2); // over nothing that would light up
    await page.waitForTimeout(500);
    await page.screenshot({ path: fileURLToPath(new URL(`window-${colorScheme}.png`, pictures)), animations: 'disabled' });
  }
} finally {
  await close();
}
