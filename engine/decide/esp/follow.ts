/** Takes in the packets inside IPsec SAs: what came in and is let in (RFC 4301 5.2), what went out, and when questions fall due. */
import { equalOctets } from '../../bytes/octets.ts';
import type { Event } from '../../event/event.ts';
import type { Context } from '../../state/context.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { openPacket } from '../../state/ipsec/open.ts';
import { get, set } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import { isDropped } from '../initial-contact.ts';
import { echoAnswer, readEcho } from '../inner/icmp-echo.ts';
import { type InnerPacket, protocol, readInner } from '../inner/ipv4.ts';
import { udpEcho } from '../inner/udp-echo.ts';
import type { Taking } from '../taking.ts';
import { covers, flowOf } from './flow.ts';
import { answeredPing, beginPing, pingOf, sentPing, timedPing } from './ping.ts';
import type { Answer, Traffic } from './traffic.ts';

/** Answers that wait, the latest: they go within the round in which they were asked for, unless no SA takes them. */
const mostAnswers = 16;

/** After `follow`: the same event, once more, for what is inside. */
export const followTraffic = (ctx: Context, t: Taking, event: Event, seen: Seen): Taking => {
  const traffic = trafficAfter(ctx, t, event, seen);
  return traffic === t.traffic ? t : { ...t, traffic };
};

const trafficAfter = (ctx: Context, t: Taking, event: Event, seen: Seen): Traffic => {
  const { traffic } = t;
  switch (event.kind) {
    case 'OperatorRequested': {
      // Who takes leave asks no more.
      if (event.request === 'leave') return { ...traffic, answers: [], pings: [] };
      const ping = beginPing(t.state.index, event);
      return ping ? { ...traffic, pings: [...traffic.pings, ping] } : traffic;
    }
    case 'TimerFired': {
      const pings = traffic.pings.map((ping) => timedPing(ping, event));
      return pings.every((ping, i) => ping === traffic.pings[i]) ? traffic : { ...traffic, pings };
    }
    case 'DatagramSeen': {
      const a = seen.ipsec && get(t.state.associations, seen.ipsec.association);
      if (a?.protocol !== 'esp' || (a.negotiation !== null && isDropped(t, a.negotiation))) return traffic;
      if (event.via === 'sent') return sent(traffic, insideOf(ctx, a, seen), event.at);
      return isAccepted(a, seen) ? received({ ...t, traffic: placed(t, a, seen) }, a, insideOf(ctx, a, seen), event.at) : traffic;
    }
    default:
      return traffic;
  }
};

/** RFC 4303 3.4.3 and 3.4.4: the number is new and the ICV right, unless none was agreed. */
const isAccepted = (a: Association, { ipsec }: Seen): boolean =>
  ipsec !== null &&
  a.negotiation !== null &&
  a.state !== 'dead' &&
  !ipsec.sighting &&
  ipsec.replay === 'new' &&
  (ipsec.authenticated === true || (ipsec.authenticated === null && a.integrityKey === null && a.suite?.authentication === null));

/** RFC 3947 7: a NAT may forget its mapping and make another; who is not behind it answers to where the last authentic packet came from. */
const placed = ({ state, traffic }: Taking, a: Association, { packet, ipsec }: Seen): Traffic => {
  const n = a.negotiation === null ? undefined : get(state.negotiations, a.negotiation);
  const port = packet?.sport ?? null;
  if (!n || !a.side || port === null || ipsec?.authenticated !== true || packet?.transport !== 'udp') return traffic;
  const known = get(traffic.ports, n.id);
  if ((known?.port ?? n[a.side].port) === port) return traffic;
  return { ...traffic, ports: set(traffic.ports, n.id, { port, event: state.index }) };
};

const insideOf = (ctx: Context, a: Association, { packet }: Seen): InnerPacket | null => {
  const opened = packet && openPacket(ctx, a, packet);
  if (!opened?.payloadLength) return null;
  const payload = opened.plain.subarray(0, opened.payloadLength);
  if (a.mode === 'transport') return { src: a.src, dst: a.dst, protocol: opened.nextHeader, payload };
  return opened.nextHeader === protocol.ipInIp ? readInner(payload) : null;
};

const sent = (traffic: Traffic, packet: InnerPacket | null, at: Event['at']): Traffic => {
  const echo = packet && readEcho(packet);
  const ping = packet && echo?.asks ? pingOf(traffic.pings, echo.identifier, packet.dst) : undefined;
  if (!ping) return { ...traffic, answers: without(traffic.answers, packet) };
  return { ...traffic, pings: traffic.pings.map((p) => (p === ping ? sentPing(p, at) : p)) };
};

/** The answer that went; the oldest, where it went changed. */
const without = (answers: readonly Answer[], packet: InnerPacket | null): readonly Answer[] => {
  const at = answers.findIndex(({ packet: p }) => packet?.dst === p.dst && equalOctets(packet.payload, p.payload));
  return answers.toSpliced(Math.max(at, 0), 1);
};

const received = (t: Taking, a: Association, packet: InnerPacket | null, at: Event['at']): Traffic => {
  const { traffic } = t;
  const n = a.negotiation === null ? undefined : get(t.state.negotiations, a.negotiation);
  const flow = n && flowOf(t, n, a);
  if (!packet || !flow || !covers(flow, packet)) return { ...traffic, strayed: traffic.strayed + 1 };
  const accepted: Traffic = { ...traffic, accepted: traffic.accepted + 1 };
  const echo = readEcho(packet);
  if (echo && !echo.asks) {
    const ping = pingOf(traffic.pings, echo.identifier, packet.src);
    if (!ping) return accepted;
    return { ...accepted, pings: traffic.pings.map((p) => (p === ping ? answeredPing(p, echo.sequence, at) : p)) };
  }
  const answer = echo ? echoAnswer(packet) : udpEcho(packet);
  return answer ? { ...accepted, answers: [...accepted.answers, { packet: answer, asked: n.id }].slice(-mostAnswers) } : accepted;
};
