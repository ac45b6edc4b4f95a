import { describe, expect, test } from 'vitest';
import { fifthMessage, packetOf } from './fixture.ts';
import { lineage, nodeAt, nodeHolding, nodeOfKey, pathIn } from './path.ts';

const { nodes } = fifthMessage;

describe('finding nodes', () => {
  test('the way down to a node names every node above it', () => {
    expect(lineage(nodes, 'Encrypted data/Hash/HASH_I').map(({ name }) => name)).toEqual(['Encrypted data', 'Hash', 'HASH_I']);
    expect(lineage(nodes, 'Encrypted data/Hash/HASH_R')).toEqual([]);
  });

  test('an octet belongs to the smallest field that holds it, in its own buffer', () => {
    expect(nodeHolding(nodes, 'decrypted', 35)?.name).toBe('HASH_I');
    expect(nodeHolding(nodes, 'decrypted', 14)?.name).toBe('Hash');
    expect(nodeHolding(nodes, 'decrypted', 36)).toBeNull();
    expect(nodeHolding(nodes, 'wire', 80)?.name).toBe('Encrypted data');
  });

  test('a key leads to the field that feeds or shows it', () => {
    expect(nodeOfKey(nodes, 'CKY-I')?.id).toBe('ISAKMP header/Initiator cookie');
    expect(nodeOfKey(nodes, 'SKEYID')).toBeNull();
  });
});

describe('the path in another packet', () => {
  test('is kept where the packet has it', () => {
    expect(pathIn(fifthMessage, 'ISAKMP header/Initiator cookie')).toBe('ISAKMP header/Initiator cookie');
  });

  test('is what is marked where it has not', () => {
    expect(pathIn(fifthMessage, 'Security Association/Proposal 1')).toBe('Encrypted data/Hash/HASH_I');
  });

  test('is the worst of several marks, and the deeper of a mark that is repeated above', () => {
    const packet = packetOf([
      { name: 'A', at: [0, 4], mark: 'good' },
      { name: 'B', at: [4, 8], mark: 'bad', children: [{ name: 'C', at: [4, 5], mark: 'bad' }] },
    ]);
    expect(pathIn(packet, null)).toBe('B/C');
  });

  test('is the first payload after the headers where nothing is marked', () => {
    const packet = packetOf([
      { name: 'Frame', at: [0, 42] },
      { name: 'ISAKMP header', at: [42, 70] },
      { name: 'Security Association', at: [70, 122] },
    ]);
    expect(pathIn(packet, null)).toBe('Security Association');
    expect(pathIn(packetOf([{ name: 'Frame', at: [0, 42] }]), null)).toBe('Frame');
    expect(pathIn(packetOf([]), 'Frame')).toBeNull();
    expect(pathIn(null, 'Frame')).toBeNull();
  });

  test('a node that was found is the one asked for', () => {
    expect(nodeAt(nodes, 'Frame')?.name).toBe('Frame');
    expect(nodeAt(nodes, null)).toBeNull();
  });
});
