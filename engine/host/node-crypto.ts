/** The crypto port over node:crypto. Only algorithms that OpenSSL 3 without its legacy provider and Electron's BoringSSL both have. */
import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { blockLength, type CbcCipher, type Crypto } from '../crypto/provider.ts';

const runtime =
  process.versions['electron'] === undefined
    ? `OpenSSL ${process.versions.openssl}`
    : `BoringSSL of Electron ${process.versions['electron']}`;

/** HMAC and CBC of node:crypto. A key array is read once: who changes its octets later must pass another array. */
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
  decryptCbc: (cipher, key, iv, data) => runCbc(createDecipheriv, cipher, key, iv, data),
  encryptCbc: (cipher, key, iv, data) => runCbc(createCipheriv, cipher, key, iv, data),
};

/** Which algorithm of node:crypto does it, by octets of the key. */
const algorithms: Readonly<Record<CbcCipher, Readonly<Record<number, string>>>> = {
  // DES stands in OpenSSL's legacy provider only; encrypt-decrypt-encrypt with K, K, K is DES with K.
  'des-cbc': { 8: 'des-ede3-cbc' },
  '3des-cbc': { 24: 'des-ede3-cbc' },
  'aes-cbc': { 16: 'aes-128-cbc', 24: 'aes-192-cbc', 32: 'aes-256-cbc' },
};

const runCbc = (
  create: typeof createCipheriv | typeof createDecipheriv,
  cipher: CbcCipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | undefined => {
  const algorithm = algorithms[cipher][key.length];
  const block = blockLength[cipher];
  if (algorithm === undefined || iv.length !== block || data.length % block !== 0) return undefined;
  const prepared = cipher === 'des-cbc' ? keyObject(desKeys, key, thrice) : keyObject(cipherKeys, key);
  const run = create(algorithm, prepared, iv);
  run.setAutoPadding(false);
  // Without padding nothing is held back: `update` gives all blocks, and `final` has none left.
  const out = run.update(data);
  run.final();
  return plain(out);
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

const asItIs = (key: Uint8Array): Uint8Array => key;

const thrice = (key: Uint8Array): Uint8Array => {
  const out = new Uint8Array(24);
  for (let at = 0; at < 24; at += 8) out.set(key, at);
  return out;
};

/** The core knows no Buffer. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
