/** The digest of a whole state: equal states have equal digests, on every run, machine and runtime. */
import { digest, type Sha256 } from '../event/json.ts';
import { entries, isPersistentMap } from './persistent-map.ts';
import type { State } from './state.ts';

/** SHA-256 as hex, over the canonical JSON of the state. */
export const stateHash = (crypto: Sha256, state: State): string => digest(crypto, plainState(state));

/** The state with each persistent map as its entries, sorted by key: how a map came about leaves no trace. */
export const plainState = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plainState);
  if (isPersistentMap(value)) return entries(value).map(([key, member]) => [key, plainState(member)]);
  const out: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) out[key] = plainState(member);
  return out;
};
