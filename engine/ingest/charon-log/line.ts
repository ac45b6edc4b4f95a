/** A line of strongSwan's charon: thread, subsystem, whose SA, message; and the octets that it dumps below some of them. */

export interface CharonLine {
  readonly thread: string;
  /** `IKE`, `CHD`, `KNL` and the like. */
  readonly group: string;
  /** Name of the connection; `null` while it is not chosen. */
  readonly connection: string | null;
  /** The daemon's own number of the IKE SA. */
  readonly unique: number | null;
  readonly message: string;
}

const groups = 'DMN|MGR|IKE|CHD|JOB|CFG|KNL|NET|ASN|ENC|TNC|IMC|IMV|PTS|TLS|APP|ESP|LIB';
/** `16[IKE] <conn|1> text`; what swanctl prints has no thread. */
const prefix = new RegExp(String.raw`^(\d{0,5})\[(${groups})\](?: <(?:([^<>|]{1,128})\|)?(\d{1,9})>)? ?(.*)$`, 's');

/** Where in a whole log line charon's own part may begin: behind a time, behind a syslog daemon's head. */
const inside = new RegExp(String.raw`(?:^|[\s:])(\d{0,5}\[(?:${groups})\] )`);

export const opensCharon = (message: string): boolean => prefix.test(message.slice(0, 160));

export const readCharonLine = (message: string): CharonLine | undefined => {
  const found = prefix.exec(message);
  if (!found) return undefined;
  const [, thread = '', group = '', connection, unique, text = ''] = found;
  return { thread, group, connection: connection ?? null, unique: unique === undefined ? null : Number(unique), message: text };
};

/** The part of a log line that is charon's, whatever stands before it. */
export const charonPart = (line: string): string | undefined => {
  const head = line.slice(0, 200);
  const found = inside.exec(head);
  return found?.[1] === undefined ? undefined : line.slice(found.index + found[0].length - found[1].length);
};

/** `SKEYID_d => 20 bytes @ 0x...`: rows of octets follow. */
export const dumpHead = (message: string): { readonly name: string; readonly length: number } | undefined => {
  const found = /^(.{1,120}?) => (\d{1,7}) bytes(?: @ (?:0x[0-9a-f]+|\(nil\)))?$/.exec(message);
  return found?.[1] === undefined ? undefined : { name: found[1], length: Number(found[2]) };
};

/** `   16: 72 96 5A DA   r.Z.`: where the row begins, and its octets in hex. Two spaces part them from their characters. */
export const dumpRow = (message: string): { readonly offset: number; readonly hex: string; readonly at: number } | undefined => {
  const found = /^( *(\d{1,7}): )([0-9A-F]{2}(?: [0-9A-F]{2}){0,15})(?: |$)/.exec(message);
  if (found?.[3] === undefined) return undefined;
  return { offset: Number(found[2]), hex: found[3].replaceAll(' ', '').toLowerCase(), at: found[1]?.length ?? 0 };
};

/** Dumps that hold nothing but what was on the wire, and hashes of it. Anything else may be, or hold, a key. */
const publicDumps =
  /^(?:natd_chunk|natd_hash|(?:precalculated|received) (?:src|dst)_hash|HASH_[IR](?: data)?|Hash(?:\([123]\))?|next IV for MID \d+|initial IV|IDx'|received (?:packet|data)|sending (?:packet|data)|(?:parsing|generating) .*)$/;

export const isSecretDump = (name: string): boolean => !publicDumps.test(name);
