/** The shape of a table of assigned numbers: one row a number, each with the section that assigns it. */

export interface Row {
  readonly name: string;
  /** `RFC 2408 3.1`, or the draft or vendor that uses the number. */
  readonly rfc: string;
}

/** A table of assigned numbers. */
export type Registry<R extends Row = Row> = ReadonlyMap<number, R>;

/** Rows of number and name; `rfc` stands for all rows that name no section of their own. */
export const registry = (rfc: string, rows: readonly (readonly [number, string, string?])[]): Registry =>
  new Map(rows.map(([n, name, own]) => [n, { name, rfc: own ?? rfc }]));

export const nameOf = (table: Registry, n: number): string | undefined => table.get(n)?.name;

/** `Notification (11)`, or `unassigned (99)`. */
export const named = (table: Registry, n: number): string => `${nameOf(table, n) ?? 'unassigned'} (${n})`;
