// The window at a responder of ours that another engine of ours talks to, on loopback: held, stepped, a message dropped by the palette, the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingForChromium, openChromium } from '../support/chromium.ts';
import { picture } from './journeys.ts';
import * as journey from './live-journeys.ts';
import { electron } from './shells.ts';

const program = resolve(import.meta.dirname, '../../dist/cli/ikewind.js');
const ends = { initiator: '127.0.0.1', responder: '127.0.0.2' } as const;
const ports = ['--port', '15500', '--nat-port', '15501'];

const configuration = (peer: string, local: string, remote: string): string =>
  JSON.stringify({
    phase1: [{ encryption: 'aes', keyBits: 128, hash: 'sha256', group: 14 }],
    tunnels: [{ peer, local, remote, esp: [{ encryption: 'aes', keyBits: 128, integrity: 'sha256' }] }],
  });

interface Run {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly status: Promise<number | null>;
}

let folder = '';
const runs: Run[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewind-live-'));
});
afterEach(async () => {
  const all = runs.splice(0);
  for (const { process: child } of all) child.kill('SIGINT');
  await Promise.all(all.map(({ status }) => status));
  rmSync(folder, { recursive: true, force: true });
});

const start = (end: keyof typeof ends, config: string, ...args: readonly string[]): Run => {
  writeFileSync(join(folder, `${end}.json`), config);
  writeFileSync(join(folder, 'key.txt'), 'a shared secret');
  const files = ['--config', join(folder, `${end}.json`), '--psk-file', join(folder, 'key.txt'), '--log', join(folder, `${end}.ikelog`)];
  const child = spawn(process.execPath, [program, ...args, ...files, '--local', ends[end], ...ports], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const run = { process: child, said: () => said, status: new Promise<number | null>((done) => child.once('close', done)) };
  runs.push(run);
  return run;
};

const named = (what: string, missing: string | undefined): string => (missing === undefined ? what : `${what} (skipped: ${missing})`);
const addressIn = (run: Run): string => /debugger: (http\S+)/.exec(run.said())?.[1] ?? '';
const there = configuration(ends.initiator, '10.2.0.0/16', '10.1.0.0/16');

describe.skipIf(missingForChromium !== undefined)(named('live, between two of ours', missingForChromium), () => {
  let browser: Browser | undefined;
  afterEach(() => browser?.close());

  test('a responder is held at what came, stepped, and loses a message; the peer asks again, and both come up', async () => {
    const there = configuration(ends.initiator, '10.2.0.0/16', '10.1.0.0/16');
    const listen = start('responder', there, 'listen', '--debug', '--break-at', 'received MM3', '--for', '60');
    await expect.poll(() => addressIn(listen), { timeout: 20_000 }).not.toBe('');
    browser = await openChromium();
    const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(addressIn(listen));
    await journey.runs(page);

    const here = configuration(ends.responder, '10.1.0.0/16', '10.2.0.0/16');
    const connect = start('initiator', here, 'connect', '--peer', ends.responder, '--hold', '--for', '50');
    await journey.isHeld(page, /Held at received MM3/, /Leaves next MM4/);
    await picture(page, 'live-narrow');

    await journey.fromPalette(page, 'Drop the next message');
    await journey.isAskedFor(page, 'drop next');
    await page.keyboard.press('F10');
    // MM4 was lost. MM3 comes again, and the same MM4 waits.
    await journey.isHeld(page, /Held: stepped/, /Leaves next the same once more/);
    await page.keyboard.press('F8');
    await journey.runs(page);
    await journey.isUp(page);
    await expect.poll(connect.said, { timeout: 20_000 }).toContain('IKE_QM_PHASE2_COMPLETE');
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(electron.missing !== undefined)(named('live, from Electron', electron.missing), () => {
  test('attached to by the address that was printed, held and let go', async () => {
    const listen = start('responder', there, 'listen', '--debug', '--paused', '--for', '60');
    await expect.poll(() => addressIn(listen), { timeout: 20_000 }).not.toBe('');
    const { page, complaints, close } = await electron.show([]);
    try {
      await journey.attachTo(page, addressIn(listen));
      await journey.isHeld(page, /Held: paused/, /listen 127\.0\.0\.2/);
      await picture(page, 'live-electron');
      await page.keyboard.press('F8');
      await journey.runs(page);
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  });
});
