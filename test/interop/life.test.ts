/** The life of SAs with strongSwan's charon: renewed from either side, asked after, cut off, deleted; keys are those of its log, and each log sends the same octets again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

interface Lives {
  readonly phase1Seconds?: number;
  readonly phase2Seconds?: number;
  readonly more?: object;
}

/** Our arguments, with what this test wants of lifetimes and questions. */
const lived = (lab: Lab, { phase1Seconds, phase2Seconds, more }: Lives): string[] => {
  const args = options(lab, typed);
  const text = JSON.stringify({
    phase1: [{ ...typed.phase1, ...(phase1Seconds && { lifetimeSeconds: phase1Seconds }) }],
    tunnels: [
      {
        peer: theirs,
        local: '10.1.0.0/16',
        remote: '10.2.0.0/16',
        esp: [typed.esp],
        ...(phase2Seconds && { lifetimeSeconds: phase2Seconds }),
      },
    ],
    ...more,
  });
  writeFileSync(join(lab.folder, 'our.json'), text);
  return args;
};

const withLab = async (questions = ''): Promise<Lab> => {
  const lab = await openLab({ swanctl: swanctlConf(suite, questions) });
  onTestFinished(lab.end);
  return lab;
};

const times = (run: Run, what: string): number => run.said().split(what).length - 1;
const children = (lab: Lab): number => (lab.swanctl('--list-sas').match(/^ +net: #\d+, .*(INSTALLED|REKEYED), TUNNEL/gm) ?? []).length;
const parents = (lab: Lab): number => (lab.swanctl('--list-sas').match(/^conn: /gm) ?? []).length;

const stands = async (lab: Lab, run: Run): Promise<void> => {
  await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
  await until(run, "charon's tunnel", () => children(lab) > 0);
};

const begin = async (lab: Lab, command: 'connect' | 'listen', lives: Lives): Promise<Run> => {
  const args = lived(lab, lives);
  const run = ikewind(lab, command === 'connect' ? ['connect', ...args, '--peer', theirs, '--hold'] : ['listen', ...args]);
  if (command === 'listen') {
    await until(run, 'the start', () => run.said().includes('listening'));
    lab.swanctl('--initiate', '--child', 'net');
  }
  await stands(lab, run);
  return run;
};

const end = async (lab: Lab, run: Run): Promise<void> => {
  run.process.kill('SIGINT');
  expect(await run.status).toBe(0);
  await verifies(lab);
};

const lacks = missing();

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test('we renew IPsec SAs: the new ones stand before the old ones go, and no ping is lost', async () => {
    const lab = await withLab();
    const args = ['connect', ...lived(lab, { phase2Seconds: 50, more: { rekeyAt: 0.1 } }), '--peer', theirs, '--hold'];
    const run = ikewind(lab, [...args, '--ping', '10.2.0.1', '--count', '12']);
    await until(run, 'the renewal', () => times(run, 'takes the place of') === 1);
    await until(run, 'both pairs', () => children(lab) === 2);
    await until(run, 'the last ping', () => run.said().includes('seq 12 answered'));
    await until(run, 'the end of the old pair', () => run.said().includes('another took its place'));
    await end(lab, run);
    keysAgree(lab, 2 * times(run, 'IKE_QM_PHASE2_COMPLETE'));
  });

  test('we renew the ISAKMP SA: charon keeps the IPsec SAs', async () => {
    const lab = await withLab();
    const run = await begin(lab, 'connect', { phase1Seconds: 70, more: { rekeyAt: 0.1 } });
    await until(run, 'the renewal', () => times(run, 'IKE_P1_COMPLETE') >= 2);
    await until(run, 'the end of the old one', () => run.said().includes('IKE_DEST_SA'));
    await until(run, "charon's end of it", () => parents(lab) === 1);
    expect(children(lab)).toBe(1);
    await end(lab, run);
    keysAgree(lab);
  });

  test.each(longSuites ? (['connect', 'listen'] as const) : (['listen'] as const))(
    '%s: charon renews both, and we follow',
    async (command) => {
      const lab = await withLab();
      const run = await begin(lab, command, {});
      lab.swanctl('--rekey', '--child', 'net');
      await until(run, 'the new IPsec SAs', () => times(run, 'IKE_QM_PHASE2_COMPLETE') === 2);
      lab.swanctl('--rekey', '--ike', 'conn');
      await until(run, 'the new ISAKMP SA', () => times(run, 'IKE_P1_COMPLETE') >= 2);
      // charon leaves the old one to its lifetime; what it carried hangs on the new one.
      await until(run, 'the move', () =>
        /^conn: #2, ESTABLISHED[\s\S]*INSTALLED/m.test(lab.swanctl('--list-sas').split(/^(?=conn: #1)/m)[0] ?? ''),
      );
      expect(children(lab)).toBeGreaterThanOrEqual(1);
      await end(lab, run);
      keysAgree(lab, 4);
    },
  );

  test('both ask after a silence; cut off, each takes the other for dead', async () => {
    const lab = await withLab('dpd_delay = 2s\n    dpd_timeout = 5s');
    const run = await begin(lab, 'connect', { more: { dpd: { idleSeconds: 1, retrySeconds: 1, tries: 2 } } });
    await until(run, 'our question and its answer', () => /parsed INFORMATIONAL_V1 request \d+ \[ HASH N\(DPD\) \]/.test(lab.log()));
    await until(run, 'its answer', () => /generating INFORMATIONAL_V1 request \d+ \[ HASH N\(DPD_ACK\) \]/.test(lab.log()));
    expect(run.said()).not.toContain('error');
    lab.ip('-n', lab.them, 'link', 'set', 'wire0', 'down');
    await until(run, 'our verdict', () => run.said().includes('the peer is dead'));
    await until(run, "charon's", () => lab.swanctl('--list-sas') === '');
    expect(run.said()).toContain('IKE_DEST_SA');
    await end(lab, run);
  });

  test('an operator clears: charon is told, IPsec SAs first, then the ISAKMP SA', async () => {
    const lab = await withLab();
    const run = await begin(lab, 'connect', {});
    run.process.stdin?.write('clear crypto sa\n');
    await until(run, "charon's end of the pair", () => children(lab) === 0);
    expect(parents(lab)).toBe(1);
    run.process.stdin?.write('clear crypto isakmp\n');
    await until(run, "charon's end of all", () => parents(lab) === 0);
    await until(run, 'the news of it', () => run.said().includes('delete isakmp: it was cleared'));
    await end(lab, run);
  });
});
