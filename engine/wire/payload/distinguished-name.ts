/** Distinguished names as text, X.501 in the DER of X.690: what an Identification payload of type 9 and a certificate request hold. RFC 4514 2. */

interface Value {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The value at `at`; `undefined` where it does not lie within `end`. */
const valueAt = (bytes: Uint8Array, at: number, end: number): Value | undefined => {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || at + 2 > end) return undefined;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || more > 3) return undefined;
  const length = more === 0 ? first : bytes.subarray(at + 2, at + 2 + more).reduce((n, octet) => n * 256 + octet, 0);
  const start = at + 2 + more;
  return start + length <= end ? { tag, start, end: start + length } : undefined;
};

/** Types of attributes by the octets of their object identifier. */
const types: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550404': 'SN',
  '550405': 'serialNumber',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '550409': 'STREET',
  '55040a': 'O',
  '55040b': 'OU',
  '55040c': 'T',
  '55042a': 'G',
  '2a864886f70d010901': 'E',
  '2a864886f70d010902': 'unstructuredName',
  '0992268993f22c640101': 'UID',
  '0992268993f22c640119': 'DC',
};

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const sequence = 0x30;
const set = 0x31;
const objectIdentifier = 0x06;
const bmpString = 0x1e;
const longest = 4096;

/** Characters of a string type; those that are none come out as replacement characters. Commas and backslashes get a backslash, RFC 4514 2.4. */
const textOf = (bytes: Uint8Array, { tag, start, end }: Value): string => {
  const octets = bytes.subarray(start, end);
  let text = '';
  if (tag === bmpString)
    for (let i = 0; i + 1 < octets.length; i += 2) text += String.fromCharCode(((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0));
  else text = utf8.decode(octets);
  return Array.from(text, (c) => (c < ' ' || c === '\u007f' ? '\ufffd' : c === ',' || c === '\\' ? `\\${c}` : c)).join('');
};

const utf8 = new TextDecoder();

/** `C=CH, O=Lab, CN=gw.example.org`, in the order in which it stands; `undefined` for octets that are no name. */
export const distinguishedName = (bytes: Uint8Array): string | undefined => {
  const name = valueAt(bytes, 0, bytes.length);
  if (name?.tag !== sequence || name.end !== bytes.length || bytes.length > longest) return undefined;
  const parts: string[] = [];
  for (let at = name.start; at < name.end; ) {
    const relative = valueAt(bytes, at, name.end);
    if (relative?.tag !== set) return undefined;
    const members: string[] = [];
    for (let inner = relative.start; inner < relative.end; ) {
      const pair = valueAt(bytes, inner, relative.end);
      const type = pair?.tag === sequence ? valueAt(bytes, pair.start, pair.end) : undefined;
      const value = pair && type ? valueAt(bytes, type.end, pair.end) : undefined;
      if (!pair || type?.tag !== objectIdentifier || !value || value.end !== pair.end) return undefined;
      const id = hex(bytes.subarray(type.start, type.end));
      members.push(`${types[id] ?? `OID.${id}`}=${textOf(bytes, value)}`);
      inner = pair.end;
    }
    parts.push(members.join('+'));
    at = relative.end;
  }
  return parts.join(', ');
};
