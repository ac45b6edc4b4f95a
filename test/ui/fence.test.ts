// What the page may not do, tried from inside the page: in Electron, and as it is served.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture, keys, standsAt } from './journeys.ts';
import { chromium, electron, type Shown } from './shells.ts';

for (const shell of [electron, chromium]) {
  const title = shell.missing === undefined ? shell.name : `${shell.name} (skipped: ${shell.missing})`;
  describe.skipIf(shell.missing !== undefined)(title, () => {
    let shown: Shown;
    beforeAll(async () => {
      shown = await shell.show([capture, '--keys', keys]);
    });
    afterAll(() => shown.close());

    test('Node is not there', async () => {
      const there = await shown.page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in window),
      );
      expect(there).toEqual([]);
    });

    test('what was not shipped with the page does not run', async () => {
      const ran = await shown.page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.head.append(script);
        return 'ran' in window;
      });
      expect(ran).toBe(false);
      // Behind a timer: what the debugging protocol itself evaluates may evaluate text.
      const evaluated = await shown.page.evaluate(
        () =>
          new Promise((done) => {
            setTimeout(() => {
              try {
                // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
                done(eval('1 + 1'));
              } catch (error) {
                done(error instanceof Error ? error.name : 'unknown');
              }
            });
          }),
      );
      expect(evaluated).toBe('EvalError');
    });

    test('nothing elsewhere can be reached', async () => {
      // Loopback, where nobody listens: only the policy can tell a refusal from a fault, so it is asked what it blocked.
      const blocked = await shown.page.evaluate(async () => {
        const seen: string[] = [];
        document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
        await fetch('http://127.0.0.1:9/').catch(() => undefined);
        new Image().src = 'http://127.0.0.1:9/x.png';
        const frame = document.createElement('iframe');
        frame.src = 'http://127.0.0.1:9/';
        document.body.append(frame);
        await new Promise((done) => setTimeout(done, 300));
        frame.remove();
        return seen;
      });
      expect(blocked).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'frame-src']));
    });

    test('it keeps to itself: cross-origin isolated, and no camera', async () => {
      const { isolated, camera } = await shown.page.evaluate(async () => ({
        isolated: crossOriginIsolated,
        camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
          () => 'granted',
          () => 'denied',
        ),
      }));
      expect({ isolated, camera }).toEqual({ isolated: true, camera: 'denied' });
    });

    if (shell === electron) {
      test('it cannot leave, nor open another window', async () => {
        const { page, app } = shown;
        expect(await page.evaluate(() => window.open('http://127.0.0.1:9/') === null)).toBe(true);
        for (const url of ['http://127.0.0.1:9/', 'file:///etc/hostname', 'app://elsewhere/']) {
          await page.evaluate((to) => {
            location.href = to;
          }, url);
        }
        await new Promise((done) => setTimeout(done, 500));
        expect(page.url()).toBe('app://ikewind/');
        expect(app?.windows()).toHaveLength(1);
      });

      test('files beside the page are not served', async () => {
        const paths = ['../../package.json', '..%2f..%2fpackage.json', '.built', 'index.php'];
        const statuses = await shown.page.evaluate(
          (all) => Promise.all(all.map(async (p) => (await fetch(`app://ikewind/${p}`)).status)),
          paths,
        );
        expect(statuses).toEqual(paths.map(() => 404));
      });

      test('the bridge is two functions, and takes no nonsense', async () => {
        const { page } = shown;
        const refused = await page.evaluate(async () => {
          const channel = window.ikewind;
          if (!channel) return 'no bridge';
          const told: unknown[] = [];
          channel.onTelling((telling) => told.push(telling));
          channel.send({ id: 1_000_001, name: 'run', ask: { command: 'id' } } as never);
          await new Promise((done) => setTimeout(done, 200));
          return { names: Object.keys(channel).sort(), told };
        });
        expect(refused).toEqual({
          names: ['onTelling', 'send'],
          told: [{ tell: 'refused', id: 1_000_001, message: 'There is no question of that name.' }],
        });
      });

      test('the engine that fails is started again, and opens what was open where the window stood', async () => {
        const { page, app, close } = await electron.show([capture, '--keys', keys]);
        const enginePid = (): Promise<number | undefined> | undefined =>
          app?.evaluate(({ app: main }) => main.getAppMetrics().find(({ name }) => name === 'ikewind engine')?.pid);
        try {
          await page.getByRole('button', { name: 'Last event' }).click();
          await standsAt(page, 19);
          const first = await enginePid();
          expect(first).toBeGreaterThan(0);
          process.kill(first ?? 0, 'SIGKILL');
          await expect.poll(enginePid, { timeout: 20_000 }).not.toBe(first);
          await expect.poll(enginePid, { timeout: 20_000 }).toBeGreaterThan(0);
          await page.getByRole('button', { name: 'Previous event' }).click();
          await standsAt(page, 18);
        } finally {
          await close();
        }
      });
    }
  });
}
