/** A dialect as a table: which text, what it says, one line of that kind as example. No list of lines that were seen: forms. */
import type { About, Report } from '../../event/report.ts';

/** Named groups of a row's form. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** One kind of message. `form` is tried at the message's beginning; what a device adds behind it does not matter. */
export interface Row {
  /** Begins with `^`, and is linear: no unbounded repetition inside another. */
  readonly form: RegExp;
  readonly says: (found: Groups, message: string) => Report;
  /** A message of this kind, without head and connection. */
  readonly example: string;
  readonly note?: string;
}

export const row = (form: RegExp, example: string, says: (found: Groups, message: string) => Report, note?: string): Row =>
  note === undefined ? { form, says, example } : { form, says, example, note };

/** A row for what is understood and has no further consequence. */
export const noted = (form: RegExp, example: string, topic: string): Row => row(form, example, () => ({ says: 'note', topic }));

/** What a device writes, as one of the languages that a text can hold. */
export interface Dialect {
  readonly name: DialectName;
  /** Whether a line, head and damage taken away, begins a message of this dialect. */
  readonly opens: (message: string) => boolean;
  /** Whether `line`, which opens nothing, belongs to the message so far: details that the device prints below it. */
  readonly continues: (line: string, message: string) => boolean;
  /** What a message says; lines that continue it stand behind spaces. `undefined` where no row fits. */
  readonly read: (message: string) => Report | undefined;
}

export type DialectName = 'cisco-ios' | 'cisco-asa' | 'linksys' | 'charon' | 'pluto' | 'show' | 'config';

/** What the first row that fits says. Patterns see no more than this many characters: no message is longer, and work stays bounded. */
export const match = (rows: readonly Row[], message: string): Report | undefined => {
  const text = message.slice(0, mostCharacters).replace(/\s{17,}/g, wide);
  for (const { form, says } of rows) {
    const found = form.exec(text);
    if (found) return says(found.groups ?? {}, text);
  }
  return undefined;
};

/** Runs of spaces are cut to what columns need: patterns try every place in a longer one. */
const wide = ' '.repeat(16);

/** Of a message, continuation lines included, that are looked at. */
export const mostCharacters = 2048;

/** The report with what its surroundings say of whom; what it says itself stands. */
export const saidOf = (report: Report | undefined, about: About): Report | undefined =>
  report && pruned<Report>(Object.assign({ says: report.says }, about, report));

/** Without members that have no value: equal reports have equal members. */
const pruned = <T extends object>(value: T): T => {
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) out[name] = member;
  return out as T;
};

/** A number in the decimal or `0x` form of a log; `undefined` for anything else. */
export const numeral = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const value = /^0x[0-9a-f]+$/i.test(text) ? Number.parseInt(text.slice(2), 16) : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
};

/** Digits without `0x`. */
export const hexNumeral = (text: string | undefined): number | undefined =>
  text === undefined || !/^[0-9a-f]{1,13}$/i.test(text) ? undefined : Number.parseInt(text, 16);

/** A 32-bit number that a device may have printed as signed. */
export const unsigned = (text: string | undefined): number | undefined => {
  const value = text?.startsWith('-') ? numeral(text.slice(1)) : numeral(text);
  if (value === undefined || value > 0xffff_ffff) return undefined;
  return text?.startsWith('-') ? -value >>> 0 : value;
};

/** Big-endian octets as `0x0 0x1 0x51 0x80`. */
export const octetNumeral = (text: string | undefined): number | undefined => {
  const octets = text?.trim().split(/\s+/).map(numeral) ?? [];
  if (octets.length === 0 || octets.length > 6) return undefined;
  let value = 0;
  for (const octet of octets) {
    if (octet === undefined || octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
};
