/** What charon and we refuse, in both directions: proposals of both phases, and traffic. Who asks is told why; each log sends the same octets again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, type Suite } from './charon.ts';
import { configuration, ikewind, options, type Typed, until, verifies } from './ikewind.ts';
import { theirs } from './spaces.ts';

const suite: Suite = { ike: 'aes128-sha1-modp2048', esp: 'aes128-sha1' };
const typed: Typed = {
  phase1: { encryption: 'aes', keyBits: 128, hash: 'sha1', group: 14 },
  esp: { encryption: 'aes', keyBits: 128, integrity: 'sha1' },
};

interface Case {
  readonly name: string;
  readonly ours: Typed;
  readonly remote: string;
  /** What we say when charon refuses, and what its log has when we do. */
  readonly told: RegExp;
  readonly logged: RegExp;
}

const remote = '10.2.0.0/16';
const cases: readonly Case[] = [
  {
    name: 'phase 2: another cipher',
    ours: { ...typed, esp: { encryption: 'aes', keyBits: 256, integrity: 'sha1' } },
    remote,
    told: /refuses the quick mode: refused: NO-PROPOSAL-CHOSEN/,
    logged: /received NO_PROPOSAL_CHOSEN error notify/,
  },
  {
    name: 'phase 1: another group',
    ours: { ...typed, phase1: { ...typed.phase1, group: 5 } },
    remote,
    told: /the peer refuses: NO-PROPOSAL-CHOSEN/,
    logged: /received NO_PROPOSAL_CHOSEN error notify/,
  },
  { name: 'phase 2: PFS', ours: { ...typed, pfsGroup: 14 }, remote, told: /NO-PROPOSAL-CHOSEN/, logged: /received NO_PROPOSAL_CHOSEN/ },
  {
    name: 'phase 2: other traffic',
    ours: typed,
    remote: '10.3.0.0/16',
    told: /refuses the quick mode: refused: INVALID-ID-INFORMATION/,
    logged: /received INVALID_ID_INFORMATION error notify/,
  },
];

const withLab = async (): Promise<Lab> => {
  const lab = await openLab(suite);
  onTestFinished(lab.end);
  return lab;
};

const arguments_ = (lab: Lab, { ours, remote }: Case): string[] => {
  const args = options(lab, ours);
  writeFileSync(join(lab.folder, 'our.json'), configuration(ours).replace('10.2.0.0/16', remote));
  return args;
};

const lacks = missing();
const some = longSuites ? cases : cases.slice(0, 1);

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(some)('refuses us: $name', async (its) => {
    const lab = await withLab();
    const run = ikewind(lab, ['connect', ...arguments_(lab, its), '--peer', theirs, '--for', '10']);
    expect([await run.status, run.said()]).toEqual([1, expect.stringMatching(its.told)]);
    expect(run.said()).not.toContain('IKE_QM_PHASE2_COMPLETE');
    await verifies(lab);
  });

  test.each(some)('is refused by us: $name', async (its) => {
    const lab = await withLab();
    const run = ikewind(lab, ['listen', ...arguments_(lab, its)]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(() => lab.swanctl('--initiate', '--child', 'net', '--timeout', '8')).toThrow();
    expect(lab.log()).toMatch(its.logged);
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    expect(run.said()).not.toContain('IKE_QM_PHASE2_COMPLETE');
    await verifies(lab);
  });
});
