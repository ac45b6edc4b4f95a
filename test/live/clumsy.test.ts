/** Runs that go wrong around the engine: disks, pipes, ports, signals. Each ends with its reason and its status, and leaves a log that can be read. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLog } from '../../engine/log/file.ts';
import { addresses, ikewind, ikewindWithin, makeEnds, until, verified } from './processes.ts';

const damageOf = (log: string) => {
  const read = readLog(readFileSync(log));
  return read.ok ? (read.damage?.code ?? null) : read.message;
};

const hasDash = existsSync('/bin/dash');
test.skipIf(!hasDash)(
  'a disk that is full in a handshake (without dash: skipped)',
  async () => {
    const { options, log } = makeEnds();
    // Room for the beginning, and for one message and its answer.
    const listening = ikewindWithin(Math.ceil((await sizeBegun()) / 512) + 1, 'listen', ...options('b'));
    await until(listening, 'listening');
    const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b, '--for', '60');
    expect([await listening.status, listening.said()]).toEqual([
      3,
      expect.stringMatching(/b\.ikelog takes nothing more \(EFBIG\).*--resume/),
    ]);
    expect(listening.said()).not.toMatch(/fault of ikewind|at .*\.ts/);
    expect(damageOf(log('b'))).toMatch(/truncated-record|no-end-record/);
    // What was sent is in it: the peer, which asks again, is answered by who goes on.
    const again = ikewind('listen', ...options('b'), '--resume');
    expect([await connecting.status, connecting.said()]).toEqual([0, expect.stringContaining('IKE_QM_PHASE2_COMPLETE')]);
    again.process.kill('SIGINT');
    expect(await again.status).toBe(0);
    await verified(log('b'));
  },
  90_000,
);

test.skipIf(!hasDash)(
  'a disk that is full from the beginning leaves no log (without dash: skipped)',
  async () => {
    const { options, log } = makeEnds();
    const listening = ikewindWithin(0, 'listen', ...options('b'));
    expect([await listening.status, listening.said()]).toEqual([3, expect.stringContaining('takes nothing more')]);
    expect(existsSync(log('b'))).toBe(false);
  },
  60_000,
);

const sizeBegun = async (): Promise<number> => {
  const { options, log } = makeEnds();
  const run = ikewind('listen', ...options('b'));
  await until(run, 'listening');
  const { length } = readFileSync(log('b'));
  run.process.kill('SIGKILL');
  await run.status;
  return length;
};

test('a log that is taken away', async () => {
  const { options, log } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  rmSync(log('b'));
  const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b);
  expect([await listening.status, listening.said()]).toEqual([3, expect.stringContaining('was taken away')]);
  connecting.process.kill('SIGTERM');
  expect(await connecting.status).toBe(130);
  // No answer has left.
  expect(connecting.said()).not.toContain('IKE_I_MM2');
  await verified(log('a'));
}, 60_000);

test('nobody reads the lines any more: listen takes leave, and connect tells its verdict by the status', async () => {
  const { options, log } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b);
  connecting.process.stdout?.destroy();
  // Perhaps before the peer has come, perhaps after.
  listening.process.stdout?.destroy();
  expect(await listening.status).toBe(0);
  connecting.process.kill('SIGTERM');
  expect([0, 130]).toContain(await connecting.status);
  expect(damageOf(log('b'))).toBe(null);
}, 60_000);

test('a port that is taken, a folder that is not there, an address that is not ours: no log is left behind', async () => {
  const { options, log, port } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  const other = log('b').replace('b.ikelog', 'other.ikelog');
  const withLog = (name: string, local: string = addresses.b) =>
    options('b').map((word) => (word === log('b') ? name : word === addresses.b ? local : word));
  const runs = await Promise.all(
    [
      ikewind('listen', ...withLog(other)),
      ikewind('listen', ...withLog(`${other}.d/x.ikelog`)),
      ikewind('listen', ...withLog(other, '203.0.113.9')),
    ].map(async (run) => [await run.status, run.said()] as const),
  );
  expect(runs).toEqual([
    [3, expect.stringMatching(new RegExp(`One of the ports ${port} .* is taken.*--port`))],
    [3, expect.stringMatching(/The folder of .* is not there/)],
    [3, expect.stringContaining('203.0.113.9 is no address of this machine. Name one with --local')],
  ]);
  expect(existsSync(other)).toBe(false);
  listening.process.kill('SIGINT');
  listening.process.kill('SIGINT');
  // Asked twice it does not wait for tidying up; what there is of the log holds.
  expect([0, 130]).toContain(await listening.status);
  await verified(log('b'));
}, 60_000);

test.each([
  ['--local', '0.0.0.0', 'is every address'],
  ['--peer', addresses.a, '--peer is our own address'],
  ['--peer', '2001:db8::1', 'not of the same version'],
  ['--for', '0', 'The time is 1 to'],
])(
  '%s %s is refused before anything is begun',
  async (option, value, why) => {
    const { options, log } = makeEnds();
    const words = [...options('a'), '--peer', addresses.b, '--for', '5'];
    words[words.indexOf(option) + 1] = value;
    const run = ikewind('connect', ...words);
    expect([await run.status, run.said()]).toEqual([2, expect.stringContaining(why)]);
    expect(existsSync(log('a'))).toBe(false);
  },
  60_000,
);

test('told to stop in a handshake, connect says that it was interrupted', async () => {
  const { options, log } = makeEnds();
  const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b);
  await until(connecting, 'IKE_I_MM1');
  connecting.process.kill('SIGTERM');
  expect(await connecting.status).toBe(130);
  expect(damageOf(log('a'))).toBe(null);
  await verified(log('a'));
}, 60_000);
