/** Every derived value of a negotiation with what it came from, placed in ranks: phase 1 keys, the chain of IVs, keys of IPsec SAs, proofs. */
import { fromHex, toHex } from '../bytes/hex.ts';
import type { OpenedMessage } from '../replay/index-of-events.ts';
import type { Replay } from '../replay/replay.ts';
import type { Fact } from '../state/fact.ts';
import { type MethodFamily, methodFamily } from '../state/ike/authentication-method.ts';
import { missingFor, unreadable } from '../state/ikev1/derive.ts';
import type { QuickMode } from '../state/ikev1/quick-mode.ts';
import type { Association } from '../state/ipsec/association.ts';
import { entries, get, values } from '../state/persistent-map.ts';
import type { Authenticator } from '../state/seen.ts';
import type { Negotiation, Phase1Values, State } from '../state/state.ts';
import { messageIdText } from '../values/message-id.ts';
import { spiText } from '../values/spi.ts';
import type { KeyNode, KeysView } from './models.ts';
import { counted } from './words.ts';

/** Which secrets somebody asked to see: all of them, or those of these ids. */
export type Reveal = 'all' | readonly string[];

type Shape = Omit<KeyNode, 'state' | 'since' | 'value' | 'length' | 'current'>;

const shape = (
  id: string,
  at: readonly [group: KeyNode['group'], rank: number, row: number],
  formula: string,
  rfc: string,
  from: readonly string[],
  use: string,
  secret = true,
): Shape => ({ id, label: id, group: at[0], rank: at[1], row: at[2], secret, formula, rfc, from, use });

const rfc5 = 'RFC 2409 5';
const appB = 'RFC 2409 App. B';

/** Messages that carry nonces and public values, of each side. */
const carriers: Readonly<
  Record<Negotiation['mode'], { readonly nonce: readonly [string, string]; readonly ke: readonly [string, string] }>
> = {
  main: { nonce: ['MM3', 'MM4'], ke: ['MM3', 'MM4'] },
  aggressive: { nonce: ['AM1', 'AM2'], ke: ['AM1', 'AM2'] },
  base: { nonce: ['BM1', 'BM2'], ke: ['BM3', 'BM4'] },
  ikev2: { nonce: ['', ''], ke: ['', ''] },
  unknown: { nonce: ['phase 1', 'phase 1'], ke: ['phase 1', 'phase 1'] },
};

/** SKEYID by the method of authentication, RFC 2409 5: formula and what goes in. */
const skeyidFrom: Readonly<Record<MethodFamily, readonly [formula: string, from: readonly string[]]>> = {
  preSharedKey: ['prf(psk, Ni_b | Nr_b)', ['psk', 'Ni_b', 'Nr_b']],
  signature: ['prf(Ni_b | Nr_b, g^xy)', ['Ni_b', 'Nr_b', 'g^xy']],
  rsaEncryption: ['prf(hash(Ni_b | Nr_b), CKY-I | CKY-R)', ['Ni_b', 'Nr_b', 'CKY-I', 'CKY-R']],
  revisedRsaEncryption: ['prf(hash(Ni_b | Nr_b), CKY-I | CKY-R)', ['Ni_b', 'Nr_b', 'CKY-I', 'CKY-R']],
};

const follower = (id: string, row: number, before: readonly string[], number: number, use: string): Shape => {
  const inputs = [...before.slice(1), 'g^xy', 'CKY-I', 'CKY-R'];
  return shape(id, ['phase1', 2, row], `prf(SKEYID, ${inputs.join(' | ')} | ${number})`, rfc5, ['SKEYID', ...inputs], use);
};

const phase1Shapes = (n: Negotiation): readonly (readonly [keyof Phase1Values, Shape])[] => {
  const { nonce, ke } = carriers[n.mode];
  const family = methodFamily(n.suite) ?? 'preSharedKey';
  const [formula, from] = skeyidFrom[family];
  const proves = family === 'signature' ? 'what SIG_I and SIG_R sign' : 'HASH_I, HASH_R';
  const encrypted = family === 'rsaEncryption' || family === 'revisedRsaEncryption' ? ', decrypted' : '';
  const fromPrivate = 'g^x of one side to the private value of the other';
  return [
    ...(family === 'preSharedKey' ? ([['preSharedKey', shape('psk', ['phase1', 0, 0], 'supplied', rfc5, [], 'SKEYID')]] as const) : []),
    ['nonceI', shape('Ni_b', ['phase1', 0, 1], `Nonce of ${nonce[0]}${encrypted}`, rfc5, [], 'SKEYID', false)],
    ['nonceR', shape('Nr_b', ['phase1', 0, 2], `Nonce of ${nonce[1]}${encrypted}`, rfc5, [], 'SKEYID', false)],
    ['dhSharedSecret', shape('g^xy', ['phase1', 0, 3], fromPrivate, rfc5, ['g^xi', 'g^xr'], 'SKEYID_d, _a, _e')],
    ['skeyid', shape('SKEYID', ['phase1', 1, 1], formula, rfc5, from, proves)],
    ['skeyidD', follower('SKEYID_d', 0, ['SKEYID'], 0, 'all KEYMAT')],
    ['skeyidA', follower('SKEYID_a', 2, ['SKEYID', 'SKEYID_d'], 1, 'HASH(1), (2), (3)')],
    ['skeyidE', follower('SKEYID_e', 4, ['SKEYID', 'SKEYID_a'], 2, 'Ka')],
    ['encryptionKey', shape('Ka', ['phase1', 3, 4], 'SKEYID_e, cut, or K1 | K2 … where it is too short', appB, ['SKEYID_e'], '')],
    ['gxi', shape('g^xi', ['iv', 0, 0], `Key Exchange of ${ke[0]}`, rfc5, [], 'first IV, HASH_I, HASH_R', false)],
    ['gxr', shape('g^xr', ['iv', 0, 1], `Key Exchange of ${ke[1]}`, rfc5, [], 'first IV, HASH_I, HASH_R', false)],
  ];
};

/** What the responder has where its pre-shared key is another one: below the values of the initiator. */
const responderShapes: readonly (readonly [keyof Phase1Values, Shape])[] = [
  ['preSharedKey', shape('psk of the responder', ['phase1', 0, 6], 'supplied', rfc5, [], 'SKEYID of the responder')],
  [
    'skeyid',
    shape('SKEYID of the responder', ['phase1', 1, 6], 'prf(psk, Ni_b | Nr_b)', rfc5, ['psk of the responder', 'Ni_b', 'Nr_b'], 'HASH_R'),
  ],
  [
    'encryptionKey',
    shape('Ka of the responder', ['phase1', 3, 6], 'as Ka', appB, ['SKEYID of the responder'], 'messages of the responder'),
  ],
];

interface Scene {
  readonly reveal: Reveal;
  readonly at: number;
}

const shown = (scene: Scene, id: string, secret: boolean): boolean => !secret || scene.reveal === 'all' || scene.reveal.includes(id);

/** A pre-shared key that is text is shown as text. */
const text = (id: string, bytes: Uint8Array): string =>
  id.startsWith('psk') && bytes.length > 0 && bytes.every((b) => b >= 0x20 && b < 0x7f) ? String.fromCharCode(...bytes) : toHex(bytes);

/** `now`: known at this moment. `later`: known at the end of the log. */
const node = (scene: Scene, form: Shape, now: Fact | null, later: Fact | null, current = false): KeyNode => {
  // What was given is known from the start, also before the messages that call for it.
  const fact = now ?? (later?.basis === 'supplied' && later.since <= scene.at ? later : null);
  const supplied = fact?.basis === 'supplied';
  return {
    ...form,
    formula: supplied ? 'supplied' : form.formula,
    from: supplied ? [] : form.from,
    state: fact ? 'known' : later ? 'ahead' : 'missing',
    since: fact?.since ?? null,
    value: fact && shown(scene, form.id, form.secret) ? text(form.id, fact.value) : null,
    length: (fact ?? later)?.value.length ?? null,
    current: current || (fact !== null && fact.since === scene.at && scene.at > 0),
  };
};

const cookieFact = (hex: string | null, since: number): Fact | null => {
  const value = hex === null ? undefined : fromHex(hex);
  return value ? { value, since, basis: 'seen' } : null;
};

const phase1Nodes = (scene: Scene, n: Negotiation, last: Negotiation): KeyNode[] => {
  const nodes = phase1Shapes(last).map(([name, form]) => {
    const uses = name === 'encryptionKey' ? { ...form, use: counted(last.opened, 'message') } : form;
    return node(scene, uses, n.values[name], last.values[name]);
  });
  if (last.responderValues)
    nodes.push(
      ...responderShapes.map(([name, form]) => node(scene, form, n.responderValues?.[name] ?? null, last.responderValues?.[name] ?? null)),
    );
  const ckyI = shape('CKY-I', ['phase1', 0, 4], 'cookie of the initiator', 'RFC 2408 2.5.3', [], 'SKEYID_d, _a, _e', false);
  const ckyR = shape('CKY-R', ['phase1', 0, 5], 'cookie of the responder', 'RFC 2408 2.5.3', [], 'SKEYID_d, _a, _e', false);
  return [
    ...nodes,
    node(scene, ckyI, cookieFact(n.initiatorCookie, n.first), null),
    node(scene, ckyR, cookieFact(n.responderCookie, n.answered ?? n.first), cookieFact(last.responderCookie, 0)),
  ];
};

const mostIvs = 8;

/** The IVs that opened messages, up to this moment: those of phase 1, and those of the exchange that goes on now. */
const ivNodes = (scene: Scene, replay: Replay, n: Negotiation): KeyNode[] => {
  const opened = replay.index.opened.filter((o) => o.negotiation === n.id && o.event <= scene.at);
  const latest = opened.at(-1);
  const chain = opened.filter((o) => o.messageId === 0 || o.messageId === latest?.messageId).slice(-mostIvs);
  // A label says which message of its exchange it is, unless it came twice in other octets, or the exchange has no such names.
  const plain = (o: OpenedMessage, i: number): boolean =>
    (o.messageId === 0 || o.label.startsWith('QM')) && chain.findIndex((c) => c.label === o.label) === i;
  const ids = chain.map((o, i) => `IV of ${o.label}${plain(o, i) ? '' : ` #${o.event}`}`);
  return chain.map((o, i) => {
    const before = chain[i - 1];
    const fresh = before === undefined || before.messageId !== o.messageId;
    const first = before === undefined && o.messageId === 0;
    const formula = first ? 'hash(g^xi | g^xr), cut' : fresh ? 'hash(last block of phase 1 | M-ID), cut' : `last block of ${before?.label}`;
    const from = first ? ['g^xi', 'g^xr'] : (ids[i - 1] ?? []);
    return node(
      scene,
      shape(ids[i] ?? '', ['iv', i + 1, 0], formula, appB, [from].flat(), o.label, false),
      o.iv,
      null,
      o.event === scene.at,
    );
  });
};

const keymatNodes = (scene: Scene, a: Association, later: Association | undefined, q: QuickMode, row: number): KeyNode[] => {
  const spi = spiText(a.spi);
  const id = messageIdText(q.messageId);
  const pfs = q.gxi ? `g^xy ${id}` : null;
  const formula = `prf(SKEYID_d, ${pfs ? 'g(qm)^xy | ' : ''}protocol | SPI | Ni_b | Nr_b), chained`;
  const from = ['SKEYID_d', ...(pfs ? [pfs] : []), `Ni_b ${id}`, `Nr_b ${id}`];
  const rfc = 'RFC 2409 5.5';
  return [
    node(
      scene,
      shape(`KEYMAT ${spi}`, ['phase2', 1, row], formula, rfc, from, a.side === 'initiator' ? 'to the responder' : 'to the initiator'),
      a.keymat,
      later?.keymat ?? null,
    ),
    node(
      scene,
      shape(`encryption key ${spi}`, ['phase2', 2, row], 'first octets of KEYMAT', rfc, [`KEYMAT ${spi}`], `ESP ${spi}`),
      a.encryptionKey,
      later?.encryptionKey ?? null,
    ),
    node(
      scene,
      shape(`integrity key ${spi}`, ['phase2', 3, row], 'octets that follow', rfc, [`KEYMAT ${spi}`], `ICV of ${spi}`),
      a.integrityKey,
      later?.integrityKey ?? null,
    ),
  ];
};

/** Keys of one quick mode: the one that goes on now, else the one that made the SA in use, else the latest. */
const phase2Nodes = (scene: Scene, replay: Replay, state: State, n: Negotiation, exchange: number | null): KeyNode[] => {
  const quicks = entries(n.exchanges).flatMap(([, e]) => (e.kind === 'quick' ? [e] : []));
  const q = quicks.find((e) => e.messageId === exchange) ?? quicks.sort((a, b) => a.first - b.first).at(-1);
  if (!q) return [];
  const id = messageIdText(q.messageId);
  const end = get(get(replay.final.negotiations, n.id)?.exchanges ?? n.exchanges, `quick ${q.messageId}`);
  const last = end?.kind === 'quick' ? end : q;
  const rfc = 'RFC 2409 5.5';
  const own: KeyNode[] = [
    node(
      scene,
      { ...shape(`Ni_b ${id}`, ['phase2', 0, 0], 'Nonce of QM1', rfc, [], 'KEYMAT', false), label: 'Ni_b' },
      q.nonceI,
      last.nonceI,
    ),
    node(
      scene,
      { ...shape(`Nr_b ${id}`, ['phase2', 0, 1], 'Nonce of QM2', rfc, [], 'KEYMAT', false), label: 'Nr_b' },
      q.nonceR,
      last.nonceR,
    ),
  ];
  if (last.gxi)
    own.push(
      node(
        scene,
        { ...shape(`g^xy ${id}`, ['phase2', 0, 2], 'supplied', rfc, [], 'KEYMAT'), label: 'g(qm)^xy' },
        q.dhSharedSecret,
        last.dhSharedSecret,
      ),
    );
  const sas = values(state.associations)
    .filter((a) => a.negotiation === n.id && a.exchange === q.messageId)
    .sort((a, b) => (a.side === q.begunBy ? -1 : 1) - (b.side === q.begunBy ? -1 : 1) || a.spi - b.spi);
  sas.forEach((a, row) => {
    const later = values(replay.final.associations).find((b) => b.spi === a.spi && b.dst === a.dst);
    own.push(...keymatNodes(scene, a, later, q, row));
  });
  return own;
};

const proofNodes = (scene: Scene, authenticators: readonly Authenticator[]): KeyNode[] =>
  authenticators.map((a, i) => {
    const fact: Fact | null = a.expected ? { value: a.expected, since: scene.at, basis: 'derived' } : null;
    const use = a.verdict === 'equal' ? 'equal to the packet' : a.verdict === 'differs' ? 'differs from the packet' : 'not checked';
    return node(
      scene,
      shape(a.name, ['proof', 2, 6 + i], a.formula, a.rfc, [a.name.startsWith('SIG') ? 'SKEYID' : a.keyedWith], use, false),
      fact,
      null,
      true,
    );
  });

const keymatNote = (n: Negotiation, state: State, exchange: number | null): string => {
  const own = values(state.associations).filter((a) => a.negotiation === n.id && (exchange === null || a.exchange === exchange));
  if (own.length > 0 && own.every((a) => a.keymat !== null)) return '';
  if (!n.values.skeyidD) return 'Not derivable: KEYMAT. Missing: SKEYID_d.';
  const q = exchange === null ? undefined : get(n.exchanges, `quick ${exchange}`);
  if (own.length === 0) {
    return q?.kind === 'quick' && q.messages > 1
      ? 'Not derivable: KEYMAT. Missing: nonces and SPIs, since QM2 stays closed.'
      : 'Not yet derivable: KEYMAT. It needs the nonces and SPIs of a quick mode.';
  }
  const lacking =
    q?.kind !== 'quick' ? '' : q.gxi && !q.dhSharedSecret ? ' Missing: g^xy of the quick mode.' : q.nonceI ? '' : ' Missing: a nonce.';
  return `Not derivable: KEYMAT.${lacking}`;
};

/** `last`: the negotiation at the end of the log, which knows what is still to come. */
const noteOf = (n: Negotiation, last: Negotiation, state: State, exchange: number | null): string => {
  if (n.values.encryptionKey) return keymatNote(n, state, exchange);
  const never = unreadable(n);
  const lacking = missingFor(n).join(', ');
  if (last.values.encryptionKey) return `Not yet derivable: Ka. It needs ${never === null ? lacking : 'the choice of the responder'}.`;
  return never === null ? `Not derivable: Ka. Missing: ${lacking}.` : `Not derivable: Ka, since ${never.replace(', since', ':')}.`;
};

export const keysView = (
  replay: Replay,
  state: State,
  negotiation: string | null,
  at: number,
  about: { readonly authenticators: readonly Authenticator[]; readonly exchange: number | null },
  reveal: Reveal,
): KeysView => {
  const n = negotiation === null ? undefined : get(state.negotiations, negotiation);
  if (n?.version !== 1) return { negotiation, nodes: [], note: n ? 'Keys of IKEv2 are not derived yet.' : '' };
  const last = get(replay.final.negotiations, n.id) ?? n;
  const scene: Scene = { reveal, at };
  return {
    negotiation,
    nodes: [
      ...phase1Nodes(scene, n, last),
      ...ivNodes(scene, replay, n),
      ...phase2Nodes(scene, replay, state, n, about.exchange),
      ...proofNodes(scene, about.authenticators),
    ],
    note: noteOf(n, last, state, about.exchange),
  };
};
