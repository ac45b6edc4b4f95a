/** What reading one frame gathers on its way up the layers, and the headers that it meets as rows of fixed fields. */
import type { BufferName } from '../bytes/span.ts';
import { span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';

export interface Sink {
  readonly bytes: Uint8Array;
  readonly buffer: BufferName;
  /** The capture kept less than was on the wire: then missing octets are nobody's fault, and no issue. */
  readonly cut: boolean;
  /** `null` where nobody asked for the tree: building it would cost more than reading the headers. */
  readonly nodes: TreeNode[] | null;
  readonly issues: Issue[];
}

/** One field of a header: its name, its octets, and how its value reads. */
export type Row = readonly [name: string, octets: number, say?: (bytes: Uint8Array, at: number) => string];

/** Adds a header of which the caller has checked that all rows fit. */
export const addHeader = (sink: Sink, name: string, rfc: string | undefined, start: number, rows: readonly Row[]): void => {
  if (!sink.nodes) return;
  let at = start;
  const children: TreeNode[] = [];
  for (const [field, octets, say] of rows) {
    if (octets === 0) continue;
    const where = span(sink.buffer, at, at + octets);
    children.push(say ? { name: field, span: where, value: say(sink.bytes, at) } : { name: field, span: where });
    at += octets;
  }
  const node = { name, span: span(sink.buffer, start, at), children };
  sink.nodes.push(rfc === undefined ? node : { ...node, rfc });
};

export const addLeaf = (sink: Sink, name: string, start: number, end: number, rfc?: string): void => {
  if (!sink.nodes) return;
  const node = { name, span: span(sink.buffer, start, end) };
  sink.nodes.push(rfc === undefined ? node : { ...node, rfc });
};

/** Gives `null`, for readers that end there. */
export const malformed = (sink: Sink, code: string, message: string, start: number, end: number): null => {
  sink.issues.push({ blame: 'malformed', code, message, span: span(sink.buffer, start, end) });
  return null;
};

/** `what` needs more octets than are there. Silent where the capture cut the frame: `Packet.cut` says so once. */
export const truncated = (sink: Sink, what: string, need: number, start: number, end: number): null =>
  sink.cut ? null : malformed(sink, 'truncated', `${what} needs ${need} octets, ${end - start} are there`, start, end);

export const word16 = (b: Uint8Array, at: number): number => ((b[at] ?? 0) << 8) | (b[at + 1] ?? 0);

export const word32 = (b: Uint8Array, at: number): number => ((word16(b, at) << 16) | word16(b, at + 2)) >>> 0;

export const say8 = (b: Uint8Array, at: number): string => String(b[at] ?? 0);

export const say16 = (b: Uint8Array, at: number): string => String(word16(b, at));

export const say32 = (b: Uint8Array, at: number): string => String(word32(b, at));

export const sayHex16 = (b: Uint8Array, at: number): string => `0x${word16(b, at).toString(16).padStart(4, '0')}`;

export const sayHex32 = (b: Uint8Array, at: number): string => `0x${word32(b, at).toString(16).padStart(8, '0')}`;
