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

/** The pieces of a packet: SPI and sequence number, IV, text (open or sealed), ICV. */
export interface Pieces {
  readonly header: Uint8Array;
  readonly iv: Uint8Array;
  readonly text: Uint8Array;
  readonly icv: Uint8Array;
}

export const combinedParts = (
  { cipher }: EspTransform,
  encKey: Uint8Array,
  { header, iv, text, icv }: Pieces,
  sequenceHigh: number | null,
): CombinedParts | undefined => {
  if (!isCombined(cipher)) return undefined;
  const { key, salt } = saltedKey(encKey, saltOctets(cipher));
  // RFC 4106 5: SPI, then the sequence number, of which the upper half stands in the middle with extended ones.
  const numbered = sequenceHigh === null ? header : joined([header.subarray(0, 4), word(sequenceHigh), header.subarray(4)]);
  const gmac = cipher === 'null-aes-gmac';
  return {
    mode: gmac ? 'aes-gcm' : cipher,
    key,
    nonce: joined([salt, iv]),
    associated: gmac ? joined([numbered, iv, text]) : numbered,
    sealed: gmac ? nothing : text,
    tag: icv,
  };
};

const piecesOf = ({ cipher, icvOctets }: EspTransform, bytes: Uint8Array, start: number, end: number): Pieces | undefined => {
  const ivAt = start + headerOctets;
  const [from, to] = [ivAt + ivOctets(cipher), end - icvOctets];
  if (start < 0 || end > bytes.length || to < from) return undefined;
  return {
    header: bytes.subarray(start, ivAt),
    iv: bytes.subarray(ivAt, from),
    text: bytes.subarray(from, to),
    icv: bytes.subarray(to, end),
  };
};

/** The parts of `bytes[start, end)`, SPI to ICV; `undefined` where it is too short. */
export const combinedAt = (
  transform: EspTransform,
  encKey: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null,
): CombinedParts | undefined => {
  const pieces = piecesOf(transform, bytes, start, end);
  return pieces && combinedParts(transform, encKey, pieces, sequenceHigh);
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
  const parts = combinedAt(transform, encKey, bytes, start, end, sequenceHigh);
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
