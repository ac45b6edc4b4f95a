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
