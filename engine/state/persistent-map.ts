/**
 * A persistent map from text to values: setting copies one short path and leaves the old map whole. A hash trie of 32-way nodes, as
 * plain arrays; equal contents give equal entries in any order of insertion, since `entries` sorts.
 */

interface Leaf<V> {
  readonly key: string;
  readonly hash: number;
  readonly value: V;
}

/** A slot is free, one leaf, several leaves whose hashes are equal, or a node one level down. */
type Slot<V> = undefined | Leaf<V> | readonly Leaf<V>[] | Node<V>;

interface Node<V> {
  readonly slots: readonly Slot<V>[];
}

/** Immutable: setting gives another map that shares all but one path. Keys are text. */
export interface PersistentMap<V> {
  readonly size: number;
  readonly root: Node<V>;
}

const emptyNode: Node<never> = { slots: Array.from({ length: 32 }, () => undefined) };

export const emptyMap: PersistentMap<never> = { size: 0, root: emptyNode };

/** FNV-1a over UTF-16 units: spread matters here, strength does not. */
const hashOf = (key: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

const isNode = <V>(slot: Slot<V>): slot is Node<V> => slot !== undefined && 'slots' in slot;
const isBucket = <V>(slot: Slot<V>): slot is readonly Leaf<V>[] => Array.isArray(slot);

const replace = <V>(node: Node<V>, at: number, slot: Slot<V>): Node<V> => {
  const slots = node.slots.slice();
  slots[at] = slot;
  return { slots };
};

const put = <V>(node: Node<V>, leaf: Leaf<V>, shift: number): Node<V> => {
  const at = (leaf.hash >>> shift) & 31;
  const slot = node.slots[at];
  if (slot === undefined) return replace(node, at, leaf);
  if (isNode(slot)) return replace(node, at, put(slot, leaf, shift + 5));
  const leaves = isBucket(slot) ? slot : [slot];
  const same = leaves.findIndex((l) => l.key === leaf.key);
  if (same >= 0) return replace(node, at, leaves.length === 1 ? leaf : leaves.with(same, leaf));
  if (leaves[0]?.hash === leaf.hash || shift >= 30) return replace(node, at, [...leaves, leaf]);
  let below: Node<V> = emptyNode;
  for (const l of leaves) below = put(below, l, shift + 5);
  return replace(node, at, put(below, leaf, shift + 5));
};

/** Told by its shape: nothing else in a state has a root with slots. */
export const isPersistentMap = (value: object): value is PersistentMap<unknown> =>
  'root' in value && typeof value.root === 'object' && value.root !== null && 'slots' in value.root;

/** `undefined` where there is no such key. */
export const get = <V>(map: PersistentMap<V>, key: string): V | undefined => {
  const hash = hashOf(key);
  let node = map.root;
  for (let shift = 0; ; shift += 5) {
    const slot = node.slots[(hash >>> shift) & 31];
    if (slot === undefined) return undefined;
    if (isNode(slot)) node = slot;
    else if (isBucket(slot)) return slot.find((l) => l.key === key)?.value;
    else return slot.key === key ? slot.value : undefined;
  }
};

/** A map in which `key` has `value`. */
export const set = <V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> => ({
  size: get(map, key) === undefined ? map.size + 1 : map.size,
  root: put(map.root, { key, hash: hashOf(key), value }, 0),
});

/** What is left of a slot without `key`; the slot itself where the key is not in it. A node with one leaf alone becomes that leaf: equal contents have one shape. */
const leftOf = <V>(slot: Slot<V>, key: string, hash: number, shift: number): Slot<V> => {
  if (slot === undefined) return slot;
  if (!isNode(slot)) {
    const leaves = isBucket(slot) ? slot : [slot];
    const others = leaves.filter((l) => l.key !== key);
    return others.length === leaves.length ? slot : others.length > 1 ? others : others[0];
  }
  const at = (hash >>> shift) & 31;
  const below = leftOf(slot.slots[at], key, hash, shift + 5);
  if (below === slot.slots[at]) return slot;
  const node = replace(slot, at, below);
  const [only, more] = node.slots.filter((s) => s !== undefined);
  return more !== undefined || isNode(only) ? node : only;
};

/** A map without `key`. */
export const without = <V>(map: PersistentMap<V>, key: string): PersistentMap<V> => {
  const hash = hashOf(key);
  const at = hash & 31;
  const below = leftOf(map.root.slots[at], key, hash, 5);
  return below === map.root.slots[at] ? map : { size: map.size - 1, root: replace(map.root, at, below) };
};

/** Into a list, not a generator: a live end asks after each event. */
const gather = <V>(slot: Slot<V>, found: Leaf<V>[]): Leaf<V>[] => {
  if (slot === undefined) return found;
  if (isNode(slot)) for (const below of slot.slots) gather(below, found);
  else if (isBucket(slot)) found.push(...slot);
  else found.push(slot);
  return found;
};
const leavesOf = <V>(slot: Slot<V>): Leaf<V>[] => gather(slot, []);

/** In no order that means anything. */
export const values = <V>(map: PersistentMap<V>): V[] => (map.size === 0 ? [] : leavesOf(map.root).map((l) => l.value));

/** Sorted by key, in the order of UTF-16 units. */
export const entries = <V>(map: PersistentMap<V>): [string, V][] => sorted(leavesOf(map.root));

const sorted = <V>(leaves: readonly Leaf<V>[]): [string, V][] =>
  leaves.map((l): [string, V] => [l.key, l.value]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

const changedLeaves = <V>(before: Slot<V>, after: Slot<V>, changed: Leaf<V>[]): void => {
  if (before === after || after === undefined) return;
  if (isNode(before) && isNode(after)) {
    for (let i = 0; i < after.slots.length; i++) {
      if (before.slots[i] !== after.slots[i]) changedLeaves(before.slots[i], after.slots[i], changed);
    }
    return;
  }
  const old = leavesOf(before);
  for (const leaf of leavesOf(after)) {
    const same = old.find((o) => o.key === leaf.key);
    if (!same || same.value !== leaf.value) changed.push(leaf);
  }
};

/** Entries of `after` that `before` lacks or has otherwise, sorted. What the two share is not looked at: a step changes few. */
export const changedEntries = <V>(before: PersistentMap<V>, after: PersistentMap<V>): [string, V][] => {
  const changed: Leaf<V>[] = [];
  changedLeaves<V>(before.root, after.root, changed);
  return changed.length === 0 ? [] : sorted(changed);
};
