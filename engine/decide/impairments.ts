/**
 * What is done on purpose to the messages that an end sends: on the wire (loss, duplication, delay, corruption, a NAT that forgets) or before they
 * are sealed (wrong hashes, missing payloads, wrong lengths). Plain data that a log records: the same configuration gives the same troubles.
 */
import type { Event } from '../event/event.ts';
import { seeded, wholeFrom } from './seeded.ts';
import type { Taking } from './taking.ts';

/** What becomes of one datagram. */
export type Trouble =
  | { readonly kind: 'lost' }
  | { readonly kind: 'repeated'; readonly milliseconds: number }
  | { readonly kind: 'delayed'; readonly milliseconds: number }
  /** One bit is turned. `octet` counts round where the datagram is shorter. */
  | { readonly kind: 'corrupted'; readonly octet: number; readonly bit: number }
  /** The NAT on its way forgets, and gives it a port of this number. */
  | { readonly kind: 'rebound'; readonly port: number }
  /** `payload` counts round where the message has fewer. */
  | { readonly kind: 'wrong-hash' }
  | { readonly kind: 'missing-payload'; readonly payload: number }
  | { readonly kind: 'wrong-length'; readonly payload: number; readonly by: number };

/** How large a share of the datagrams each happens to: 0 to 1. */
export interface Shares {
  readonly loss: number;
  readonly duplication: number;
  /** Held back so long that later ones overtake it. */
  readonly reordering: number;
  /** Held back a little. */
  readonly delay: number;
  readonly corruption: number;
  readonly rebinding: number;
  readonly wrongHash: number;
  readonly missingPayload: number;
  readonly wrongLength: number;
}

export interface Impairments {
  readonly seed: string;
  readonly shares: Shares;
  /** What happens to datagrams by their number, instead of all that the shares would do. */
  readonly written: readonly WrittenTrouble[] | null;
}

/** `number`: among the datagrams that the end sends, from 1. */
export interface WrittenTrouble {
  readonly number: number;
  readonly trouble: Trouble;
}

export const noShares: Shares = {
  loss: 0,
  duplication: 0,
  reordering: 0,
  delay: 0,
  corruption: 0,
  rebinding: 0,
  wrongHash: 0,
  missingPayload: 0,
  wrongLength: 0,
};

/** A request: from now on nothing is impaired. */
export const impairNothing = 'impair nothing';

const longestDelay = 400;
const longestHold = 4000;
const firstPort = 1024;
const lastPort = 65_535;
const mostOctets = 1500;
const mostPayloads = 12;

type Make = (draw: () => number) => Trouble;

const makers: Readonly<Record<keyof Shares, Make>> = {
  loss: () => ({ kind: 'lost' }),
  duplication: (draw) => ({ kind: 'repeated', milliseconds: wholeFrom(draw, 0, longestHold) }),
  reordering: (draw) => ({ kind: 'delayed', milliseconds: wholeFrom(draw, longestDelay, longestHold) }),
  delay: (draw) => ({ kind: 'delayed', milliseconds: wholeFrom(draw, 1, longestDelay) }),
  corruption: (draw) => ({ kind: 'corrupted', octet: wholeFrom(draw, 0, mostOctets), bit: wholeFrom(draw, 0, 7) }),
  rebinding: (draw) => ({ kind: 'rebound', port: wholeFrom(draw, firstPort, lastPort) }),
  wrongHash: () => ({ kind: 'wrong-hash' }),
  missingPayload: (draw) => ({ kind: 'missing-payload', payload: wholeFrom(draw, 0, mostPayloads) }),
  wrongLength: (draw) => ({ kind: 'wrong-length', payload: wholeFrom(draw, 0, mostPayloads), by: wholeFrom(draw, 1, 40) }),
};

export const shareNames = Object.keys(makers) as readonly (keyof Shares)[];

/** What is to become of the datagram of that number. */
export const troublesOf = ({ seed, shares, written }: Impairments, number: number): readonly Trouble[] => {
  if (written) return written.filter((w) => w.number === number).map((w) => w.trouble);
  const draw = seeded(`${seed} ${number}`);
  return shareNames.flatMap((name) => (shares[name] > 0 && draw() < shares[name] ? [makers[name](draw)] : []));
};

/** The same for what arrives, by its number among the datagrams that do: what the shares do on a wire. Nothing is written down for these. */
export const troublesOfArrival = ({ seed, shares, written }: Impairments, number: number): readonly Trouble[] =>
  written ? [] : troublesOf({ seed: `${seed} arriving`, shares, written }, number);

const syntax = 'impairments';

/** As it is given for a whole log. */
export const impairmentsGiven = (impairments: Impairments): Event => ({
  kind: 'PolicyConfigured',
  at: null,
  origin: { input: 0, number: 0 },
  syntax,
  text: JSON.stringify(impairments),
});

/** The text of the impairments that a log has. */
export const impairmentsText = (given: readonly Event[]): string | null => {
  const configured = given.find((e) => e.kind === 'PolicyConfigured' && e.syntax === syntax);
  return configured?.kind === 'PolicyConfigured' ? configured.text : null;
};

/** Whether an end still impairs what it sends. */
export const impairs = (t: Taking): boolean => !t.requests.some((r) => r.request === impairNothing);
