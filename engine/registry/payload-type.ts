/** Payload types of the generic payload header, RFC 2408 3.1 and RFC 7296 3.2. The two versions share the number space, not the bodies. */
import type { Registry, Row } from './registry.ts';

export interface PayloadTypeRow extends Row {
  /** For the ladder, as RFC 2409 5 writes messages: `SA`, `KE`, `NAT-D`. */
  readonly short: string;
}

const rows = (rfc: string, list: readonly (readonly [number, string, string, string?])[]): Registry<PayloadTypeRow> =>
  new Map(list.map(([n, short, name, own]) => [n, { short, name, rfc: own ?? rfc }]));

export const payloadTypesV1 = rows('RFC 2408 3.1', [
  [0, 'none', 'None'],
  [1, 'SA', 'Security Association', 'RFC 2408 3.4'],
  [2, 'P', 'Proposal', 'RFC 2408 3.5'],
  [3, 'T', 'Transform', 'RFC 2408 3.6'],
  [4, 'KE', 'Key Exchange', 'RFC 2408 3.7'],
  [5, 'ID', 'Identification', 'RFC 2408 3.8'],
  [6, 'CERT', 'Certificate', 'RFC 2408 3.9'],
  [7, 'CERTREQ', 'Certificate Request', 'RFC 2408 3.10'],
  [8, 'HASH', 'Hash', 'RFC 2408 3.11'],
  [9, 'SIG', 'Signature', 'RFC 2408 3.12'],
  [10, 'NONCE', 'Nonce', 'RFC 2408 3.13'],
  [11, 'N', 'Notification', 'RFC 2408 3.14'],
  [12, 'D', 'Delete', 'RFC 2408 3.15'],
  [13, 'VID', 'Vendor ID', 'RFC 2408 3.16'],
  [14, 'ATTR', 'Attributes', 'draft-dukes-ike-mode-cfg-02 3.2'],
  // Drafts 04 to 08 of NAT traversal used 15 and 16 for NAT-D and NAT-OA before GDOI was given them.
  [15, 'SAK', 'SA KEK', 'RFC 6407 5.3'],
  [16, 'SAT', 'SA TEK', 'RFC 6407 5.5'],
  [17, 'KD', 'Key Download', 'RFC 6407 5.6'],
  [18, 'SEQ', 'Sequence Number', 'RFC 6407 5.7'],
  [19, 'POP', 'Proof of Possession', 'RFC 3547 5.7'],
  [20, 'NAT-D', 'NAT Discovery', 'RFC 3947 3.2'],
  [21, 'NAT-OA', 'NAT Original Address', 'RFC 3947 5.2'],
  [22, 'GAP', 'Group Associated Policy', 'RFC 6407 5.4'],
  [128, 'KEEPALIVE', 'Keepalive', 'Cisco'],
  [130, 'NAT-D', 'NAT Discovery (draft)', 'draft-ietf-ipsec-nat-t-ike-03 3.2'],
  [131, 'NAT-OA', 'NAT Original Address (draft)', 'draft-ietf-ipsec-nat-t-ike-03 4.2'],
  [132, 'FRAG', 'Fragment', 'Cisco, Microsoft'],
]);

export const payloadTypesV2 = rows('RFC 7296 3.2', [
  [0, 'none', 'None'],
  [33, 'SA', 'Security Association', 'RFC 7296 3.3'],
  [34, 'KE', 'Key Exchange', 'RFC 7296 3.4'],
  [35, 'IDi', 'Identification - Initiator', 'RFC 7296 3.5'],
  [36, 'IDr', 'Identification - Responder', 'RFC 7296 3.5'],
  [37, 'CERT', 'Certificate', 'RFC 7296 3.6'],
  [38, 'CERTREQ', 'Certificate Request', 'RFC 7296 3.7'],
  [39, 'AUTH', 'Authentication', 'RFC 7296 3.8'],
  [40, 'NONCE', 'Nonce', 'RFC 7296 3.9'],
  [41, 'N', 'Notify', 'RFC 7296 3.10'],
  [42, 'D', 'Delete', 'RFC 7296 3.11'],
  [43, 'VID', 'Vendor ID', 'RFC 7296 3.12'],
  [44, 'TSi', 'Traffic Selector - Initiator', 'RFC 7296 3.13'],
  [45, 'TSr', 'Traffic Selector - Responder', 'RFC 7296 3.13'],
  [46, 'SK', 'Encrypted and Authenticated', 'RFC 7296 3.14'],
  [47, 'CP', 'Configuration', 'RFC 7296 3.15'],
  [48, 'EAP', 'Extensible Authentication', 'RFC 7296 3.16'],
  [49, 'GSPM', 'Generic Secure Password Method', 'RFC 6467 4'],
  [50, 'IDg', 'Group Identification', 'RFC 9838'],
  [51, 'GSA', 'Group Security Association', 'RFC 9838'],
  [52, 'KD', 'Key Download', 'RFC 9838'],
  [53, 'SKF', 'Encrypted and Authenticated Fragment', 'RFC 7383 2.5'],
  [54, 'PS', 'Puzzle Solution', 'RFC 8019 8.2'],
]);

/** Major version 2 and up reads by the table of RFC 7296, all else by that of RFC 2408. */
export const payloadTypes = (major: number): Registry<PayloadTypeRow> => (major >= 2 ? payloadTypesV2 : payloadTypesV1);
