/** Whose traffic an SA is for, RFC 2409 5.5, and whether a packet is such: RFC 4301 4.4.1.1 and 5.2. */
import type { AddressRange } from '../../event/policy.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import { addressBytes, type IpAddress, ipv4 } from '../../values/ip-address.ts';
import { messageId } from '../../values/message-id.ts';
import { type InnerPacket, protocol, word16 } from '../inner/ipv4.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, type Identification, type Taking } from '../taking.ts';

/** Addresses from the first to the last, as numbers; a port of 0 is any. */
interface End {
  readonly first: number;
  readonly last: number;
  readonly port: number;
}

/** As its sender sees it. A protocol of 0 is any. */
export interface SaFlow {
  readonly protocol: number;
  readonly src: End;
  readonly dst: End;
}

const number = (octets: Uint8Array, at: number): number =>
  (((octets[at] ?? 0) << 24) | ((octets[at + 1] ?? 0) << 16) | ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0)) >>> 0;

const numberOf = (address: IpAddress): number | null => {
  const octets = addressBytes(address);
  return octets?.length === 4 ? number(octets, 0) : null;
};

const addressOf = (n: number): IpAddress => ipv4(Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n), 0);

const hostEnd = (address: IpAddress): End | null => {
  const n = numberOf(address);
  return n === null ? null : { first: n, last: n, port: 0 };
};

/** ID_IPV4_ADDR, ID_IPV4_ADDR_SUBNET, ID_IPV4_ADDR_RANGE, RFC 2407 4.6.2. */
const endOf = ({ idType, data, port }: Identification): End | null => {
  if (idType === 1 && data.length === 4) return { first: number(data, 0), last: number(data, 0), port };
  if (data.length !== 8) return null;
  const [a, b] = [number(data, 0), number(data, 4)];
  if (idType === 4) return { first: (a & b) >>> 0, last: (a | ~b) >>> 0, port };
  return idType === 7 ? { first: a, last: b, port } : null;
};

/** `null` where the identities are of a kind that says nothing of addresses. Without identities it is the peers' own, RFC 2409 5.5. */
export const flowOf = (t: Taking, n: Negotiation, a: Association): SaFlow | null => {
  const id = a.exchange ?? messageId(0);
  const q = get(n.exchanges, exchangeKey('quick', id));
  if (q?.kind !== 'quick') return null;
  const [idCi, idCr] = get(t.identities, conversationKey(n.id, id)) ?? [];
  const [near, far] = a.side === q.begunBy ? [idCi, idCr] : [idCr, idCi];
  const [src, dst] = near && far ? [endOf(near), endOf(far)] : [hostEnd(a.src), hostEnd(a.dst)];
  return src && dst && { protocol: idCi?.protocolId ?? 0, src, dst };
};

const isWithin = (end: End, address: IpAddress, port: number | null): boolean => {
  const n = numberOf(address);
  return n !== null && end.first <= n && n <= end.last && (end.port === 0 || end.port === port);
};

const ported: ReadonlySet<number> = new Set([6, protocol.udp]);

export const covers = (flow: SaFlow, { src, dst, protocol: carried, payload }: InnerPacket): boolean => {
  const has = ported.has(carried) && payload.length >= 4;
  return (
    (flow.protocol === 0 || flow.protocol === carried) &&
    isWithin(flow.src, src, has ? word16(payload, 0) : null) &&
    isWithin(flow.dst, dst, has ? word16(payload, 2) : null)
  );
};

type Range = Pick<End, 'first' | 'last'>;

const rangeOf = ({ address, mask }: AddressRange): Range | null => {
  const [a, b] = [numberOf(address), numberOf(mask)];
  return a === null || b === null ? null : { first: (a & b) >>> 0, last: (a | ~b) >>> 0 };
};

/** The first host of a network, or the one address that there is. */
const firstHost = ({ first, last }: Range): number => (last - first > 1 ? first + 1 : first);

/** Who we are inside: in a network of ours, since a client may ask for all there is; else wherever the SA is for. */
export const ownHost = ({ tunnels }: Plan, { src }: SaFlow): IpAddress => {
  const networks = tunnels.flatMap(({ flows }) => flows.flatMap(({ source }) => rangeOf(source) ?? []));
  const hosts = networks.map(firstHost).filter((n) => src.first <= n && n <= src.last);
  return addressOf(hosts[0] ?? firstHost(src));
};
