/**
 * The one record of a negotiation that packets show and logs tell of: what packets show stands, what only a log knows is filled in and
 * marked. What each of them says by itself is kept beside it, so that neither is lost, and contradictions can be told.
 */

import { noAddress } from '../../values/ip-address.ts';
import type { Side } from '../fact.ts';
import type { QuickMode } from '../ikev1/quick-mode.ts';
import { changedEntries, emptyMap, entries, get, set, values } from '../persistent-map.ts';
import type { Transition } from '../seen.ts';
import { type Exchange, exchangeKey, type Negotiation, type Sources } from '../state.ts';
import { isBeyond } from './order.ts';

/** As packets alone show it; where there are none, as all logs together tell of it. */
export const packetsOf = (n: Negotiation): Negotiation => n.sources?.packets ?? n;

/** Known from logs alone, so far. */
export const isToldOnly = (n: Negotiation): boolean => n.reported !== undefined && (n.sources?.packets ?? null) === null;

/** Where a side is, in phase 1 or in the quick mode that a step is one of. */
export const stateIn = (n: Negotiation, { side, exchange }: Pick<Transition, 'side' | 'exchange'>): string => {
  if (exchange === null) return n[side].state;
  const e = get(n.exchanges, exchangeKey('quick', exchange));
  return e?.kind === 'quick' ? e[`${side}State`] : 'IKE_QM_READY';
};

/** Steps that a packet shows, without those that a log told of before: it was ahead of the packets. `before`: the record without this packet. */
export const untold = (before: Negotiation | undefined, transitions: readonly Transition[]): readonly Transition[] => {
  const { sources } = before ?? {};
  const packets = sources?.packets;
  if (!packets || transitions.length === 0) return transitions;
  const logs = values(sources.logs);
  return transitions.filter((t) => {
    const shown = stateIn(packets, t);
    return t.from === t.to || !logs.some((told) => isBeyond(stateIn(told, t), shown) && !isBeyond(t.to, stateIn(told, t)));
  });
};

/** `before`: the record as it was, of which only what has changed since is made anew. */
export const recordOf = (before: Negotiation | undefined, sources: Sources): Negotiation => {
  const { logs } = sources;
  const told = values(logs).sort((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1));
  const packets = sources.packets ?? together(before, told);
  const exchanges = exchangesOf(before, sources);
  const onlyTold = exchanges.size > packets.exchanges.size ? { reported: ['exchanges'] } : {};
  const bare: Negotiation = { ...packets, exchanges, sources, ...onlyTold };
  return told.reduce(withTold, bare);
};

/** What logs are added to where no packet was seen: the earliest, with what the others alone know of an end. A log speaks of its own end. */
const together = (before: Negotiation | undefined, told: readonly Negotiation[]): Negotiation => {
  const [first] = told;
  if (!first) throw new Error('a record has a source');
  const end = (side: Side): Negotiation['initiator'] => {
    const named = told.find((n) => n[side].address !== noAddress) ?? first;
    const speaker = told.find((n) => n[side].state !== 'IKE_READY') ?? first;
    const { state, since, assumed } = speaker[side];
    return { ...first[side], address: named[side].address, port: named[side].port, state, since, assumed };
  };
  return { ...first, id: before?.id ?? first.id, initiator: end('initiator'), responder: end('responder') };
};

const sides: readonly Side[] = ['initiator', 'responder'];

const withTold = (n: Negotiation, told: Negotiation): Negotiation => {
  const reported = new Set(n.reported);
  let out: Negotiation = { ...n, first: Math.min(n.first, told.first), last: Math.max(n.last, told.last) };
  const take = <K extends 'suite' | 'established' | 'ended'>(name: K): void => {
    if (out[name] !== null || told[name] === null) return;
    out = { ...out, [name]: told[name] };
    reported.add(name);
  };
  take('suite');
  take('established');
  take('ended');
  if (out.mode === 'unknown') out = { ...out, mode: told.mode };
  for (const side of sides) {
    const [end, ofLog] = [out[side], told[side]];
    const isAhead = isBeyond(ofLog.state, end.state);
    const identity = end.identity ?? ofLog.identity;
    if (!isAhead && identity === end.identity) continue;
    const state = isAhead ? { state: ofLog.state, since: ofLog.since, assumed: false } : {};
    out = { ...out, [side]: { ...end, identity, ...state } };
    reported.add(side);
  }
  for (const name of ['authenticated', 'nat'] as const) {
    for (const side of sides) {
      if (out[name][side] !== null || told[name][side] === null) continue;
      out = { ...out, [name]: { ...out[name], [side]: told[name][side] } };
      reported.add(name);
    }
  }
  return reported.size === 0 ? out : { ...out, reported: [...reported] };
};

const exchangesOf = (before: Negotiation | undefined, { packets, logs }: Sources): Negotiation['exchanges'] => {
  const was = before?.sources;
  let out = was ? before.exchanges : (packets?.exchanges ?? emptyMap);
  const keys = new Set(was && packets ? changed(was.packets ?? undefined, packets) : []);
  for (const [name, told] of entries(logs)) for (const key of changed(was && get(was.logs, name), told)) keys.add(key);
  for (const key of keys) {
    const shown = packets ? get(packets.exchanges, key) : undefined;
    const exchange = values(logs).reduce((e, told) => withToldExchange(e, get(told.exchanges, key)), shown);
    if (exchange) out = set(out, key, exchange);
  }
  return out;
};

const changed = (was: Negotiation | undefined, now: Negotiation): string[] =>
  changedEntries<Exchange>(was?.exchanges ?? emptyMap, now.exchanges).map(([key]) => key);

const withToldExchange = (shown: Exchange | undefined, told: Exchange | undefined): Exchange | undefined => {
  if (!shown || !told) return shown ?? told;
  return shown.kind === 'quick' && told.kind === 'quick' ? withToldQuickMode(shown, told) : shown;
};

const withToldQuickMode = (q: QuickMode, told: QuickMode): QuickMode => {
  const reported = new Set(q.reported);
  let out: QuickMode = { ...q, last: Math.max(q.last, told.last) };
  // Where the payloads were read, no group among them is an answer too.
  if (q.pfsGroup === null && q.offered.length === 0 && told.pfsGroup !== null) {
    out = { ...out, pfsGroup: told.pfsGroup };
    reported.add('pfsGroup');
  }
  if (q.result === null && told.result !== null) {
    out = { ...out, result: told.result };
    reported.add('result');
  }
  if (isBeyond(told.initiatorState, q.initiatorState)) {
    out = { ...out, initiatorState: told.initiatorState, initiatorSince: told.initiatorSince, initiatorAssumed: false };
    reported.add('initiatorState');
  }
  if (isBeyond(told.responderState, q.responderState)) {
    out = { ...out, responderState: told.responderState, responderSince: told.responderSince, responderAssumed: false };
    reported.add('responderState');
  }
  return reported.size === 0 ? out : { ...out, reported: [...reported] };
};
