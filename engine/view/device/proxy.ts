/** What an IPsec SA protects, as IOS writes it: address, mask, protocol, port. RFC 2407 4.6.2. */
import { type Replay, walk } from '../../replay/replay.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type State } from '../../state/state.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';

/** One end of a flow. A range has no mask: it stands in `address` whole. */
export interface ProxyIdentity {
  readonly address: string;
  /** Dotted for IPv4, a prefix length for IPv6; empty for what is no subnet. */
  readonly mask: string;
  readonly protocol: number;
  readonly port: number;
  /** Of the identification payload; `null` where quick mode named none. */
  readonly idType: number | null;
}

/** From the text of a selector: `192.0.2.1`, `10.1.0.0/16`, `10.0.0.1-10.0.0.9`. */
export const proxyOf = (text: string, protocol = 0, port = 0, idType: number | null = null): ProxyIdentity => {
  const [address = text, prefix] = text.split('/');
  return { address, mask: maskOf(address, prefix), protocol, port, idType };
};

const maskOf = (address: string, prefix: string | undefined): string => {
  if (address.includes(':')) return prefix ?? '128';
  if (!/^[\d.]+$/.test(address)) return '';
  if (prefix?.includes('.')) return prefix;
  const bits = prefix === undefined ? 32 : Number(prefix);
  return [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.max(0, Math.min(8, bits - at)))).join('.');
};

/** The client identities that a message of quick mode carries, in the order of RFC 2409 5.5: the initiator's, then the responder's. */
export const proxiesIn = (payloads: readonly Payload[]): readonly ProxyIdentity[] =>
  payloads.flatMap(({ content: c }) =>
    c.kind === 'identification' ? [proxyOf(identityText(c.idType, c.data), c.protocolId, c.port, c.idType)] : [],
  );

/** Both ends of what an SA protects, as its sender sees them. Protocol and port stand in the quick mode's first message alone. */
export const proxiesOf = (replay: Replay, state: State, a: Association): { readonly src: ProxyIdentity; readonly dst: ProxyIdentity } => {
  const texts = { src: proxyOf(a.selectors.src.join(',')), dst: proxyOf(a.selectors.dst.join(',')) };
  const n = a.negotiation === null ? undefined : get(state.negotiations, a.negotiation);
  const q = n && a.exchange !== null ? get(n.exchanges, exchangeKey('quick', a.exchange)) : undefined;
  if (q?.kind !== 'quick' || q.idCi === null) return texts;
  for (const { seen } of walk(replay, q.first, q.first)) {
    const [near, far] = proxiesIn(seen.ike?.payloads ?? []);
    if (near && far) return a.side === q.begunBy ? { src: near, dst: far } : { src: far, dst: near };
  }
  return texts;
};

/** `192.168.100.0/255.255.255.0/0/0`. */
export const proxyText = ({ address, mask, protocol, port }: ProxyIdentity): string => `${address}/${mask}/${protocol}/${port}`;

/** `host 192.0.2.1`, `10.1.0.0/255.255.0.0`: an end as a flow of `show crypto session` has it. */
export const flowEnd = ({ address, mask, port }: ProxyIdentity): string => {
  const end = mask === '255.255.255.255' || mask === '128' ? `host ${address}` : mask === '' ? address : `${address}/${mask}`;
  return port === 0 ? end : `${end} port ${port}`;
};

/** `10.1.0.0 0.0.255.255`, `host 192.0.2.1`, `any`: an end as an access list has it. */
export const accessEnd = ({ address, mask, port }: ProxyIdentity): string => {
  const octets = mask.split('.').map(Number);
  const wildcard = octets.length === 4 ? octets.map((n) => 255 - n).join('.') : null;
  const named: Readonly<Record<string, string>> = { '0.0.0.0': `host ${address}`, '255.255.255.255': 'any' };
  const subnet = mask === '' ? address : `${address}/${mask}`;
  const end = wildcard === null ? subnet : (named[wildcard] ?? `${address} ${wildcard}`);
  return port === 0 ? end : `${end} eq ${port}`;
};
