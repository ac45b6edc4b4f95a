/** Packets by hand, for tests: a tree as nested lists, placed one octet after the other. */
import type { BufferName, PacketNode, PacketView } from '../../protocol/protocol.ts';

interface Wish {
  readonly name: string;
  readonly at: readonly [number, number];
  readonly buffer?: BufferName;
  readonly key?: string;
  readonly mark?: 'good' | 'bad' | 'warning' | 'note';
  readonly children?: readonly Wish[];
}

export function treeOf(wishes: readonly Wish[], above = ''): PacketNode[] {
  return wishes.map(({ name, at, buffer = 'wire', key = null, mark, children = [] }) => {
    const id = above === '' ? name : `${above}/${name}`;
    return {
      id,
      name,
      value: null,
      place: { buffer, start: at[0], end: at[1] },
      rfc: null,
      mark: mark ? { tone: mark, text: mark, title: mark } : null,
      proof: null,
      key,
      children: treeOf(children, id),
    };
  });
}

export const packetOf = (wishes: readonly Wish[]): PacketView => ({ title: 'by hand', nodes: treeOf(wishes), buffers: [], missing: null });

/** As the fifth message of main mode: header, and an encrypted part with an identification and a proven hash. */
export const fifthMessage: PacketView = packetOf([
  { name: 'Frame', at: [0, 42], children: [{ name: 'Ethernet', at: [0, 14], children: [{ name: 'Type', at: [12, 14] }] }] },
  { name: 'ISAKMP header', at: [42, 70], children: [{ name: 'Initiator cookie', at: [42, 50], key: 'CKY-I' }] },
  {
    name: 'Encrypted data',
    at: [70, 142],
    children: [
      { name: 'Identification', at: [0, 12], buffer: 'decrypted', children: [{ name: 'Next payload', at: [0, 1], buffer: 'decrypted' }] },
      {
        name: 'Hash',
        at: [12, 36],
        buffer: 'decrypted',
        children: [
          { name: 'Next payload', at: [12, 13], buffer: 'decrypted' },
          { name: 'HASH_I', at: [16, 36], buffer: 'decrypted', key: 'HASH_I', mark: 'good' },
        ],
      },
    ],
  },
]);
