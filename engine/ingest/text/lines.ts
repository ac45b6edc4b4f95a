/** A text as lines: which encoding, which line ends. Lines stay as they are: mending comes later and is recorded. */

/** UTF-8 where the octets are that, else Windows-1252, of which Latin-1 text is a part: no octet is without a character. */
export const decodeText = (bytes: Uint8Array): string => {
  const plain = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
  } catch {
    return new TextDecoder('windows-1252').decode(plain);
  }
};

/** Lines without their ends: LF, CR LF, the CR CR LF of some terminal programs, or CR alone. A last line without an end counts. */
export const splitLines = (text: string): readonly string[] => {
  if (text === '') return [];
  const lines = text.split(/\r{0,2}\n|\r(?!\r?\n)/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};
