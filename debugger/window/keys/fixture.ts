/** The keys of main mode with a pre-shared key (RFC 2409 5), by hand, for tests. */
import type { KeyNode } from '../../protocol/protocol.ts';

const node = (id: string, rank: number, row: number, from: readonly string[], more: Partial<KeyNode> = {}): KeyNode => ({
  id,
  label: id,
  group: 'phase1',
  rank,
  row,
  secret: true,
  state: 'known',
  since: 4,
  value: null,
  length: 20,
  formula: 'by hand',
  rfc: 'RFC 2409 5',
  from,
  use: '',
  current: false,
  ...more,
});

const isPublic = { secret: false } as const;

export const phase1: readonly KeyNode[] = [
  node('psk', 0, 0, []),
  node('Ni_b', 0, 1, [], isPublic),
  node('Nr_b', 0, 2, [], isPublic),
  node('g^xy', 0, 3, []),
  node('CKY-I', 0, 4, [], isPublic),
  node('CKY-R', 0, 5, [], isPublic),
  node('SKEYID', 1, 1, ['psk', 'Ni_b', 'Nr_b']),
  node('SKEYID_d', 2, 0, ['SKEYID', 'g^xy', 'CKY-I', 'CKY-R']),
  node('SKEYID_a', 2, 2, ['SKEYID', 'SKEYID_d', 'g^xy', 'CKY-I', 'CKY-R']),
  node('SKEYID_e', 2, 4, ['SKEYID', 'SKEYID_a', 'g^xy', 'CKY-I', 'CKY-R']),
  node('Ka', 3, 4, ['SKEYID_e']),
];

export const proof = node('HASH_I', 0, 0, ['SKEYID'], { group: 'proof', secret: false, current: true });

export const phase2: readonly KeyNode[] = [
  node('Ni_b 2', 0, 0, [], { ...isPublic, group: 'phase2' }),
  node('KEYMAT a', 1, 0, ['SKEYID_d', 'Ni_b 2'], { group: 'phase2', current: true }),
  node('KEYMAT b', 1, 1, ['SKEYID_d', 'Ni_b 2'], { group: 'phase2', current: true }),
];
