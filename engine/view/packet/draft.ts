/** A packet tree under construction: what parsers give, with verdicts, faults and links put on, before ids are given. */
import { toHex } from '../../bytes/hex.ts';
import type { BufferName } from '../../bytes/span.ts';
import type { Issue, TreeNode } from '../../bytes/tree.ts';
import type { Authenticator } from '../../state/seen.ts';
import type { BufferView, MissingKey, PacketNode, Place, Proof } from '../models.ts';

/** A tree under construction: names are made unique among siblings when ids are given. */
export interface Draft {
  name: string;
  value: string | null;
  place: Place;
  rfc: string | null;
  mark: PacketNode['mark'];
  proof: Proof | null;
  key: string | null;
  children: Draft[];
}

export const draft = (node: TreeNode, buffer?: BufferName): Draft => ({
  name: node.name,
  value: node.value ?? null,
  place: buffer ? { ...node.span, buffer } : node.span,
  rfc: node.rfc ?? null,
  mark: null,
  proof: null,
  key: null,
  children: (node.children ?? []).map((c) => draft(c, buffer)),
});

export const finish = (drafts: readonly Draft[], parent: string): PacketNode[] => {
  const counts = new Map<string, number>();
  return drafts.map((d) => {
    const n = (counts.get(d.name) ?? 0) + 1;
    counts.set(d.name, n);
    const id = `${parent}${d.name}${n > 1 ? `#${n}` : ''}`;
    return { ...d, id, children: finish(d.children, `${id}/`) };
  });
};

export const same = (a: Place, b: Place): boolean => a.buffer === b.buffer && a.start === b.start && a.end === b.end;

/** The deepest node that holds a place. */
const nodeAt = (drafts: readonly Draft[], place: Place): Draft | undefined => {
  for (const d of drafts) {
    const below = nodeAt(d.children, place);
    if (below) return below;
    const holds = d.place.buffer === place.buffer && d.place.start <= place.start && place.end <= d.place.end;
    // What is empty stands in no field: the payload around it is meant, not the field that ends there.
    if (holds && (place.start < place.end || d.children.length > 0)) return d;
  }
  return undefined;
};

export const verdictMarks = {
  equal: { tone: 'good', text: 'verified', title: 'Equal when recomputed.' },
  differs: { tone: 'bad', text: 'differs', title: 'Recomputed, it is another value.' },
  unknown: { tone: 'note', text: 'not checked', title: 'A value that goes into it is not known.' },
} as const;

const proofView = (a: Authenticator): Proof => ({
  name: a.name,
  verdict: a.verdict,
  formula: a.formula,
  rfc: a.rfc,
  keyedWith: a.keyedWith,
  inputs: a.inputs.map((i) => ({
    name: i.name,
    hex: i.secret ? null : toHex(i.bytes),
    length: i.bytes.length,
    event: i.event,
    place: i.place,
  })),
  expected: a.expected ? toHex(a.expected) : null,
  seen: toHex(a.seen),
});

export const markIssues = (drafts: readonly Draft[], issues: readonly Issue[]): void => {
  for (const issue of issues) {
    const node = nodeAt(drafts, issue.span);
    const text = issue.code.replaceAll('-', ' ');
    if (node && !node.mark) node.mark = { tone: issue.blame === 'unassigned' ? 'note' : 'warning', text, title: issue.message };
  }
};

export const markProofs = (drafts: readonly Draft[], authenticators: readonly Authenticator[]): void => {
  for (const a of authenticators) {
    const node = nodeAt(drafts, a.place);
    if (!node) continue;
    if (node.children.length === 0) node.name = a.name;
    node.mark = verdictMarks[a.verdict];
    node.proof = proofView(a);
    node.key = a.name;
  }
};

export const leaf = (name: string, place: Place, value: string | null, rfc: string): Draft => ({
  name,
  value,
  place,
  rfc,
  mark: null,
  proof: null,
  key: null,
  children: [],
});

export interface Parts {
  readonly drafts: Draft[];
  readonly buffers: BufferView[];
  readonly missing: MissingKey | null;
  readonly words: string;
}
