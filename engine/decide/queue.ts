/** First in, first out, persistent: whom to forget first. */
import { emptyMap, get, type PersistentMap, set, without } from '../state/persistent-map.ts';

export interface Queue<T> {
  readonly items: PersistentMap<T>;
  readonly head: number;
  readonly tail: number;
}

export const emptyQueue: Queue<never> = { items: emptyMap, head: 0, tail: 0 };

export const put = <T>({ items, head, tail }: Queue<T>, item: T): Queue<T> => ({
  items: set(items, `${tail}`, item),
  head,
  tail: tail + 1,
});

/** The oldest, and the others. */
export const take = <T>({ items, head, tail }: Queue<T>): { readonly item: T | undefined; readonly rest: Queue<T> } => ({
  item: get(items, `${head}`),
  rest: { items: without(items, `${head}`), head: Math.min(head + 1, tail), tail },
});
