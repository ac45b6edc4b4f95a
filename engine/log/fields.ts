/** Reads a decoded record field by field, believing nothing: a field of another type makes the whole record bad, and never throws. */

import type { Repair } from '../event/event.ts';
import { isReport, type Report } from '../event/report.ts';
import { type Cookie, cookie } from '../values/cookie.ts';
import { type IpAddress, ipAddress } from '../values/ip-address.ts';
import { type Timestamp, timestamp } from '../values/timestamp.ts';

/** The fields of one record, taken one after the other. After the first bad one all others are empty values. */
export class Fields {
  readonly #items: readonly unknown[];
  #at = 0;
  #bad = false;

  constructor(items: unknown) {
    this.#bad = !Array.isArray(items);
    this.#items = Array.isArray(items) ? items : [];
  }

  /** `value` if every field was of its type and none is left, else `undefined`. */
  finish<T>(value: T): T | undefined {
    return this.#bad || this.#at !== this.#items.length ? undefined : value;
  }

  /** Whether a field is left. */
  more(): boolean {
    return this.#at < this.#items.length;
  }

  text(): string {
    return this.#take((value) => (typeof value === 'string' ? value : undefined), '');
  }

  /** One of the texts `allowed`. */
  word<T extends string>(...allowed: readonly [T, ...T[]]): T {
    return this.#take((value) => allowed.find((word) => word === value), allowed[0]);
  }

  /** A whole number from 0 to `most`. */
  count(most: number = Number.MAX_SAFE_INTEGER): number {
    const fits = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
    return this.#take((value) => (fits(value) ? value : undefined), 0);
  }

  recognised(): boolean | 'noise' {
    return this.#take((value) => (typeof value === 'boolean' || value === 'noise' ? value : undefined), false);
  }

  repairs(): readonly Repair[] {
    const whole = (value: unknown): value is readonly Repair[] => Array.isArray(value) && value.every((item) => isRepair(item));
    return this.#take((value) => (whole(value) ? value : undefined), []);
  }

  /** JSON of a report. */
  report(): Report {
    return this.#take((value) => (typeof value === 'string' ? parseReport(value) : undefined), { says: 'note', topic: '' });
  }

  /** A view on the file's octets. */
  octets(): Uint8Array {
    return this.#take((value) => (value instanceof Uint8Array ? value : undefined), new Uint8Array(0));
  }

  fields(): Fields {
    return new Fields(this.#take((value) => (Array.isArray(value) ? value : undefined), []));
  }

  address(): IpAddress {
    return this.#take(
      (value) => (typeof value === 'string' && ipAddress(value) === value ? (value as IpAddress) : undefined),
      '' as IpAddress,
    );
  }

  cookie(): Cookie {
    return this.#take((value) => (typeof value === 'string' && cookie(value) === value ? (value as Cookie) : undefined), '' as Cookie);
  }

  /** A 64-bit integer; as decimal text where it needs more. */
  timestamp(): Timestamp {
    const read = (value: unknown): Timestamp | undefined => {
      if (typeof value === 'bigint') return timestamp(value);
      return typeof value === 'string' && /^-?[1-9]\d{18,60}$/.test(value) ? timestamp(BigInt(value)) : undefined;
    };
    return this.#take(read, timestamp(0n));
  }

  /** What `read` reads, or `null` where the field is nil. */
  maybe<T>(read: (fields: Fields) => T): T | null {
    if (this.#items[this.#at] !== null) return read(this);
    this.#at++;
    return null;
  }

  #take<T>(read: (value: unknown) => T | undefined, otherwise: T): T {
    const value = this.#at < this.#items.length ? read(this.#items[this.#at]) : undefined;
    this.#at++;
    if (value === undefined) this.#bad = true;
    return value ?? otherwise;
  }
}

const repairs: readonly Repair[] = ['typography', 'markup', 'control', 'prompt', 'ping', 'glued', 'wrapped'];

const isRepair = (value: unknown): boolean => repairs.some((repair) => repair === value);

const parseReport = (json: string): Report | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    return isReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
