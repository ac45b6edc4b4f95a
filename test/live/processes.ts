/** Our own command as processes on loopback: two ends, each with its configuration, key and log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';

const program = new URL('../../debugger/cli/main.ts', import.meta.url).pathname;

export interface Run {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly status: Promise<number | null>;
}

export const ikewind = (...args: readonly string[]): Run => run(process.execPath, [program, ...args]);

/** With so many megabytes for what is kept, so that what could be collected does not count: more, and the process dies. */
export const ikewindOf = (megabytes: number, ...args: readonly string[]): Run =>
  run(process.execPath, [`--max-old-space-size=${megabytes}`, program, ...args]);

/** In a process whose files cannot become larger than so many blocks of 512 octets: to write more fails as on a disk that is full. */
export const ikewindWithin = (blocks: number, ...args: readonly string[]): Run =>
  run('/bin/dash', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'dash', process.execPath, program, ...args]);

const run = (command: string, args: readonly string[]): Run => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  return { process: child, said: () => said, status: new Promise((resolve) => child.once('close', resolve)) };
};

/** Where it does not come, the error has all that the program said. */
export const until = async (run: Run, what: string): Promise<void> => {
  for (let i = 0; i < 1200; i++) {
    if (run.said().includes(what)) return;
    await sleep(50);
  }
  throw new Error(`"${what}" does not come: ${run.said()}`);
};

export const verified = async (log: string): Promise<void> => {
  const run = ikewind('replay', '--verify', log);
  expect([await run.status, run.said()]).toEqual([0, expect.stringContaining('octet for octet')]);
};

export const addresses = { a: '127.0.0.1', b: '127.0.0.2' } as const;
export type EndName = keyof typeof addresses;

export interface Ends {
  readonly port: number;
  readonly log: (end: EndName) => string;
  readonly options: (end: EndName) => string[];
}

const esp = [{ encryption: 'aes', integrity: 'sha1' }];
const phase1 = [{ encryption: 'aes', hash: 'sha1', group: 2 }];
const networks = { a: { local: '10.1.0.0/16', remote: '10.2.0.0/16' }, b: { local: '10.2.0.0/16', remote: '10.1.0.0/16' } } as const;

let nextPort = 20_000 + (process.pid % 20_000);

/** `b` takes any peer. */
export const makeEnds = (): Ends => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-ends-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = nextPort;
  nextPort += 2;
  writeFileSync(join(folder, 'psk'), 'a shared secret');
  const peers = { a: { peer: addresses.b }, b: {} };
  for (const end of ['a', 'b'] as const) {
    writeFileSync(join(folder, `${end}.json`), JSON.stringify({ phase1, tunnels: [{ ...peers[end], ...networks[end], esp }] }));
  }
  const log = (end: EndName): string => join(folder, `${end}.ikelog`);
  return {
    port,
    log,
    options: (end) => [
      ...['--config', join(folder, `${end}.json`), '--psk-file', join(folder, 'psk'), '--local', addresses[end]],
      ...['--port', String(port), '--nat-port', String(port + 1), '--log', log(end)],
    ],
  };
};
