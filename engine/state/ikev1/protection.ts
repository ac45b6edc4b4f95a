/** How IKEv1 messages are encrypted: CBC, with one chain of IVs for each exchange. RFC 2409 App. B, RFC 2408 3.1. */
import { blockLength, type CbcCipher, type Crypto, type HashName } from '../../crypto/provider.ts';
import type { MessageId } from '../../values/message-id.ts';
import { messageIdOctets } from './authentication.ts';

/** The IV of the first encrypted message of phase 1: the leading octets of hash(g^xi | g^xr). `block` is the cipher's block in octets. */
export const initialIv = (crypto: Crypto, hash: HashName, gxi: Uint8Array, gxr: Uint8Array, block: number): Uint8Array =>
  crypto.hash(hash, gxi, gxr).slice(0, block);

/** The IV of the first message of a later exchange, from the last block of ciphertext of phase 1 and the exchange's message ID. */
export const exchangeIv = (crypto: Crypto, hash: HashName, lastPhase1Block: Uint8Array, id: MessageId, block: number): Uint8Array =>
  crypto.hash(hash, lastPhase1Block, messageIdOctets(id)).slice(0, block);

/**
 * The payloads behind the header, with the padding at their end. `undefined` where there is no ciphertext, or it is no whole
 * number of blocks, or key or IV do not fit the cipher. A wrong key gives octets without sense, which nothing here can see.
 */
export const openMessage = (
  crypto: Crypto,
  cipher: CbcCipher,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined => (ciphertext.length === 0 ? undefined : crypto.decryptCbc(cipher, key, iv, ciphertext));

/** The ciphertext of `payloads`, which are padded with zeros to whole blocks first. `undefined` where key or IV do not fit the cipher. */
export const sealMessage = (
  crypto: Crypto,
  cipher: CbcCipher,
  key: Uint8Array,
  iv: Uint8Array,
  payloads: Uint8Array,
): Uint8Array | undefined => {
  const block = blockLength[cipher];
  const padded = new Uint8Array(Math.ceil(payloads.length / block) * block);
  padded.set(payloads);
  return crypto.encryptCbc(cipher, key, iv, padded);
};

/** The IV of the next message of the same exchange, whichever side sends it. A copy: it outlives the packet. */
export const lastBlock = (ciphertext: Uint8Array, block: number): Uint8Array => ciphertext.slice(Math.max(0, ciphertext.length - block));
