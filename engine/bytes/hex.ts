/** Octets as lower-case hex and back. */

const digits = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/** Two lower-case digits an octet, without spaces. */
export const toHex = (bytes: Uint8Array): string => {
  let out = '';
  for (const b of bytes) out += digits[b];
  return out;
};

/** `undefined` unless the text is an even number of hex digits. */
export const fromHex = (text: string): Uint8Array | undefined => {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
};
