/** A moment: whole nanoseconds since 1970-01-01 UTC. An input without a clock has none, and then the type is `Timestamp | null`. */
import type { Branded } from './branded.ts';

export type Timestamp = Branded<bigint, 'Timestamp'>;

export const timestamp = (nanoseconds: bigint): Timestamp => nanoseconds as Timestamp;

/** From the two numbers of a capture record: whole seconds, and nanoseconds below one second. */
export const fromSeconds = (seconds: number, nanoseconds: number): Timestamp =>
  (BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)) as Timestamp;

/** Decimal epoch seconds with nine decimals, nothing rounded: `1795288105.600507000`. */
export const timestampText = (t: Timestamp): string => {
  const negative = t < 0n;
  const digits = (negative ? -t : t).toString().padStart(10, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

/** The inverse of `timestampText`; `undefined` where the text is not of that form. */
export const parseTimestamp = (text: string): Timestamp | undefined => {
  const parts = /^(-?)(\d+)\.(\d{9})$/.exec(text);
  if (!parts) return undefined;
  const value = BigInt(`${parts[2]}${parts[3]}`);
  return (parts[1] ? -value : value) as Timestamp;
};
