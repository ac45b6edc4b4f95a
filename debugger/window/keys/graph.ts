/** What to draw of the keys: which values, merged where they go the same way, and how one leads to the other. */
import type { KeyNode, KeysView } from '../../protocol/protocol.ts';

/** One box. Public inputs that feed the same values share a box, one line each. */
export interface KeyBox {
  /** Id of its first value. */
  readonly id: string;
  readonly nodes: readonly KeyNode[];
  readonly group: KeyNode['group'];
  readonly rank: number;
  readonly row: number;
}

export interface KeyEdge {
  readonly from: KeyBox;
  readonly to: KeyBox;
}

/** Boxes of the given values. A box has one value, or several public ones of one column that feed exactly the same. */
export function boxesOf(nodes: readonly KeyNode[]): readonly KeyBox[] {
  const shared = new Map<string, KeyNode[]>();
  const order: KeyNode[][] = [];
  for (const node of nodes) {
    const feeds = nodes.filter(({ from }) => from.includes(node.id)).map(({ id }) => id);
    const name = node.secret || node.from.length > 0 || feeds.length === 0 ? null : `${node.group} ${node.rank} ${feeds.join()}`;
    const together = name === null ? undefined : shared.get(name);
    if (together) together.push(node);
    else {
      const alone = [node];
      order.push(alone);
      if (name !== null) shared.set(name, alone);
    }
  }
  return order.flatMap((together): KeyBox[] => {
    const [first] = together;
    return first
      ? [{ id: first.id, nodes: together, group: first.group, rank: first.rank, row: Math.min(...together.map(({ row }) => row)) }]
      : [];
  });
}

export function edgesOf(boxes: readonly KeyBox[]): readonly KeyEdge[] {
  const boxOf = new Map(boxes.flatMap((box) => box.nodes.map(({ id }) => [id, box] as const)));
  return boxes.flatMap((to) => {
    const sources = new Set(to.nodes.flatMap(({ from }) => from.map((id) => boxOf.get(id))));
    return [...sources].flatMap((from): KeyEdge[] => (from === undefined || from === to ? [] : [{ from, to }]));
  });
}

/** Without the edges that a longer way says as well: `SKEYID` to `SKEYID_a`, where `SKEYID_d` lies between them. */
export function reduced(edges: readonly KeyEdge[]): readonly KeyEdge[] {
  const next = new Map<KeyBox, KeyBox[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const reaches = (from: KeyBox, to: KeyBox, seen: Set<KeyBox>): boolean =>
    (next.get(from) ?? []).some((box) => {
      if (box === to) return true;
      if (seen.has(box)) return false;
      seen.add(box);
      return reaches(box, to, seen);
    });
  return edges.filter(
    ({ from, to }) => !(next.get(from) ?? []).some((between) => between !== to && reaches(between, to, new Set([between]))),
  );
}

/** Ids of everything that a value comes from, itself included. */
export function ancestry(nodes: readonly KeyNode[], id: string | null): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name) || !byId.has(name)) return;
    found.add(name);
    for (const source of byId.get(name)?.from ?? []) add(source);
  };
  if (id !== null) add(id);
  return found;
}

/** The few values that the small drawing beside a packet shows: phase 1, or what this event is about and what that comes from. */
export function smallChoice({ nodes }: KeysView, selected: string | null): readonly KeyNode[] {
  const about = nodes.filter(({ id, current }) => current || id === selected);
  const inPhase2 = about.some(({ group }) => group === 'phase2');
  const proofs = new Set(about.filter(({ group }) => group === 'proof').map(({ id }) => id));
  if (!inPhase2) return nodes.filter(({ group, id }) => group === 'phase1' || proofs.has(id));
  // What the key material is cut into is left to the full view, unless it is what somebody selected.
  const made = nodes.filter(({ group, from }) => group === 'phase2' && from.length > 0);
  const first = Math.min(...made.map(({ rank }) => rank));
  const shown = made.filter(({ id, rank }) => rank === first || id === selected);
  const wanted = new Set(shown.flatMap(({ id, from }) => [id, ...from]));
  return nodes.filter(({ id }) => wanted.has(id));
}
