/** Which msgpack bodies a log record may have: one array of plain values and of arrays of them. https://msgpack.org, format of 2013. */

/**
 * Whether the octets are exactly one such body. A decoder that is asked afterwards can neither run over the end, nor nest
 * deeply, nor meet an extension type or a length that its octets do not bear out.
 */
export const isPlainMsgpack = (body: Uint8Array): boolean => isArray(body[0] ?? 0) && end(body, 0, 0) === body.length;

/** An array in the record's array, and no further: the fields of a secret's description. */
const deepest = 1;

const isArray = (first: number): boolean => (first & 0xf0) === 0x90 || first === 0xdc || first === 0xdd;

/** One past the item at `at`; `NaN` where it is not plain or not whole. */
const end = (body: Uint8Array, at: number, depth: number): number => {
  const first = body[at];
  if (first === undefined) return Number.NaN;
  if (isArray(first)) {
    if (depth > deepest) return Number.NaN;
    const sized = first === 0xdc ? 2 : first === 0xdd ? 4 : 0;
    const count = sized === 0 ? first & 0x0f : big(body, at + 1, sized);
    let next = at + 1 + sized;
    // Each item has an octet at least, so that this stops at the body's end whatever the count claims.
    for (let i = 0; i < count && next <= body.length; i++) next = end(body, next, depth + 1);
    return within(body, next);
  }
  if (first <= 0x7f || first >= 0xe0) return at + 1;
  if ((first & 0xe0) === 0xa0) return within(body, at + 1 + (first & 0x1f));
  const sized = lengthOctets[first];
  if (sized !== undefined) return within(body, at + 1 + sized + big(body, at + 1, sized));
  const fixed = fixedOctets[first];
  return fixed === undefined ? Number.NaN : within(body, at + 1 + fixed);
};

/** Octets of the length that follows: bin 8, 16, 32 and str 8, 16, 32. */
const lengthOctets: Readonly<Record<number, number>> = { 196: 1, 197: 2, 198: 4, 217: 1, 218: 2, 219: 4 };

/** Octets of the value that follows: nil, false, true, float 64, uint 8 to 64, int 8 to 64. */
const fixedOctets: Readonly<Record<number, number>> = {
  ...{ 192: 0, 194: 0, 195: 0, 203: 8 },
  ...{ 204: 1, 205: 2, 206: 4, 207: 8 },
  ...{ 208: 1, 209: 2, 210: 4, 211: 8 },
};

const big = (body: Uint8Array, at: number, octets: number): number => {
  let value = 0;
  for (let i = 0; i < octets; i++) value = value * 256 + (body[at + i] ?? Number.NaN);
  return value;
};

const within = (body: Uint8Array, next: number): number => (next <= body.length ? next : Number.NaN);
