/**
 * Search over the events of a log, for the window's search line, breakpoints and `--at SEARCH`.
 *
 * A word alone is looked for in the label (`MM5`), payloads, states that a side comes to, exchange, notifies, identities, addresses, SPIs
 * and cookies, vendors and findings; `retransmission` finds those. Four octets or more of hex are looked for in the packet too, and in what
 * was opened of it. Quotation marks hold words together. `field:value` asks for a part, `field=value` for the whole, `!=` for another;
 * numbers know `>`, `>=`, `<`, `<=`:
 *
 *     state=IKE_R_MM5   a side of this event's negotiation is in it, once the event has happened      enter IKE_R_MM5   comes to it
 *     payload:hash  notify:initial-contact  exchange:quick  label:QM1  identity:10.1.0.0  negotiation:e2ac  from:initiator  to:192.0.2.1
 *     kind:ike|esp|ah|nat-keepalive|fragment|other|given   spi:c50d31e3   seq>3   icv:bad   replay:old   hex:d1fd4de7   frame:5   #7
 *     finding   finding:weak   severity>=warning   (the event brought a finding, or the verdict names it)
 *
 * Terms side by side, or with `and` between them, must all hold; `or` binds less, `not` more; parentheses group.
 */
import { fromHex } from '../bytes/hex.ts';
import { eventsAt } from '../log/log.ts';
import { type Replay, walk } from '../replay/replay.ts';
import { diagnose } from './diagnose/diagnose.ts';
import { fieldNames, fieldTest, type Test } from './find/fields.ts';
import { type Brought, holds, type Looked, labelOf, octetsOf, wordsOf } from './find/moment.ts';
import { parseQuery, type Query } from './find/parse.ts';
import type { Hit } from './models.ts';

/** What a search came to. */
export interface Found {
  /** At most 10,000, in the order of the events. */
  readonly hits: readonly Hit[];
  /** What is wrong with the search, and where, counting characters from 1. */
  readonly error: string | null;
}

const mostHits = 10_000;

/** Looks at every event of the log, in order; stops at 10,000 hits. Never throws, whatever the query. */
export const find = (replay: Replay, query: string): Found => {
  const { test, error } = matcher(query);
  const hits: Hit[] = [];
  if (error !== null) return { hits, error };
  const labels = new Map<number, string>();
  const claims = claimsByEvent(replay);
  for (const step of walk(replay)) {
    const { index, seen } = step;
    const original = seen.ike?.retransmissionOf ?? null;
    if (seen.ike && original === null) labels.set(index, seen.ike.label);
    const at = {
      ...step,
      events: eventsAt(replay.log, index),
      repeats: original === null ? undefined : labels.get(original),
      claims: claims.get(index),
    };
    const text = test(at);
    if (text === null) continue;
    hits.push({ event: at.index, label: labelOf(at), text });
    if (hits.length === mostHits) break;
  }
  return { hits, error };
};

/** What the verdict says, at each event that shows it. */
const claimsByEvent = (replay: Replay): ReadonlyMap<number, readonly Brought[]> => {
  const { negotiations, findings } = diagnose(replay);
  const out = new Map<number, Brought[]>();
  for (const claim of [...negotiations.flatMap((n) => n.findings), ...findings]) {
    for (const event of claim.events) {
      const list = out.get(event);
      if (list) list.push(claim);
      else out.set(event, [claim]);
    }
  }
  return out;
};

/** A query as a question about one event: what matched, in words, or `null`. With an error, the test matches nothing. */
export const matcher = (query: string): { readonly test: Test; readonly error: string | null } => {
  const parsed = parseQuery(query, fieldNames);
  if ('error' in parsed) return { test: never, error: parsed.error };
  const errors: string[] = [];
  const test = testOf(parsed.query, errors);
  const [error] = errors;
  return error === undefined ? { test, error: null } : { test: never, error };
};

const never: Test = () => null;

const testOf = (query: Query, errors: string[]): Test => {
  switch (query.is) {
    case 'text':
      return wordTest(query.text);
    case 'term': {
      const test = fieldTest(query.field, query.operator, query.value);
      if (typeof test === 'function') return test;
      errors.push(`at ${query.at}: ${test.error}`);
      return never;
    }
    case 'not': {
      const inner = testOf(query.of, errors);
      return (at) => (inner(at) === null ? labelOf(at) : null);
    }
    case 'any': {
      const tests = query.of.map((q) => testOf(q, errors));
      return (at) => firstOf(tests, at);
    }
    case 'all': {
      const tests = query.of.map((q) => testOf(q, errors));
      return (at) => everyOf(tests, at);
    }
  }
};

const firstOf = (tests: readonly Test[], at: Looked): string | null => {
  for (const test of tests) {
    const text = test(at);
    if (text !== null) return text;
  }
  return null;
};

const everyOf = (tests: readonly Test[], at: Looked): string | null => {
  const matched: string[] = [];
  for (const test of tests) {
    const text = test(at);
    if (text === null) return null;
    if (!matched.includes(text)) matched.push(text);
  }
  return matched.join(', ');
};

/** Shorter hex is found in nearly every packet. */
const fewestOctets = 4;

const wordTest = (text: string): Test => {
  const wanted = text.toLowerCase();
  const octets = fromHex(wanted.replace(/^0x/, ''));
  return (at) => {
    const word = wordsOf(at).find((w) => w.toLowerCase().includes(wanted));
    if (word !== undefined) return word;
    return octets && octets.length >= fewestOctets && octetsOf(at).some((bytes) => holds(bytes, octets)) ? `octets ${wanted}` : null;
  };
};
