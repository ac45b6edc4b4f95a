/** One ESP or AH packet: which SA it belongs to, whether its ICV is right, and what the replay window says. RFC 4303 3.4, RFC 4302 3.4. */
import type { IpAddress } from '../../values/ip-address.ts';
import { type Spi, spiText } from '../../values/spi.ts';
import { readAh } from '../../wire/ah.ts';
import { readEsp } from '../../wire/esp.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Claim, Context } from '../context.ts';
import { get, set } from '../persistent-map.ts';
import type { IpsecSeen } from '../seen.ts';
import type { Place } from '../sightings.ts';
import type { State } from '../state.ts';
import { type Association, associationKey, noPackets } from './association.ts';
import { authenticate, isShortSha256 } from './authenticate.ts';
import { seenAtPlace } from './places.ts';
import { type Judgement, judge, mark } from './replay-window.ts';
import { noRivals, rivalKeys, withSupplied } from './supplied.ts';

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
  made: null,
  madeAt: null,
  ...noPackets(ctx.replayWindow),
});

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

const shortIcvClaim = (a: Association): Claim => ({
  code: 'weak-algorithm',
  severity: 'note',
  about: `${a.protocol} ${spiText(a.spi)}`,
  message: `SPI ${spiText(a.spi)} cuts HMAC-SHA2-256 to 96 bits, as Linux did before 2.6.33: a peer that sends the 128 bits of RFC 4868 would not be understood.`,
  evidence: 'the ICV is right over 96 bits, and wrong over 128',
  rfc: 'RFC 4868 2.6',
});

export interface IpsecObserved {
  readonly ipsec: IpsecSeen | null;
  readonly associations: State['associations'];
  readonly claims: readonly Claim[];
  readonly association: Association | null;
}

const noClaims: readonly Claim[] = [];

/** The order of RFC 4303 3.4: window first, then ICV; only a packet whose ICV is right, or cannot be checked, moves the window. */
export const observeIpsec = (ctx: Context, state: State, packet: Packet, protocol: 'esp' | 'ah', place: Place): IpsecObserved => {
  const header = protocol === 'esp' ? readEsp(packet.bytes, packet.content, ctx.detail) : readAh(packet.bytes, packet.content, ctx.detail);
  if (!header || !packet.src || !packet.dst) return { ipsec: null, associations: state.associations, claims: noClaims, association: null };
  const key = associationKey(protocol, packet.dst, header.spi);
  const found = get(state.associations, key);
  const known = found ?? unknownAssociation(ctx, protocol, header.spi, packet.src, packet.dst, packet.udpEncap, state.index);
  const begun = known.packets === 0 ? withSupplied(known, state.secrets) : known;
  const others = begun.verified === 0 ? rivalKeys(begun, state.secrets) : noRivals;
  const { keyed, sequence: n, authenticated, highHalf } = authenticate(ctx, begun, others, packet, header.sequence);
  const a: Association =
    keyed.suite === begun.suite && keyed.integrityKey === begun.integrityKey && keyed.encryptionKey === begun.encryptionKey
      ? begun
      : { ...begun, suite: keyed.suite, encryptionKey: keyed.encryptionKey, integrityKey: keyed.integrityKey };
  const verdict = judge(a.window, n);
  const genuine = authenticated !== false;
  const arrival = judge(a.arrivals, n);
  const { again, places } = genuine ? seenAtPlace(a, place, n, arrival) : { again: null, places: a.places };
  const replay = a.highest === null && a.negotiation === null ? null : (again ?? verdict);
  const ipsec: IpsecSeen = {
    protocol,
    header,
    spi: header.spi,
    sequence: n,
    association: key,
    replay,
    authenticated,
    sighting: again !== null,
  };
  if (again !== null) {
    const seen: Association = { ...a, last: state.index, places };
    return { ipsec, associations: set(state.associations, key, seen), claims: noClaims, association: seen };
  }
  const accepted = verdict === 'new' && genuine;
  const arrived = genuine && arrival === 'new';
  const next: Association = {
    ...a,
    last: state.index,
    state: a.state === 'larval' && authenticated === true ? 'mature' : a.state,
    udpEncap: a.udpEncap ?? packet.udpEncap,
    window: accepted ? mark(a.window, n) : a.window,
    lowest: arrived && (a.lowest === null || n < a.lowest) ? n : a.lowest,
    arrivals: arrived ? mark(a.arrivals, n) : a.arrivals,
    arrived: a.arrived + (arrived ? 1 : 0),
    repeats: a.repeats + (genuine && arrival === 'replayed' ? 1 : 0),
    highest: genuine && (a.highest === null || n > a.highest) ? n : a.highest,
    received: a.received + (accepted ? 1 : 0),
    replayed: a.replayed + (verdict === 'replayed' ? 1 : 0),
    old: a.old + (verdict === 'old' ? 1 : 0),
    badIcv: a.badIcv + (verdict === 'new' && !genuine ? 1 : 0),
    verified: a.verified + (authenticated === true ? 1 : 0),
    packets: a.packets + 1,
    bytes: a.bytes + (packet.content.end - packet.content.start),
    highHalf,
    places,
  };
  return {
    ipsec,
    associations: set(state.associations, key, next),
    claims: genuine && verdict === 'new' && next.verified !== 1 ? noClaims : claimsOf(a, next, verdict, genuine),
    association: next,
  };
};

const claimsOf = (before: Association, a: Association, verdict: Judgement, genuine: boolean): readonly Claim[] => [
  ...(genuine ? [] : [badIcvClaim(a)]),
  ...(verdict === 'new' ? [] : [replayClaim(a)]),
  ...(before.verified === 0 && a.verified === 1 && isShortSha256(a.suite) ? [shortIcvClaim(a)] : []),
];
