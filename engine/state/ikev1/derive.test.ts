// Keys of phase 1 from what was given: when each is known, on what ground, and what is missing where it is not. Values are the daemons' own.
import { describe, expect, test } from 'vitest';
import { octets } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  codesOf,
  dropped,
  fold,
  hexOf,
  knowing,
  learned,
  learning,
  messageOf,
  negotiationIn,
  secretOf,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import keysFile from '../../../traces/mm-psk-3des-sha1-modp1024/daemons.json' with { type: 'json' };
import { nodeCrypto } from '../../host/node-crypto.ts';
import type { Log } from '../../log/log.ts';
import { cookie } from '../../values/cookie.ts';
import { messageId } from '../../values/message-id.ts';
import { values } from '../persistent-map.ts';
import { missingFor, unreadable } from './derive.ts';

const log = loadTrace(bundledTrace);
const [daemon] = keysFile.ike_sas;
if (!daemon) throw new Error('the trace has an IKE SA');
const initiatorCookie = cookie(daemon.initiator_cookie);
if (!initiatorCookie) throw new Error('the trace names the cookie');
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

const valuesAt = (given: Log, event: number) => negotiationIn(fold(until(given, event)).final).values;
const roots = knowing(log, 'preSharedKey', 'dhSharedSecret');

describe('from the pre-shared key and g^xy alone', () => {
  test('every key is the one in the log of the daemons', () => {
    const v = valuesAt(roots, 19);
    expect([v.skeyid, v.skeyidD, v.skeyidA, v.skeyidE, v.encryptionKey, v.initialIv].map(hexOf)).toEqual([
      daemon.skeyid,
      daemon.skeyid_d,
      daemon.skeyid_a,
      daemon.skeyid_e,
      daemon.enc_key,
      daemon.initial_iv,
    ]);
  });

  test('all of them are derived, at MM4, which brings the last value that goes in', () => {
    const before = valuesAt(roots, 3);
    const after = valuesAt(roots, 4);
    for (const name of ['skeyid', 'skeyidD', 'skeyidA', 'skeyidE', 'encryptionKey', 'initialIv'] as const) {
      expect(before[name]).toBeNull();
      expect(after[name]).toMatchObject({ since: 4, basis: 'derived' });
    }
    expect(after.preSharedKey).toMatchObject({ since: 0, basis: 'supplied' });
    expect(after.nonceI).toMatchObject({ since: 3, basis: 'seen' });
  });

  test('KEYMAT is derived at QM2, and its parts are the keys of the daemons', () => {
    const sas = fold(until(roots, 8)).final.associations;
    const found = keysFile.ipsec_sas.map((sa) => {
      const a = values(sas).find((x) => x.spi === Number(sa.spi));
      expect(a?.keymat).toMatchObject({ since: 8, basis: 'derived' });
      return [hexOf(a?.encryptionKey ?? null), hexOf(a?.integrityKey ?? null)];
    });
    expect(found).toEqual(keysFile.ipsec_sas.map((sa) => [sa.enc_key, sa.auth_key]));
  });
});

describe('what was supplied and what can be derived', () => {
  test('a supplied key serves until it can be derived, and then gives way', () => {
    expect(valuesAt(log, 2).skeyid).toMatchObject({ since: 0, basis: 'supplied' });
    expect(valuesAt(log, 2).encryptionKey).toMatchObject({ since: 0, basis: 'supplied' });
    expect(valuesAt(log, 4).skeyid).toMatchObject({ since: 4, basis: 'derived' });
    expect(valuesAt(log, 4).encryptionKey).toMatchObject({ since: 4, basis: 'derived' });
  });

  test('a wrong SKEYID gives way to the one that the pre-shared key makes', () => {
    const wrong = learning(roots, learned({ what: 'skeyid', initiatorCookie }, new Uint8Array(20)));
    expect(hexOf(valuesAt(wrong, 19).skeyid)).toBe(daemon.skeyid);
  });

  test('SKEYID and g^xy are enough for the rest', () => {
    const v = valuesAt(knowing(log, 'skeyid', 'dhSharedSecret'), 19);
    expect(v.skeyid?.basis).toBe('supplied');
    expect(hexOf(v.encryptionKey)).toBe(daemon.enc_key);
    expect(v.preSharedKey).toBeNull();
  });

  test('SKEYID_e alone gives Ka, and nothing else', () => {
    const v = valuesAt(knowing(log, 'skeyidE'), 19);
    expect(hexOf(v.encryptionKey)).toBe(daemon.enc_key);
    expect([v.skeyid, v.skeyidD, v.skeyidA]).toEqual([null, null, null]);
  });

  test('a key that names another negotiation is not used', () => {
    const other = cookie('00112233445566aa');
    if (!other) throw new Error('sixteen digits');
    const replay = fold(
      learning(withoutSecrets(log), learned({ what: 'encryptionKey', initiatorCookie: other }, secretOf(log, 'encryptionKey'))),
    );
    expect(negotiationIn(replay.final).values.encryptionKey).toBeNull();
  });

  test('a pre-shared key for this negotiation goes before one for everybody, wherever it stands', () => {
    const everybody = learned({ what: 'preSharedKey' }, text('another'));
    const own = learned({ what: 'preSharedKey', initiatorCookie }, text('thisisasecretpassword'));
    const dh = knowing(log, 'dhSharedSecret');
    for (const keys of [
      [everybody, own],
      [own, everybody],
    ])
      expect(hexOf(valuesAt(learning(dh, ...keys), 4).skeyid)).toBe(daemon.skeyid);
  });

  test('a g^xy of a quick mode is none of phase 1', () => {
    const quick = learned({ what: 'dhSharedSecret', initiatorCookie, messageId: messageId(0x3e1e0daa) }, secretOf(log, 'dhSharedSecret'));
    expect(valuesAt(learning(knowing(log, 'preSharedKey'), quick), 19).dhSharedSecret).toBeNull();
  });

  test('two different pre-shared keys, one for each side: what the initiator sealed opens with its own, and the two are accused', () => {
    const sided = learning(
      knowing(log, 'dhSharedSecret'),
      learned({ what: 'preSharedKey', side: 'responder' }, text('anotherpassword')),
      learned({ what: 'preSharedKey', side: 'initiator' }, text('thisisasecretpassword')),
    );
    const replay = fold(until(sided, 5));
    expect(negotiationIn(replay.final).opened).toBe(1);
    expect(codesOf(replay.final)).toContain('pre-shared-key-mismatch');
  });
});

describe('a shared secret with zeros in front', () => {
  // One g^xy in 256 is shorter than its group; some logs print it without the zeros. RFC 2409 5 has it as long as the public values.
  const short = octets('0102030405060708');
  const padded = octets(new Uint8Array(120), short);
  const psk = text('thisisasecretpassword');

  test('is filled up to the length of the public values', () => {
    const [nonceI, nonceR] = [octets(daemon.nonce_i), octets(daemon.nonce_r)];
    const cookies = messageOf(log, 2).subarray(0, 16);
    const skeyid = nodeCrypto.hmac('sha1', psk, nonceI, nonceR);
    const expected = nodeCrypto.hmac('sha1', skeyid, padded, cookies, Uint8Array.of(0));
    for (const secret of [short, padded]) {
      const given = learning(knowing(log, 'preSharedKey'), learned({ what: 'dhSharedSecret', initiatorCookie }, secret));
      const v = valuesAt(given, 4);
      expect(v.dhSharedSecret?.value).toEqual(padded);
      expect(v.skeyidD?.value).toEqual(expected);
    }
  });
});

describe('what is missing', () => {
  const missing = (given: Log): readonly string[] => missingFor(negotiationIn(fold(given).final));

  test.each([
    ['nothing given', withoutSecrets(log), ['the pre-shared key', 'g^xy']],
    ['the pre-shared key', knowing(log, 'preSharedKey'), ['g^xy']],
    ['g^xy', knowing(log, 'dhSharedSecret'), ['the pre-shared key']],
    ['SKEYID', knowing(log, 'skeyid'), ['g^xy']],
    ['Ka', knowing(log, 'encryptionKey'), []],
    ['both roots', roots, []],
    ['both roots, without MM3', dropped(roots, 3), ['the nonces', 'the public values']],
    ['SKEYID and g^xy, without MM4', dropped(knowing(log, 'skeyid', 'dhSharedSecret'), 4), ['the public values']],
  ])('given %s', (_, given, wanted) => {
    expect(missing(given)).toEqual(wanted);
    expect(unreadable(negotiationIn(fold(given).final))).toBeNull();
  });

  test('without MM2 no key would help, since nobody knows the suite', () => {
    const n = negotiationIn(fold(dropped(log, 2)).final);
    expect(missingFor(n)).toEqual([]);
    expect(unreadable(n)).toBe('the suite is not known, since no message that chose it was seen');
  });
});
