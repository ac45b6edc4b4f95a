// `--follow` in the real Electron window: what is written into a file shows as it comes, and what comes through a pipe.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findRuntime } from '../../scripts/electron-runtime.mjs';
import { startDisplay } from '../support/display.ts';
import { capture, keys } from './journeys.ts';
import { electron, type Shown } from './shells.ts';

const root = resolve(import.meta.dirname, '../..');
const octets = readFileSync(capture);
/** These hold three of the 19 packets. */
const some = 1000;

describe.skipIf(electron.missing !== undefined)(electron.missing ? `electron (skipped: ${electron.missing})` : 'electron', () => {
  let shown: Shown | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-follow-'));
  afterEach(async () => {
    await shown?.close();
    shown = undefined;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const last = async (page: Page | undefined): Promise<number> =>
    Number(await page?.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuemax'));

  test('a file that grows', async () => {
    const file = join(folder, 'growing.pcap');
    writeFileSync(file, octets.subarray(0, some));
    shown = await electron.show([file, '--keys', keys, '--follow']);
    await expect.poll(() => last(shown?.page), { timeout: 20_000 }).toBe(3);
    appendFileSync(file, octets.subarray(some));
    await expect.poll(() => last(shown?.page), { timeout: 20_000 }).toBe(19);
    expect(shown.complaints).toEqual([]);
  });

  test('what comes through a pipe', async () => {
    const display = await startDisplay({ width: 1280, height: 800 });
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const program = [...asRoot, '--remote-debugging-port=0', root, '--', '-', '--keys', keys, '--follow'];
    const env = { ...process.env, DISPLAY: display.name, XDG_CONFIG_HOME: folder };
    const child = spawn(findRuntime()?.executable ?? '', program, { cwd: root, env, stdio: ['pipe', 'ignore', 'pipe'] });
    try {
      const address = await new Promise<string>((found, failed) => {
        createInterface({ input: child.stderr }).on('line', (line) => {
          const [, url] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
          if (url) found(url);
        });
        child.once('exit', (code) => failed(new Error(`Electron ended with ${code}`)));
      });
      const browser = await chromium.connectOverCDP(address);
      const page = await expect
        .poll(() => browser.contexts()[0]?.pages()[0], { timeout: 20_000 })
        .toBeDefined()
        .then(() => browser.contexts()[0]?.pages()[0]);
      const lastEvent = () => last(page);
      child.stdin.write(octets.subarray(0, some));
      await expect.poll(lastEvent, { timeout: 20_000 }).toBe(3);
      child.stdin.end(octets.subarray(some));
      await expect.poll(lastEvent, { timeout: 20_000 }).toBe(19);
      await browser.close();
    } finally {
      child.kill();
      await display.stop();
    }
  });
});
