/** Payloads of phase 1 and 2 as values to write: offers, identities, public values. RFC 2408 3, RFC 2407 4, RFC 3947 3. */
import { reading } from '../../bytes/field.ts';
import { hashOfPhaseOne } from '../../crypto/prf.ts';
import type { AddressRange, IsakmpPolicy, TransformSet } from '../../event/policy.ts';
import type { Context } from '../../state/context.ts';
import { cookieOctets } from '../../state/ike/cookie-octets.ts';
import { attributeOf } from '../../state/ike/suite.ts';
import type { Negotiation } from '../../state/state.ts';
import { addressBytes, ipv4 } from '../../values/ip-address.ts';
import type { Attribute } from '../../wire/attribute.ts';
import { readContent, writeContent } from '../../wire/payload/content.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';
import type { Identification } from '../taking.ts';

const basic = (type: number, n: number): Attribute => ({ type, form: 'TV', value: Uint8Array.of(n >> 8, n & 255) });
const variable = (type: number, n: number): Attribute => ({
  type,
  form: 'TLV',
  value: Uint8Array.of((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255),
});
const given = (type: number, n: number | null): Attribute[] => (n === null ? [] : [basic(type, n)]);
/** Seconds are life type 1, kilobytes 2. */
const life = (typeClass: number, unit: 1 | 2, n: number | null): Attribute[] =>
  n === null ? [] : [basic(typeClass, unit), variable(typeClass + 1, n)];

const isakmp = 1;
const keyIke = 1;
export const esp = 3;
const tunnelMode = 1;
const transportMode = 2;
/** What a mode's number grows by under UDP: RFC 3947 5.1. */
const underUdp = 2;

export const securityAssociation = (proposals: readonly Proposal[]): PayloadToWrite => ({
  type: 1,
  content: { kind: 'securityAssociation', doi: 1, situation: 1, proposals },
});

/** One proposal with a transform for each policy, RFC 2409 5 and App. A. */
export const phaseOneOffer = (policies: readonly IsakmpPolicy[]): readonly Proposal[] => [
  {
    number: 1,
    protocolId: isakmp,
    spi: new Uint8Array(0),
    transforms: policies.map((p, i) => ({
      number: i + 1,
      id: keyIke,
      attributes: [
        ...given(1, p.encryption),
        ...(p.encryption === aes || p.encryption === camellia ? given(14, p.keyBits ?? 128) : []),
        ...given(2, p.hash),
        ...given(4, p.group),
        ...given(3, p.authentication),
        ...life(11, 1, p.lifetimeSeconds),
      ],
    })),
  },
];
const aes = 7;
const camellia = 8;

export interface PhaseTwoTerms {
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number;
  readonly lifetimeKilobytes: number | null;
  readonly udp: boolean;
  /** Extended sequence numbers are offered too, and rather. */
  readonly esn: boolean;
}

/** One proposal of ESP with a transform for each set, RFC 2407 4.5. Sets with AH or IPComp are left out. */
export const phaseTwoOffer = (sets: readonly TransformSet[], spi: Uint8Array, terms: PhaseTwoTerms): readonly Proposal[] => [
  {
    number: 1,
    protocolId: esp,
    spi,
    transforms: espSets(sets)
      .flatMap((s) =>
        terms.esn
          ? [
              { ...s, esn: extended },
              { ...s, esn: null },
            ]
          : [{ ...s, esn: null }],
      )
      .map((s, i) => ({
        number: i + 1,
        id: s.esp ?? 0,
        attributes: [
          ...given(6, s.keyBits),
          ...given(5, s.espAuthentication),
          ...given(3, terms.pfsGroup),
          ...given(esnAttribute, s.esn),
          basic(4, (s.mode === 'transport' ? transportMode : tunnelMode) + (terms.udp ? underUdp : 0)),
          ...life(1, 1, terms.lifetimeSeconds),
          ...life(1, 2, terms.lifetimeKilobytes),
        ],
      })),
  },
];

/** RFC 4304 2. */
const esnAttribute = 11;
const extended = 1;

/** Whether a transform is with extended sequence numbers. */
export const isExtended = ({ attributes }: Transform): boolean => attributeOf(attributes, esnAttribute) === extended;

export const espSets = (sets: readonly TransformSet[]): readonly TransformSet[] =>
  sets.filter((s) => s.esp !== null && s.ah === null && s.ipcomp === null);

/** A proposal as it is answered: one transform, nothing changed but the SPI. RFC 2408 4.2. */
export const chosen = (proposal: Proposal, transform: Transform, spi: Uint8Array): Proposal => ({
  ...proposal,
  spi,
  transforms: [transform],
});

/** The proposals in the body of an SA payload; none where it does not parse. */
export const proposalsIn = (body: Uint8Array): readonly Proposal[] => {
  const content = readContent(reading(body, 'wire', 0, body.length), 'securityAssociation');
  return content.kind === 'securityAssociation' ? content.proposals : [];
};

export const keyExchange = (data: Uint8Array): PayloadToWrite => ({ type: 4, content: { kind: 'keyExchange', data } });
export const nonce = (data: Uint8Array): PayloadToWrite => ({ type: 10, content: { kind: 'nonce', data } });
export const vendorId = (data: Uint8Array): PayloadToWrite => ({ type: 13, content: { kind: 'vendorId', data } });
export const identification = (content: Identification): PayloadToWrite => ({ type: 5, content });

/** The body that goes into HASH_I and HASH_R. */
export const bodyOf = (payload: PayloadToWrite): Uint8Array => {
  const out: number[] = [];
  writeContent(out, payload.content);
  return Uint8Array.from(out);
};

/** ID_IPV4_ADDR or ID_IPV6_ADDR, RFC 2407 4.6.2.1. */
export const addressIdentity = (address: string, protocolId = 0, port = 0): Identification => {
  const data = addressBytes(address) ?? new Uint8Array(0);
  return { kind: 'identification', idType: data.length === 16 ? 5 : 1, protocolId, port, data };
};

/** A host as its address, a network with its mask. */
export const rangeIdentity = (range: AddressRange, protocolId: number, port: number): Identification => {
  const [address, mask] = [addressBytes(range.address), addressBytes(range.mask)];
  if (!address || !mask || mask.every((octet) => octet === 255)) return addressIdentity(range.address, protocolId, port);
  return { kind: 'identification', idType: address.length === 16 ? 6 : 4, protocolId, port, data: Uint8Array.of(...address, ...mask) };
};

/** The addresses of an IPv4 identity; `null` for one of another kind. */
export const rangeOf = ({ idType, data }: Identification): AddressRange | null => {
  if (idType === 1 && data.length === 4) return { address: ipv4(data, 0), mask: ipv4(Uint8Array.of(255, 255, 255, 255), 0) };
  return idType === 4 && data.length === 8 ? { address: ipv4(data, 0), mask: ipv4(data, 4) } : null;
};

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** NAT-D payloads, RFC 3947 3.2: the peer's place first, our own behind. */
export const natDiscovery = (ctx: Context, n: Negotiation, peer: Place, own: Place): readonly PayloadToWrite[] => {
  const hash = n.suite?.hash == null ? undefined : hashOfPhaseOne(n.suite.hash);
  if (!hash || !n.responderCookie) return [];
  const cookies = [cookieOctets(n.initiatorCookie), cookieOctets(n.responderCookie)];
  return [peer, own].map(({ address, port }) => ({
    type: 20,
    content: {
      kind: 'natDiscovery',
      data: ctx.crypto.hash(hash, ...cookies, addressBytes(address) ?? new Uint8Array(0), Uint8Array.of(port >> 8, port & 255)),
    },
  }));
};

export const notification = (
  protocolId: number,
  notifyType: number,
  spi: Uint8Array,
  data: Uint8Array = new Uint8Array(0),
): PayloadToWrite => ({
  type: 11,
  content: { kind: 'notification', doi: 1, protocolId, notifyType, spi, data },
});

export const deletion = (protocolId: number, spi: Uint8Array): PayloadToWrite => ({
  type: 12,
  content: { kind: 'delete', doi: 1, protocolId, spiSize: spi.length, spis: [spi] },
});

const responderLifetimeType = 24576;

/** RFC 2407 4.6.3.1: attributes of phase 2 as data, of phase 1 for an ISAKMP SA. */
export const responderLifetime = (spi: Uint8Array, seconds: number | null, kilobytes: number | null): PayloadToWrite =>
  notification(esp, responderLifetimeType, spi, octetsOf([...life(1, 1, seconds), ...life(1, 2, kilobytes)]));

export const isakmpLifetime = (cookies: Uint8Array, seconds: number): PayloadToWrite =>
  notification(isakmp, responderLifetimeType, cookies, octetsOf(life(11, 1, seconds)));

const octetsOf = (attributes: readonly Attribute[]): Uint8Array => {
  const data: number[] = [];
  for (const { type, form, value } of attributes) {
    const length = form === 'TV' ? [] : [value.length >> 8, value.length & 255];
    data.push((form === 'TV' ? 0x80 : 0) | (type >> 8), type & 255, ...length, ...value);
  }
  return Uint8Array.from(data);
};
