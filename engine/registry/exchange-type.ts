/** Exchange types of the header, RFC 2408 3.1 and RFC 7296 3.1. */
import type { Registry, Row } from './registry.ts';

export interface ExchangeTypeRow extends Row {
  /** In running text: `main mode`. */
  readonly short: string;
}

const rows = (rfc: string, list: readonly (readonly [number, string, string, string?])[]): Registry<ExchangeTypeRow> =>
  new Map(list.map(([n, name, short, own]) => [n, { name, short, rfc: own ?? rfc }]));

export const exchangeTypesV1 = rows('RFC 2408 3.1', [
  [0, 'NONE', 'none'],
  [1, 'Base', 'base exchange', 'RFC 2408 4.4'],
  [2, 'Identity Protection (Main Mode)', 'main mode', 'RFC 2409 5'],
  [3, 'Authentication Only', 'authentication only', 'RFC 2408 4.6'],
  [4, 'Aggressive', 'aggressive mode', 'RFC 2409 5'],
  [5, 'Informational', 'informational', 'RFC 2409 5.7'],
  [6, 'Transaction (Config Mode)', 'transaction', 'draft-dukes-ike-mode-cfg-02 3.1'],
  [32, 'Quick Mode', 'quick mode', 'RFC 2409 5.5'],
  [33, 'New Group Mode', 'new group mode', 'RFC 2409 5.6'],
  // Of the private numbers from 240 on, those that Windows hosts use among each other.
  [243, 'AuthIP Main Mode', 'AuthIP main mode', '[MS-AIPS] 2.2.1'],
  [244, 'AuthIP Quick Mode', 'AuthIP quick mode', '[MS-AIPS] 2.2.1'],
  [245, 'AuthIP Extended Mode', 'AuthIP extended mode', '[MS-AIPS] 2.2.1'],
  [246, 'AuthIP Notify', 'AuthIP notify', '[MS-AIPS] 2.2.1'],
]);

export const exchangeTypesV2 = rows('RFC 7296 3.1', [
  [34, 'IKE_SA_INIT', 'IKE_SA_INIT', 'RFC 7296 1.2'],
  [35, 'IKE_AUTH', 'IKE_AUTH', 'RFC 7296 1.2'],
  [36, 'CREATE_CHILD_SA', 'CREATE_CHILD_SA', 'RFC 7296 1.3'],
  [37, 'INFORMATIONAL', 'INFORMATIONAL', 'RFC 7296 1.4'],
  [38, 'IKE_SESSION_RESUME', 'IKE_SESSION_RESUME', 'RFC 5723 4.3'],
  [39, 'GSA_AUTH', 'GSA_AUTH', 'RFC 9838'],
  [40, 'GSA_REGISTRATION', 'GSA_REGISTRATION', 'RFC 9838'],
  [41, 'GSA_REKEY', 'GSA_REKEY', 'RFC 9838'],
  [43, 'IKE_INTERMEDIATE', 'IKE_INTERMEDIATE', 'RFC 9242 3.2'],
  [44, 'IKE_FOLLOWUP_KE', 'IKE_FOLLOWUP_KE', 'RFC 9370 2.2.4'],
]);

export const exchangeTypes = (major: number): Registry<ExchangeTypeRow> => (major >= 2 ? exchangeTypesV2 : exchangeTypesV1);

/** The name that other programs compare with; `Unknown` where the version has no such exchange. */
export const exchangeName = (major: number, type: number): string => exchangeTypes(major).get(type)?.name ?? 'Unknown';
