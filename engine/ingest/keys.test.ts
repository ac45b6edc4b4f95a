import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import { readKeys } from './keys.ts';
import { recognise } from './recognise.ts';

const brief = (text: string) =>
  readKeys(text, 3).events.map((e) => ({ ...e.about, line: e.origin.number, value: e.value && toHex(e.value) }));
const issues = (text: string) => readKeys(text, 3).issues;
const utf8 = (text: string) => toHex(new TextEncoder().encode(text));

describe('Wireshark tables', () => {
  test('ikev1_decryption_table and esp_sa lines, comments and quotes', () => {
    const text = [
      '# kept',
      'e2ac48224b9fbe1e,7B0b',
      '',
      '"IPv4","*","192.0.2.1","0xc185666e","TripleDES-CBC [RFC2451]","0xa197","HMAC-SHA-1-96 [RFC2404]","ab\\x41"',
      '"IPv6","3ffe:0::1","3ffe::2","10","NULL","","ANY 96 bit authentication [no checking]","","32-bit","0"',
    ].join('\r\n');
    const esp = { protocol: 'esp', spi: 0xc185666e, dst: '192.0.2.1', line: 4 };
    const esp6 = { protocol: 'esp', spi: 10, src: '3ffe::1', dst: '3ffe::2', line: 5 };
    expect(issues(text)).toEqual([]);
    expect(brief(text)).toEqual([
      { what: 'encryptionKey', initiatorCookie: 'e2ac48224b9fbe1e', line: 2, value: '7b0b' },
      { what: 'ipsecEncryptionKey', ...esp, algorithm: 'TripleDES-CBC [RFC2451]', value: 'a197' },
      { what: 'ipsecIntegrityKey', ...esp, algorithm: 'HMAC-SHA-1-96 [RFC2404]', value: utf8('abA') },
      { what: 'ipsecEncryptionKey', ...esp6, algorithm: 'NULL', value: '' },
      { what: 'ipsecIntegrityKey', ...esp6, algorithm: 'ANY 96 bit authentication [no checking]', value: '' },
    ]);
    const anySpi = '"IPv4","*","*","*","NULL","","NULL",""';
    expect(brief(anySpi)).toMatchObject([{ spi: null }, { spi: null }]);
    expect(readKeys(text, 3).events.map((e) => [e.at, e.origin.input, e.ref])).toEqual([0, 1, 2, 3, 4].map((ref) => [null, 3, ref]));
  });

  test.each([
    [
      '18e2c25eb01e6d33,a729810b29bb14bf,c985,3218,"AES-CBC-128 [RFC3602]",8a,81,"HMAC_SHA2_256_128 [RFC4868]"',
      /IKEv2 keys are kept for later/,
    ],
    ['e2ac48224b9fbe1e,7b0bf', /not an even number of hex digits/],
    ['e2ac48224b9fbe1,7b0b', /initiator cookie is not 16/],
    ['"IPv4","*","*","0x123456789","NULL","","NULL",""', /the SPI is neither/],
    ['"IPv4","*","10.0.0.0\\8","1","NULL","","NULL",""', /neither an IP address nor \*/],
    ['"IPv4","*","*","1","DES","0xabc","NULL",""', /encryption key begins with 0x/],
    ['"IPv4","*","*","1","NULL","","NULL"', /7 fields/],
    ['"IPv4","*', /quotation mark/],
    ['a,b,c', /3 fields fit no table/],
  ])('%s', (line, message) => {
    expect(brief(`\n${line}\n`)).toEqual([]);
    const all = issues(`\n${line}\n`);
    expect(all).toMatchObject([{ line: 2, message: expect.stringMatching(message) as string }]);
  });
});

describe('keys.json of the lab', () => {
  const pair = { initiatorCookie: '2d88dc7ce1e37375', responderCookie: '1280d22c85afbd9c' };
  const sa = { ike_version: 1, initiator_cookie: pair.initiatorCookie, responder_cookie: pair.responderCookie };

  test('every known value, each once', () => {
    const child = {
      protocol: 'ESP',
      exchange: 'QUICK_MODE',
      message_id: 4_181_557_638,
      ike_spi_i: sa.initiator_cookie,
      dh_shared_secret: '0d',
    };
    const text = JSON.stringify(
      {
        format: 1,
        secrets: { psk: 'schlüssel' },
        ike_sas: [
          {
            ...sa,
            psk: 'schlüssel',
            dh_shared_secret: '01',
            skeyid: '02',
            skeyid_d: '03',
            skeyid_a: '04',
            skeyid_e: '05',
            enc_key: '06',
            initial_iv: '07',
          },
        ],
        ipsec_sas: [
          { ...child, spi: '0xc73c89bc', src: '192.0.2.1', enc_alg: 'AES_CBC', enc_key: '08', auth_alg: 'HMAC_SHA1_96', auth_key: '09' },
          { ...child, spi: '0xcb774eac', enc_alg: 'AES_GCM_16', enc_key: '0a', auth_alg: null, auth_key: null },
          { protocol: 'AH', spi: '0xc1', enc_alg: null, auth_alg: 'HMAC_SHA2_256_128', auth_key: '0b' },
        ],
      },
      null,
      1,
    );
    expect(issues(text)).toEqual([]);
    const esp = (spi: number) => ({ protocol: 'esp', spi });
    expect(brief(text).map(({ line: _, ...rest }) => rest)).toEqual([
      { what: 'preSharedKey', value: utf8('schlüssel') },
      { what: 'dhSharedSecret', ...pair, value: '01' },
      { what: 'skeyid', ...pair, value: '02' },
      { what: 'skeyidD', ...pair, value: '03' },
      { what: 'skeyidA', ...pair, value: '04' },
      { what: 'skeyidE', ...pair, value: '05' },
      { what: 'encryptionKey', ...pair, value: '06' },
      { what: 'ipsecEncryptionKey', ...esp(0xc73c89bc), algorithm: 'AES_CBC', value: '08' },
      { what: 'ipsecIntegrityKey', ...esp(0xc73c89bc), algorithm: 'HMAC_SHA1_96', value: '09' },
      { what: 'dhSharedSecret', initiatorCookie: pair.initiatorCookie, messageId: 4_181_557_638, value: '0d' },
      { what: 'ipsecEncryptionKey', ...esp(0xcb774eac), algorithm: 'AES_GCM_16', value: '0a' },
      { what: 'ipsecIntegrityKey', protocol: 'ah', spi: 0xc1, algorithm: 'HMAC_SHA2_256_128', value: '0b' },
    ]);
    const lines = text.split('\n');
    expect(brief(text).every(({ line, value }) => lines[line - 1]?.includes(`"${value}"`) || value === utf8('schlüssel'))).toBe(true);
  });

  test('only some values, a key in hex, unequal keys by side', () => {
    expect(brief('{"ike_sas":[{"initiator_cookie":"2d88dc7ce1e37375","psk":"0x00ff","logs":["responder.log"]}]}')).toEqual([
      { what: 'preSharedKey', initiatorCookie: '2d88dc7ce1e37375', side: 'responder', line: 1, value: '00ff' },
    ]);
    expect(brief('{"secrets":{"psk":"a",\n"psk_responder":"b"}}')).toEqual([
      { what: 'preSharedKey', side: 'initiator', line: 1, value: '61' },
      { what: 'preSharedKey', side: 'responder', line: 2, value: '62' },
    ]);
  });

  test('what is malformed is named by line and path, without its octets; the rest is used', () => {
    const text = `{"format": 2,
 "secrets": {"psk": 7},
 "ike_sas": [
  {"ike_version": 2, "spi_i": "00", "sk_d": "aa"},
  {"initiator_cookie": "${sa.initiator_cookie}", "skeyid": "feedbee",
   "skeyid_d": "d0"},
  {"initiator_cookie": "xy", "skeyid": "00"},
  {"skeyid": "00"}
 ],
 "ipsec_sas": {"spi": 1}}`;
    expect(brief(text)).toMatchObject([{ what: 'skeyidD', line: 6, value: 'd0' }]);
    expect(issues(text).map(({ line, message }) => `${line} ${message}`)).toEqual([
      '1 format is not 1, the only format known; what follows is read as far as it fits',
      '2 secrets.psk is not text; put it between quotation marks',
      '4 ike_sas.0 holds IKEv2 keys, which are kept for later: this version opens IKEv1 and ESP only',
      '5 ike_sas.1.skeyid is not an even number of hex digits',
      '7 ike_sas.2.initiator_cookie is not 16 hex digits',
      '8 ike_sas.3 has no initiator_cookie, so nobody can tell whose keys these are',
      '10 ipsec_sas is not a list; put its entries between [ and ]',
    ]);
  });

  test('no JSON, nothing known', () => {
    expect(issues('{"secrets": {"psk": "geheim" ')).toEqual([{ line: 1, message: expect.not.stringContaining('geheim') as string }]);
    expect(issues('{"a": 1}')).toMatchObject([{ message: expect.stringMatching(/no secret/) as string }]);
  });
});

describe('public keys files', () => {
  test('tables, key schedule and pre-shared key', () => {
    const text = JSON.stringify({
      ikev1_decryption_table: ['018ef04f7cf72e4f,4f8e'],
      ikev1_key_schedule: { gxy: '15', SKEYID: '97', SKEYID_d: '87', SKEYID_a: '28', SKEYID_e: '4f', Ka: '4f8e', iv0: '2c' },
      psk: 'Wollowitz',
      cookies: ['018ef04f7cf72e4f', '5f28fdf279308a94'],
    });
    expect(issues(text)).toEqual([]);
    expect(brief(text).map(({ what, value }) => `${what} ${value}`)).toEqual([
      `preSharedKey ${utf8('Wollowitz')}`,
      'encryptionKey 4f8e',
      'dhSharedSecret 15',
      'skeyid 97',
      'skeyidD 87',
      'skeyidA 28',
      'skeyidE 4f',
      'encryptionKey 4f8e',
    ]);
    expect(brief(text)[2]).toMatchObject({ initiatorCookie: '018ef04f7cf72e4f', responderCookie: '5f28fdf279308a94' });
    expect(issues('{"ikev1_key_schedule": {"gxy": "15"}}')).toMatchObject([{ message: expect.stringMatching(/cookies/) as string }]);
  });
});

test('any text: no exception; any JSON neither', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readKeys(text, 0)));
  fc.assert(fc.property(fc.json(), (text) => void readKeys(text, 0)));
  const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  expect(issues(deep)).toHaveLength(1);
  expect(readKeys(`{"psk":"${'x'.repeat(5_000_000)}"}`, 0).events).toHaveLength(1);
});

const shared = '../shared/captures';
const files = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

describe.skipIf(!existsSync(shared))('key files of ../shared/captures (skipped where they are missing)', () => {
  test
    .skipIf(!existsSync(shared))
    .each(existsSync(shared) ? files(shared).filter((f) => /(keys\.json|_table|_table\.responder|esp_sa)$/.test(f)) : [])('%s', (path) => {
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    const { events, issues: said } = readKeys(text, 0);
    expect(recognise(bytes)).toBe(path.endsWith('.json') ? 'keys-json' : 'wireshark-keys');
    const unexplained = said.filter((i) => !/IKEv2 keys|stands for any SA|no secret that is known/.test(i.message));
    expect(unexplained).toEqual([]);
    expect(events.length + said.length).toBeGreaterThan(0);
    for (const { message } of said) expect(message).not.toMatch(/[0-9a-f]{16}/);
  });
});
