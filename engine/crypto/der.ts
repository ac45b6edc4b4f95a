/** As much of DER, X.690, as keys need: a value is a tag and its contents. Total: octets that are no DER give `undefined`. */

export interface DerValue {
  /** Class, constructed or not, and number: 0x02 INTEGER, 0x03 BIT STRING, 0x04 OCTET STRING, 0x06 OBJECT IDENTIFIER, 0x30 SEQUENCE. */
  readonly tag: number;
  readonly contents: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

/** The value that begins the octets; what follows it is left alone. */
export const readDer = (octets: Uint8Array): DerValue | undefined => {
  const tag = octets[0];
  const first = octets[1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  // A length of its own octets, or how many octets follow that say it. Indefinite lengths (0x80) are BER only.
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || more > 4 || octets.length < 2 + more) return undefined;
  const length = more === 0 ? first : octets.subarray(2, 2 + more).reduce((n, octet) => n * 256 + octet, 0);
  const start = 2 + more;
  if (octets.length < start + length) return undefined;
  return { tag, contents: octets.subarray(start, start + length), whole: octets.subarray(0, start + length) };
};

/** The values one after the other; `undefined` where something is left over. */
export const readAllDer = (octets: Uint8Array): readonly DerValue[] | undefined => {
  const values: DerValue[] = [];
  for (let at = 0; at < octets.length; ) {
    const value = readDer(octets.subarray(at));
    if (!value) return undefined;
    values.push(value);
    at += value.whole.length;
  }
  return values;
};

/** Members of a SEQUENCE. */
export const membersOf = (value: DerValue | undefined): readonly DerValue[] | undefined =>
  value?.tag === 0x30 ? readAllDer(value.contents) : undefined;

/** Octets of an INTEGER that is not negative. */
export const integerOf = (value: DerValue | undefined): Uint8Array | undefined =>
  value?.tag === 0x02 && value.contents.length > 0 && (value.contents[0] ?? 0) < 0x80 ? value.contents : undefined;

/** Octets of a BIT STRING without unused bits. */
export const bitsOf = (value: DerValue | undefined): Uint8Array | undefined =>
  value?.tag === 0x03 && value.contents[0] === 0 ? value.contents.subarray(1) : undefined;

/** `1.2.840.113549.1.1.1` */
export const objectIdentifierOf = (value: DerValue | undefined): string | undefined => {
  if (value?.tag !== 0x06 || value.contents.length === 0 || value.contents.length > 64) return undefined;
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of value.contents) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [first = 0n, ...rest] = arcs;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - 40n * top, ...rest].join('.');
};
