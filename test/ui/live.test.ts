// The window at a running engine that talks to strongSwan's charon in a namespace: held before MM5, which is changed, refused, and forked to succeed.
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { type Lab, missing, openLab } from '../interop/charon.ts';
import { options, type Run, until, verifies } from '../interop/ikewind.ts';
import { theirs } from '../interop/spaces.ts';
import { chromiumPath, missingForChromium, openChromium } from '../support/chromium.ts';
import { picture } from './journeys.ts';
import * as journey from './live-journeys.ts';

const program = resolve(import.meta.dirname, '../../dist/cli/ikewind.js');
const size = { width: 1280, height: 800 };

const suite = { ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256' };
const typed = {
  phase1: { encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14 },
  esp: { encryption: 'aes', keyBits: 256, integrity: 'sha256' },
};

const lacking = missing() ?? missingForChromium;

describe.skipIf(lacking !== undefined)(
  lacking === undefined ? 'live, against charon' : `live, against charon (skipped: ${lacking})`,
  () => {
    let lab: Lab | undefined;
    let browser: Browser | undefined;
    afterEach(async () => {
      await browser?.close();
      await lab?.end();
    });

    /** The built command in our namespace, whose loopback has the window too. */
    const connect = (at: Lab, ...more: readonly string[]): Run => {
      const child = at.start([process.execPath, program, 'connect', ...options(at, typed), '--peer', theirs, '--debug', ...more]);
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
      return { process: child, said: () => said, status: new Promise((done) => child.once('close', done)) };
    };

    const addressIn = (run: Run): string | undefined => /debugger: (http\S+)/.exec(run.said())?.[1];

    const windowOn = async (at: Lab, url: string): Promise<{ readonly page: Page; readonly complaints: string[] }> => {
      const inside = join(at.folder, 'chromium');
      writeFileSync(inside, `#!/bin/sh\nexec ip netns exec ${at.us} ${chromiumPath} "$@"\n`);
      chmodSync(inside, 0o700);
      browser = await openChromium(inside);
      const page = await browser.newPage({ viewport: size });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(url);
      return { page, complaints };
    };

    test('attach, hold at MM5, edit it, see charon refuse it, fork before it, see it succeed', async () => {
      lab = await openLab(suite);
      const run = connect(lab, '--break-at', 'MM5');
      await until(run, 'the address of the window', () => addressIn(run) !== undefined);
      const { page, complaints } = await windowOn(lab, addressIn(run) ?? '');

      const held = await journey.isHeldAt(page, 'MM5');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await picture(page, `live-held-${colorScheme}`);
      }
      expect(lab.log()).not.toContain('parsed ID_PROT request 0 [ ID');

      await journey.editIdentity(page, 'c0000263');
      await picture(page, 'live-edited');
      await journey.letGo(page);
      await journey.hasFailed(page);
      await picture(page, 'live-failed');
      expect(lab.log()).toMatch(/192\.0\.2\.99/);

      await journey.forkAt(page, held, 'A peer that an engine of ours plays');
      await picture(page, 'live-fork');
      await journey.hasSucceeded(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await picture(page, `live-forked-${colorScheme}`);
      }
      await journey.comparesAt(page, 'MM5');
      await picture(page, 'live-compare');
      await journey.backToEngine(page);
      expect(complaints).toEqual([]);

      run.process.kill('SIGINT');
      expect(await run.status).toBe(1);
      // What was held, edited and let go comes out of its log again, octet for octet.
      await verifies(lab);
    });
  },
);
