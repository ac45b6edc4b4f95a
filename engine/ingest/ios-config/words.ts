/** A line of a configuration as words with their columns, and what can be wrong with one. Commands may be abbreviated, as a router takes them. */
import type { AddressRange } from '../../event/policy.ts';
import { addressBytes, type IpAddress, ipAddress, ipv4, ipv6 } from '../../values/ip-address.ts';

export interface Word {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly words: readonly Word[];
  readonly indented: boolean;
}

export interface ConfigIssue {
  readonly severity: 'error' | 'warning';
  /** Stable: `not-an-address`, `unknown-transform`, `undefined-access-list`. */
  readonly code: string;
  /** From 1; the column too. */
  readonly line: number;
  readonly column: number;
  /** A sentence on what is wrong. Never quotes a key. */
  readonly message: string;
  /** A sentence on what would be right. */
  readonly cure: string;
}

/** Words of a line that are looked at; no command has as many. */
const mostWords = 256;

export const lineOf = (text: string, number: number): Line => {
  const words: Word[] = [];
  for (const found of text.matchAll(/[^\s\u00a0]+/g)) {
    if (words.length >= mostWords) break;
    words.push({ text: found[0], column: found.index + 1 });
  }
  return { number, words, indented: /^[ \t\u00a0]/.test(text) };
};

/** Is this word `full`, or a beginning of it of at least `least` letters? */
export const is = (word: Word | undefined, full: string, least = full.length): boolean =>
  word !== undefined && word.text.length >= least && full.startsWith(word.text.toLowerCase());

/** Do the words from `at` on say these, each perhaps shortened to its first three letters? */
export const says = (line: Line, at: number, ...names: readonly string[]): boolean =>
  names.every((name, i) => is(line.words[at + i], name, Math.min(name.length, 3)));

export const issueAt = (
  line: Line,
  at: number,
  severity: ConfigIssue['severity'],
  code: string,
  message: string,
  cure: string,
): ConfigIssue => {
  const last = line.words.at(-1);
  const column = line.words[at]?.column ?? (last ? last.column + last.text.length + 1 : 1);
  return { severity, code, line: line.number, column, message, cure };
};

/** A whole number within bounds. */
export const numberIn = (word: Word | undefined, least: number, most: number): number | undefined => {
  if (!word || !/^\d{1,10}$/.test(word.text)) return undefined;
  const n = Number(word.text);
  return n >= least && n <= most ? n : undefined;
};

export const addressOf = (word: Word | undefined): IpAddress | undefined => word && ipAddress(word.text);

const textOf = (octets: Uint8Array): IpAddress => (octets.length === 4 ? ipv4(octets, 0) : ipv6(octets, 0));

/** An address whose every bit counts. */
export const hostRange = (address: IpAddress): AddressRange => ({
  address,
  mask: textOf(new Uint8Array(addressBytes(address)?.length ?? 4).fill(255)),
});

export const anywhere: AddressRange = { address: ipv4(new Uint8Array(4), 0), mask: ipv4(new Uint8Array(4), 0) };

/** Bits of the address that do not count are cleared, so that equal ranges are equal texts. */
export const maskedRange = (address: IpAddress, mask: Uint8Array): AddressRange => ({
  address: textOf((addressBytes(address) ?? mask).map((octet, i) => octet & (mask[i] ?? 0))),
  mask: textOf(mask),
});

/** The ones of a mask stand in front, and none behind. */
export const isContiguous = (mask: Uint8Array): boolean => /^1*0*$/.test(Array.from(mask, (b) => b.toString(2).padStart(8, '0')).join(''));

export const inverted = (mask: Uint8Array): Uint8Array => mask.map((octet) => ~octet & 255);
