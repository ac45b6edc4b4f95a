// The little of zip (APPNOTE 4.3) and asar that preparing an Electron runtime needs.
import * as zlib from 'node:zlib';

const endOfDirectory = Buffer.from('PK\x05\x06', 'latin1');
const directoryHeader = 0x02014b50;

/**
 * The members of a zip file without zip64, folders left out.
 * @param {Buffer} zip the whole file
 * @returns {{name: string, executable: boolean, link: boolean, read: () => Buffer}[]} `read` throws if the CRC differs
 */
export function zipMembers(zip) {
  const end = zip.lastIndexOf(endOfDirectory);
  if (end < 0) throw new Error('zip: no end of central directory');
  const members = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== directoryHeader) throw new Error(`zip: no directory entry at ${at}`);
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const entry = at;
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const mode = zip.readUInt32LE(at + 38) >>> 16;
    const member = {
      name,
      executable: (mode & 0o111) !== 0,
      link: (mode & 0o170000) === 0o120000,
      read: () => readMember(zip, entry, name),
    };
    if (!name.endsWith('/')) members.push(member);
    at += 46 + nameLength + extraLength + noteLength;
  }
  return members;
}

function readMember(zip, entry, name) {
  const method = zip.readUInt16LE(entry + 10);
  const local = zip.readUInt32LE(entry + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + zip.readUInt32LE(entry + 20));
  if (method !== 0 && method !== 8) throw new Error(`zip: ${name} uses method ${method}`);
  const bytes = method === 8 ? zlib.inflateRawSync(packed) : packed;
  if (zlib.crc32(bytes) !== zip.readUInt32LE(entry + 16)) throw new Error(`zip: ${name} is damaged`);
  return bytes;
}

/**
 * An asar archive: two nested length-prefixed pickles around a JSON directory, then the files.
 * @param {Record<string, string>} files text by name
 */
export function asar(files) {
  const bodies = Object.values(files).map((text) => Buffer.from(text));
  let offset = 0;
  const entries = Object.keys(files).map((name, index) => {
    const entry = [name, { size: bodies[index].length, offset: String(offset) }];
    offset += bodies[index].length;
    return entry;
  });
  const directory = Buffer.from(JSON.stringify({ files: Object.fromEntries(entries) }));
  const padding = Buffer.alloc(-directory.length & 3);
  const padded = directory.length + padding.length;
  const lengths = Buffer.from(Uint32Array.of(4, padded + 8, padded + 4, directory.length).buffer);
  return Buffer.concat([lengths, directory, padding, ...bodies]);
}
