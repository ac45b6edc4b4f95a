/**
 * Whom an event concerns: `decide` looks at these negotiations alone, so that its work does not grow with how many there are. A peer that is
 * believed concerns whatever else stands with it too; nobody else does, or a flood would.
 */
import type { Event } from '../event/event.ts';
import { changedEntries, get, set, values, without } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { Negotiation } from '../state/state.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { isBelieved } from './belief.ts';
import { lineOf } from './lines.ts';
import { sideOf, type Taking } from './taking.ts';

/** `before`: as it was ahead of the event. */
export const attend = (local: IpAddress, before: Taking, after: Taking, event: Event, seen: Seen): Taking => {
  const changed = changedEntries(before.state.negotiations, after.state.negotiations);
  let t = after;
  for (const [id, n] of changed) {
    const isOurs = event.kind === 'DatagramSeen' && event.via === 'sent' && get(before.state.negotiations, id) === undefined;
    if (isOurs || isProven(t, n, local)) t = believed(t, n, local);
  }
  const ids = changed.map(([id]) => id);
  return withAgenda(t, concerned(before, t, event, seen, ids));
};

/** All of them again: what is owed may not depend on whom we looked at. */
export const attendToAll = (t: Taking): Taking => withAgenda(t, [...values(t.state.negotiations).map((n) => n.id)]);

/** It owes nothing more for now. */
export const atRest = (t: Taking, negotiation: string): Taking => ({ ...t, agenda: t.agenda.filter((id) => id !== negotiation) });

/** The peer has proven itself to us. */
const isProven = (t: Taking, n: Negotiation, local: IpAddress): boolean => {
  const side = sideOf(n, local);
  return side !== null && isBelieved(t.doubts, n, side);
};

/** Whether a negotiation is one that we began, or whose peer we believe. */
export const isKept = (t: Taking, negotiation: string): boolean => get(t.peers, negotiation) !== undefined;

const concerned = (before: Taking, t: Taking, event: Event, seen: Seen, changed: readonly string[]): readonly string[] => {
  switch (event.kind) {
    case 'TimerFired': {
      const alarm = get(before.armed.byTimer, event.timer);
      return alarm?.of == null ? everyKept(t) : withSiblings(t, alarm.of);
    }
    case 'OperatorRequested': {
      const [word, peer] = event.request.split(' ');
      return word === 'connect' ? (get(t.withPeer, peer ?? '') ?? []) : everyKept(t);
    }
    case 'DatagramSeen': {
      const ids = new Set(changed);
      for (const s of [seen, ...seen.further.map((f) => f.seen)]) {
        const of = s.ike?.negotiation ?? (s.ipsec && get(t.state.associations, s.ipsec.association)?.negotiation);
        if (of != null) ids.add(of);
      }
      return [...ids].flatMap((id) => withSiblings(t, id));
    }
    default:
      return [];
  }
};

const everyKept = (t: Taking): readonly string[] => values(t.withPeer).flat();

/** A negotiation, and where its peer is believed all that stands with it: one may go on where another ends. */
const withSiblings = (t: Taking, id: string): readonly string[] => (isKept(t, id) ? [id, ...(lineOf(t.lines, id)?.members ?? [])] : [id]);

const withAgenda = (t: Taking, ids: readonly string[]): Taking =>
  ids.every((id) => t.agenda.includes(id)) ? t : { ...t, agenda: [...new Set([...t.agenda, ...ids])] };

const believed = (t: Taking, n: Negotiation, local: IpAddress): Taking => {
  const peer = n[n.initiator.address === local ? 'responder' : 'initiator'].address;
  if (get(t.peers, n.id) === peer) return t;
  const left = unbelieved(t, n.id);
  return { ...left, peers: set(left.peers, n.id, peer), withPeer: set(left.withPeer, peer, [...(get(left.withPeer, peer) ?? []), n.id]) };
};

/** Nothing is kept of whose it was. */
export const unbelieved = (t: Taking, id: string): Taking => {
  const peer = get(t.peers, id);
  if (peer === undefined) return t;
  const others = (get(t.withPeer, peer) ?? []).filter((known) => known !== id);
  return {
    ...t,
    peers: without(t.peers, id),
    withPeer: others.length > 0 ? set(t.withPeer, peer, others) : without(t.withPeer, peer),
  };
};
