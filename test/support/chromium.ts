// The same window as a page: the machine's own Chromium, headless, driven by Playwright.
import * as fs from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of the installed browser; `IKEWIND_CHROMIUM` names another. */
export const chromiumPath = process.env['IKEWIND_CHROMIUM'] ?? places.find((file) => fs.existsSync(file));

/** What is missing to drive the page, for the name of a suite that is skipped; `undefined` where nothing is. */
export const missingForChromium = chromiumPath === undefined ? 'no Chromium (Debian: chromium)' : undefined;

/** Quiet: nothing is fetched in the background, and no display is needed. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `executablePath`: what starts it, where it is to run elsewhere than here. @throws Error if there is no browser or it does not start */
export async function openChromium(executablePath: string | undefined = chromiumPath): Promise<Browser> {
  if (executablePath === undefined) throw new Error(missingForChromium);
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    args: asRoot ? [...flags, '--no-sandbox'] : flags,
    chromiumSandbox: !asRoot,
    timeout: 60_000,
  });
}
