// The window at a responder of ours that another engine of ours talks to, on loopback: held, stepped, a message dropped by the palette, the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { missingForChromium, openChromium } from '../support/chromium.ts';
import { picture } from './journeys.ts';
import * as journey from './live-journeys.ts';

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

describe.skipIf(missingForChromium !== undefined)(
  `live, between two of ours${missingForChromium ? ` (skipped: ${missingForChromium})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ikewind-live-'));
    const runs: Run[] = [];
    let browser: Browser | undefined;
    afterEach(async () => {
      await browser?.close();
      for (const { process: child } of runs) child.kill('SIGINT');
      await Promise.all(runs.map(({ status }) => status));
      rmSync(folder, { recursive: true, force: true });
    });

    const start = (end: keyof typeof ends, config: string, ...args: readonly string[]): Run => {
      writeFileSync(join(folder, `${end}.json`), config);
      writeFileSync(join(folder, 'key.txt'), 'a shared secret');
      const files = [
        '--config',
        join(folder, `${end}.json`),
        '--psk-file',
        join(folder, 'key.txt'),
        '--log',
        join(folder, `${end}.ikelog`),
      ];
      const child = spawn(process.execPath, [program, ...args, ...files, '--local', ends[end], ...ports], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
      const run = { process: child, said: () => said, status: new Promise<number | null>((done) => child.once('close', done)) };
      runs.push(run);
      return run;
    };

    test('a responder is held at what came, stepped, and loses a message; the peer asks again, and both come up', async () => {
      const there = configuration(ends.initiator, '10.2.0.0/16', '10.1.0.0/16');
      const listen = start('responder', there, 'listen', '--debug', '--break-at', 'received MM3', '--for', '60');
      await expect.poll(() => /debugger: (http\S+)/.exec(listen.said())?.[1] ?? '', { timeout: 20_000 }).not.toBe('');
      browser = await openChromium();
      const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(/debugger: (http\S+)/.exec(listen.said())?.[1] ?? '');
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
  },
);
