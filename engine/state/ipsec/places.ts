/** Packets of an SA seen at several places: at each place numbers come once, so that a number of which one place tells again is a copy, and else a second look. */
import type { SequenceNumber } from '../../values/sequence-number.ts';
import { mostPlaces, type Place, samePlace } from '../sightings.ts';
import type { Association, PlaceOfPackets } from './association.ts';
import { type Judgement, judge, mark, replayWindow } from './replay-window.ts';

export interface SeenAtPlace {
  /** The very packet was seen before, elsewhere: then what this place alone says of its number. */
  readonly again: Judgement | null;
  readonly places: readonly PlaceOfPackets[];
}

/** What the place says of a number whose ICV is not wrong; `overall` is what the SA's arrivals say. */
export const seenAtPlace = (a: Association, place: Place, n: SequenceNumber, overall: Judgement): SeenAtPlace => {
  const [first] = a.places;
  if (!first) return { again: null, places: [{ ...place, arrivals: null, repeats: 0 }] };
  if (a.places.length === 1 && samePlace(first, place)) return { again: null, places: a.places };
  const own = a.places.length === 1 ? [{ ...first, arrivals: a.arrivals, repeats: a.repeats }] : a.places;
  const known = own.findIndex((p) => samePlace(p, place));
  const at = known >= 0 ? known : own.length < mostPlaces ? own.length : 0;
  const here = own[at] ?? { ...place, arrivals: null, repeats: 0 };
  const arrivals = here.arrivals ?? replayWindow(a.arrivals.size);
  const verdict = judge(arrivals, n);
  const repeats = here.repeats + (verdict === 'replayed' ? 1 : 0);
  const next: PlaceOfPackets = { ...here, arrivals: mark(arrivals, n), repeats };
  // A number that came twice here: the second look at a copy where another place has told of as many.
  const isAgain = verdict === 'new' ? overall !== 'new' : verdict === 'replayed' && repeats <= a.repeats;
  const again = isAgain ? verdict : null;
  return { again, places: at === own.length ? [...own, next] : own.with(at, next) };
};
