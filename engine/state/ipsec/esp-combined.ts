/** An ESP packet of a combined mode taken apart for its cipher: nonce, associated data, what is sealed. RFC 4106 5, RFC 4309 5, RFC 4543 3, RFC 7634 2. */
import { joined } from '../../bytes/octets.ts';
import { openCcm, sealCcm } from '../../crypto/ccm.ts';
import { type EspTransform, isCombined, ivOctets, saltOctets } from '../../crypto/cipher.ts';
import type { Crypto, OpenedAead, SealedAead } from '../../crypto/provider.ts';
import { saltedKey } from '../../crypto/salted-key.ts';

/** SPI and sequence number, RFC 4303 2.1 and 2.2. */
export const headerOctets = 8;

/** Big-endian. */
export const word = (n: number): Uint8Array => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);

const nothing = new Uint8Array(0);

/** A combined packet taken apart. `sealed` is empty for GMAC: all of the packet is associated data, its IV too, RFC 4543 3.3 and 3.5. */
export interface CombinedParts {
  readonly mode: 'aes-ccm' | 'aes-gcm' | 'chacha20-poly1305';
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associated: Uint8Array;
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
}

export const combinedParts = (
  { cipher, icvOctets }: EspTransform,
  encKey: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null,
): CombinedParts | undefined => {
  const ivAt = start + headerOctets;
  const [from, to] = [ivAt + ivOctets(cipher), end - icvOctets];
  if (start < 0 || end > bytes.length || to < from || !isCombined(cipher)) return undefined;
  const { key, salt } = saltedKey(encKey, saltOctets(cipher));
  // RFC 4106 5: SPI, then the sequence number, of which the upper half stands in the middle with extended ones.
  const spi = bytes.subarray(start, start + 4);
  const sequence = bytes.subarray(start + 4, ivAt);
  const header = sequenceHigh === null ? bytes.subarray(start, ivAt) : joined([spi, word(sequenceHigh), sequence]);
  const gmac = cipher === 'null-aes-gmac';
  return {
    mode: gmac ? 'aes-gcm' : cipher,
    key,
    nonce: joined([salt, bytes.subarray(ivAt, from)]),
    associated: gmac ? joined([header, bytes.subarray(ivAt, to)]) : header,
    sealed: gmac ? nothing : bytes.subarray(from, to),
    tag: bytes.subarray(to, end),
  };
};

export const openCombined = (
  crypto: Crypto,
  transform: EspTransform,
  encKey: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null,
): OpenedAead | undefined => {
  const parts = combinedParts(transform, encKey, bytes, start, end, sequenceHigh);
  if (!parts) return undefined;
  const { mode, key, nonce, associated, sealed, tag } = parts;
  return mode === 'aes-ccm'
    ? openCcm(crypto, key, nonce, associated, sealed, tag)
    : crypto.openAead(mode, key, nonce, associated, sealed, tag);
};

export const sealParts = (
  crypto: Crypto,
  { mode, key, nonce, associated, tag }: CombinedParts,
  plain: Uint8Array,
): SealedAead | undefined =>
  mode === 'aes-ccm' ? sealCcm(crypto, key, nonce, associated, plain, tag.length) : crypto.sealAead(mode, key, nonce, associated, plain);
