/** The program itself under first messages from many addresses of loopback, with a disk to write to: a real peer comes through meanwhile. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { addresses, ikewind, ikewindOf, makeEnds, until, verified } from './processes.ts';
import { floodOf } from './udp-flood.ts';

const many = longSuites ? 100_000 : 3000;
/** Resident, in megabytes; `null` where the system does not say. */
const memoryOf = (pid: number): number | null => {
  const status = `/proc/${pid}/status`;
  const [, kilobytes] = (existsSync(status) && /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))) || [];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
};

test(
  `${many} first messages, and a real peer meanwhile`,
  async () => {
    const { options, log, port } = makeEnds();
    const listening = ikewindOf(200, 'listen', ...options('b'));
    await until(listening, 'listening');
    const before = memoryOf(listening.process.pid ?? 0);
    const flood = await floodOf(
      Array.from({ length: 100 }, (_, i) => `127.9.0.${i + 1}`),
      addresses.b,
      port,
    );
    onTestFinished(flood.stop);
    const [started, earlier] = [performance.now(), flood.answered()];
    const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b);
    expect([await connecting.status, connecting.said()]).toEqual([0, expect.stringContaining('IKE_QM_PHASE2_COMPLETE')]);
    const took = performance.now() - started;
    const meanwhile = flood.answered() - earlier;
    while (flood.sent() < many / 2) await sleep(50);
    const halfway = memoryOf(listening.process.pid ?? 0);
    while (flood.sent() < many) await sleep(50);
    const after = memoryOf(listening.process.pid ?? 0);
    flood.stop();
    listening.process.kill('SIGINT');
    expect(await listening.status).toBe(0);
    process.stdout.write(
      `flood over UDP: ${flood.sent()} sent, ${flood.answered()} answered; a peer came, was up and left within ${(took / 1000).toFixed(1)} s, its program's start included, while ${meanwhile} others were answered; ` +
        `${before?.toFixed(0)} MB before, ${halfway?.toFixed(0)} MB halfway, ${after?.toFixed(0)} MB after; log ${(statSync(log('b')).size / 1e6).toFixed(1)} MB\n`,
    );
    expect(flood.answered()).toBeLessThanOrEqual(flood.sent());
    expect(meanwhile).toBeGreaterThan(0);
    if (after !== null && before !== null) expect(after).toBeLessThan(before + 320);
    if (!longSuites) await verified(log('b'));
  },
  longSuites ? 900_000 : 240_000,
);
