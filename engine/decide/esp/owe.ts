/** What we owe of packets inside: answers at once, questions when their time has come. And what has become of the questions. */
import type { Context } from '../../state/context.ts';
import { values } from '../../state/persistent-map.ts';
import { echoRequest } from '../inner/icmp-echo.ts';
import { type InnerPacket, protocol } from '../inner/ipv4.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { type Carrier, carried, carrierAmong, carrierOf } from './carrier.ts';
import { covers, ownHost } from './flow.ts';
import { identifierOf, isAnswered, type Ping, type PingDeadline, pingDeadline } from './ping.ts';

const question = (plan: Plan, ping: Ping, { flow }: Carrier): InnerPacket => ({
  src: ownHost(plan, flow),
  dst: ping.target,
  protocol: protocol.icmp,
  payload: echoRequest(identifierOf(ping), ping.sent.length + 1),
});

/** The newest SA that takes a question to its target. */
const carrierTo = (t: Taking, plan: Plan, ping: Ping): Carrier | undefined => {
  const pairs = values(t.lines.byName).flatMap((line) => line.pairs);
  return carrierAmong(t, plan, pairs, (carrier) => covers(carrier.flow, question(plan, ping, carrier)));
};

const send = (ctx: Context, plan: Plan, carrier: Carrier, packet: InnerPacket, why: string): Intent | null => {
  const datagram = carried(ctx, plan, carrier, packet);
  return datagram && { do: 'SendPacket', datagram, why };
};

export const oweTraffic = (ctx: Context, t: Taking, plan: Plan): Intent | null => {
  for (const { packet, asked } of t.traffic.answers) {
    const back = carrierOf(t, plan, packet, asked);
    const owed = back && send(ctx, plan, back, packet, 'an answer inside the tunnel');
    if (owed) return owed;
  }
  for (const ping of t.traffic.pings) {
    const carrier = ping.due && ping.sent.length < ping.count ? carrierTo(t, plan, ping) : undefined;
    const asks = carrier && send(ctx, plan, carrier, question(plan, ping, carrier), `question ${ping.sent.length + 1} to ${ping.target}`);
    if (asks) return asks;
  }
  return null;
};

export const pingDeadlines = (t: Taking, plan: Plan): readonly PingDeadline[] =>
  t.traffic.pings.flatMap((ping) => {
    const isFirst = ping.sent.length === 0 && !ping.due;
    return pingDeadline(ping, (isFirst && carrierTo(t, plan, ping)?.association.madeAt) || null) ?? [];
  });

/** `null` while answers may still come, or where all of them came; asked when all that was to be negotiated stands. */
export const pingFailure = (t: Taking, plan: Plan): string | null => {
  for (const ping of t.traffic.pings) {
    if (ping.sent.length === 0 && !ping.due && !carrierTo(t, plan, ping)) {
      return `no IPsec SA takes packets to ${ping.target}${plan.rawEsp ? '' : ' (bare ESP is not sent: agree on udpEncapsulation, or allow rawEsp)'}`;
    }
    const missing = ping.answered.filter((at) => at === null).length;
    if (ping.isOver && missing > 0) return `${missing} of ${ping.count} pings to ${ping.target} were not answered`;
  }
  return null;
};

export const arePingsAnswered = (t: Taking): boolean => t.traffic.pings.every(isAnswered);
