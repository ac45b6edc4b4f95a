/** What stands between `ISAKMP` and the message in IOS debug lines: severity, and the connection's number in each release's form. */
import type { About } from '../../event/report.ts';

/**
 * 12.2 `ISAKMP (0:709): `, 12.4 `ISAKMP:(0:1:SW:1): `, 15 and XE `ISAKMP:(1003):`, `ISAKMP-PAK: (1003):`, and `ISAKMP: ` without one. Of
 * several numbers the second is the connection's: the first is a slot.
 */
const form = /^ISAKMP(?:[-/](?<part>[A-Za-z-]{1,12}))?\s*:?\s*(?:\((?<number>-?\d{1,10}(?:[:/][^()\s]{1,30})?)\))?\s*(?::\s*){0,2}/;

export interface Prefix {
  readonly about: About;
  /** `ERROR`, `PAK`, `INFO`, `AAA`, `xauth`; `null` for a plain line. */
  readonly part: string | null;
  readonly length: number;
}

export const readPrefix = (message: string): Prefix | undefined => {
  const found = form.exec(message);
  if (!found) return undefined;
  const { part, number } = found.groups ?? {};
  const [first, second] = number?.split(/[:/]/) ?? [];
  const connection = second !== undefined && /^\d+$/.test(second) ? Number(second) : first === undefined ? undefined : Number(first);
  const known = connection !== undefined && connection >= 0 ? { connection } : {};
  return { about: known, part: part ?? null, length: found[0].length };
};

/** What opens a message of the IKE part. `ISAKMP` inside a sentence does not stand at its beginning with these behind it. */
export const opensIsakmp = (message: string): boolean => /^ISAKMP(?:[-/][A-Za-z-]{1,12})?\s*(?::|\(\d)/.test(message);
