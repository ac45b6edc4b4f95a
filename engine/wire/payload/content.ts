/** What stands in a payload, by kind, and which payload type holds which kind: RFC 2408 3.1. */
import { type Field, leftOver, type Reading, shortHex, type ValueOf } from '../../bytes/field.ts';
import { notifyTypesV1 } from '../../registry/notify-type.ts';
import { nameOf } from '../../registry/registry.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';
import { counted } from '../proposal.ts';
import { attributes } from './attributes.ts';
import { certificate, certificateRequest } from './certificate.ts';
import { fragment } from './fragment.ts';
import { identification, identityText, natOriginalAddress } from './identification.ts';
import { deletion, notification } from './notification.ts';
import { hash, keyExchange, natDiscovery, nonce, signature, unknown, vendorId } from './opaque.ts';
import { securityAssociation } from './security-association.ts';

const layouts = {
  securityAssociation,
  keyExchange,
  identification,
  certificate,
  certificateRequest,
  hash,
  signature,
  nonce,
  notification,
  delete: deletion,
  vendorId,
  attributes,
  natDiscovery,
  natOriginalAddress,
  fragment,
  unknown,
} as const;

type Layouts = typeof layouts;
export type PayloadKind = keyof Layouts;
export type ContentOf<K extends PayloadKind> = { readonly kind: K } & ValueOf<Layouts[K]>;
export type PayloadContent = { [K in PayloadKind]: ContentOf<K> }[PayloadKind];

/** 130 and 131 are the numbers of NAT traversal's drafts, 132 the vendors' fragment. */
const kindsV1: ReadonlyMap<number, PayloadKind> = new Map<number, PayloadKind>([
  [1, 'securityAssociation'],
  [4, 'keyExchange'],
  [5, 'identification'],
  [6, 'certificate'],
  [7, 'certificateRequest'],
  [8, 'hash'],
  [9, 'signature'],
  [10, 'nonce'],
  [11, 'notification'],
  [12, 'delete'],
  [13, 'vendorId'],
  [14, 'attributes'],
  [20, 'natDiscovery'],
  [21, 'natOriginalAddress'],
  [130, 'natDiscovery'],
  [131, 'natOriginalAddress'],
  [132, 'fragment'],
]);

/** Bodies of IKEv2 are kept whole for now. */
export const kindOf = (type: number, major: number): PayloadKind => (major >= 2 ? 'unknown' : (kindsV1.get(type) ?? 'unknown'));

/**
 * Reads a body up to `r.end` and makes its nodes. What does not parse comes back as `unknown` with all its octets, so that nobody
 * acts on half a value; the nodes up to the break are there all the same.
 */
export const readContent = (r: Reading, kind: PayloadKind): PayloadContent => {
  const data = r.bytes.subarray(r.at, r.end);
  const layout: Field<unknown> = layouts[kind];
  const issuesBefore = r.issues.length;
  const value = layout.read(r, {});
  leftOver(r, 'the last field');
  const broken = r.issues.slice(issuesBefore).some((i) => i.blame === 'malformed');
  return broken ? { kind: 'unknown', data } : ({ kind, ...(value as object) } as PayloadContent);
};

/** Appends the octets of a body to `out`: those that it was read from, where nothing was changed. */
export const writeContent = (out: number[], content: PayloadContent): void => {
  const layout: Field<unknown> = layouts[content.kind];
  layout.write(out, content);
};

/** One line for the payload's node: who, which notification, whose vendor ID. `undefined` where the name says all. */
export const contentText = (content: PayloadContent): string | undefined => {
  switch (content.kind) {
    case 'securityAssociation':
      return counted(content.proposals.length, 'proposal');
    case 'identification':
    case 'natOriginalAddress':
      return identityText(content.idType, content.data);
    case 'notification':
      return nameOf(notifyTypesV1, content.notifyType) ?? `type ${content.notifyType}`;
    case 'delete':
      return counted(content.spis.length, 'SPI');
    case 'vendorId':
      return vendorIdName(content.data) ?? shortHex(content.data);
    case 'fragment':
      return `number ${content.number}`;
    case 'keyExchange':
    case 'nonce':
      return counted(content.data.length, 'octet');
    default:
      return undefined;
  }
};
