/** An IKE message as part of the packet tree: header, payloads in the clear or opened under the ciphertext, with the proof beside the hash. */
import { toHex } from '../../bytes/hex.ts';
import type { TreeNode } from '../../bytes/tree.ts';
import { exchangeTypes } from '../../registry/exchange-type.ts';
import { payloadTypes } from '../../registry/payload-type.ts';
import type { Replay } from '../../replay/replay.ts';
import { type MethodFamily, methodFamily } from '../../state/ike/authentication-method.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { get } from '../../state/persistent-map.ts';
import type { Opened, Reassembled, Seen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import { secretValue } from '../../wire/attribute.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { wholeName } from '../explain/sentence.ts';
import type { BufferView } from '../models.ts';
import { missingKey } from '../overview.ts';
import { cipherName, counted, cut } from '../words.ts';
import { type Draft, draft, leaf, markIssues, markProofs, type Parts, same } from './draft.ts';

/** Messages of which nonce and public value are those of the side that began. */
const bringsInitiators = new Set(['MM3', 'AM1', 'BM1', 'BM3', 'QM1']);

/** Which value of the keys view a payload's body is. */
const keyOf = (payload: Payload, label: string, messageIdHex: string): string | null => {
  const suffix = label.startsWith('QM') ? ` ${messageIdHex}` : '';
  const first = bringsInitiators.has(label);
  if (payload.content.kind === 'nonce') return `${first ? 'Ni_b' : 'Nr_b'}${suffix}`;
  if (payload.content.kind === 'keyExchange') return `${first ? 'g^xi' : 'g^xr'}${suffix}`;
  return null;
};

const linkKeys = (drafts: readonly Draft[], payloads: readonly Payload[], label: string, messageId: number): void => {
  for (const p of payloads) {
    const key = keyOf(p, label, messageId.toString(16).padStart(8, '0'));
    if (key === null) continue;
    const whole = drafts.find((d) => same(d.place, p.span));
    const body = whole?.children.find((d) => same(d.place, p.body));
    if (body) body.key = key;
    else if (whole) whole.key = key;
  }
};

const payloadTags = (payloads: readonly Payload[], major: number): BufferView['tags'] =>
  payloads.map((p) => ({ start: p.span.start, end: p.span.end, label: payloadTypes(major).get(p.type)?.short ?? String(p.type) }));

/** Payload types whose bodies are under a public key, or under a key that hangs on it: RFC 2409 5.2 and 5.3. */
const underRsa: Readonly<Partial<Record<MethodFamily, ReadonlySet<number>>>> = {
  rsaEncryption: new Set([5, 10]),
  revisedRsaEncryption: new Set([4, 5, 6, 10]),
};
const genericFields = 3;

/** What is encrypted has no fields that could be read: one leaf instead of what the octets seem to say. */
const coverEncrypted = (nodes: readonly Draft[], payloads: readonly Payload[], family: MethodFamily | null): void => {
  const types = family === null ? undefined : underRsa[family];
  // Only messages with a nonce are made so; those before it have nothing to hide yet.
  if (!types || !payloads.some((p) => p.content.kind === 'nonce')) return;
  for (const p of payloads) {
    const whole = types.has(p.type) ? nodes.find((d) => same(d.place, p.span)) : undefined;
    if (!whole) continue;
    whole.value = null;
    whole.mark = { tone: 'note', text: 'encrypted', title: 'Only the private key of the receiver opens it.' };
    const length = counted(p.body.end - p.body.start, 'octet');
    whole.children = [...whole.children.slice(0, genericFields), leaf('Encrypted body', p.body, length, 'RFC 2409 5.2')];
  }
};

/** The message that came in parts, under the part that completes it. */
const wholeNode = ({ bytes, events }: Reassembled, children: Draft[]): Draft => ({
  ...leaf(wholeName, { buffer: 'reassembled', start: 0, end: bytes.length }, `${bytes.length} B from #${events.join(', #')}`, ''),
  rfc: null,
  children,
});

const reassembledBuffer = ({ bytes, events }: Reassembled, nodes: readonly Draft[]): BufferView => ({
  name: 'reassembled',
  label: 'Put together',
  title: `${bytes.length} B put together from ${counted(events.length, 'part')}`,
  bytes,
  tags: nodes.filter((d) => d.place.end > d.place.start).map((d) => ({ start: d.place.start, end: d.place.end, label: d.name })),
  carriedBy: null,
});

/** Values that the decoder keeps to itself (passwords of XAUTH) are blank among the octets too. */
const withoutSecrets = ({ bytes, chain }: Opened): Uint8Array => {
  const hidden = chain.payloads.flatMap((p) => (p.content.kind === 'attributes' ? secretPlaces([p.node]) : []));
  if (hidden.length === 0) return bytes;
  const out = bytes.slice();
  for (const { start, end } of hidden) out.fill(blank, start, end);
  return out;
};

const blank = '*'.charCodeAt(0);

const secretPlaces = (nodes: readonly TreeNode[]): TreeNode['span'][] =>
  nodes.flatMap((node) => [...(node.value === secretValue ? [node.span] : []), ...secretPlaces(node.children ?? [])]);

export const ikeParts = (replay: Replay, state: State, seen: Seen): Parts | null => {
  const { ike } = seen;
  if (!ike) return null;
  const { opened, reassembled } = ike;
  const message = reassembled?.message ?? ike.message;
  const { header } = message;
  const n = get(state.negotiations, ike.negotiation);
  const nodes = message.nodes.map((node) => draft(node));
  const head = nodes[0];
  if (head) {
    const exchange = exchangeTypes(header.major).get(header.exchangeType)?.short ?? `exchange ${header.exchangeType}`;
    head.value = message.encrypted ? `${exchange}, encrypted` : exchange;
  }
  const buffers: BufferView[] = [];
  const sealed = message.encrypted;
  if (opened && sealed && n?.suite) {
    const body = nodes.find((d) => same(d.place, sealed));
    if (body) {
      body.value = `${cipherName(n.suite)}, IV ${cut(toHex(opened.iv.value), 4, 4)}`;
      body.children = opened.chain.nodes.map((node) => draft(node));
      if (opened.because) body.mark = { tone: 'note', text: 'another IV', title: `Not the IV that was due: ${opened.because}.` };
      linkKeys(body.children, opened.chain.payloads, ike.label, header.messageId);
    }
    const tags = payloadTags(opened.chain.payloads, header.major);
    const padding = opened.chain.padding;
    buffers.push({
      name: 'decrypted',
      label: 'Decrypted',
      title: `${opened.bytes.length} B decrypted with Ka${opened.key === null ? '' : ` of the ${opened.key}`}`,
      bytes: withoutSecrets(opened),
      tags: padding ? [...tags, { start: padding.start, end: padding.end, label: 'pad' }] : tags,
      carriedBy: { buffer: sealed.buffer, start: sealed.start, block: algorithmsOf(n.suite)?.block ?? 1 },
    });
  } else if (sealed && ike.closed) {
    const body = nodes.find((d) => same(d.place, sealed));
    if (body) body.mark = { tone: 'note', text: 'closed', title: `Closed: ${ike.closed}.` };
  }
  linkKeys(nodes, message.payloads, ike.label, header.messageId);
  if (n && !opened) coverEncrypted(nodes, message.payloads, methodFamily(n.suite));
  markProofs(nodes, ike.authenticators);
  markIssues(nodes, [...message.issues, ...(opened?.chain.issues ?? [])]);
  if (reassembled) buffers.push(reassembledBuffer(reassembled, nodes));
  return {
    drafts: reassembled ? [...ike.message.nodes.map((node) => draft(node)), wholeNode(reassembled, nodes)] : nodes,
    buffers,
    missing: sealed && !opened && n ? missingKey(get(replay.final.negotiations, n.id) ?? n) : null,
    words: `${header.length} B`,
  };
};
