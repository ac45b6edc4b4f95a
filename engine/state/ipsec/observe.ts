/** One ESP or AH packet: which SA it belongs to, whether its ICV is right, and what the replay window says. RFC 4303 3.4, RFC 4302 3.4. */
import { integrities, integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { sequenceNumber } from '../../values/sequence-number.ts';
import { type Spi, spiText } from '../../values/spi.ts';
import { type AhHeader, readAh } from '../../wire/ah.ts';
import { type EspHeader, readEsp } from '../../wire/esp.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Claim, Context } from '../context.ts';
import { get, set } from '../persistent-map.ts';
import type { IpsecSeen } from '../seen.ts';
import type { State } from '../state.ts';
import { type Association, arrivalsCovered, associationKey } from './association.ts';
import { verifyIcv } from './esp-protection.ts';
import { judge, mark, replayWindow } from './replay-window.ts';
import { withSupplied } from './supplied.ts';

/** A record of an SPI that no negotiation told of: one-way traffic and half a capture show too. */
const unknownAssociation = (
  ctx: Context,
  protocol: 'esp' | 'ah',
  spi: Spi,
  src: IpAddress,
  dst: IpAddress,
  udpEncap: boolean,
  event: number,
): Association => ({
  protocol,
  spi,
  src,
  dst,
  side: null,
  negotiation: null,
  exchange: null,
  bundle: null,
  mode: null,
  udpEncap,
  suite: null,
  selectors: { src: [], dst: [] },
  pfsGroup: null,
  lifetimeSeconds: null,
  lifetimeKilobytes: null,
  keymat: null,
  encryptionKey: null,
  integrityKey: null,
  state: 'mature',
  since: event,
  last: event,
  window: replayWindow(ctx.replayWindow),
  lowest: null,
  arrivals: replayWindow(arrivalsCovered),
  arrived: 0,
  highest: null,
  received: 0,
  replayed: 0,
  old: 0,
  badIcv: 0,
  packets: 0,
  bytes: 0,
});

/** The ICV's verdict; `null` where the key or the algorithm is not known. */
const authentic = (ctx: Context, a: Association, packet: Packet, header: EspHeader | AhHeader): boolean | null => {
  const name = a.suite?.authentication == null ? undefined : integrityOfPhaseTwo(a.suite.authentication);
  if (!name || !a.integrityKey || a.protocol === 'ah' || !('encrypted' in header) || packet.cut) return null;
  if (a.integrityKey.value.length !== integrities[name].keyOctets) return null;
  return verifyIcv(ctx.crypto, name, a.integrityKey.value, packet.bytes, packet.content.start, packet.content.end);
};

const badIcvClaim = (a: Association): Claim => ({
  code: 'esp-bad-icv',
  severity: 'warning',
  about: `${a.protocol} ${spiText(a.spi)}`,
  message: `Packets of SPI ${spiText(a.spi)} have a wrong ICV: they were changed on their way, or the keys differ.`,
  evidence: 'the ICV computed over the packet differs from the one it ends with',
  rfc: 'RFC 4303 3.4.4',
});

const replayClaim = (a: Association): Claim => ({
  code: 'esp-replay',
  severity: 'warning',
  about: `${a.protocol} ${spiText(a.spi)}`,
  message: `Packets of SPI ${spiText(a.spi)} came twice, or so late that the window is past them: the receiver drops them.`,
  evidence: `judged with a window of ${a.window.size} packets`,
  rfc: 'RFC 4303 3.4.3',
});

export interface IpsecObserved {
  readonly ipsec: IpsecSeen | null;
  readonly associations: State['associations'];
  readonly claims: readonly Claim[];
  readonly association: Association | null;
}

/** The order of RFC 4303 3.4: window first, then ICV; only a packet whose ICV is right, or cannot be checked, moves the window. */
export const observeIpsec = (ctx: Context, state: State, packet: Packet, protocol: 'esp' | 'ah'): IpsecObserved => {
  const header = protocol === 'esp' ? readEsp(packet.bytes, packet.content, ctx.detail) : readAh(packet.bytes, packet.content, ctx.detail);
  if (!header || !packet.src || !packet.dst) return { ipsec: null, associations: state.associations, claims: [], association: null };
  const key = associationKey(protocol, packet.dst, header.spi);
  const found = get(state.associations, key);
  const known = found ?? unknownAssociation(ctx, protocol, header.spi, packet.src, packet.dst, packet.udpEncap, state.index);
  const a = known.packets === 0 ? withSupplied(known, state.secrets) : known;
  const n = sequenceNumber(header.sequence);
  const unset = a.highest === null && a.negotiation === null;
  const verdict = judge(a.window, n);
  const authenticated = authentic(ctx, a, packet, header);
  const accepted = verdict === 'new' && authenticated !== false;
  const arrived = authenticated !== false && judge(a.arrivals, n) === 'new';
  const next: Association = {
    ...a,
    last: state.index,
    state: a.state === 'larval' && authenticated === true ? 'mature' : a.state,
    udpEncap: a.udpEncap ?? packet.udpEncap,
    window: accepted ? mark(a.window, n) : a.window,
    lowest: arrived && (a.lowest === null || n < a.lowest) ? n : a.lowest,
    arrivals: arrived ? mark(a.arrivals, n) : a.arrivals,
    arrived: a.arrived + (arrived ? 1 : 0),
    highest: authenticated !== false && (a.highest === null || n > a.highest) ? n : a.highest,
    received: a.received + (accepted ? 1 : 0),
    replayed: a.replayed + (verdict === 'replayed' ? 1 : 0),
    old: a.old + (verdict === 'old' ? 1 : 0),
    badIcv: a.badIcv + (authenticated === false ? 1 : 0),
    packets: a.packets + 1,
    bytes: a.bytes + (packet.content.end - packet.content.start),
  };
  const claims: Claim[] = [];
  if (authenticated === false) claims.push(badIcvClaim(a));
  if (verdict !== 'new') claims.push(replayClaim(a));
  return {
    ipsec: { protocol, header, spi: header.spi, sequence: n, association: key, replay: unset ? null : verdict, authenticated },
    associations: set(state.associations, key, next),
    claims,
    association: next,
  };
};
