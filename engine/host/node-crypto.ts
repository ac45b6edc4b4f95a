/** The crypto port over node:crypto, and over our own code where OpenSSL 3 without its legacy provider, or Electron's BoringSSL, lacks an algorithm. */
import {
  type CipherChaCha20Poly1305,
  type CipherGCM,
  type CipherGCMTypes,
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createSecretKey,
  type DecipherChaCha20Poly1305,
  type DecipherGCM,
  getCiphers,
  type KeyObject,
  privateEncrypt,
} from 'node:crypto';
import { membersOf, readDer } from '../crypto/der.ts';
import {
  type AeadCipher,
  blockLength,
  type CbcCipher,
  type Crypto,
  keyLengths,
  type OpenedAead,
  type SealedAead,
} from '../crypto/provider.ts';
import { type BlockCipher, cbcDecrypt, cbcEncrypt } from '../crypto/pure/block-cipher.ts';
import { blowfish } from '../crypto/pure/blowfish.ts';
import { camellia } from '../crypto/pure/camellia.ts';
import { cast128 } from '../crypto/pure/cast-128.ts';
import { openChaCha20Poly1305, sealChaCha20Poly1305 } from '../crypto/pure/chacha20-poly1305.ts';
import { nodeCertificates } from './node-certificates.ts';
import { nodePower } from './node-power.ts';

const runtime =
  process.versions['electron'] === undefined
    ? `OpenSSL ${process.versions.openssl}`
    : `BoringSSL of Electron ${process.versions['electron']}`;

/** A key array is read once: who changes its octets later must pass another array. */
export const nodeCrypto: Crypto = {
  name: `node:crypto, ${runtime}`,
  hash: (name, ...parts) => {
    const hash = createHash(name);
    for (const part of parts) hash.update(part);
    return plain(hash.digest());
  },
  hmac: (name, key, ...parts) => {
    const hmac = createHmac(name, keyObject(macKeys, key));
    for (const part of parts) hmac.update(part);
    return plain(hmac.digest());
  },
  decryptCbc: (cipher, key, iv, data) => runCbc(createDecipheriv, cbcDecrypt, cipher, key, iv, data),
  encryptCbc: (cipher, key, iv, data) => runCbc(createCipheriv, cbcEncrypt, cipher, key, iv, data),
  aesCtr: (key, counter, data) =>
    keyLengths.aes.includes(key.length) && counter.length === 16
      ? plain(createCipheriv(`aes-${key.length * 8}-ctr`, keyObject(cipherKeys, key), counter).update(data))
      : undefined,
  openAead: (cipher, key, nonce, associated, ciphertext, tag) => {
    if (!fits(cipher, key, nonce) || !(tagLengths[cipher] as readonly number[]).includes(tag.length)) return undefined;
    if (cipher === 'aes-gcm') return openGcm(key, nonce, associated, ciphertext, tag);
    return nativeChaCha
      ? openNative(key, nonce, associated, ciphertext, tag)
      : openChaCha20Poly1305(key, nonce, associated, ciphertext, tag);
  },
  sealAead: (cipher, key, nonce, associated, text) => {
    if (!fits(cipher, key, nonce)) return undefined;
    if (cipher === 'aes-gcm') return seal(createCipheriv(gcm(key), keyObject(cipherKeys, key), nonce), associated, text);
    if (!nativeChaCha) return sealChaCha20Poly1305(key, nonce, associated, text);
    return seal(createCipheriv('chacha20-poly1305', keyObject(cipherKeys, key), nonce, { authTagLength: 16 }), associated, text);
  },
  signRsa: (key, octets) => {
    try {
      return plain(privateEncrypt({ key: rsaKeyObject(key), padding: constants.RSA_PKCS1_PADDING }, octets));
    } catch {
      // No key that can do this.
      return undefined;
    }
  },
  power: nodePower,
  certificates: nodeCertificates,
};

const offered = new Set(getCiphers());
const nativeChaCha = offered.has('chacha20-poly1305');
const nativeCamellia = offered.has('camellia-128-cbc');

/** Which algorithm of node:crypto does it; `undefined` where none does. */
const nativeCbc = (cipher: CbcCipher, keyOctets: number): string | undefined => {
  switch (cipher) {
    case 'des-cbc':
    // DES stands in OpenSSL's legacy provider only; encrypt-decrypt-encrypt with K, K, K is DES with K.
    case '3des-cbc':
      return 'des-ede3-cbc';
    case 'aes-cbc':
      return `aes-${keyOctets * 8}-cbc`;
    case 'camellia-cbc':
      return nativeCamellia ? `camellia-${keyOctets * 8}-cbc` : undefined;
    case 'blowfish-cbc':
    case 'cast-128-cbc':
      return undefined;
  }
};

const written: Readonly<Partial<Record<CbcCipher, (key: Uint8Array) => BlockCipher>>> = {
  'blowfish-cbc': blowfish,
  'cast-128-cbc': cast128,
  'camellia-cbc': camellia,
};

const runCbc = (
  create: typeof createCipheriv | typeof createDecipheriv,
  runWritten: typeof cbcEncrypt,
  cipher: CbcCipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | undefined => {
  const block = blockLength[cipher];
  if (!keyLengths[cipher].includes(key.length) || iv.length !== block || data.length % block !== 0) return undefined;
  const algorithm = nativeCbc(cipher, key.length);
  if (algorithm === undefined) {
    const prepared = preparedCipher(cipher, key);
    return prepared && runWritten(prepared, iv, data);
  }
  const prepared = cipher === 'des-cbc' ? keyObject(desKeys, key, thrice) : keyObject(cipherKeys, key);
  const run = create(algorithm, prepared, iv);
  run.setAutoPadding(false);
  // Without padding nothing is held back: `update` gives all blocks, and `final` has none left.
  const out = run.update(data);
  run.final();
  return plain(out);
};

const tagLengths: Readonly<Record<AeadCipher, readonly number[]>> = { 'aes-gcm': [8, 12, 16], 'chacha20-poly1305': [16] };

const fits = (cipher: AeadCipher, key: Uint8Array, nonce: Uint8Array): boolean =>
  keyLengths[cipher].includes(key.length) && nonce.length === 12;

const gcm = (key: Uint8Array): CipherGCMTypes => `aes-${key.length * 8}-gcm` as CipherGCMTypes;

type AeadCipheriv = CipherGCM | CipherChaCha20Poly1305;
type AeadDecipheriv = DecipherGCM | DecipherChaCha20Poly1305;

/** Said for the types alone: only CCM has to know the length beforehand. */
const noOptions = { plaintextLength: 0 };

const seal = (cipher: AeadCipheriv, associated: Uint8Array, text: Uint8Array): SealedAead => {
  cipher.setAAD(associated, noOptions);
  const ciphertext = plain(cipher.update(text));
  cipher.final();
  return { ciphertext, tag: plain(cipher.getAuthTag()) };
};

const openGcm = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): OpenedAead =>
  open(createDecipheriv(gcm(key), keyObject(cipherKeys, key), nonce, { authTagLength: tag.length }), associated, ciphertext, tag);

const openNative = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): OpenedAead =>
  open(
    createDecipheriv('chacha20-poly1305', keyObject(cipherKeys, key), nonce, { authTagLength: tag.length }),
    associated,
    ciphertext,
    tag,
  );

/** `final` throws where the tag is wrong, and for that only: all sizes have been looked at. */
const open = (decipher: AeadDecipheriv, associated: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): OpenedAead => {
  decipher.setAAD(associated, noOptions);
  decipher.setAuthTag(tag);
  const text = plain(decipher.update(ciphertext));
  try {
    decipher.final();
    return { plain: text, authentic: true };
  } catch {
    return { plain: text, authentic: false };
  }
};

// A KeyObject per key: Node 24 makes a new one at each call with raw octets, which costs five times the HMAC of a small packet.
// Apart by use, since one array may be the key of a MAC, of DES (expanded) or of another cipher.
type KeyObjects = WeakMap<Uint8Array, KeyObject>;
const macKeys: KeyObjects = new WeakMap();
const cipherKeys: KeyObjects = new WeakMap();
const desKeys: KeyObjects = new WeakMap();

const keyObject = (known: KeyObjects, key: Uint8Array, prepare: (key: Uint8Array) => Uint8Array = asItIs): KeyObject => {
  let object = known.get(key);
  if (object === undefined) {
    object = createSecretKey(prepare(key));
    known.set(key, object);
  }
  return object;
};

const rsaKeys: KeyObjects = new WeakMap();

const rsaKeyObject = (key: Uint8Array): KeyObject => {
  let object = rsaKeys.get(key);
  if (object === undefined) {
    const octets = Buffer.from(key);
    // DER begins as a SEQUENCE; inside PKCS #1 a number follows the version, inside PKCS #8 the algorithm, a SEQUENCE again.
    const [, second] = membersOf(readDer(key)) ?? [];
    object =
      octets[0] === 0x30
        ? createPrivateKey({ key: octets, format: 'der', type: second?.tag === 0x30 ? 'pkcs8' : 'pkcs1' })
        : createPrivateKey(octets);
    if (object.asymmetricKeyType !== 'rsa') throw new Error('another kind of key');
    rsaKeys.set(key, object);
  }
  return object;
};

const asItIs = (key: Uint8Array): Uint8Array => key;

// The key schedule of Blowfish costs as much as 500 blocks.
const schedules = new Map<CbcCipher, WeakMap<Uint8Array, BlockCipher>>();

const preparedCipher = (cipher: CbcCipher, key: Uint8Array): BlockCipher | undefined => {
  const known = schedules.get(cipher) ?? new WeakMap<Uint8Array, BlockCipher>();
  schedules.set(cipher, known);
  const prepared = known.get(key) ?? written[cipher]?.(key);
  if (prepared) known.set(key, prepared);
  return prepared;
};

const thrice = (key: Uint8Array): Uint8Array => {
  const out = new Uint8Array(24);
  for (let at = 0; at < 24; at += 8) out.set(key, at);
  return out;
};

/** The core knows no Buffer. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
