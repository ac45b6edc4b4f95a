/** Keys out of charon's logs: equal to what the lab collected by other means, and none left in the text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import { readCharonKeys, withoutKeys } from './keys.ts';

/** The form of charon 5.9 with `ike` 4, as syslog has it; the octets are made up. */
const log = `Nov 21 19:08:25 west charon: 16[MGR] checkout IKEv1 SA by message with SPIs 1122334455667788_i 8877665544332211_r
Nov 21 19:08:25 west charon: 16[IKE] <1> shared Diffie Hellman secret => 4 bytes @ 0x7f6d2c00cf90
Nov 21 19:08:25 west charon: 16[IKE] <1>    0: A0 B1 C2 D3                                      ....
Nov 21 19:08:25 west charon: 16[IKE] <1> SKEYID => 18 bytes @ 0x7f6d2c00cf90
Nov 21 19:08:25 west charon: 09[NET] <2> received packet: from 192.0.2.9[500] to 198.51.100.1[500] (100 bytes)
Nov 21 19:08:25 west charon: 16[IKE] <1>    0: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F  ................
Nov 21 19:08:25 west charon: 16[IKE] <1>   16: AB CD                                            AB
Nov 21 19:08:25 west charon: 16[IKE] <1> initial IV => 8 bytes @ 0x7f6d2c00cf90
Nov 21 19:08:25 west charon: 16[IKE] <1>    0: A9 94 06 D4 39 71 08 84                          ....9q..
`;

test('octets are joined, another thread in between notwithstanding', () => {
  const { events, secretLines } = readCharonKeys(log, 3);
  expect(events.map((e) => [e.about.what, e.value && toHex(e.value), e.origin.number])).toEqual([
    ['dhSharedSecret', 'a0b1c2d3', 2],
    ['skeyid', '000102030405060708090a0b0c0d0e0fabcd', 4],
  ]);
  expect(events[1]).toMatchObject({
    origin: { input: 3 },
    about: { initiatorCookie: '1122334455667788', responderCookie: '8877665544332211' },
  });
  expect([...secretLines]).toEqual([3, 6, 7]);
});

test('no octet of a key stays in the text, and no line moves', () => {
  const masked = withoutKeys(log, readCharonKeys(log, 0).secretLines);
  expect(masked.split('\n')).toHaveLength(log.split('\n').length);
  expect(masked).not.toMatch(/A0 B1|0A 0B|AB CD/);
  expect(masked).toContain('A9 94 06 D4');
  expect(readCharonKeys(masked, 0).events).toEqual([]);
});

test('any text gives keys or none', () => {
  const line = fc.constantFrom(
    ...log.split('\n'),
    '16[CHD] <a|1> adding inbound ESP SA',
    '16[CHD] <a|1>   SPI 0x1, src a dst b',
    '16[IKE] <1> SKEYID => 9999999 bytes',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(line, { maxLength: 30 }).map((l) => l.join('\n')),
      ),
      (text) => {
        const { secretLines } = readCharonKeys(text, 0);
        withoutKeys(text, secretLines);
      },
    ),
  );
});

interface LabKeys {
  readonly ike_sas: readonly Readonly<Record<string, unknown>>[];
  readonly ipsec_sas: readonly Readonly<Record<string, unknown>>[];
}

const lab = '../shared/captures/lab';
const traces = existsSync(lab) ? readdirSync(lab).filter((name) => existsSync(`${lab}/${name}/keys.json`)) : [];
const v1 = {
  dh_shared_secret: 'dhSharedSecret',
  skeyid: 'skeyid',
  skeyid_d: 'skeyidD',
  skeyid_a: 'skeyidA',
  skeyid_e: 'skeyidE',
  enc_key: 'encryptionKey',
} as const;
const v2 = {
  dh_shared_secret: 'dhSharedSecret',
  skeyseed: 'skeyseed',
  sk_d: 'skD',
  sk_ai: 'skAi',
  sk_ar: 'skAr',
  sk_ei: 'skEi',
  sk_er: 'skEr',
  sk_pi: 'skPi',
  sk_pr: 'skPr',
} as const;

describe.skipIf(traces.length === 0)(`every key of the lab's keys.json, from the logs alone (needs ${lab})`, () => {
  test.each(traces)('%s', (trace) => {
    const keys = JSON.parse(readFileSync(`${lab}/${trace}/keys.json`, 'utf8')) as LabKeys;
    for (const log of ['initiator.log', 'responder.log']) {
      const text = readFileSync(`${lab}/${trace}/${log}`, 'utf8');
      if (!text.includes('[DMN] Starting IKE charon daemon')) continue;
      const read = readCharonKeys(text, 0);
      const have = new Set(
        read.events.map(
          (e) =>
            `${'spi' in e.about ? `${e.about.what} ${e.about.protocol} ${e.about.spi}` : `${e.about.what} ${'initiatorCookie' in e.about ? e.about.initiatorCookie : ''} ${'messageId' in e.about ? e.about.messageId : ''}`} ${e.value && toHex(e.value)}`,
        ),
      );
      const have2 = new Set(read.ikev2.map((k) => `${k.what} ${k.initiatorSpi} ${k.responderSpi} ${toHex(k.value)}`));
      const missing: string[] = [];
      for (const sa of keys.ike_sas) {
        if (!(sa['logs'] as readonly string[]).includes(log)) continue;
        for (const [name, what] of Object.entries(sa['ike_version'] === 1 ? v1 : v2)) {
          const value = sa[name];
          if (typeof value !== 'string' || value === '') continue;
          const found =
            sa['ike_version'] === 1
              ? have.has(`${what} ${sa['initiator_cookie']}  ${value}`)
              : have2.has(`${what} ${sa['spi_i']} ${sa['spi_r']} ${value}`);
          if (!found) missing.push(`${name} of ${sa['initiator_cookie'] ?? sa['spi_i']}`);
        }
      }
      for (const sa of keys.ipsec_sas) {
        if (!(sa['logs'] as readonly string[]).includes(log)) continue;
        const about = `${String(sa['protocol']).toLowerCase()} ${Number(sa['spi'])}`;
        if (sa['enc_key'] && !have.has(`ipsecEncryptionKey ${about} ${sa['enc_key']}`)) missing.push(`enc_key of ${sa['spi']}`);
        if (sa['auth_key'] && !have.has(`ipsecIntegrityKey ${about} ${sa['auth_key']}`)) missing.push(`auth_key of ${sa['spi']}`);
        if (
          sa['dh_shared_secret'] &&
          sa['exchange'] === 'QUICK_MODE' &&
          !have.has(`dhSharedSecret ${sa['ike_spi_i']} ${sa['message_id']} ${sa['dh_shared_secret']}`)
        )
          missing.push(`dh of ${sa['spi']}`);
      }
      expect(missing, log).toEqual([]);
      // Nothing of a key is left in what is kept of the text.
      const masked = withoutKeys(text, read.secretLines).replaceAll(' ', '').toLowerCase();
      for (const { value } of [...read.events, ...read.ikev2])
        if (value && value.length >= 16) expect(masked).not.toContain(toHex(value.subarray(0, 16)));
    }
  });
});
