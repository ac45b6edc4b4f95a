import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { spi } from '../../values/spi.ts';
import { hashI, hashR } from './authentication.ts';
import vectors from './ikev1.vectors.json' with { type: 'json' };
import { cipherKey, deriveSkeyids, keymat, skeyidFromPsk, skeyidFromSignatures } from './keys.ts';
import { initialIv } from './protection.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(vectors.negotiations)('the negotiation $name', (v) => {
  const hash = v.hash as 'sha1' | 'md5' | 'sha256';
  const skeyid = skeyidFromPsk(nodeCrypto, hash, ascii(v.preSharedKey), octets(v.nonceI), octets(v.nonceR));

  test('SKEYID and its followers are those of the daemons', () => {
    const inputs = { skeyid, dhSharedSecret: octets(v.gxy), cookieI: octets(v.cookieI), cookieR: octets(v.cookieR) };
    const { skeyidD, skeyidA, skeyidE } = deriveSkeyids(nodeCrypto, hash, inputs);
    expect([skeyid, skeyidD, skeyidA, skeyidE].map(toHex)).toEqual([v.skeyid, v.skeyidD, v.skeyidA, v.skeyidE]);
  });

  test('the cipher key is that of the daemons', () => {
    expect(toHex(cipherKey(nodeCrypto, hash, octets(v.skeyidE), v.keyOctets))).toBe(v.encryptionKey);
  });

  test.each(v.ipsecSas)('KEYMAT of SPI $spi is that of the daemons', (sa) => {
    const wanted = sa.encryptionKey + sa.integrityKey;
    const made = keymat({
      crypto: nodeCrypto,
      hash,
      skeyidD: octets(v.skeyidD),
      protocol: sa.protocol,
      spi: spi(sa.spi),
      nonceI: octets(sa.nonceI),
      nonceR: octets(sa.nonceR),
      octets: wanted.length / 2,
    });
    expect(toHex(made)).toBe(wanted);
  });
});

test.each(vectors.signatures.cases)('$name: SKEYID is keyed with the nonces', (v) => {
  const [nonceI, nonceR, dhSharedSecret] = [octets(v.nonceI), octets(v.nonceR), octets(v.gxy)];
  const skeyid = skeyidFromSignatures(nodeCrypto, 'sha1', nonceI, nonceR, dhSharedSecret);
  const inputs = { skeyid, dhSharedSecret, cookieI: octets(v.cookieI), cookieR: octets(v.cookieR) };
  const { skeyidD, skeyidA, skeyidE } = deriveSkeyids(nodeCrypto, 'sha1', inputs);
  expect([skeyid, skeyidD, skeyidA, skeyidE].map(toHex)).toEqual([v.skeyid, v.skeyidD, v.skeyidA, v.skeyidE]);
});

test('a cipher key as long as SKEYID_e is SKEYID_e, one octet more is expanded', () => {
  const skeyidE = new Uint8Array(20).fill(5);
  expect(cipherKey(nodeCrypto, 'sha1', skeyidE, 20)).toEqual(skeyidE);
  expect(cipherKey(nodeCrypto, 'sha1', skeyidE, 21).subarray(0, 20)).toEqual(nodeCrypto.hmac('sha1', skeyidE, Uint8Array.of(0)));
});

// Published with the captures, which are not part of this repository.
const published = fileURLToPath(
  new URL('../../../../shared/captures/public/rub-nds/ikev1-psk-main-mode-complete.pcapng.keys.json', import.meta.url),
);

describe.skipIf(!existsSync(published))('the key schedule that RUB-NDS published (needs ../shared/captures/public)', () => {
  const read = () => JSON.parse(readFileSync(published, 'utf8'));

  test('every value follows from pre-shared key, g^xy, nonces and cookies', () => {
    const { ikev1_key_schedule: s, psk, nonces, cookies } = read();
    const [cookieI, cookieR] = cookies.map(octets);
    const [nonceI, nonceR] = nonces.map(octets);
    const skeyid = skeyidFromPsk(nodeCrypto, 'sha1', ascii(psk), nonceI, nonceR);
    const { skeyidD, skeyidA, skeyidE } = deriveSkeyids(nodeCrypto, 'sha1', { skeyid, dhSharedSecret: octets(s.gxy), cookieI, cookieR });
    expect([skeyid, skeyidD, skeyidA, skeyidE].map(toHex)).toEqual([s.SKEYID, s.SKEYID_d, s.SKEYID_a, s.SKEYID_e]);
    expect(toHex(cipherKey(nodeCrypto, 'sha1', skeyidE, 16))).toBe(s.Ka);
  });

  test('hashes and IVs are those of the log', () => {
    const { ikev1_key_schedule: s, cookies } = read();
    const [cookieI, cookieR] = cookies.map(octets);
    // g^xi | g^xr | cookies | SAi_b | IDii_b; group 2 has 128 octets, and the ID is 8 octets.
    const [dataI, dataR] = [octets(s['HASH_I data']), octets(s['HASH_R data'])];
    const [gxi, gxr] = [dataI.subarray(0, 128), dataI.subarray(128, 256)];
    const proof = { skeyid: octets(s.SKEYID), gxi, gxr, cookieI, cookieR, saBody: dataI.subarray(272, -8) };
    expect(toHex(hashI(nodeCrypto, 'sha1', { ...proof, idBody: dataI.subarray(-8) }))).toBe(s.HASH_I);
    expect(toHex(hashR(nodeCrypto, 'sha1', { ...proof, idBody: dataR.subarray(-8) }))).toBe(s.HASH_R);
    expect(toHex(initialIv(nodeCrypto, 'sha1', gxi, gxr, 16))).toBe(s.iv0);
  });
});
