// Aggressive mode, the base exchange, RSA encryption and private values: negotiations recorded, and where there are none, made by other means.
import { describe, expect, test } from 'vitest';
import {
  logOf,
  madeAggressive,
  madeBase,
  madeMain,
  madeRsa,
  madeSigned,
  privateValues,
  secret,
  shared,
} from '../../../test/support/made-negotiation.ts';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import {
  codesOf,
  dropped,
  edited,
  flipped,
  fold,
  frameOf,
  hexOf,
  knowing,
  negotiationIn,
  repeated,
  rowsOf,
  seenAt,
  since,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import signed from '../../crypto/signature.vectors.json' with { type: 'json' };
import { cookie } from '../../values/cookie.ts';
import { values } from '../persistent-map.ts';
import made from './certificates.vectors.json' with { type: 'json' };

const trace = (name: string) => loadTrace(`${tracesFolder}/${name}`);
const initiatorCookie = cookie(shared.initiatorCookie);
if (!initiatorCookie) throw new Error('sixteen digits');
const am3 = [
  'I IKE_I_AM1 > IKE_P1_COMPLETE',
  'I IKE_P1_COMPLETE > IKE_P1_COMPLETE',
  'R IKE_R_AM2 > IKE_P1_COMPLETE',
  'R IKE_P1_COMPLETE > IKE_P1_COMPLETE',
];
const verdicts = (replay: ReturnType<typeof fold>, event: number): string[] =>
  (seenAt(replay, event).ike?.authenticators ?? []).map((a) => `${a.name} ${a.verdict}`);

describe('aggressive mode, recorded', () => {
  const log = trace('am-psk');

  test('three messages, the rows of each, and both hashes', () => {
    const replay = fold(log);
    expect(rowsOf(replay, 1)).toEqual(['I IKE_READY > IKE_I_AM1', 'R IKE_READY > IKE_R_AM1 @2']);
    expect(rowsOf(replay, 2)).toEqual(['R IKE_R_AM1 > IKE_R_AM2']);
    expect(rowsOf(replay, 3).map((row) => row.replace(/ @5$/, ''))).toEqual(am3);
    expect([verdicts(replay, 2), verdicts(replay, 3)]).toEqual([['HASH_R equal'], ['HASH_I equal']]);
  });

  test('who has no key sees the same states', () => {
    const rows = (replay: ReturnType<typeof fold>) =>
      rowsOf(replay)
        .filter((row) => !/QM|DEST/.test(row))
        .map((row) => row.replace(/ [@?].*/, ''));
    expect(rows(fold(withoutSecrets(log)))).toEqual(rows(fold(log)));
  });

  test.each([1, 2, 3])('without message %i its rows come with what follows', (event) => {
    const whole = rowsOf(fold(log)).map((row) => row.replace(/ [@?].*/, ''));
    const rows = rowsOf(fold(dropped(withoutSecrets(log), event))).map((row) => row.replace(/ [@?].*/, ''));
    expect(rows.filter((row) => /AM/.test(row))).toEqual(whole.filter((row) => /AM/.test(row)));
  });

  test('a capture that begins with quick mode takes nothing from the mode', () => {
    expect(negotiationIn(fold(since(log, 4)).final)).toMatchObject({ mode: 'unknown', initiator: { state: 'IKE_P1_COMPLETE' } });
  });

  test('a first message again in other octets, before any answer, is the one that counts', () => {
    const other = flipped(frameOf(log, 1).length - 1);
    const nonceAt = seenAt(fold(log), 1).ike?.payloads.find((p) => p.type === 10)?.body.start ?? 0;
    const stale = edited(repeated(log, 1), 1, flipped(nonceAt));
    const replay = fold(stale);
    expect(verdicts(replay, 3)).toEqual(['HASH_R equal']);
    expect(codesOf(replay.final)).not.toContain('pre-shared-key-mismatch');
    expect(rowsOf(fold(repeated(log, 1, 2, other)), 3)).toEqual([]);
  });

  test('the same key at both ends is one set of keys, two keys are two', () => {
    expect(negotiationIn(fold(log).final).responderValues).toBeNull();
    const replay = fold(trace('am-psk-mismatch'));
    const n = negotiationIn(replay.final);
    // Both SKEYIDs as the two daemons logged them.
    expect([hexOf(n.values.skeyid), n.responderValues && hexOf(n.responderValues.skeyid)]).toEqual([
      'cafb22a706d608c6eda6f83fc7bc36d373121a67',
      '4b2df5e058ef715aeaad6900f9712ad22a3e2776',
    ]);
    expect(seenAt(replay, 3).ike?.opened?.key).toBe('initiator');
    expect(codesOf(replay.final)).toContain('pre-shared-key-mismatch');
    expect(n.authenticated).toEqual({ initiator: null, responder: false });
  });
});

describe('aggressive mode, made', () => {
  const psk = secret({ what: 'preSharedKey' }, 'sesame');
  const dh = secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy);

  test.each([true, false])('its third message encrypted: %s', (sealed) => {
    const made = madeAggressive('sesame', sealed);
    const informational = made.exchange(77);
    const frames = [...made.frames, informational.seal('initiator', 5, [[8, new Uint8Array(20)]], 77)];
    const replay = fold(logOf(frames, [psk, dh]));
    expect(rowsOf(replay, 3).map((row) => row.replace(/ [@?].*/, ''))).toEqual(am3);
    expect(verdicts(replay, 3)).toEqual(['HASH_I equal']);
    // Either way the IV of the next exchange follows from what was last: a block, or the first IV.
    expect(seenAt(replay, 4).ike?.opened).not.toBeNull();
  });

  test('a wrong HASH_I in the clear: the responder stays where it was', () => {
    const made = madeAggressive('sesame');
    const log = logOf(made.frames, [psk]);
    const replay = fold(edited(log, 3, flipped(frameOf(log, 3).length - 1)));
    expect(rowsOf(replay, 3)).toEqual(am3.slice(0, 2));
    expect(negotiationIn(replay.final)).toMatchObject({ established: null, authenticated: { initiator: false, responder: true } });
  });

  test('another key in hand: HASH_R says so, and accuses the key', () => {
    const replay = fold(logOf(madeAggressive('sesame').frames, [secret({ what: 'preSharedKey' }, 'open')]));
    expect(verdicts(replay, 2)).toEqual(['HASH_R differs']);
    expect(codesOf(replay.final)).toContain('pre-shared-key-mismatch');
  });
});

describe('a private value of Diffie-Hellman', () => {
  const made = madeMain('sesame');
  const psk = secret({ what: 'preSharedKey' }, 'sesame');

  test.each(['initiator', 'responder'] as const)('of the %s gives g^xy, whether it says whose it is or not', (side) => {
    for (const about of [{ side }, {}]) {
      const replay = fold(logOf(made.frames, [psk, secret({ what: 'dhPrivateValue', ...about }, privateValues[side])]));
      const n = negotiationIn(replay.final);
      expect(hexOf(n.values.dhSharedSecret)).toBe(toHex(shared.gxy));
      expect(n.authenticated).toEqual({ initiator: true, responder: true });
      expect(n.values.dhSharedSecret?.basis).toBe('derived');
    }
  });

  test('that belongs to neither gives nothing', () => {
    const replay = fold(logOf(made.frames, [psk, secret({ what: 'dhPrivateValue' }, new Uint8Array(32).fill(7))]));
    expect(negotiationIn(replay.final).values.dhSharedSecret).toBeNull();
  });
});

describe('RSA encryption', () => {
  const pkcs8 = fromHex(signed.encryption.privateKeyPkcs8) ?? new Uint8Array();
  const dh = secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy);

  test.each([4, 5] as const)('method %i: the private keys open nonces and identities, and all the rest follows', (method) => {
    const replay = fold(logOf(madeRsa(method, pkcs8).frames, [dh, secret({ what: 'rsaPrivateKey' }, pkcs8)]));
    const n = negotiationIn(replay.final);
    expect([hexOf(n.values.nonceI), hexOf(n.values.nonceR)]).toEqual([toHex(shared.nonceI), toHex(shared.nonceR)]);
    expect([n.initiator.identity, n.responder.identity]).toEqual(['left.example', 'right.example']);
    expect([verdicts(replay, 5), verdicts(replay, 6)]).toEqual([['HASH_I equal'], ['HASH_R equal']]);
  });

  test.each([4, 5] as const)(
    'method %i without the keys: what is missing has a name, and no ciphertext is taken for an identity',
    (method) => {
      const replay = fold(logOf(madeRsa(method, pkcs8).frames, [dh]));
      expect(seenAt(replay, 5).ike?.closed).toContain('the private RSA keys of both sides');
      expect(negotiationIn(replay.final).initiator.identity).toBeNull();
    },
  );
});

test('the base exchange is named message by message, and its proofs are not judged', () => {
  const replay = fold(logOf(madeBase()));
  expect([1, 2, 3, 4].map((event) => seenAt(replay, event).ike?.label)).toEqual(['BM1', 'BM2', 'BM3', 'BM4']);
  expect(rowsOf(replay)).toEqual(['R IKE_READY > IKE_P1_COMPLETE', 'I IKE_READY > IKE_P1_COMPLETE ?']);
  expect(negotiationIn(replay.final)).toMatchObject({
    initiator: { identity: 'left.example' },
    authenticated: { initiator: null, responder: null },
  });
});

describe('signatures', () => {
  const log = trace('am-rsasig');

  test('are verified with the certificates that came with them, which name the identities', () => {
    const replay = fold(knowing(log, 'dhSharedSecret'));
    expect([verdicts(replay, 3), verdicts(replay, 7)]).toEqual([['SIG_R equal'], ['SIG_I equal']]);
    const n = negotiationIn(replay.final);
    expect(n.identityCertified).toEqual({ initiator: true, responder: true });
    expect(n.certificates.responder[0]?.facts).toMatchObject({
      subject: 'C=XX, O=Lab Example, CN=responder.lab.example',
      alternativeNames: ['DNS:responder.lab.example'],
      validThen: true,
    });
    expect(hexOf(n.values.skeyid)).toBe('9958332344a1dd9256c63af24d9921ee62525f0e');
  });

  test('are unknown without g^xy, since HASH_R hangs on it', () => {
    expect(verdicts(fold(withoutSecrets(log)), 3)).toEqual(['SIG_R unknown']);
  });

  test('that were changed do not verify: authentication failed, and the key is not accused', () => {
    const replay = fold(edited(until(knowing(log, 'dhSharedSecret'), 3), 3, flipped(frameOf(log, 3).length - 1)));
    expect(verdicts(replay, 3)).toEqual(['SIG_R differs']);
    expect(codesOf(replay.final)).toContain('authentication-failed');
  });

  test('a certificate that is not valid at the time of the capture is a problem', () => {
    const late = {
      ...log,
      happened: log.happened.map((e) => (e.at === null ? e : { ...e, at: (e.at + 40n * 31_557_600_000_000_000n) as typeof e.at })),
    };
    const found = values(fold(late).final.findings).find((f) => f.code === 'certificate-problem');
    expect(found?.message).toContain('not valid at the time');
    expect(found?.evidence).toMatch(/: 2026-11-21 to 2046-11-\d\d$/);
  });

  test('an identity that does not stand in the certificate is a problem', () => {
    // The identity of message 1 is an FQDN: another letter in it.
    const at = seenAt(fold(log), 1).ike?.payloads.find((p) => p.type === 5)?.body.start ?? 0;
    const replay = fold(edited(knowing(log, 'dhSharedSecret'), 1, flipped(at + 5)));
    expect(negotiationIn(replay.final).identityCertified.initiator).toBe(false);
    expect(codesOf(replay.final)).toContain('certificate-problem');
  });

  test('the chain is told as far as the message carries it', () => {
    const n = negotiationIn(fold(trace('ikev1-fragmentation')).final);
    expect(n.certificates.initiator.map((c) => [c.facts?.authority, c.signedBy])).toEqual(
      n.certificates.initiator.map(() => [false, null]),
    );
  });
});

describe('ECDSA and DSS, made', () => {
  const der = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
  const dh = secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy);
  const ecdsa = {
    method: 9,
    hash: 'sha256',
    certificates: [made.ecdsa.certificate, made.authority, made.root].map(der),
    privateKey: der(made.ecdsa.privateKeyPkcs8),
  } as const;

  test('ECDSA with SHA-256 on P-256: verified, with the chain that the message carries', () => {
    const replay = fold(logOf(madeSigned(ecdsa).frames, [dh]));
    expect([verdicts(replay, 5), verdicts(replay, 6)]).toEqual([['SIG_I equal'], ['SIG_R equal']]);
    const n = negotiationIn(replay.final);
    expect(n.certificates.initiator.map((c) => [c.facts?.subject, c.facts?.authority, c.signedBy])).toEqual([
      ['C=XX, O=Example, CN=left.example', false, 1],
      ['C=XX, O=Example, CN=Middle', true, 2],
      ['C=XX, O=Example, CN=Root', true, 2],
    ]);
    expect(n).toMatchObject({ identityCertified: { initiator: true }, authenticated: { initiator: true, responder: true } });
    expect(codesOf(replay.final)).not.toContain('certificate-problem');
  });

  test('DSS', () => {
    const dss = { method: 2, hash: 'sha1', certificates: [der(made.dss.certificate)], privateKey: der(made.dss.privateKeyPkcs8) } as const;
    const replay = fold(logOf(madeSigned(dss).frames, [dh]));
    expect([verdicts(replay, 5), verdicts(replay, 6)]).toEqual([['SIG_I equal'], ['SIG_R equal']]);
  });

  test('the certificate of another: the signature does not verify', () => {
    const other = { ...ecdsa, certificates: [der(made.authority)] };
    const replay = fold(logOf(madeSigned(other).frames, [dh]));
    expect(verdicts(replay, 5)).toEqual(['SIG_I differs']);
    expect(codesOf(replay.final)).toEqual(expect.arrayContaining(['authentication-failed', 'certificate-problem']));
  });

  test('no certificate at all: nothing can be said', () => {
    const replay = fold(logOf(madeSigned({ ...ecdsa, certificates: [] }).frames, [dh]));
    expect(verdicts(replay, 5)).toEqual(['SIG_I unknown']);
    expect(negotiationIn(replay.final)).toMatchObject({ established: 6, authenticated: { initiator: null, responder: null } });
  });

  test('octets that are no certificate are a problem, and nothing breaks', () => {
    const replay = fold(logOf(madeSigned({ ...ecdsa, certificates: [Uint8Array.of(48, 3, 1, 2)] }).frames, [dh]));
    expect(codesOf(replay.final)).toContain('certificate-problem');
  });

  test('hybrid: the gateway signs, and the hash of the client identifies nobody', () => {
    const dss = {
      method: 64223,
      hash: 'sha1',
      certificates: [der(made.dss.certificate)],
      privateKey: der(made.dss.privateKeyPkcs8),
      oneSided: true,
    } as const;
    const replay = fold(logOf(madeSigned(dss).frames, [dh]));
    expect([verdicts(replay, 5), verdicts(replay, 6)]).toEqual([['HASH_I equal'], ['SIG_R equal']]);
    expect(negotiationIn(replay.final).authenticated).toEqual({ initiator: null, responder: true });
  });
});
