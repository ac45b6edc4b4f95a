/** The fields that a search can name: what each compares, by which operators. */
import { fromHex } from '../../bytes/hex.ts';
import {
  addressesOf,
  enteredAt,
  exchangeNames,
  holds,
  identitiesOf,
  kindOf,
  type Looked,
  labelOf,
  negotiationOf,
  newFindings,
  notifiesOf,
  octetsOf,
  payloadNames,
  senderOf,
  severityRank,
  spisOf,
  statesOf,
} from './moment.ts';
import type { Operator } from './parse.ts';

/** What matched, in words; `null` where nothing did. */
export type Test = (at: Looked) => string | null;

/** A test, or what is wrong with the value. */
type Field = (operator: Operator, value: string) => Test | { readonly error: string };

type Few = (at: Looked) => readonly string[];

/** Texts, any of which may be equal (`=`), hold the value (`:`), or none be equal (`!=`). Case counts nowhere. */
const texts =
  (of: Few, part: (text: string, wanted: string) => boolean = (text, wanted) => text.includes(wanted)): Field =>
  (operator, value) => {
    const wanted = value.toLowerCase();
    if (operator === ':') return (at) => of(at).find((text) => part(text.toLowerCase(), wanted)) ?? null;
    if (operator === '=') return (at) => of(at).find((text) => text.toLowerCase() === wanted) ?? null;
    if (operator !== '!=') return { error: `"${operator}" compares numbers` };
    return (at) => {
      const all = of(at);
      return all.length === 0 || all.some((text) => text.toLowerCase() === wanted) ? null : all.join(' ');
    };
  };

const begins = (text: string, wanted: string): boolean => text.startsWith(wanted);

/** Cut in the middle, as the window shows it: `e2ac4822…be1e`. */
const beginsAndEnds = (text: string, wanted: string): boolean => {
  const [head = '', tail = ''] = wanted.split(/…|\.{3}/);
  return text.startsWith(head) && text.endsWith(tail);
};

/** `R_MM5` is short for `IKE_R_MM5`. */
const stateNames =
  (of: Few): Field =>
  (operator, value) => {
    const name = value.toUpperCase();
    return texts(of)(operator === ':' ? '=' : operator, name.startsWith('IKE_') ? name : `IKE_${name}`);
  };

const compare: Readonly<Record<Operator, (a: bigint, b: bigint) => boolean>> = {
  ':': (a, b) => a === b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

const number =
  (name: string, of: (at: Looked) => bigint | number | null): Field =>
  (operator, value) => {
    if (!/^\d{1,20}$/.test(value)) return { error: `"${value}" is no number` };
    const wanted = BigInt(value);
    return (at) => {
      const found = of(at);
      return found !== null && compare[operator](BigInt(found), wanted) ? `${name} ${found}` : null;
    };
  };

const severity: Field = (operator, value) => {
  const wanted = severityRank(value.toLowerCase());
  if (wanted < 0) return { error: `"${value}" is no severity: they are note, warning and error` };
  return (at) => newFindings(at).find((f) => compare[operator](BigInt(severityRank(f.severity)), BigInt(wanted)))?.code ?? null;
};

const hex: Field = (operator, value) => {
  if (operator !== ':' && operator !== '=') return { error: `"${operator}" does not compare octets` };
  const octets = fromHex(value.replace(/^0x/i, ''));
  if (!octets || octets.length === 0) return { error: `"${value}" is not an even number of hex digits` };
  return (at) => (octetsOf(at).some((bytes) => holds(bytes, octets)) ? `octets ${value.toLowerCase()}` : null);
};

const words =
  (names: readonly string[], of: (at: Looked) => string | null): Field =>
  (operator, value) => {
    if (!names.includes(value.toLowerCase())) return { error: `"${value}" is none of ${names.join(', ')}` };
    return texts((at) => [of(at) ?? ''].filter(Boolean))(operator === ':' ? '=' : operator, value);
  };

const icv = ({ seen: { ipsec } }: Looked): string | null =>
  ipsec ? (ipsec.authenticated === null ? 'unknown' : ipsec.authenticated ? 'good' : 'bad') : null;

const table: Readonly<Record<string, Field>> = {
  state: stateNames(statesOf),
  enter: stateNames(enteredAt),
  payload: texts(payloadNames),
  notify: texts(notifiesOf),
  exchange: texts(exchangeNames),
  label: texts((at) => [labelOf(at)]),
  kind: words(['ike', 'esp', 'ah', 'nat-keepalive', 'fragment', 'other', 'given'], kindOf),
  spi: (operator, value) => texts(spisOf, begins)(operator, value.replace(/^0x/i, '')),
  seq: number('seq', ({ seen }) => seen.ipsec?.sequence ?? null),
  negotiation: texts((at) => [negotiationOf(at)?.id ?? ''].filter(Boolean), beginsAndEnds),
  from: texts((at) => [senderOf(at) ?? '', at.seen.packet?.src ?? ''].filter(Boolean), begins),
  to: texts((at) => [addressesOf(at)[1] ?? ''].filter(Boolean), begins),
  identity: texts(identitiesOf),
  finding: texts((at) => newFindings(at).map((f) => f.code)),
  severity,
  icv: words(['good', 'bad', 'unknown'], icv),
  replay: words(['new', 'replayed', 'old'], ({ seen }) => seen.ipsec?.replay ?? null),
  hex,
  frame: number('frame', ({ events, index }) => (index === 0 ? null : (events[0]?.origin.number ?? null))),
  event: number('event', ({ index }) => index),
};

export const fieldNames: ReadonlySet<string> = new Set(Object.keys(table));

export const fieldTest = (field: string, operator: Operator, value: string): Test | { readonly error: string } =>
  table[field]?.(operator, value) ?? { error: `there is no field "${field}"` };
