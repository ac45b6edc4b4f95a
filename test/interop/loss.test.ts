/** Each message of a negotiation with charon is lost once, in both directions: it comes again, and the tunnel comes up with equal keys. RFC 2408 5.1. */
import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, type Suite, swanctlConf } from './charon.ts';
import { ikewind, options, type Run, type Typed, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';
import { theirs } from './spaces.ts';

const suite: Suite = { ike: 'aes128-sha1-modp2048', esp: 'aes128-sha1' };
const typed: Typed = {
  phase1: { encryption: 'aes', keyBits: 128, hash: 'sha1', group: 14 },
  esp: { encryption: 'aes', keyBits: 128, integrity: 'sha1' },
};

const nft = '/usr/sbin/nft';
const lacks = missing() ?? (existsSync(nft) ? null : 'nftables');

const messages = ['MM1', 'MM2', 'MM3', 'MM4', 'MM5', 'MM6', 'QM1', 'QM2', 'QM3'] as const;
const all = (['connect', 'listen'] as const).flatMap((command) => messages.map((message, i) => ({ command, message, i })));
const some = longSuites ? all : all.filter(({ message }) => message === 'MM6' || message === 'QM3');

/** The n-th datagram that comes in or goes out, counted from 0, is lost; no other. */
const lose = async (lab: Lab, hook: 'input' | 'output', n: number): Promise<void> => {
  const rules = `table inet loss { chain once { type filter hook ${hook} priority 0; udp dport { 500, 4500 } numgen inc mod 100000 == ${n} drop; }; }`;
  const process = lab.start([nft, rules]);
  expect(await new Promise((resolve) => process.once('close', resolve))).toBe(0);
};

const begun = async (lab: Lab, command: 'connect' | 'listen'): Promise<Run> => {
  if (command === 'connect') return ikewind(lab, ['connect', ...options(lab, typed), '--peer', theirs, '--hold']);
  const run = ikewind(lab, ['listen', ...options(lab, typed)]);
  await until(run, 'the start', () => run.said().includes('listening'));
  lab.swanctl('--initiate', '--child', 'net', '--timeout', '14');
  return run;
};

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(some)('$command: $message is lost', async ({ command, i }) => {
    // After a question of its own charon repeats nothing that it said before.
    const lab = await openLab({ swanctl: swanctlConf(suite, '') });
    onTestFinished(lab.end);
    // Whoever asks sends every second one, from the first on.
    const isOurs = (i % 2 === 0) === (command === 'connect');
    await lose(lab, isOurs ? 'output' : 'input', Math.floor(i / 2));
    const run = await begun(lab, command);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    await until(run, "charon's tunnel", () => lab.swanctl('--list-sas').includes('INSTALLED, TUNNEL-in-UDP'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });
});
