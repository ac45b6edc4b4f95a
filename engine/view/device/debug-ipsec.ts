/** `debug crypto ipsec`: what the IPsec part of the device is asked, and the SAs that it makes. RFC 2409 5.5, RFC 4301 4.4. */
import type { Side } from '../../state/fact.ts';
import { attributeOf } from '../../state/ike/suite.ts';
import { associationsOf } from '../../state/ikev1/agreement.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type State } from '../../state/state.ts';
import type { MessageId } from '../../values/message-id.ts';
import type { Proposal } from '../../wire/proposal.ts';
import { modeWord } from './debug-transforms.ts';
import type { Device } from './device.ts';
import { type ProxyIdentity, proxiesOf, proxyOf, proxyText } from './proxy.ts';
import { more, say, sayIpsec, sayRaw, type Voice } from './voice.ts';
import { spiHex, suiteWords } from './words.ts';

/** An SA of a quick mode, seen from the device. */
interface OwnSa {
  readonly sa: Association;
  readonly inbound: boolean;
  readonly number: number;
  readonly local: ProxyIdentity;
  readonly remote: ProxyIdentity;
}

/** SAs that an exchange made, those that are received on first. */
export const ownSas = (device: Device, state: State, negotiation: string, exchange: MessageId): readonly OwnSa[] => {
  const n = get(state.negotiations, negotiation);
  const q = n && get(n.exchanges, exchangeKey('quick', exchange));
  if (!n || q?.kind !== 'quick') return [];
  return associationsOf(n, q)
    .flatMap((key): OwnSa[] => {
      const sa = get(state.associations, key);
      if (sa?.negotiation !== negotiation || sa.exchange !== exchange) return [];
      const { src, dst } = proxiesOf(device.replay, state, sa);
      const inbound = sa.side !== device.side;
      return [{ sa, inbound, number: device.flows.get(key) ?? 0, local: inbound ? dst : src, remote: inbound ? src : dst }];
    })
    .sort((a, b) => a.number - b.number);
};

const type = ({ idType }: ProxyIdentity): string => (idType === null ? '' : ` (type=${idType})`);
const protocolWord = (protocol: Association['protocol']): string => protocol.toUpperCase();
const ipProtocol: Readonly<Record<Association['protocol'], number>> = { esp: 50, ah: 51 };

const modeText = ({ mode, udpEncap }: Association): string =>
  mode === null ? '' : `  (${mode === 'tunnel' ? 'Tunnel' : 'Transport'}${udpEncap ? '-UDP' : ''})`;

/** `Creating IPSec SAs`, then each direction with its proxies, SPI and lifetimes. */
export const sayCreating = (v: Voice, sas: readonly OwnSa[]): void => {
  if (sas.length === 0) return;
  say(v, ' Creating IPSec SAs');
  for (const { sa, inbound, number, local, remote } of sas) {
    const [from, to] = inbound ? [remote, local] : [local, remote];
    const below = (text: string): void => sayRaw(v, `        ${text}`);
    below(`${inbound ? 'inbound' : 'outbound'} SA from ${sa.src} to ${sa.dst} (f/i)  0/ 0`);
    more(v, `        (proxy ${from.address} to ${to.address})`);
    below(`has spi ${spiHex(sa.spi)} and conn_id ${number}`);
    if (sa.lifetimeSeconds !== null) below(`lifetime of ${sa.lifetimeSeconds} seconds`);
    if (sa.lifetimeKilobytes !== null) below(`lifetime of ${sa.lifetimeKilobytes} kilobytes`);
  }
};

/** The same from the IPsec part: what it was told, and what it made. */
export const sayCreated = (v: Voice, sas: readonly OwnSa[]): void => {
  for (const { sa, inbound, number, local, remote } of sas) {
    const [near, far] = inbound ? [sa.dst, sa.src] : [sa.src, sa.dst];
    const transform = sa.suite ? suiteWords(sa.protocol, sa.suite).join(' ') : '';
    sayIpsec(v, 'initialize_sas', ',');
    more(v, `  (key eng. msg.) ${inbound ? 'INBOUND' : 'OUTBOUND'} local= ${near}, remote= ${far},`);
    more(v, `    local_proxy= ${proxyText(local)}${type(local)},`);
    more(v, `    remote_proxy= ${proxyText(remote)}${type(remote)},`);
    more(v, `    protocol= ${protocolWord(sa.protocol)}, transform= ${transform}${modeText(sa)},`);
    more(v, `    lifedur= ${sa.lifetimeSeconds ?? 0}s and ${sa.lifetimeKilobytes ?? 0}kb,`);
    more(v, `    spi= ${spiHex(sa.spi)}(${sa.spi}), conn_id= ${number}, keysize= ${sa.suite?.keyBits ?? 0}, flags= 0x0`);
  }
  for (const { sa, number } of sas) {
    const transform = sa.suite ? suiteWords(sa.protocol, sa.suite).join(' ') : '';
    sayIpsec(v, 'create_sa', 'sa created,');
    more(v, `  (sa) sa_dest= ${sa.dst}, sa_prot= ${ipProtocol[sa.protocol]},`);
    more(v, `    sa_spi= ${spiHex(sa.spi)}(${sa.spi}),`);
    more(v, `    sa_trans= ${transform} , sa_conn_id= ${number}`);
  }
};

export interface Request {
  readonly local: string;
  readonly remote: string;
  /** The device's own proxy and the other's; `null` where quick mode named none. */
  readonly proxies: readonly [ProxyIdentity, ProxyIdentity] | null;
  readonly proposals: readonly Proposal[];
}

const protocols: Readonly<Record<number, 'esp' | 'ah'>> = { 2: 'ah', 3: 'esp' };

/** What was offered, as the device asks its IPsec part whether it will do. */
export const sayValidation = (v: Voice, { local, remote, proxies, proposals }: Request): void => {
  const [near, far] = proxies ?? [proxyOf(local), proxyOf(remote)];
  proposals.forEach((p, i) => {
    const t = p.transforms[0];
    const protocol = protocols[p.protocolId];
    if (!t || !protocol) return;
    const keyBits = attributeOf(t.attributes, 6);
    const words = suiteWords(protocol, { transform: t.id, keyBits, authentication: attributeOf(t.attributes, 5), esn: false });
    sayIpsec(v, 'validate_proposal_request', `proposal part #${i + 1},`);
    more(v, `  (key eng. msg.) INBOUND local= ${local}, remote= ${remote},`);
    more(v, `    local_proxy= ${proxyText(near)}${type(near)},`);
    more(v, `    remote_proxy= ${proxyText(far)}${type(far)},`);
    more(v, `    protocol= ${protocolWord(protocol)}, transform= ${words.join(' ')}  (${modeWord(t)}),`);
    more(v, '    lifedur= 0s and 0kb,');
    more(v, `    spi= 0x0(0), conn_id= 0, keysize= ${keyBits ?? 0}, flags= 0x0`);
  });
};

/** The device's own SPIs, as its IPsec part hands them out. */
export const saySpis = (v: Voice, sas: readonly OwnSa[]): void => {
  for (const { sa, inbound } of sas) {
    if (!inbound) continue;
    sayIpsec(v, 'spi_response', `getting spi ${sa.spi} for SA`);
    more(v, `        from ${sa.dst}   to ${sa.src}  for prot ${sa.protocol === 'esp' ? 3 : 2}`);
  }
};

/** Which end of a message's client identities is the device's own. RFC 2409 5.5: the first is the one's who began. */
export const ownProxies = (
  proxies: readonly ProxyIdentity[],
  begunBy: Side,
  side: Side,
): readonly [ProxyIdentity, ProxyIdentity] | null => {
  const [first, second] = proxies;
  if (!first || !second) return null;
  return begunBy === side ? [first, second] : [second, first];
};
