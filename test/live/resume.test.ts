/** A program that is killed goes on from its log: its tunnel stands, what it promised is kept, and the whole log gives the same octets again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readLog } from '../../engine/log/file.ts';

const program = new URL('../../debugger/cli/main.ts', import.meta.url).pathname;

interface Run {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly status: Promise<number | null>;
}

const ikewind = (...args: readonly string[]): Run => {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  return { process: child, said: () => said, status: new Promise((resolve) => child.once('close', resolve)) };
};

const until = async (run: Run, what: string): Promise<void> => {
  for (let i = 0; i < 1200; i++) {
    if (run.said().includes(what)) return;
    await sleep(50);
  }
  throw new Error(`"${what}" does not come: ${run.said()}`);
};

const esp = [{ encryption: 'aes', integrity: 'sha1' }];
const phase1 = [{ encryption: 'aes', hash: 'sha1', group: 2 }];
const ends = {
  a: { address: '127.0.0.1', tunnel: { peer: '127.0.0.2', local: '10.1.0.0/16', remote: '10.2.0.0/16', esp } },
  b: { address: '127.0.0.2', tunnel: { peer: '127.0.0.1', local: '10.2.0.0/16', remote: '10.1.0.0/16', esp } },
} as const;

interface Bench {
  readonly log: (end: 'a' | 'b') => string;
  readonly options: (end: 'a' | 'b') => string[];
}

let port = 20_000 + (process.pid % 20_000);

const bench = (): Bench => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-resume-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ports = ['--port', String(port++), '--nat-port', String(port++)];
  writeFileSync(join(folder, 'psk'), 'a shared secret');
  for (const [name, { tunnel }] of Object.entries(ends))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ phase1, tunnels: [tunnel] }));
  const log = (end: 'a' | 'b'): string => join(folder, `${end}.ikelog`);
  return {
    log,
    options: (end) => [
      ...['--config', join(folder, `${end}.json`), '--psk-file', join(folder, 'psk'), '--local', ends[end].address],
      ...ports,
      ...['--log', log(end)],
    ],
  };
};

const killed = async (run: Run): Promise<void> => {
  run.process.kill('SIGKILL');
  await run.status;
};

const verified = async (log: string): Promise<void> => {
  const run = ikewind('replay', '--verify', log);
  expect([await run.status, run.said()]).toEqual([0, expect.stringContaining('octet for octet')]);
};

const requests = (log: string): string[] => {
  const read = readLog(readFileSync(log));
  if (!read.ok) throw new Error(read.message);
  return read.log.happened.flatMap((e) => (e.kind === 'OperatorRequested' ? [e.request.split(' ')[0] ?? ''] : []));
};

test('the responder is killed, and goes on: the tunnel stands, and its end reaches it', async () => {
  const { options, log } = bench();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  const connecting = ikewind('connect', ...options('a'), '--peer', ends.b.address, '--hold');
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
  const { options, log } = bench();
  const connecting = ikewind('connect', ...options('a'), '--peer', ends.b.address, '--hold');
  await until(connecting, 'IKE_I_MM1');
  await killed(connecting);
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  const again = ikewind('connect', ...options('a'), '--peer', ends.b.address, '--hold', '--resume');
  await until(again, 'IKE_QM_PHASE2_COMPLETE');
  again.process.kill('SIGINT');
  expect(await again.status).toBe(0);
  expect(requests(log('a'))).toEqual(['stand', 'connect', 'resume', 'leave']);
  await verified(log('a'));
  // A log that was closed is gone on with too: what was asked before it took leave is done with.
  const third = ikewind('connect', ...options('a'), '--peer', ends.b.address, '--resume');
  expect(await third.status).toBe(0);
  expect(requests(log('a'))).toEqual(['stand', 'connect', 'resume', 'leave', 'resume', 'connect', 'leave']);
  await verified(log('a'));
}, 180_000);

test('a log of another configuration is not gone on with, nor is one replaced', async () => {
  const { options, log } = bench();
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
