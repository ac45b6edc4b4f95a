/**
 * The published and recorded vectors of all that is computed with keys, as one function, so that every provider can be held to
 * them in every runtime: it needs no test runner.
 */
import { fromHex, toHex } from '../../engine/bytes/hex.ts';
import { openCcm, sealCcm } from '../../engine/crypto/ccm.ts';
import vectors from '../../engine/crypto/crypto.vectors.json' with { type: 'json' };
import { publicValue, publicValueFault, sharedSecret } from '../../engine/crypto/dh.ts';
import dh from '../../engine/crypto/dh.vectors.json' with { type: 'json' };
import { type IntegrityName, icv } from '../../engine/crypto/integrity.ts';
import { publicKeyOfCertificate, publicKeyOfInfo, rsaPrivateKey } from '../../engine/crypto/key.ts';
import { type AeadCipher, blockLength, type CbcCipher, type Crypto, type HashName, keyLengths } from '../../engine/crypto/provider.ts';
import { decryptRsa } from '../../engine/crypto/rsa.ts';
import { verifySignature } from '../../engine/crypto/signature.ts';
import signatures from '../../engine/crypto/signature.vectors.json' with { type: 'json' };
import { hash1, hash2, hash3, hashI, hashR } from '../../engine/state/ikev1/authentication.ts';
import ikev1 from '../../engine/state/ikev1/ikev1.vectors.json' with { type: 'json' };
import { cipherKey, deriveSkeyids, keymat, skeyidFromPsk } from '../../engine/state/ikev1/keys.ts';
import { exchangeIv, initialIv, lastBlock, openMessage, sealMessage } from '../../engine/state/ikev1/protection.ts';
import { ahIcv } from '../../engine/state/ipsec/ah-protection.ts';
import ah from '../../engine/state/ipsec/ah-protection.vectors.json' with { type: 'json' };
import { espAlgorithms } from '../../engine/state/ipsec/esp-algorithms.ts';
import { expectedEspIcv, openEsp, verifyEsp, verifyIcv } from '../../engine/state/ipsec/esp-protection.ts';
import esp from '../../engine/state/ipsec/esp-protection.vectors.json' with { type: 'json' };
import { type MessageId, messageId } from '../../engine/values/message-id.ts';
import { spi } from '../../engine/values/spi.ts';

/** A sentence for each value that came out otherwise; empty where the provider does all. */
export const checkVectors = (crypto: Crypto): string[] => {
  const failures: string[] = [];
  const expect: Expect = (what, actual, expected) => {
    const seen = actual instanceof Uint8Array ? toHex(actual) : String(actual);
    if (seen !== expected) failures.push(`${what}: expected ${expected}, got ${seen}`);
  };
  checkPrimitives(crypto, expect);
  checkCounterModes(crypto, expect);
  checkPublicKeys(crypto, expect);
  checkSizes(crypto, expect);
  for (const negotiation of ikev1.negotiations) checkNegotiation(crypto, expect, negotiation);
  checkSchedules(crypto, expect);
  checkEsp(crypto, expect);
  checkSuites(crypto, expect);
  return failures;
};

type Expect = (what: string, actual: Uint8Array | string | number | boolean | undefined, expected: string) => void;
type Negotiation = (typeof ikev1.negotiations)[number];

const octets = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('a vector is not hex');
  return bytes;
};

const checkPrimitives = (crypto: Crypto, expect: Expect): void => {
  for (const v of vectors.hash) {
    const data = octets(v.data);
    expect(`${v.name} ${v.hash}`, crypto.hash(v.hash as HashName, data), v.digest);
    expect(`${v.name} ${v.hash} in parts`, crypto.hash(v.hash as HashName, data.subarray(0, 1), data.subarray(1)), v.digest);
  }
  for (const v of vectors.hmac) {
    const [key, data] = [octets(v.key), octets(v.data)];
    expect(`${v.name} ${v.hash}`, crypto.hmac(v.hash as HashName, key, data), v.mac);
    expect(`${v.name} ${v.hash} again, in parts`, crypto.hmac(v.hash as HashName, key, data.subarray(0, 7), data.subarray(7)), v.mac);
  }
  for (const v of vectors.integrity) expect(v.name, icv(crypto, v.integrity as IntegrityName, octets(v.key), octets(v.data)), v.icv);
  for (const v of vectors.cbc) {
    const [cipher, key, iv] = [v.cipher as CbcCipher, octets(v.key), octets(v.iv)];
    for (const time of ['first', 'second']) {
      expect(`${v.name} encrypt, ${time}`, crypto.encryptCbc(cipher, key, iv, octets(v.plain)), v.ciphertext);
      expect(`${v.name} decrypt, ${time}`, crypto.decryptCbc(cipher, key, iv, octets(v.ciphertext)), v.plain);
    }
  }
};

const checkCounterModes = (crypto: Crypto, expect: Expect): void => {
  for (const v of vectors.ctr) {
    expect(v.name, crypto.aesCtr(octets(v.key), octets(v.counter), octets(v.plain)), v.ciphertext);
  }
  for (const v of vectors.aead) {
    const cipher = v.cipher as AeadCipher;
    const [key, nonce, associated, tag] = [octets(v.key), octets(v.nonce), octets(v.associated), octets(v.tag)];
    const sealed = crypto.sealAead(cipher, key, nonce, associated, octets(v.plain));
    expect(`${v.name} ciphertext`, sealed?.ciphertext, v.ciphertext);
    expect(`${v.name} tag`, sealed?.tag, v.tag);
    for (const length of cipher === 'aes-gcm' ? [8, 12, 16] : [16]) {
      const open = (given: Uint8Array) => crypto.openAead(cipher, key, nonce, associated, octets(v.ciphertext), given);
      const cut = tag.slice(0, length);
      expect(`${v.name} opened with ${length} octets of tag`, open(cut)?.plain, v.plain);
      expect(`${v.name} with ${length} octets of tag is authentic`, open(cut)?.authentic, 'true');
      cut[0] = (cut[0] ?? 0) ^ 1;
      expect(`${v.name} with a flipped bit opens`, open(cut)?.plain, v.plain);
      expect(`${v.name} with a flipped bit is authentic`, open(cut)?.authentic, 'false');
    }
    expect(`${v.name} with a short nonce`, crypto.openAead(cipher, key, nonce.subarray(1), associated, nonce, tag)?.plain, 'undefined');
    expect(`${v.name} with a short key`, crypto.sealAead(cipher, key.subarray(1), nonce, associated, nonce)?.tag, 'undefined');
    expect(`${v.name} with half a tag`, crypto.openAead(cipher, key, nonce, associated, nonce, tag.subarray(9))?.plain, 'undefined');
  }
  for (const v of vectors.ccm) {
    const [key, nonce, associated, tag] = [octets(v.key), octets(v.nonce), octets(v.associated), octets(v.tag)];
    const sealed = sealCcm(crypto, key, nonce, associated, octets(v.plain), tag.length);
    const opened = openCcm(crypto, key, nonce, associated, octets(v.ciphertext), tag);
    expect(`${v.name} ciphertext`, sealed?.ciphertext, v.ciphertext);
    expect(`${v.name} tag`, sealed?.tag, v.tag);
    expect(`${v.name} plain`, opened?.plain, v.plain);
    expect(`${v.name} is authentic`, opened?.authentic, 'true');
  }
};

const checkPublicKeys = (crypto: Crypto, expect: Expect): void => {
  for (const v of dh.cases) {
    const where = `${v.name}, group ${v.group}`;
    const [a, b] = [octets(v.publicA), octets(v.publicB)];
    expect(`${where} public value`, publicValue(v.group, octets(v.privateA)), v.publicA);
    expect(`${where} shared secret of A`, sharedSecret(v.group, octets(v.privateA), b), v.shared);
    expect(`${where} shared secret of B`, sharedSecret(v.group, octets(v.privateB), a), v.shared);
    expect(`${where} fault`, String(publicValueFault(v.group, a)), 'null');
  }
  for (const v of signatures.signatures) {
    const key = v.certificate === undefined ? publicKeyOfInfo(octets(v.publicKey)) : publicKeyOfCertificate(octets(v.certificate));
    const verdict = key && verifySignature(crypto, v.method, key, octets(v.hash), octets(v.signature));
    expect(v.name, String(verdict?.form), v.form);
  }
  const { privateKeyPkcs1, privateKeyPkcs8, plain, ciphertext } = signatures.encryption;
  for (const form of [privateKeyPkcs1, privateKeyPkcs8]) {
    const key = rsaPrivateKey(octets(form));
    expect('RSA decryption', key && decryptRsa(key, octets(ciphertext)), plain);
  }
  const authority = octets(signatures.authority);
  for (const { name, certificate } of signatures.signatures) {
    if (certificate === undefined) continue;
    expect(`${name} certificate of its authority`, String(crypto.certificates.issued(authority, octets(certificate))), 'true');
    expect(`${name} certificate issued by itself`, String(crypto.certificates.issued(octets(certificate), octets(certificate))), 'false');
    expect(`${name} key`, crypto.certificates.read(octets(certificate))?.key.type, 'rsa');
  }
};

/** Sizes that do not fit give no value and no exception. */
const checkSizes = (crypto: Crypto, expect: Expect): void => {
  for (const cipher of Object.keys(blockLength) as CbcCipher[]) {
    const block = blockLength[cipher];
    const keySizes = keyLengths[cipher];
    for (let key = 0; key <= 60; key++) {
      const out = crypto.encryptCbc(cipher, new Uint8Array(key), new Uint8Array(block), new Uint8Array(block));
      expect(`${cipher} with a key of ${key} octets`, out?.length, keySizes.includes(key) ? String(block) : 'undefined');
    }
    const key = new Uint8Array(keySizes[0] ?? 0);
    expect(`${cipher} with a short IV`, crypto.decryptCbc(cipher, key, new Uint8Array(block - 1), new Uint8Array(block)), 'undefined');
    expect(`${cipher} with half a block`, crypto.decryptCbc(cipher, key, new Uint8Array(block), new Uint8Array(block + 1)), 'undefined');
    expect(`${cipher} of nothing`, crypto.decryptCbc(cipher, key, new Uint8Array(block), new Uint8Array(0)), '');
  }
  expect('HMAC with an empty key', crypto.hmac('sha256', new Uint8Array(0), new Uint8Array(0)), hmacOfNothing);
};

/** HMAC-SHA-256 of nothing with an empty key, as Python's hmac gives it. */
const hmacOfNothing = 'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad';

const checkNegotiation = (crypto: Crypto, expect: Expect, v: Negotiation): void => {
  const hash = v.hash as HashName;
  const cipher = v.cipher as CbcCipher;
  const block = blockLength[cipher];
  const [nonceI, nonceR, gxi, gxr, cookieI, cookieR] = [v.nonceI, v.nonceR, v.gxi, v.gxr, v.cookieI, v.cookieR].map(octets) as Six;
  const skeyid = skeyidFromPsk(crypto, hash, new TextEncoder().encode(v.preSharedKey), nonceI, nonceR);
  const { skeyidD, skeyidA, skeyidE } = deriveSkeyids(crypto, hash, { skeyid, dhSharedSecret: octets(v.gxy), cookieI, cookieR });
  const key = cipherKey(crypto, hash, skeyidE, v.keyOctets);
  expect(`${v.name} SKEYID`, skeyid, v.skeyid);
  expect(`${v.name} SKEYID_d`, skeyidD, v.skeyidD);
  expect(`${v.name} SKEYID_a`, skeyidA, v.skeyidA);
  expect(`${v.name} SKEYID_e`, skeyidE, v.skeyidE);
  expect(`${v.name} cipher key`, key, v.encryptionKey);
  const proof = { skeyid, gxi, gxr, cookieI, cookieR, saBody: octets(v.saBody) };
  expect(`${v.name} HASH_I`, hashI(crypto, hash, { ...proof, idBody: octets(v.idBodyI) }), v.hashI);
  expect(`${v.name} HASH_R`, hashR(crypto, hash, { ...proof, idBody: octets(v.idBodyR) }), v.hashR);

  let iv = initialIv(crypto, hash, gxi, gxr, block);
  expect(`${v.name} first IV`, iv, v.initialIv);
  let phase1Block = iv;
  const chains = new Map<MessageId, Uint8Array>();
  const nonces: Uint8Array[] = [];
  for (const m of v.messages) {
    const where = `${v.name} frame ${m.frame}`;
    const id = messageId(m.messageId);
    const ciphertext = octets(m.ciphertext);
    iv = chains.get(id) ?? (id === 0 ? iv : exchangeIv(crypto, hash, phase1Block, id, block));
    expect(`${where} IV`, iv, m.iv);
    const plain = openMessage(crypto, cipher, key, iv, ciphertext) ?? new Uint8Array(0);
    expect(`${where} sealed again`, sealMessage(crypto, cipher, key, iv, plain), m.ciphertext);
    chains.set(id, lastBlock(ciphertext, block));
    if (id === 0) phase1Block = lastBlock(ciphertext, block);
    const payloads = split(plain, m.firstPayload);
    expect(`${where} payloads`, payloads.map((p) => p.type).join(), m.payloads.join());
    if (id === 0) continue;
    const seen = payloads[0]?.body ?? new Uint8Array(0);
    const rest = plain.subarray(4 + seen.length, payloads.at(-1)?.end);
    const nonce = payloads.find((p) => p.type === 10)?.body;
    const [ni, nr] = nonces;
    if (nonce) nonces.push(nonce);
    if (m.exchange !== 'QUICK_MODE' || ni === undefined) expect(`${where} HASH(1)`, hash1(crypto, hash, skeyidA, id, rest), toHex(seen));
    else if (nr === undefined) expect(`${where} HASH(2)`, hash2(crypto, hash, skeyidA, id, ni, rest), toHex(seen));
    else expect(`${where} HASH(3)`, hash3(crypto, hash, skeyidA, id, ni, nr), toHex(seen));
    // Each of these negotiations has one quick mode, whose hashes the daemons' logs name in order.
    const logged = ni === undefined ? v.hash1 : nr === undefined ? v.hash2 : v.hash3;
    if (m.exchange === 'QUICK_MODE') expect(`${where} hash in the log`, seen, logged);
  }
  for (const sa of v.ipsecSas) {
    const wanted = sa.encryptionKey + sa.integrityKey;
    const made = keymat({
      crypto,
      hash,
      skeyidD,
      protocol: sa.protocol,
      spi: spi(sa.spi),
      nonceI: octets(sa.nonceI),
      nonceR: octets(sa.nonceR),
      octets: wanted.length / 2,
    });
    expect(`${v.name} KEYMAT of ${sa.spi.toString(16)}`, made, wanted);
  }
};

type Six = [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

/** The payload chain of an opened message, without a decoder: this file is to be sure of the keys alone. */
const split = (plain: Uint8Array, first: number): { type: number; body: Uint8Array; end: number }[] => {
  const out: { type: number; body: Uint8Array; end: number }[] = [];
  let type = first;
  for (let at = 0; type !== 0 && at + 4 <= plain.length; ) {
    const end = at + Math.max(4, ((plain[at + 2] ?? 0) << 8) | (plain[at + 3] ?? 0));
    out.push({ type, body: plain.subarray(at + 4, end), end });
    type = plain[at] ?? 0;
    at = end;
  }
  return out;
};

const checkSchedules = (crypto: Crypto, expect: Expect): void => {
  for (const v of ikev1.acvp.cases) {
    const hash = v.hash as HashName;
    const skeyid = skeyidFromPsk(crypto, hash, octets(v.preSharedKey), octets(v.nonceI), octets(v.nonceR));
    const inputs = { skeyid, dhSharedSecret: octets(v.gxy), cookieI: octets(v.cookieI), cookieR: octets(v.cookieR) };
    const { skeyidD, skeyidA, skeyidE } = deriveSkeyids(crypto, hash, inputs);
    expect(`${v.name} SKEYID`, skeyid, v.skeyid);
    expect(`${v.name} SKEYID_d`, skeyidD, v.skeyidD);
    expect(`${v.name} SKEYID_a`, skeyidA, v.skeyidA);
    expect(`${v.name} SKEYID_e`, skeyidE, v.skeyidE);
  }
  for (const v of ikev1.keymatWithPfs) {
    const wanted = v.encryptionKey + v.integrityKey;
    const made = keymat({
      crypto,
      hash: v.hash as HashName,
      skeyidD: octets(v.skeyidD),
      dhSharedSecret: octets(v.dhSharedSecret),
      protocol: v.protocol,
      spi: spi(v.spi),
      nonceI: octets(v.nonceI),
      nonceR: octets(v.nonceR),
      octets: wanted.length / 2,
    });
    expect(`${v.name} KEYMAT of ${v.spi.toString(16)} with PFS`, made, wanted);
  }
};

const checkEsp = (crypto: Crypto, expect: Expect): void => {
  for (const v of esp.rfc3602) {
    const packet = octets(v.packet);
    const opened = openEsp(crypto, v.cipher as CbcCipher, octets(v.key), packet, 0, packet.length, 0);
    expect(`${v.name} plain`, opened?.plain, v.plain);
    expect(`${v.name} trailer`, `${opened?.padLength} ${opened?.nextHeader}`, `${v.padLength} ${v.nextHeader}`);
    expect(`${v.name} padding`, opened?.paddingAsExpected, 'true');
  }
  for (const v of esp.recorded) {
    // Not at the beginning of its buffer, as in a frame.
    const packet = octets(`00112233${v.octets}ffff`);
    const [start, end] = [4, packet.length - 2];
    const integrity = v.integrity as IntegrityName;
    const key = octets(v.integrityKey);
    expect(`${v.name} ICV`, verifyIcv(crypto, integrity, key, packet, start, end), 'true');
    const opened = openEsp(crypto, v.cipher as CbcCipher, octets(v.encryptionKey), packet, start, end, icvOctets(integrity));
    expect(`${v.name} next header`, opened?.nextHeader, String(v.nextHeader));
    expect(`${v.name} inner source`, opened?.plain.slice(12, 16).join('.'), v.innerSource);
    expect(`${v.name} padding`, opened?.paddingAsExpected, 'true');
    packet[end - 1] = (packet[end - 1] ?? 0) ^ 1;
    expect(`${v.name} ICV with a flipped bit`, verifyIcv(crypto, integrity, key, packet, start, end), 'false');
  }
};

/** Every kind of suite; each packet once more with a bit flipped, and under another upper half of its sequence number. */
const checkSuites = (crypto: Crypto, expect: Expect): void => {
  for (const v of esp.suites) {
    const suite = { transform: v.transform, keyBits: v.keyBits, authentication: v.authentication, esn: v.sequenceHigh !== null };
    const algorithms = espAlgorithms(suite);
    if (!algorithms?.transform) {
      expect(v.name, 'no algorithms', 'algorithms');
      continue;
    }
    const packet = octets(`00112233${v.octets}ffff`);
    const [start, end] = [4, packet.length - 2];
    const keys = { encryption: octets(v.encryptionKey), integrity: v.integrityKey === '' ? null : octets(v.integrityKey) };
    const verify = (high: number | null) => String(verifyEsp(crypto, algorithms, keys, packet, start, end, high));
    expect(`${v.name} ICV`, verify(v.sequenceHigh), 'true');
    expect(`${v.name} ICV under another sequence number`, verify((v.sequenceHigh ?? 0) + 1), 'false');
    const icvAt = end - algorithms.icvOctets;
    const expected = expectedEspIcv(crypto, algorithms, keys, packet, start, end, v.sequenceHigh);
    expect(`${v.name} expected ICV`, expected, toHex(packet.subarray(icvAt, end)));
    const opened = openEsp(crypto, algorithms.transform.cipher, keys.encryption, packet, start, end, algorithms.icvOctets);
    expect(`${v.name} next header`, opened?.nextHeader, String(v.nextHeader));
    expect(`${v.name} inner source`, opened?.plain.slice(12, 16).join('.'), v.innerSource);
    expect(`${v.name} padding`, opened?.paddingAsExpected, 'true');
    packet[icvAt - 1] = (packet[icvAt - 1] ?? 0) ^ 1;
    expect(`${v.name} ICV with a flipped bit`, verify(v.sequenceHigh), 'false');
  }
  for (const v of ah.packets) {
    const packet = octets(v.packet);
    const at = (high: number | null) => ahIcv(crypto, v.integrity as IntegrityName, octets(v.key), packet, 0, packet.length, high)?.equal;
    expect(`${v.name} ICV`, at(v.sequenceHigh), 'true');
    expect(`${v.name} ICV under another sequence number`, at(v.sequenceHigh + 1), 'false');
  }
};

const icvOctets = (name: IntegrityName): number => (name === 'hmac-sha2-256-128' ? 16 : 12);
