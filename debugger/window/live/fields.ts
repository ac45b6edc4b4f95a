/** The fields of a message that can be edited: leaves of its tree, each with the octets that a request to the engine names. */
import type { PacketNode, PacketView } from '../../protocol/protocol.ts';

export interface Field {
  readonly node: PacketNode;
  /** Names of what it stands in. */
  readonly path: string;
  /** It stands in what is encrypted. */
  readonly sealed: boolean;
}

/** Headers below the message are not ours to write. */
const foreign: ReadonlySet<string> = new Set(['Frame']);

export const fieldsOf = (packet: PacketView | null): readonly Field[] =>
  (packet?.nodes ?? []).filter(({ name }) => !foreign.has(name)).flatMap((node) => leaves(node, []));

const leaves = (node: PacketNode, path: readonly string[]): readonly Field[] => {
  if (node.children.length > 0) return node.children.flatMap((child) => leaves(child, [...path, node.name]));
  const { buffer, start, end } = node.place;
  const editable = end > start && (buffer === 'wire' || buffer === 'decrypted');
  return editable && node.name !== 'Encrypted data' ? [{ node, path: path.join(' / '), sealed: buffer === 'decrypted' }] : [];
};

const hexOf = (bytes: Uint8Array): string => [...bytes].map((octet) => octet.toString(16).padStart(2, '0')).join('');

/** In hex, as they stand now. */
export const octetsOf = (packet: PacketView | null, { node: { place } }: Field): string =>
  hexOf(packet?.buffers.find(({ name }) => name === place.buffer)?.bytes.subarray(place.start, place.end) ?? new Uint8Array());

/** An operator's words for it; `null` where `hex` is not as many octets as the field has. */
export const editRequest = (packet: PacketView | null, field: Field, hex: string): string | null => {
  const octets = hex.replace(/\s/g, '').toLowerCase();
  const { start } = field.node.place;
  if (!/^([\da-f]{2})+$/.test(octets) || octets.length !== octetsOf(packet, field).length) return null;
  return `edit next ${field.sealed ? 'payloads' : 'datagram'} ${start} ${octets}`;
};
