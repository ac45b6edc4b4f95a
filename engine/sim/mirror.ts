/**
 * The peer of a live log, played by an engine of ours: it has seen the same messages from the other end, and knows the keys because the log does.
 * It wants what would suit us; what the real peer is configured to, no log tells.
 */
import { initiatorCookie, responderCookie } from '../decide/chance.ts';
import { connectRequest } from '../decide/decide.ts';
import { type Plan, type Tunnel, tunnelsFor } from '../decide/plan.ts';
import { step } from '../decide/step.ts';
import { sideOf } from '../decide/taking.ts';
import type { Event } from '../event/event.ts';
import { operation } from '../live/operate.ts';
import { type Pump, type Round, startPump } from '../live/pump.ts';
import type { Log } from '../log/log.ts';
import type { Context } from '../state/context.ts';
import { keepDrawn } from '../state/drawn.ts';
import { other } from '../state/fact.ts';
import { cookieOctets } from '../state/ike/cookie-octets.ts';
import { get, values } from '../state/persistent-map.ts';
import { initialState, type Negotiation } from '../state/state.ts';
import type { IpAddress } from '../values/ip-address.ts';

/** Whom we talked to last, or were asked to talk to; `null` where nobody can be told. */
export const peerOf = ({ plan, taking }: Pump): IpAddress | null => {
  const known = values(taking.state.negotiations)
    .flatMap((n) => {
      const side = sideOf(n, plan.local);
      return side ? [{ last: n.last, address: n[other(side)].address }] : [];
    })
    .sort((a, b) => b.last - a.last)[0];
  const asked = taking.requests.findLast((r) => r.request.startsWith(connectRequest('' as IpAddress)));
  return (
    known?.address ??
    (asked?.request.slice(connectRequest('' as IpAddress).length) as IpAddress | undefined) ??
    plan.tunnels[0]?.peer ??
    null
  );
};

const mirroredTunnel =
  (local: IpAddress) =>
  (tunnel: Tunnel): Tunnel => ({
    ...tunnel,
    peer: local,
    flows: tunnel.flows.map((flow) => ({
      ...flow,
      source: flow.destination,
      sourcePort: flow.destinationPort,
      destination: flow.source,
      destinationPort: flow.sourcePort,
    })),
  });

/** It asks for nothing by itself. */
const planOfPeer = (plan: Plan, peer: IpAddress): Plan => ({
  ...plan,
  local: peer,
  tunnels: tunnelsFor(plan, peer).map(mirroredTunnel(plan.local)),
  identity: { kind: 'address' },
  credentials: null,
  aggressive: { begin: plan.aggressive.answer, answer: plan.aggressive.begin },
  xauth: null,
  configuring: null,
  dpd: null,
  rekeyAt: null,
  impairments: null,
});

/**
 * Pre-shared keys are good for both ends; a private value of ours opens for the peer what it opened for us, so that only one of the two is needed.
 * All of them at once: ours may be drawn after the peer's public value came.
 */
const secretsOfPeer = ({ given, happened }: Log): readonly Event[] => [
  ...given.flatMap((event): Event[] => {
    if (event.kind !== 'SecretLearned' || event.about.what !== 'preSharedKey') return [];
    const { peer: _, ...about } = event.about;
    return [{ ...event, about }];
  }),
  ...happened.flatMap((event): Event[] => {
    const [kept] = event.kind === 'EntropyDrawn' ? keepDrawn(initialState, event).secrets : [];
    return kept ? [{ kind: 'SecretLearned', at: null, origin: event.origin, about: kept.about, ref: kept.ref, value: kept.value }] : [];
  }),
];

/** Why the peer takes part in a negotiation, before its first message: it was asked to, or it drew its cookie. */
const beginningOf = ({ local }: Plan, n: Negotiation, { at, origin }: Event, index: number): readonly Event[] => {
  const common = { at, origin };
  if (n.responder.address === local) {
    const drawn = { ...common, ...initiatorCookie(index), ref: 0, value: cookieOctets(n.initiatorCookie) };
    return [
      { kind: 'OperatorRequested', ...common, request: connectRequest(local) },
      { kind: 'EntropyDrawn', ...drawn },
    ];
  }
  const value = n.responderCookie && cookieOctets(n.responderCookie);
  return value ? [{ kind: 'EntropyDrawn', ...common, ...responderCookie(n.id), ref: 0, value }] : [];
};

/** `rounds`: what we lived through, from the start; messages that were lost on purpose never came to the peer. */
export const mirrored = (ctx: Context, plan: Plan, peer: IpAddress, log: Log, rounds: readonly Round[]): Pump => {
  const seen: Event[] = [];
  const begun = new Set<string>();
  for (const { pump, happened, sends } of rounds) {
    const lost = new Set(sends.filter((s) => s.troubles.some((t) => t.kind === 'lost')).map((s) => s.datagram));
    for (const { event, seen: shown } of happened) {
      if (event.kind !== 'DatagramSeen' || event.datagram.form !== 'udp' || lost.has(event.datagram)) continue;
      const n = shown.ike && get(pump.taking.state.negotiations, shown.ike.negotiation);
      if (event.via === 'received' && n && !begun.has(n.id)) {
        begun.add(n.id);
        seen.push(...beginningOf(plan, n, event, seen.length + 1));
      }
      seen.push({ ...event, via: event.via === 'sent' ? 'received' : 'sent' });
    }
  }
  const begunAs = startPump(ctx, planOfPeer(plan, peer), secretsOfPeer(log));
  const taking = seen.reduce((t, event, i) => step(ctx, begunAs.plan, t, event, i + 1).taking, begunAs.taking);
  return { ...begunAs, taking };
};

/** What an operator wanted of the engine that ran is nothing to one that is forked from it. */
export const isOperators = (event: Event): boolean => event.kind === 'OperatorRequested' && operation(event.request) !== null;
