/** How much of an SA's lifetime is used up: seconds by the clock of the trace, kilobytes by the octets seen. RFC 2407 4.5, RFC 4301 4.4.2.1, states of RFC 2367 2.3. */
import type { Timestamp } from '../../values/timestamp.ts';
import type { Association } from './association.ts';

export interface Life {
  /** `dying` where what was agreed is past, though nobody said so. */
  readonly state: Association['state'];
  readonly seconds: { readonly used: number; readonly of: number } | null;
  readonly kilobytes: { readonly used: number; readonly of: number } | null;
  /** Which of the two came to its end. */
  readonly past: 'seconds' | 'kilobytes' | null;
}

/** RFC 2407 4.5: a kilobyte has 1024 octets. */
const kilobyte = 1024;
const nanoseconds = 1e9;

/** `now`: the moment that is asked about, by the clock of the trace; `null` where it has none. */
export const lifeOf = (a: Association, now: Timestamp | null): Life => {
  const age = a.madeAt === null || now === null ? null : Number(now - a.madeAt) / nanoseconds;
  const seconds = a.lifetimeSeconds === null || age === null ? null : { used: age, of: a.lifetimeSeconds };
  const kilobytes = a.lifetimeKilobytes === null ? null : { used: a.bytes / kilobyte, of: a.lifetimeKilobytes };
  const past = isPast(seconds) ? 'seconds' : isPast(kilobytes) ? 'kilobytes' : null;
  const ends = past !== null && (a.state === 'mature' || a.state === 'larval');
  return { state: ends ? 'dying' : a.state, seconds, kilobytes, past };
};

const isPast = (life: { readonly used: number; readonly of: number } | null): boolean =>
  life !== null && life.of > 0 && life.used > life.of;
