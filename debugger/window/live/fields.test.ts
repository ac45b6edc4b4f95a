import { expect, test } from 'vitest';
import type { PacketNode, PacketView } from '../../protocol/protocol.ts';
import { editRequest, fieldsOf, octetsOf } from './fields.ts';

const node = (
  name: string,
  buffer: 'wire' | 'decrypted',
  start: number,
  end: number,
  children: readonly PacketNode[] = [],
): PacketNode => ({
  id: name,
  name,
  value: null,
  place: { buffer, start, end },
  rfc: null,
  mark: null,
  proof: null,
  key: null,
  children,
});

const buffer = (name: 'wire' | 'decrypted', bytes: Uint8Array) => ({ name, label: '', title: '', bytes, tags: [], carriedBy: null });
const packet: PacketView = {
  title: '',
  nodes: [
    node('Frame', 'wire', 0, 2, [node('UDP', 'wire', 0, 2)]),
    node('ISAKMP header', 'wire', 2, 4, [node('Flags', 'wire', 3, 4)]),
    node('Encrypted data', 'wire', 4, 6, [
      node('Hash', 'decrypted', 0, 2, [node('Data', 'decrypted', 1, 2), node('Nothing', 'decrypted', 2, 2)]),
    ]),
  ],
  buffers: [buffer('decrypted', Uint8Array.of(1, 2)), buffer('wire', Uint8Array.of(9, 9, 9, 0xab, 7, 7))],
  missing: null,
};

test('leaves of the message that have octets, sealed or not', () => {
  expect(fieldsOf(packet).map((f) => [f.path, f.node.name, f.sealed, octetsOf(packet, f)])).toEqual([
    ['ISAKMP header', 'Flags', false, 'ab'],
    ['Encrypted data / Hash', 'Data', true, '02'],
  ]);
  expect(fieldsOf(null)).toEqual([]);
});

test('as an operator says it, or not at all', () => {
  const [flags, data] = fieldsOf(packet);
  if (!flags || !data) throw new Error('two fields');
  expect(editRequest(packet, flags, 'FF')).toBe('edit next datagram 3 ff');
  expect(editRequest(packet, data, ' 0 3 ')).toBe('edit next payloads 1 03');
  for (const hex of ['', 'f', 'fff', 'zz', 'ff00']) expect(editRequest(packet, data, hex)).toBeNull();
});
