/** Block ciphers written out, and the CBC mode over them: for what a runtime lacks. FIPS 81, RFC 2451. */

/** A cipher with its key. Blocks are words of 32 bits, big-endian in octets, and changed in place. */
export interface BlockCipher {
  /** Octets of a block. */
  readonly block: 8 | 16;
  encrypt(block: Uint32Array): void;
  decrypt(block: Uint32Array): void;
}

/** Without padding. `data` is a whole number of blocks and `iv` one block; who calls has seen to that. */
export const cbcEncrypt = ({ block, encrypt }: BlockCipher, iv: Uint8Array, data: Uint8Array): Uint8Array => {
  const [from, out] = [view(data), new Uint8Array(data.length)];
  const to = view(out);
  const words = blockOf(view(iv), 0, block);
  for (let at = 0; at < data.length; at += block) {
    for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ from.getUint32(at + 4 * i);
    encrypt(words);
    for (let i = 0; i < words.length; i++) to.setUint32(at + 4 * i, words[i] ?? 0);
  }
  return out;
};

export const cbcDecrypt = ({ block, decrypt }: BlockCipher, iv: Uint8Array, data: Uint8Array): Uint8Array => {
  const [from, out] = [view(data), new Uint8Array(data.length)];
  const to = view(out);
  let before = blockOf(view(iv), 0, block);
  for (let at = 0; at < data.length; at += block) {
    const closed = blockOf(from, at, block);
    const words = Uint32Array.from(closed);
    decrypt(words);
    for (let i = 0; i < words.length; i++) to.setUint32(at + 4 * i, (words[i] ?? 0) ^ (before[i] ?? 0));
    before = closed;
  }
  return out;
};

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const blockOf = (from: DataView, at: number, block: number): Uint32Array =>
  Uint32Array.from({ length: block / 4 }, (_, i) => from.getUint32(at + 4 * i));
