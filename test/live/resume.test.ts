/** A program that is killed goes on from its log: its tunnel stands, what it promised is kept, and the whole log gives the same octets again. */
import { appendFileSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLog } from '../../engine/log/file.ts';
import { addresses, ikewind, makeEnds, type Run, until, verified } from './processes.ts';

const killed = async (run: Run): Promise<void> => {
  run.process.kill('SIGKILL');
  await run.status;
};

const requests = (log: string): string[] => {
  const read = readLog(readFileSync(log));
  if (!read.ok) throw new Error(read.message);
  return read.log.happened.flatMap((e) => (e.kind === 'OperatorRequested' ? [e.request.split(' ')[0] ?? ''] : []));
};

test('the responder is killed, and goes on: the tunnel stands, and its end reaches it', async () => {
  const { options, log } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b, '--hold');
  await until(connecting, 'IKE_QM_PHASE2_COMPLETE');
  await until(listening, 'IKE_QM_PHASE2_COMPLETE');
  await killed(listening);
  // As a crash of the machine leaves it: a record that was begun.
  appendFileSync(log('b'), Uint8Array.of(0, 0, 0, 90, 1, 2, 3));
  const again = ikewind('listen', ...options('b'), '--resume');
  await until(again, 'listening');
  connecting.process.kill('SIGINT');
  expect(await connecting.status).toBe(0);
  await until(again, 'IKE_DEST_SA');
  again.process.kill('SIGINT');
  expect(await again.status).toBe(0);
  expect(requests(log('b'))).toEqual(['stand', 'resume', 'leave']);
  await verified(log('a'));
  await verified(log('b'));
}, 180_000);

test('the initiator is killed while nobody answers, and goes on asking; what it asked for stands without being asked again', async () => {
  const { options, log } = makeEnds();
  const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b, '--hold');
  await until(connecting, 'IKE_I_MM1');
  await killed(connecting);
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  const again = ikewind('connect', ...options('a'), '--peer', addresses.b, '--hold', '--resume');
  await until(again, 'IKE_QM_PHASE2_COMPLETE');
  again.process.kill('SIGINT');
  expect(await again.status).toBe(0);
  expect(requests(log('a'))).toEqual(['stand', 'connect', 'resume', 'leave']);
  await verified(log('a'));
  // A log that was closed is gone on with too: what was asked before it took leave is done with.
  const third = ikewind('connect', ...options('a'), '--peer', addresses.b, '--resume');
  expect(await third.status).toBe(0);
  expect(requests(log('a'))).toEqual(['stand', 'connect', 'resume', 'leave', 'resume', 'connect', 'leave']);
  await verified(log('a'));
}, 180_000);

test('a log of another configuration is not gone on with, nor is one replaced', async () => {
  const { options, log } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  await killed(listening);
  const before = readFileSync(log('b'));
  const other = ikewind('listen', ...options('b').map((o) => (o.endsWith('b.json') ? o.replace('b.json', 'a.json') : o)), '--resume');
  expect([await other.status, other.said()]).toEqual([3, expect.stringContaining('another configuration')]);
  const replacing = ikewind('listen', ...options('b'));
  expect([await replacing.status, replacing.said()]).toEqual([3, expect.stringContaining('is there already')]);
  expect(readFileSync(log('b')).equals(before)).toBe(true);
}, 180_000);
