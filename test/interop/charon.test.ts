/** Against strongSwan's charon, as initiator and as responder: tunnels come up, keys are those of its log, and each log sends the same octets again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, type Suite, theirs } from './charon.ts';
import { ikewind, options, type Typed, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';

interface Case {
  readonly name: string;
  readonly suite: Suite;
  readonly typed: Typed;
}

const cases: readonly Case[] = [
  {
    name: '3DES, SHA-1, group 2',
    suite: { ike: '3des-sha1-modp1024', esp: '3des-sha1' },
    typed: { phase1: { encryption: '3des', hash: 'sha1', group: 2 }, esp: { encryption: '3des', integrity: 'sha1' } },
  },
  {
    name: 'AES-128, MD5, group 5',
    suite: { ike: 'aes128-md5-modp1536', esp: 'aes128-md5' },
    typed: { phase1: { encryption: 'aes', hash: 'md5', group: 5 }, esp: { encryption: 'aes', integrity: 'md5' } },
  },
  {
    name: 'AES-256, SHA-256, group 14, with PFS',
    suite: { ike: 'aes256-sha256-modp2048', esp: 'aes256-sha256-modp2048' },
    typed: {
      phase1: { encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14 },
      esp: { encryption: 'aes', keyBits: 256, integrity: 'sha256' },
      pfsGroup: 14,
    },
  },
  {
    name: 'AES-256, SHA-512, group 20',
    suite: { ike: 'aes256-sha512-ecp384', esp: 'aes256-sha512' },
    typed: {
      phase1: { encryption: 'aes', keyBits: 256, hash: 'sha512', group: 20 },
      esp: { encryption: 'aes', keyBits: 256, integrity: 'sha512' },
    },
  },
];

const withLab = async (suite: Suite): Promise<Lab> => {
  const lab = await openLab(suite);
  onTestFinished(lab.end);
  return lab;
};

const lacks = missing();

/** One of each family; all of them with the long suites. */
const some = (usual: number): readonly Case[] => (longSuites ? cases : cases.slice(usual, usual + 1));

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(some(0))('we ask: $name', async ({ suite, typed }) => {
    const lab = await withLab(suite);
    const run = ikewind(lab, ['connect', ...options(lab, typed), '--peer', theirs, '--hold']);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    await until(run, "charon's tunnel", () => lab.swanctl('--list-sas').includes('INSTALLED, TUNNEL-in-UDP'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await until(run, 'the end of the tunnel', () => lab.swanctl('--list-sas') === '');
    keysAgree(lab);
    await verifies(lab);
  });

  test.each(some(2))('we are asked: $name', async ({ suite, typed }) => {
    const lab = await withLab(suite);
    const run = ikewind(lab, ['listen', ...options(lab, typed)]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    await until(run, 'our tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    // Two questions whether we live, each of which charon wants answered.
    await until(
      run,
      "charon's questions",
      () => (lab.log().match(/parsed INFORMATIONAL_V1 request \d+ \[ HASH N\(DPD_ACK\) \]/g) ?? []).length >= 2,
    );
    lab.swanctl('--terminate', '--ike', 'conn');
    await until(run, 'the delete', () => run.said().includes('IKE_DEST_SA'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test('another pre-shared key: status 1, and nothing is up', async () => {
    const [first] = cases;
    if (!first) return;
    const lab = await withLab(first.suite);
    const run = ikewind(lab, ['connect', ...options(lab, first.typed, 'another secret'), '--peer', theirs, '--for', '8']);
    expect(await run.status).toBe(1);
    expect(run.said()).not.toContain('IKE_P1_COMPLETE');
    await verifies(lab);
  });

  test('no proposal that both want: status 1 with the reason', async () => {
    const [first, , third] = cases;
    if (!first || !third) return;
    const lab = await withLab(first.suite);
    const run = ikewind(lab, ['connect', ...options(lab, third.typed), '--peer', theirs]);
    expect(await run.status).toBe(1);
    expect(run.said()).toContain('NO-PROPOSAL-CHOSEN');
    await verifies(lab);
  });

  test.each(['connect', 'listen'] as const)('%s: charon makes both phases anew, and we follow', async (command) => {
    const third = cases[2];
    if (!third) return;
    const lab = await withLab(third.suite);
    const asks = command === 'connect' ? ['--peer', theirs, '--hold'] : [];
    const run = ikewind(lab, [command, ...options(lab, third.typed), ...asks]);
    const times = (what: string): number => run.said().split(what).length - 1;
    if (command === 'listen') {
      await until(run, 'the start', () => run.said().includes('listening'));
      lab.swanctl('--initiate', '--child', 'net');
    }
    await until(run, 'the tunnel', () => times('IKE_QM_PHASE2_COMPLETE') === 1);
    await until(run, "charon's tunnel", () => lab.swanctl('--list-sas').includes('INSTALLED, TUNNEL-in-UDP'));
    lab.swanctl('--rekey', '--child', 'net');
    await until(run, 'the new IPsec SAs', () => times('IKE_QM_PHASE2_COMPLETE') === 2);
    lab.swanctl('--rekey', '--ike', 'conn');
    await until(run, 'the new ISAKMP SA', () => times('IKE_P1_COMPLETE') === 2);
    await sleep(1000);
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await verifies(lab);
  });
});
