/** Packets through the tunnel, both ways, against charon's data plane in userspace: each ping answered, and its counters are ours. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, readLog, stateRecord } from '../../engine/index.ts';
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, type Suite, theirs } from './charon.ts';
import { ikewind, options, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';

interface Case {
  readonly name: string;
  readonly suite: Suite;
  readonly esp: object;
}

const phase1 = { encryption: 'aes', keyBits: 128, hash: 'sha1', group: 14 };
const ike = 'aes128-sha1-modp2048';

const cases: readonly Case[] = [
  { name: 'AES-256, SHA-256', suite: { ike, esp: 'aes256-sha256' }, esp: { encryption: 'aes', keyBits: 256, integrity: 'sha256' } },
  { name: '3DES, SHA-1', suite: { ike, esp: '3des-sha1' }, esp: { encryption: '3des', integrity: 'sha1' } },
  { name: 'AES-128, MD5', suite: { ike, esp: 'aes128-md5' }, esp: { encryption: 'aes', integrity: 'md5' } },
  { name: 'AES-256, SHA-512', suite: { ike, esp: 'aes256-sha512' }, esp: { encryption: 'aes', keyBits: 256, integrity: 'sha512' } },
  { name: 'AES-GCM-128', suite: { ike, esp: 'aes128gcm16' }, esp: { encryption: 'aes-gcm', keyBits: 128 } },
  { name: 'AES-GCM-256', suite: { ike, esp: 'aes256gcm16' }, esp: { encryption: 'aes-gcm', keyBits: 256 } },
];

const typed = (esp: object) => ({ phase1, esp });

/** What our log says of both directions: packets let in and sent, octets of ESP. */
const ourCounters = (lab: Lab) => {
  const read = readLog(readFileSync(join(lab.folder, 'our.ikelog')));
  if (!read.ok) throw new Error('the log cannot be read');
  const fold = buildReplay(read.log, nodeCrypto, { replayWindow: 64 });
  let step = fold.next();
  while (!step.done) step = fold.next();
  const { ipsecSas } = stateRecord(step.value, read.log.happened.length);
  const count = (dst: string): number => ipsecSas.find((sa) => sa.dst === dst)?.sequence.received ?? -1;
  return { toThem: count(theirs), fromThem: ipsecSas.filter((sa) => sa.src === theirs).map((sa) => sa.sequence.received)[0] ?? -1 };
};

/** Packets in and out, as `swanctl --list-sas` has them of the one CHILD_SA; its bytes are those inside, 84 a ping. */
const theirCounters = (listed: string) => {
  const packets = (way: 'in' | 'out'): number => {
    const [, octets, count] = new RegExp(`\\b${way}\\s+[0-9a-f]+.*?(\\d+) bytes,\\s+(\\d+) packets`).exec(listed) ?? [];
    expect(Number(octets)).toBe(84 * Number(count));
    return Number(count);
  };
  return { toThem: packets('in'), fromThem: packets('out') };
};

const finished = (process: ChildProcess): Promise<number | null> => new Promise((resolve) => process.once('close', resolve));

/** Three times, each answered by us. */
const theyPing = async (lab: Lab): Promise<void> => {
  const ping = lab.startThere(['ping', '-c', '3', '-i', '0.2', '-w', '5', '-I', '10.2.0.1', '10.1.0.9']);
  let said = '';
  ping.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  expect([await finished(ping), said]).toEqual([0, expect.stringContaining('3 received')]);
};

const lacks = missing() ?? (['/bin/ping', '/usr/bin/ping'].some(existsSync) ? null : 'iputils-ping');

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(longSuites ? cases : cases.slice(0, 1))('pings both ways: $name', async ({ suite, esp }) => {
    const lab = await openLab(suite);
    onTestFinished(lab.end);
    const run = ikewind(lab, ['connect', ...options(lab, typed(esp)), '--peer', theirs, '--ping', '10.2.0.1', '--count', '3', '--hold']);
    await until(run, 'the last answer', () => run.said().includes('seq 3 answered'));
    await theyPing(lab);
    const counted = theirCounters(lab.swanctl('--list-sas'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    expect(counted).toEqual({ toThem: 6, fromThem: 6 });
    expect(ourCounters(lab)).toEqual(counted);
    keysAgree(lab);
    await verifies(lab);
  });

  test.skipIf(!longSuites)('charon makes the IPsec SAs anew meanwhile: no ping is lost', async () => {
    const [first] = cases;
    if (!first) return;
    const lab = await openLab(first.suite);
    onTestFinished(lab.end);
    const pings = ['--ping', '10.2.0.1', '--count', '6'];
    const run = ikewind(lab, ['connect', ...options(lab, typed(first.esp)), '--peer', theirs, ...pings, '--hold']);
    await until(run, 'the second answer', () => run.said().includes('seq 2 answered'));
    lab.swanctl('--rekey', '--child', 'net');
    await until(run, 'the last answer', () => run.said().includes('seq 6 answered'));
    for (const n of [3, 4, 5]) expect(run.said()).toContain(`seq ${n} answered`);
    await theyPing(lab);
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab, 4);
    await verifies(lab);
  });

  test('a ping that nobody answers: status 1 with the verdict', async () => {
    const [first] = cases;
    if (!first) return;
    const lab = await openLab(first.suite);
    onTestFinished(lab.end);
    await finished(lab.startThere(['sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1']));
    const run = ikewind(lab, ['connect', ...options(lab, typed(first.esp)), '--peer', theirs, '--ping', '10.2.0.1', '--count', '1']);
    expect([await run.status, run.said()]).toEqual([1, expect.stringContaining('1 of 1 pings to 10.2.0.1 were not answered')]);
    keysAgree(lab);
    await verifies(lab);
  });
});
