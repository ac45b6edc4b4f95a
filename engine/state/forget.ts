/** Takes out of a state what a negotiation or a stray message brought into it: who takes part has no room for everybody who knocks. */
import { changedEntries, get, type PersistentMap, set, without } from './persistent-map.ts';
import type { State } from './state.ts';

const tables = ['negotiations', 'byCookie', 'messages', 'copies', 'associations', 'findings'] as const;

/** An entry of a table, or an exchange of a negotiation. */
export type Trace =
  | { readonly table: (typeof tables)[number]; readonly key: string }
  | { readonly table: 'exchanges'; readonly negotiation: string; readonly key: string };

/** Keys that a table has now and had not before. */
export const newKeys = (before: PersistentMap<unknown>, after: PersistentMap<unknown>): readonly string[] =>
  before === after || before.size === after.size
    ? []
    : changedEntries(before, after).flatMap(([key]) => (get(before, key) === undefined ? [key] : []));

/** What an event about `negotiation` brought into the state. */
export const tracesBetween = (before: State, after: State, negotiation: string | null): readonly Trace[] => {
  const traces: Trace[] = tables.flatMap((table) => newKeys(before[table], after[table]).map((key) => ({ table, key })));
  if (negotiation === null) return traces;
  const [was, is] = [get(before.negotiations, negotiation), get(after.negotiations, negotiation)];
  if (!was || !is) return traces;
  return [...traces, ...newKeys(was.exchanges, is.exchanges).map((key): Trace => ({ table: 'exchanges', negotiation, key }))];
};

export const erase = (state: State, traces: readonly Trace[]): State => {
  let next = state;
  for (const trace of traces) {
    if (trace.table !== 'exchanges') next = { ...next, [trace.table]: without<unknown>(next[trace.table], trace.key) };
    else {
      const n = get(next.negotiations, trace.negotiation);
      if (n) next = { ...next, negotiations: set(next.negotiations, n.id, { ...n, exchanges: without(n.exchanges, trace.key) }) };
    }
  }
  return next;
};

/** The last negotiation with this cookie of an initiator is gone: the next one is counted as the first, and needs no secret of those before. */
export const eraseCookie = (state: State, cookie: string): State => ({
  ...state,
  cookieUses: without(state.cookieUses, cookie),
  secrets: state.secrets.some(({ about }) => isOf(about, cookie))
    ? state.secrets.filter(({ about }) => !isOf(about, cookie))
    : state.secrets,
});

const isOf = (about: State['secrets'][number]['about'], cookie: string): boolean =>
  about.what === 'dhPrivateValue' && about.initiatorCookie === cookie;
