/** Which SA takes a packet out, RFC 4301 5.1, and the packet as it goes: sealed, in UDP (RFC 3948) or straight in IP. */
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { type Association, associationKey } from '../../state/ipsec/association.ts';
import { espAlgorithms, espKeys } from '../../state/ipsec/esp-algorithms.ts';
import { sealEsp } from '../../state/ipsec/esp-sealing.ts';
import { get } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import type { Datagram } from '../../values/datagram.ts';
import { type SequenceNumber, sequenceNumber } from '../../values/sequence-number.ts';
import { type InnerPacket, protocol, writeInner } from '../inner/ipv4.ts';
import { lineOf, type Pair } from '../lines.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { covers, flowOf, type SaFlow } from './flow.ts';
import { isUsable } from './usable.ts';

export interface Carrier {
  readonly association: Association;
  readonly negotiation: Negotiation;
  readonly flow: SaFlow;
  /** Of the peer, where UDP is around its packets. */
  readonly port: number;
  /** Of its next packet. */
  readonly sequence: SequenceNumber;
}

const esp = 50;
const rawIp = 101;

const isOutward = (t: Taking, a: Association, { local, rawEsp }: Plan): boolean =>
  a.protocol === 'esp' && a.src === local && isUsable(t, a) && (a.udpEncap === true || rawEsp);

/** The newest SA of ours among these that can be sent on and that `takes` the packet: both ends use the latest agreement. */
export const carrierAmong = (t: Taking, plan: Plan, pairs: readonly Pair[], takes: (carrier: Carrier) => boolean): Carrier | undefined => {
  const outbound = pairs.flatMap((pair) => get(t.state.associations, pair.outbound) ?? []);
  for (const association of outbound.sort((a, b) => (b.made ?? 0) - (a.made ?? 0) || b.spi - a.spi)) {
    const carrier = isOutward(t, association, plan) ? carrierBy(t, plan, association) : null;
    if (carrier && takes(carrier)) return carrier;
  }
  return undefined;
};

const carrierBy = (t: Taking, plan: Plan, association: Association): Carrier | null => {
  const negotiation = association.negotiation === null ? undefined : get(t.state.negotiations, association.negotiation);
  const flow = negotiation && flowOf(t, negotiation, association);
  const sequence = nextSequence(association, get(t.leaps, associationKey('esp', association.dst, association.spi)) ?? 0n);
  if (!negotiation || !flow || !association.side || !sequence) return null;
  return { association, negotiation, flow, sequence, port: portOf(t, plan, negotiation, association.side) };
};

/** `negotiation`: one with the end that it shall go to. */
export const carrierOf = (t: Taking, plan: Plan, packet: InnerPacket, negotiation: string): Carrier | undefined =>
  carrierAmong(t, plan, lineOf(t.lines, negotiation)?.pairs ?? [], ({ flow }) => covers(flow, packet));

/**
 * Where the peer was heard last, be it in a message or in a packet. On the ports of IKE it would take ESP for IKE, RFC 3948 2.1: only who floated has
 * another port than the usual one.
 */
const portOf = (t: Taking, plan: Plan, n: Negotiation, side: Side): number => {
  const packet = get(t.traffic.ports, n.id);
  if (packet && packet.event > (n.paths.at(-1)?.event ?? 0)) return packet.port;
  return n[side].port === plan.natPort ? (n[other(side)].port ?? plan.natPort) : plan.natPort;
};

/** RFC 4303 3.3.3: counted by what was sent, and never round to the beginning. */
const nextSequence = ({ highest, suite }: Association, leap: bigint): SequenceNumber | null => {
  const known = highest ?? 0n;
  const next = (known > leap ? known : leap) + 1n;
  return next > (suite?.esn === true ? lastExtended : lastShort) ? null : sequenceNumber(next);
};
const lastShort = 0xffff_ffffn;
const lastExtended = 0xffff_ffff_ffff_ffffn;

/** `null` where the SA's algorithms or keys are not to be had, or its numbers are used up. */
export const carried = (ctx: Context, plan: Plan, { association: a, sequence, port }: Carrier, packet: InnerPacket): Datagram | null => {
  const { suite } = a;
  const algorithms = suite && espAlgorithms(suite);
  const inside =
    a.mode === 'transport'
      ? { payload: packet.payload, nextHeader: packet.protocol }
      : { payload: writeInner(packet), nextHeader: protocol.ipInIp };
  if (!algorithms || !a.side || !inside.payload) return null;
  const { payload, nextHeader } = inside;
  const bytes = sealEsp(ctx.crypto, algorithms, espKeys(a), { spi: a.spi, sequence, esn: suite?.esn === true, payload, nextHeader });
  if (!bytes) return null;
  if (a.udpEncap === true) {
    return { form: 'udp', src: a.src, sport: plan.natPort, dst: a.dst, dport: port, bytes };
  }
  const frame = writeInner({ src: a.src, dst: a.dst, protocol: esp, payload: bytes });
  return frame ? { form: 'frame', linkType: rawIp, bytes: frame, wireLength: frame.length } : null;
};
