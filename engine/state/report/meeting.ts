/**
 * Finds which negotiation of the packets a log tells of, and makes one record of both: by cookies, by the message ID of a quick mode (RFC 2409
 * 5.5), else by the two ends and by how far each has come. Each look is at a few places, however many negotiations there are.
 */
import { noCookie } from '../../values/cookie.ts';
import { noAddress } from '../../values/ip-address.ts';
import type { MessageId } from '../../values/message-id.ts';
import { other, type Side } from '../fact.ts';
import { changedEntries, emptyMap, entries, get, type PersistentMap, set, values, without } from '../persistent-map.ts';
import type { Seen } from '../seen.ts';
import type { Negotiation, State } from '../state.ts';
import type { Meeting, ToldOf } from './remembered.ts';
import { keepReporting, localSide, reportingOf } from './reporting.ts';
import { isToldOnly, packetsOf, recordOf } from './sources.ts';

/** The id under which the state has it: that of the packets, where they were found. */
export const metAs = (state: State, id: string): string => get(state.meeting?.met ?? emptyMap, id) ?? id;

const sourceOf = (input: number, id: string): string => `${input} ${id}`;

/** As this log alone tells of it, by the id that it had there first. */
export const toldBy = (state: State, input: number, id: string): Negotiation | undefined => {
  const n = get(state.negotiations, metAs(state, id));
  return n?.sources ? get(n.sources.logs, sourceOf(input, id)) : n;
};

/** Which negotiations of logs one event showed to be those of packets. */
export const metBetween = (before: State, after: State): Pick<Seen, 'met'> => {
  const [was, now] = [before.meeting?.met ?? emptyMap, after.meeting?.met ?? emptyMap];
  return was === now ? {} : { met: changedEntries<string>(was, now).map(([told, shown]) => ({ told, shown })) };
};

/** Puts what a line made of a negotiation into its record, and looks for its packets. `exchange`: that of the line. */
export const keepTold = (state: State, own: ToldOf, told: Negotiation, exchange: MessageId | null): State => {
  const id = metAs(state, own.id);
  const n = get(state.negotiations, id);
  if (n?.sources?.packets) return withLog(state, own, told, n);
  if (id !== own.id && !n?.sources) return state;
  const meeting = state.meeting ?? openMeeting(state);
  const kept = n?.sources
    ? withLog({ ...state, meeting }, own, told, n)
    : { ...state, meeting, negotiations: set(state.negotiations, id, told) };
  const fresh = keysOf(told, exchange).filter((key) => !at(meeting, key).told.some((t) => t.id === id));
  for (const key of fresh) {
    const shown = at(meeting, key).shown.flatMap((name) => get(state.negotiations, name) ?? []);
    const found = isSure(key) ? shown[0] : likeliest(shown.filter((n) => isOne(own, told, n) && isInStep(own, told, n)));
    if (found) return meetAll(kept, own, told, found);
    // The log of the other end, where nobody captured: what was drawn at random ties them.
    const far = isDrawn(key) ? at(meeting, key).told.find((t) => t.input !== own.input) : undefined;
    const other = far && get(kept.negotiations, metAs(kept, far.id));
    if (other && far && other.id !== id && isToldOnly(other) && isOne(own, told, other)) return meet(kept, own, told, asTold(other, far));
  }
  return { ...kept, meeting: { ...meeting, places: fresh.reduce((places, key) => addTold(places, key, own), meeting.places) } };
};

/** Looks for what logs told of a negotiation before its packets came. `exchange`: the quick mode of the packet. */
export const meetShown = (state: State, id: string, exchange: MessageId | null): State => {
  const { meeting } = state;
  const n = get(state.negotiations, id);
  if (!meeting || !n) return state;
  let out = state;
  for (const key of [...keysOf(packetsOf(n), exchange), ...eachEnd(packetsOf(n))]) {
    const { shown, told } = at(meeting, key);
    if (shown.includes(id)) continue;
    out = { ...out, meeting: { ...(out.meeting ?? meeting), places: addShown((out.meeting ?? meeting).places, key, id) } };
    for (const one of told.toReversed()) {
      const [log, packets] = [get(out.negotiations, metAs(out, one.id)), get(out.negotiations, id)];
      if (!log || !packets || !isToldOnly(log)) continue;
      const isFresh = log.established === null && log.ended === null;
      if (isSure(key) || (isOne(one, log, packets) && (isFresh || !one.timed))) out = meetAll(out, one, log, packets);
    }
  }
  return out;
};

const keysOf = (n: Negotiation, exchange: MessageId | null): readonly string[] => {
  const [a, b] = [n.initiator.address, n.responder.address];
  return [
    ...(n.initiatorCookie === noCookie ? [] : [`cookie ${n.initiatorCookie}`]),
    ...(exchange === null ? [] : [`quick ${exchange}`]),
    ...(a === noAddress || b === noAddress ? eachEnd(n) : [`ends ${a < b ? `${a} ${b}` : `${b} ${a}`}`]),
  ];
};

/** Many logs name the peer alone. */
const eachEnd = ({ initiator, responder }: Negotiation): readonly string[] =>
  [initiator.address, responder.address].filter((address) => address !== noAddress).map((address) => `end ${address}`);

/** By its cookie or its message ID, not by who takes part. */
const isDrawn = (key: string): boolean => key.startsWith('cookie ') || key.startsWith('quick ');

/** Drawn at random, so that nobody else has it. */
const isSure = (key: string): boolean => !key.startsWith('end');

/** The latest, unless the peer began with several others. */
const likeliest = (found: readonly Negotiation[]): Negotiation | undefined => {
  const last = found.at(-1);
  const ends = (n: Negotiation): string => [n.initiator.address, n.responder.address].sort().join(' ');
  return last && found.every((n) => ends(n) === ends(last)) ? last : undefined;
};

type Places = Meeting['places'];

const nobody = { shown: [], told: [] };

const at = ({ places }: Meeting, key: string) => get(places, key) ?? nobody;

const most = 16;

const addTold = (places: Places, key: string, own: ToldOf): Places => {
  const place = get(places, key) ?? nobody;
  return set(places, key, { ...place, told: [...place.told.slice(1 - most), own] });
};

const addShown = (places: Places, key: string, id: string): Places => {
  const place = get(places, key) ?? nobody;
  return place.shown.includes(id) ? places : set(places, key, { ...place, shown: [...place.shown.slice(1 - most), id] });
};

/** With the first line all that packets have shown by then takes its places. */
const openMeeting = (state: State): Meeting => {
  let places: Places = emptyMap;
  for (const n of values(state.negotiations).sort((a, b) => a.first - b.first)) {
    for (const key of [...keysOf(n, null), ...eachEnd(n)]) places = addShown(places, key, n.id);
    for (const e of values(n.exchanges)) if (e.kind === 'quick') places = addShown(places, `quick ${e.messageId}`, n.id);
  }
  return { places, met: emptyMap };
};

/** Nothing speaks against it: not the roles, not a cookie, not the mode, nor another negotiation of the same log. */
const isOne = ({ input }: ToldOf, told: Negotiation, n: Negotiation): boolean => {
  const packets = n.sources?.packets ?? n;
  const logs = n.sources?.logs ?? emptyMap;
  if (entries(logs).some(([key]) => key.startsWith(`${input} `))) return false;
  const isOther = (side: Side): boolean =>
    ![noAddress, packets[side].address].includes(told[side].address) && packets[side].address !== noAddress;
  if (told.rolesKnown && packets.rolesKnown && (isOther('initiator') || isOther('responder'))) return false;
  if (told.initiatorCookie !== noCookie && ![noCookie, told.initiatorCookie].includes(packets.initiatorCookie)) return false;
  return told.mode === 'unknown' || packets.mode === 'unknown' || told.mode === packets.mode;
};

/** A log that is at a beginning tells of no negotiation that is past it, and one that goes on of none that has ended. */
const isInStep = ({ timed }: ToldOf, told: Negotiation, n: Negotiation): boolean => {
  const { established, ended } = packetsOf(n);
  return !timed || (ended === null && (established === null || told.established !== null));
};

/** A record of one log, ready for another. */
const asTold = (n: Negotiation, { input, id }: ToldOf): Negotiation =>
  n.sources ? n : { ...n, sources: { packets: null, logs: set(emptyMap as PersistentMap<Negotiation>, sourceOf(input, id), n) } };

const withLog = (state: State, { input, id }: ToldOf, told: Negotiation, n: Negotiation): State => {
  const logs: PersistentMap<Negotiation> = n.sources?.logs ?? emptyMap;
  const sources = { packets: isToldOnly(n) ? null : packetsOf(n), logs: set(logs, sourceOf(input, id), told) };
  return { ...state, negotiations: set(state.negotiations, n.id, recordOf(n, sources)) };
};

/** Logs that had found each other before their packets came meet them one by one. */
const meetAll = (state: State, own: ToldOf, told: Negotiation, n: Negotiation): State => {
  const together = get(state.negotiations, metAs(state, own.id))?.sources;
  if (!together) return meet(state, own, told, n);
  return entries(together.logs).reduce((out, [name, log]) => {
    const [input = '', id = ''] = name.split(/ (.*)/);
    return meet(out, { ...own, input: Number(input), id }, log, get(out.negotiations, n.id) ?? n);
  }, state);
};

/** From here on there is one record, under the id that the packets gave it. */
const meet = (state: State, own: ToldOf, told: Negotiation, n: Negotiation): State => {
  const reporting = reportingOf(state, own.input);
  const { side, log } = turned(told, packetsOf(n), localSide(reporting, own.id));
  const met: State = {
    ...keepReporting(state, own.input, { ...reporting, sides: set(reporting.sides, own.id, side) }),
    negotiations: without(state.negotiations, own.id),
    meeting: { places: emptyMap, ...state.meeting, met: set(state.meeting?.met ?? emptyMap, own.id, n.id) },
    associations: renamed(state.associations, told, n.id),
  };
  return withLog(met, own, log, n);
};

/** Who began it is told by the packets: a log may not have said it yet, or may begin too late. */
const turned = (told: Negotiation, packets: Negotiation, side: Side): { readonly side: Side; readonly log: Negotiation } => {
  const isOf = (a: Side, b: Side): boolean => told[a].address !== noAddress && told[a].address === packets[b].address;
  const isTurned = !isOf('initiator', 'initiator') && (isOf('initiator', 'responder') || isOf('responder', 'initiator'));
  if (!isTurned) return { side, log: { ...told, rolesKnown: true } };
  return { side: other(side), log: { ...told, initiator: told.responder, responder: told.initiator, rolesKnown: true } };
};

/** SAs that the log told of before: none where it has not come so far. */
const renamed = (associations: State['associations'], told: Negotiation, id: string): State['associations'] => {
  if (told.established === null && told.exchanges.size === 0) return associations;
  let out = associations;
  for (const [key, a] of entries(associations)) {
    if (a.negotiation === told.id) out = set(out, key, { ...a, negotiation: id, bundle: a.bundle?.replace(told.id, id) ?? null });
  }
  return out;
};
