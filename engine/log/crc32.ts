/** CRC-32 as in IEEE 802.3, gzip and PNG (ISO 3309, RFC 1952 8): finds damage, guards against nobody. */

/** Goes on from the checksum `before` of the octets in front; 0 at the beginning. */
export const crc32 = (before: number, bytes: Uint8Array): number => {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
};

const polynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
});
