/** What is to happen, by its time; what has the same time happens in the order in which it was put down. */
import type { Timestamp } from '../values/timestamp.ts';

export interface Agenda<T> {
  readonly add: (at: Timestamp, what: T) => void;
  /** When the next thing is due. */
  readonly first: () => Timestamp | null;
  readonly take: () => T | null;
}

export const agenda = <T>(): Agenda<T> => {
  const rows: { readonly at: Timestamp; readonly what: T }[] = [];
  return {
    add: (at, what) => {
      let place = rows.length;
      while (place > 0 && (rows[place - 1]?.at ?? 0n) > at) place--;
      rows.splice(place, 0, { at, what });
    },
    first: () => rows[0]?.at ?? null,
    take: () => rows.shift()?.what ?? null,
  };
};
