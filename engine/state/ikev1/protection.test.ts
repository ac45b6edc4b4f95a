import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { blockLength, type CbcCipher } from '../../crypto/provider.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { messageId } from '../../values/message-id.ts';
import { hash1, hash2, hash3, hashI, hashR } from './authentication.ts';
import vectors from './ikev1.vectors.json' with { type: 'json' };
import { exchangeIv, initialIv, lastBlock, openMessage, sealMessage } from './protection.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

describe.each(vectors.negotiations)('the negotiation $name', (v) => {
  const hash = v.hash as 'sha1' | 'md5' | 'sha256';
  const cipher = v.cipher as CbcCipher;
  const block = blockLength[cipher];
  const phase1 = v.messages.filter((m) => m.messageId === 0);
  const quick = v.messages.filter((m) => m.exchange === 'QUICK_MODE');

  test('HASH_I and HASH_R are those of the daemons', () => {
    const proof = {
      skeyid: octets(v.skeyid),
      gxi: octets(v.gxi),
      gxr: octets(v.gxr),
      cookieI: octets(v.cookieI),
      cookieR: octets(v.cookieR),
      saBody: octets(v.saBody),
    };
    expect(toHex(hashI(nodeCrypto, hash, { ...proof, idBody: octets(v.idBodyI) }))).toBe(v.hashI);
    expect(toHex(hashR(nodeCrypto, hash, { ...proof, idBody: octets(v.idBodyR) }))).toBe(v.hashR);
  });

  test('the IVs of phase 1 are a chain over both directions', () => {
    expect(toHex(initialIv(nodeCrypto, hash, octets(v.gxi), octets(v.gxr), block))).toBe(phase1[0]?.iv);
    expect(toHex(lastBlock(octets(phase1[0]?.ciphertext ?? ''), block))).toBe(phase1[1]?.iv);
  });

  test('quick mode begins from the last block of phase 1 and its message ID', () => {
    const last = lastBlock(octets(phase1.at(-1)?.ciphertext ?? ''), block);
    expect(toHex(exchangeIv(nodeCrypto, hash, last, messageId(quick[0]?.messageId ?? 0), block))).toBe(quick[0]?.iv);
  });

  test('HASH(1) to HASH(3) are those of the daemons and of the packets', () => {
    const open = (n: number): Uint8Array => {
      const [iv, ciphertext] = [octets(quick[n]?.iv ?? ''), octets(quick[n]?.ciphertext ?? '')];
      return openMessage(nodeCrypto, cipher, octets(v.encryptionKey), iv, ciphertext) ?? new Uint8Array(0);
    };
    const [one, two, three] = [open(0), open(1), open(2)];
    const hashOctets = octets(v.hash1).length;
    // The last payload ends where the chain ends; what is behind it is padding.
    const rest = (plain: Uint8Array): Uint8Array => {
      let at = 0;
      for (let type = 8; type !== 0; ) {
        type = plain[at] ?? 0;
        at += ((plain[at + 2] ?? 0) << 8) | (plain[at + 3] ?? 0);
      }
      return plain.subarray(4 + hashOctets, at);
    };
    const id = messageId(quick[0]?.messageId ?? 0);
    const [nonceI, nonceR] = [octets(v.ipsecSas[0]?.nonceI ?? ''), octets(v.ipsecSas[0]?.nonceR ?? '')];
    const a = octets(v.skeyidA);
    expect(toHex(hash1(nodeCrypto, hash, a, id, rest(one)))).toBe(v.hash1);
    expect(toHex(hash2(nodeCrypto, hash, a, id, nonceI, rest(two)))).toBe(v.hash2);
    expect(toHex(hash3(nodeCrypto, hash, a, id, nonceI, nonceR))).toBe(v.hash3);
    const seen = [one, two, three].map((plain) => toHex(plain.subarray(4, 4 + hashOctets)));
    expect(seen).toEqual([v.hash1, v.hash2, v.hash3]);
  });
});

test('what is sealed opens to the payloads with zeros behind them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.constantFrom('des-cbc', '3des-cbc', 'aes-cbc'), (payloads, cipher) => {
      const key = new Uint8Array(cipher === 'des-cbc' ? 8 : cipher === '3des-cbc' ? 24 : 32).fill(3);
      const iv = new Uint8Array(blockLength[cipher]);
      const sealed = sealMessage(nodeCrypto, cipher, key, iv, payloads) ?? new Uint8Array(0);
      const opened = openMessage(nodeCrypto, cipher, key, iv, sealed) ?? new Uint8Array(0);
      expect(opened.length % blockLength[cipher]).toBe(0);
      expect(opened.subarray(0, payloads.length)).toEqual(payloads);
      expect(opened.subarray(payloads.length).every((octet) => octet === 0)).toBe(true);
    }),
  );
});

test('no ciphertext, half a block and a key of another cipher open to nothing', () => {
  const [key, iv] = [new Uint8Array(24), new Uint8Array(8)];
  expect(openMessage(nodeCrypto, '3des-cbc', key, iv, new Uint8Array(0))).toBeUndefined();
  expect(openMessage(nodeCrypto, '3des-cbc', key, iv, new Uint8Array(12))).toBeUndefined();
  expect(openMessage(nodeCrypto, 'des-cbc', key, iv, new Uint8Array(8))).toBeUndefined();
  expect(openMessage(nodeCrypto, 'aes-cbc', key, iv, new Uint8Array(16))).toBeUndefined();
});
