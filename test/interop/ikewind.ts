/** Our own command against a peer in a lab: started in our namespace, waited for, its log driven again. */
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { runEverywhere, runtimes } from '../runtime/everywhere.ts';
import { longSuites } from '../support/long.ts';
import { psk } from './charon.ts';
import { ours, type Spaces, theirs } from './spaces.ts';

const program = new URL('../../debugger/cli/main.ts', import.meta.url).pathname;

export interface Typed {
  readonly phase1: object;
  readonly esp: object;
  readonly pfsGroup?: number;
}

export const configuration = ({ phase1, esp, pfsGroup }: Typed): string =>
  JSON.stringify({
    phase1: [phase1],
    tunnels: [{ peer: theirs, local: '10.1.0.0/16', remote: '10.2.0.0/16', esp: [esp], ...(pfsGroup && { pfsGroup }) }],
  });

export interface Run {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly status: Promise<number | null>;
}

export const ikewind = (lab: Pick<Spaces, 'start'>, args: readonly string[]): Run => {
  const child = lab.start([process.execPath, program, ...args]);
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  return { process: child, said: () => said, status: new Promise((resolve) => child.once('close', resolve)) };
};

/** Where it does not happen, the error has all that our program said. */
export const until = async (run: Pick<Run, 'said'>, what: string, is: () => boolean): Promise<void> => {
  for (let i = 0; i < 300; i++) {
    if (is()) return;
    await sleep(50);
  }
  throw new Error(`${what} does not happen: ${run.said()}`);
};

export const options = (lab: Spaces, typed: Typed, secret = psk): string[] => {
  const [config, secretFile] = [join(lab.folder, 'our.json'), join(lab.folder, 'our.psk')];
  writeFileSync(config, configuration(typed));
  writeFileSync(secretFile, secret);
  return ['--config', config, '--psk-file', secretFile, '--local', ours, '--log', join(lab.folder, 'our.ikelog')];
};

/** In another process; in the long form also under every other runtime on this machine. */
export const verifies = async (lab: Spaces): Promise<void> => {
  const log = join(lab.folder, 'our.ikelog');
  const run = ikewind(lab, ['replay', '--verify', log]);
  expect([await run.status, run.said()]).toEqual([0, expect.stringContaining('octet for octet')]);
  if (!longSuites) return;
  const runs = await runEverywhere('test/runtime/verify-program.ts', [log]);
  const [first] = runs;
  expect(first?.stdout).toContain('"divergence":null');
  expect(runs).toEqual(runtimes().present.map(({ name }) => ({ runtime: name, stdout: first?.stdout })));
};
