// Takes the documents' pictures of the window again, 1280 by 800: the bundled negotiation at MM5 with HASH_I selected, light and dark; and a verdict.
// `npx node scripts/pictures.mjs`: it wants the Node 24 of this folder, and Chromium.
import { fileURLToPath } from 'node:url';
import { chromium } from '../test/ui/shells.ts';
import { buildIfStale } from './build.mjs';

const pictures = new URL('../docs/pictures/', import.meta.url);

if (chromium.missing !== undefined) throw new Error(`pictures: ${chromium.missing}`);
await buildIfStale();

/** Opens a bundled trace, goes where `prepare` leads, and keeps what is shown as `NAME-SCHEME.png`. */
async function picture(name, trace, schemes, prepare) {
  const folder = fileURLToPath(new URL(`../traces/${trace}/`, import.meta.url));
  const { page, close } = await chromium.show([`${folder}capture.pcap`, '--keys', `${folder}keys.json`]);
  try {
    await prepare(page);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await page.mouse.move(800, 22); // over nothing that would light up
      await page.waitForTimeout(500);
      await page.screenshot({ path: fileURLToPath(new URL(`${name}-${colorScheme}.png`, pictures)), animations: 'disabled' });
    }
  } finally {
    await close();
  }
}

await picture('window', 'mm-psk-3des-sha1-modp1024', ['light', 'dark'], async (page) => {
  const ladder = page.getByRole('grid', { name: 'Ladder' });
  await ladder.getByRole('row', { name: /^5, .*MM5/ }).click();
  const packet = page.getByRole('tree', { name: 'Packet' });
  await packet.getByRole('treeitem', { name: /^HASH_I/ }).click();
});

await picture('diagnose', 'phase2-id-mismatch', ['light', 'dark'], async (page) => {
  await page.getByText('Quick mode refused').first().waitFor();
});
