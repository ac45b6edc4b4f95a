import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace, sharedFolder } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { type Replay, replayOf } from '../replay/replay.ts';
import type { CertificateSeen } from '../state/ikev1/certificate-seen.ts';
import { set, values } from '../state/persistent-map.ts';
import { certificatePage } from './certificates.ts';

const bundled = replayOf(loadTrace(bundledTrace), nodeCrypto);

type Facts = NonNullable<CertificateSeen['facts']>;

/** One that is valid at the time of the bundled capture, 2026-11-21 19:08:25. */
const facts = (name: string, changes: Partial<Facts> = {}): Facts => ({
  subject: `CN=${name}`,
  issuer: 'CN=root',
  serial: '01',
  notBefore: 1_795_288_105 - 3 * 86_400,
  notAfter: 1_795_288_105 + 5 * 86_400 + 1,
  alternativeNames: [],
  authority: true,
  keyType: 'rsa',
  keyBits: 2048,
  keyInfo: new Uint8Array(),
  sha256: new Uint8Array(32),
  validThen: true,
  ...changes,
});

const seen = (signedBy: number | null, given: Facts | null): CertificateSeen => ({ event: 5, encoding: 4, facts: given, signedBy });

/** The bundled replay, its initiator with these certificates. */
const showing = (shown: readonly CertificateSeen[], certified: boolean | null = null): Replay => {
  const [n] = values(bundled.final.negotiations);
  if (!n) throw new Error('no negotiation');
  const changed = {
    ...n,
    certificates: { ...n.certificates, initiator: shown },
    identityCertified: { ...n.identityCertified, initiator: certified },
  };
  const state = { ...bundled.final, negotiations: set(bundled.final.negotiations, n.id, changed) };
  return { ...bundled, latest: { at: bundled.lastIndex, state } };
};

const page = (shown: readonly CertificateSeen[], certified?: boolean | null) => certificatePage(showing(shown, certified))[0];

describe('a chain', () => {
  const shown = [
    seen(2, facts('gateway', { issuer: 'CN=sub', authority: false })),
    seen(1, facts('root')),
    seen(1, facts('sub')),
    seen(null, null),
  ];

  test('goes from the own certificate upwards, whatever the order on the wire; what is no link stands apart', () => {
    const side = page(shown, true);
    expect(side?.chain.map((c) => c.subject)).toEqual(['CN=gateway', 'CN=sub', 'CN=root']);
    expect(side?.others.map((c) => [c.place, c.encoding])).toEqual([[3, expect.stringContaining('signature')]]);
    expect(side?.end).toMatch(/^The chain ends at CN=root, which signed itself\./);
    expect(side?.identityText).toMatch(/stands in the certificate\.$/);
  });

  test('who signs has to be allowed to', () => {
    const side = page([seen(1, facts('gateway')), seen(null, facts('other gateway', { authority: false }))]);
    expect(side?.chain[1]?.checks).toContainEqual({
      what: 'authority',
      verdict: 'bad',
      text: 'It signed a certificate and does not say that it may.',
    });
    expect(side?.end).toMatch(/Its issuer, CN=root, was not shown/);
  });

  test('certificates that sign each other are no endless chain', () => {
    expect(page([seen(1, facts('a')), seen(0, facts('b'))])?.chain).toHaveLength(2);
  });
});

describe('validity at the time of the capture', () => {
  const at = 1_795_288_105;
  const verdict = (changes: Partial<Facts>) => page([seen(null, facts('a', changes))])?.chain[0]?.checks[0];

  test.each([
    ['valid', {}, 'good', 'Valid at the time of the capture, and for 5 days more.'],
    ['expired', { notAfter: at - 2 * 86_400, validThen: false }, 'bad', 'Expired 2 days before the capture.'],
    ['too early', { notBefore: at + 86_400 + 60, validThen: false }, 'bad', 'Not valid yet at the time of the capture: 1 day too early.'],
    ['no clock', { validThen: null }, 'unknown', 'The trace has no clock to hold its dates against.'],
  ] as const)('%s', (_name, changes, expected, text) => {
    expect(verdict(changes)).toEqual({ what: 'validity', verdict: expected, text });
  });

  test('dates that no calendar has stay numbers', () => {
    expect(page([seen(null, facts('a', { notAfter: Number.MAX_SAFE_INTEGER }))])?.chain[0]?.notAfter).toBe('9007199254740991 s');
  });
});

test('a short key is named', () => {
  const checks = (changes: Partial<Facts>) =>
    page([seen(null, facts('a', changes))])?.chain[0]?.checks.filter((c) => c.what === 'key').length;
  expect([checks({ keyBits: 1024 }), checks({ keyType: 'ec', keyBits: 256 }), checks({ keyType: 'ec', keyBits: 192 })]).toEqual([1, 0, 1]);
});

test('sides that showed none are left out', () => {
  expect(certificatePage(bundled)).toEqual([]);
});

const lab = join(sharedFolder, 'captures/lab');

describe.skipIf(!existsSync(lab))('lab traces in ../shared/captures/lab (skipped without that folder)', () => {
  test('am-rsasig: both sides, as their configurations name them', () => {
    const sides = certificatePage(replayOf(loadTrace(join(lab, 'am-rsasig')), nodeCrypto));
    const configuration = readFileSync(join(lab, 'am-rsasig/initiator.swanctl.conf'), 'utf8');
    for (const side of sides) {
      expect(configuration).toContain(side.identity);
      expect(side).toMatchObject({ identityCheck: 'good', authenticated: true });
      expect(side.chain[0]?.alternativeNames).toEqual([`DNS:${side.identity}`]);
      expect(side.chain[0]?.checks[0]).toMatchObject({ what: 'validity', verdict: 'good' });
    }
    expect(sides.map((s) => s.side)).toEqual(['initiator', 'responder']);
  });

  test('in main mode they are encrypted: at an event before they are opened there is nothing', () => {
    const replay = replayOf(loadTrace(join(lab, 'am-rsasig')), nodeCrypto);
    expect(certificatePage(replay, 1)).toEqual([]);
  });
});
