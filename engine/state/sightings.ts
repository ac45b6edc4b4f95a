/** Whether a packet is one that was seen before at another place on its way: neither sent again nor replayed. RFC 2408 5.1 and RFC 4303 3.4.3 speak of copies, not of sightings. */
import type { DatagramSeen } from '../event/event.ts';
import type { Packet } from '../wire/packet.ts';

/** Where a packet was seen: capture, interface, and how far on its way, by the time to live that it had left and the tunnels that it was in. */
export interface Place {
  readonly input: number;
  readonly vantage: string | null;
  readonly ttl: number | null;
  readonly outside: string | null;
}

export const placeOf = ({ origin }: DatagramSeen, packet: Packet): Place => ({
  input: origin.input,
  vantage: origin.vantage ?? null,
  ttl: packet.ttl,
  outside: packet.outside,
});

export const samePlace = (a: Place, b: Place): boolean =>
  a.input === b.input && a.ttl === b.ttl && a.vantage === b.vantage && a.outside === b.outside;

/** Places that are told apart; those beyond count as the first. */
export const mostPlaces = 8;

/** The copies of an IKE message, whatever addresses a NAT gave it on its way. */
export interface Copies {
  /** Id of its negotiation. */
  readonly negotiation: string;
  /** Event at which each copy was seen first, the oldest first: no more than 16. */
  readonly events: readonly number[];
  /** How often it was seen at each place. */
  readonly places: readonly (Place & { readonly count: number })[];
}

export interface Sighted {
  readonly copies: Omit<Copies, 'negotiation'>;
  /** Event at which this very copy was seen before, elsewhere. */
  readonly of: number | null;
}

const mostCopies = 16;

/** The n-th time at one place is the n-th copy: where another place has shown as many, it is seen again; else there is one copy more. */
export const sight = (known: Copies | undefined, place: Place, event: number): Sighted => {
  if (!known) return { copies: { events: [event], places: [{ ...place, count: 1 }] }, of: null };
  const found = known.places.findIndex((p) => samePlace(p, place));
  const at = found < 0 && known.places.length >= mostPlaces ? 0 : found;
  const count = (known.places[at]?.count ?? 0) + 1;
  const places = at < 0 ? [...known.places, { ...place, count }] : known.places.with(at, { ...(known.places[at] ?? place), count });
  const of = known.events[count - 1] ?? null;
  // Where it was sent so often that the oldest copies alone are known, nobody needs to know of which one this is another look.
  const events = of === null && known.events.length < mostCopies ? [...known.events, event] : known.events;
  return { copies: { events, places }, of };
};
