/** What one event changed, told line by line: states, facts, keys, SAs. Made from the states before and after it. */
import { toHex } from '../bytes/hex.ts';
import type { Fact, Side } from '../state/fact.ts';
import type { Association } from '../state/ipsec/association.ts';
import { entries, get, values } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { Negotiation, Phase1Values, State } from '../state/state.ts';
import { spiText } from '../values/spi.ts';
import { nodeIn, proofNode } from './explain/sentence.ts';
import type { Reveal } from './keys.ts';
import type { ChangeView } from './models.ts';
import { counted, cut, suiteWords } from './words.ts';

const change = (
  sign: ChangeView['sign'],
  label: string,
  before: string | null,
  after: string | null,
  links: Partial<ChangeView> = {},
): ChangeView => ({
  sign,
  label,
  before,
  after,
  secret: false,
  key: null,
  node: null,
  ...links,
});

const names: Readonly<Record<Side, string>> = { initiator: 'Initiator', responder: 'Responder' };
const sides: readonly Side[] = ['initiator', 'responder'];

const stateChanges = (before: Negotiation | undefined, after: Negotiation): ChangeView[] =>
  sides.flatMap((side) => {
    const was = before?.[side].state ?? 'IKE_READY';
    const now = after[side].state;
    return was === now ? [] : [change('~', names[side], was, now)];
  });

const quickChanges = (before: Negotiation | undefined, after: Negotiation): ChangeView[] =>
  entries(after.exchanges).flatMap(([key, e]) => {
    if (e.kind !== 'quick') return [];
    const old = before ? get(before.exchanges, key) : undefined;
    const was = old?.kind === 'quick' ? old : null;
    if (was === e) return [];
    return sides.flatMap((side) => {
      const from = was?.[`${side}State`] ?? 'IKE_QM_READY';
      const to = e[`${side}State`];
      return from === to ? [] : [change('~', names[side], from, to)];
    });
  });

const valueNames: readonly (readonly [keyof Phase1Values, string, boolean])[] = [
  ['preSharedKey', 'psk', true],
  ['gxi', 'g^xi', false],
  ['gxr', 'g^xr', false],
  ['nonceI', 'Ni_b', false],
  ['nonceR', 'Nr_b', false],
  ['dhSharedSecret', 'g^xy', true],
  ['skeyid', 'SKEYID', true],
  ['skeyidD', 'SKEYID_d', true],
  ['skeyidA', 'SKEYID_a', true],
  ['skeyidE', 'SKEYID_e', true],
  ['encryptionKey', 'Ka', true],
];

interface Eyes {
  readonly reveal: Reveal;
}

const shownValue = (eyes: Eyes, id: string, fact: Fact, secret: boolean): string | null =>
  !secret || eyes.reveal === 'all' || eyes.reveal.includes(id) ? cut(toHex(fact.value)) : null;

const keyChanges = (eyes: Eyes, before: Negotiation | undefined, after: Negotiation): ChangeView[] =>
  valueNames.flatMap(([name, label, secret]) => {
    const fact = after.values[name];
    const was = before?.values[name];
    // A value that was supplied and is now derived came into being here too.
    if (!fact || (was && was.basis === fact.basis && was.since === fact.since)) return [];
    return [change('+', label, null, shownValue(eyes, label, fact, secret), { secret, key: label })];
  });

const ivChange = (before: Negotiation | undefined, after: Negotiation): ChangeView[] => {
  const was = before?.iv.next ?? null;
  const now = after.iv.next;
  if (!now || was === now || (was && toHex(was.value) === toHex(now.value))) return [];
  return [change(was ? '~' : '+', 'Next IV of phase 1', was ? cut(toHex(was.value), 4, 4) : null, cut(toHex(now.value), 4, 4))];
};

const yesNo = (verdict: boolean | null): string => (verdict === null ? 'unknown' : verdict ? 'yes' : 'no');

const factChanges = (before: Negotiation | undefined, after: Negotiation, seen: Seen): ChangeView[] => {
  const out: ChangeView[] = [];
  if (!before) out.push(change('+', 'Negotiation', null, cut(after.initiatorCookie)));
  if (after.responderCookie && !before?.responderCookie) out.push(change('+', 'Responder cookie', null, cut(after.responderCookie)));
  if (after.suite && !before?.suite) out.push(change('+', 'Suite', null, suiteWords(after.suite)));
  for (const side of sides) {
    const id = after[side].identity;
    if (id !== null && id !== before?.[side].identity)
      out.push(change('+', `${names[side]} identity`, null, id, { node: seen.ike && nodeIn(seen.ike, 'Identification') }));
    const fresh = after[side].vendorIds.length - (before?.[side].vendorIds.length ?? 0);
    if (fresh > 0) out.push(change('+', `${names[side]} vendor IDs`, null, counted(fresh, 'name')));
    const was = before?.authenticated[side] ?? null;
    const now = after.authenticated[side];
    if (was !== now) out.push(change('~', `${names[side]} authenticated`, yesNo(was), yesNo(now)));
    const nat = after.nat[side];
    if (nat !== null && nat !== (before?.nat[side] ?? null)) out.push(change('+', `${names[side]} behind NAT`, null, yesNo(nat)));
  }
  out.push(...phase1Extras(before, after));
  if (after.established !== null && before?.established == null) out.push(change('+', 'ISAKMP SA', null, 'established'));
  if (after.ended && !before?.ended) out.push(change('-', 'ISAKMP SA', 'established', after.ended.why));
  return out;
};

/** Certificates, XAUTH, what was assigned, dead peer detection. */
const phase1Extras = (before: Negotiation | undefined, after: Negotiation): ChangeView[] => {
  const out: ChangeView[] = [];
  for (const side of sides) {
    if (after.certificates[side].length > 0 && after.certificates[side] !== before?.certificates[side]) {
      const own = after.certificates[side].find((c) => c.facts)?.facts;
      out.push(change('+', `${names[side]} certificate`, null, own?.subject ?? counted(after.certificates[side].length, 'certificate')));
    }
    const [was, now] = [before?.dpd[side] ?? null, after.dpd[side]];
    if (now && now !== was) out.push(change('~', `${names[side]}’s liveness queries`, outstandingWords(was), outstandingWords(now)));
  }
  if (after.xauth && after.xauth !== before?.xauth)
    out.push(change('~', 'XAUTH', xauthWords(before?.xauth ?? null), xauthWords(after.xauth)));
  if (after.configuration && after.configuration !== before?.configuration)
    out.push(
      change(
        '+',
        'Assigned',
        null,
        after.configuration.addresses.join(', ') || counted(after.configuration.attributes.length, 'attribute'),
      ),
    );
  return out;
};

const outstandingWords = (dpd: Negotiation['dpd']['initiator']): string =>
  dpd === null ? 'none' : dpd.outstanding === 0 ? 'answered' : `${dpd.outstanding} unanswered`;

const xauthWords = (xauth: Negotiation['xauth']): string => {
  if (xauth === null) return 'not asked';
  if (xauth.status !== null) return xauth.status;
  const who = xauth.user === null ? '' : ` by ${xauth.user}`;
  return xauth.replied === null ? 'asked' : `answered${who}`;
};

const proofChanges = (seen: Seen): ChangeView[] =>
  seen.ike?.authenticators.map((a) =>
    change('+', a.name, null, cut(toHex(a.seen)), { key: a.name, node: seen.ike && proofNode(seen.ike, a.name) }),
  ) ?? [];

const saChanges = (before: Association | undefined, after: Association): ChangeView[] => {
  const name = `${after.protocol.toUpperCase()} ${spiText(after.spi)}`;
  if (!before) {
    const keymat = after.keymat
      ? [change('+', `KEYMAT ${spiText(after.spi)}`, null, null, { secret: true, key: `KEYMAT ${spiText(after.spi)}` })]
      : [];
    return [
      ...keymat,
      change('+', name, null, after.negotiation ? `${after.state}, ${after.src} → ${after.dst}` : `seen, ${after.src} → ${after.dst}`),
    ];
  }
  const out: ChangeView[] = [];
  if (before.state !== after.state) out.push(change(after.state === 'dead' ? '-' : '~', name, before.state, after.state));
  if (before.highest !== after.highest) out.push(change('~', `${name} highest`, String(before.highest ?? 'none'), String(after.highest)));
  if (before.received !== after.received) out.push(change('~', `${name} received`, String(before.received), String(after.received)));
  if (before.replayed !== after.replayed) out.push(change('~', `${name} replayed`, String(before.replayed), String(after.replayed)));
  if (before.old !== after.old) out.push(change('~', `${name} too old`, String(before.old), String(after.old)));
  if (before.badIcv !== after.badIcv) out.push(change('~', `${name} wrong ICV`, String(before.badIcv), String(after.badIcv)));
  return out;
};

/** Which SAs an event can have touched: the one of its packet, and those of its negotiation. */
const touched = (state: State, seen: Seen): [string, Association][] => {
  if (seen.ipsec) {
    const a = get(state.associations, seen.ipsec.association);
    return a ? [[seen.ipsec.association, a]] : [];
  }
  const id = seen.ike?.negotiation;
  return id === undefined ? [] : entries(state.associations).filter(([, a]) => a.negotiation === id);
};

const findingChanges = (before: State, after: State): ChangeView[] => {
  if (before.findings === after.findings) return [];
  return values(after.findings)
    .filter((f) => f.event === after.index && f.count === 1)
    .map((f) => change('+', 'Finding', null, f.message));
};

const givenChanges = (state: State): ChangeView[] =>
  state.secrets.map((s) => change('+', secretNames[s.about.what] ?? s.about.what, null, null, { secret: true }));

const secretNames: Readonly<Record<string, string>> = {
  preSharedKey: 'pre-shared key',
  dhSharedSecret: 'g^xy',
  dhPrivateValue: 'private value',
  rsaPrivateKey: 'private RSA key',
  signaturePrivateKey: 'private key for signatures',
  xauthPassword: 'password of a user',
  skeyid: 'SKEYID',
  skeyidD: 'SKEYID_d',
  skeyidA: 'SKEYID_a',
  skeyidE: 'SKEYID_e',
  encryptionKey: 'Ka',
  ipsecEncryptionKey: 'encryption key of an SA',
  ipsecIntegrityKey: 'integrity key of an SA',
};

/** In the order in which people ask: states, who it is, proofs, keys, IVs, SAs. */
export const changes = (before: State, after: State, seen: Seen, reveal: Reveal): readonly ChangeView[] => {
  if (after.index === 0) return givenChanges(after);
  const id = seen.ike?.negotiation ?? seen.report?.negotiation ?? seen.proofs[0]?.negotiation;
  const was = id === undefined ? undefined : get(before.negotiations, id);
  const now = id === undefined ? undefined : get(after.negotiations, id);
  const negotiation = now && now !== was ? [...stateChanges(was, now), ...quickChanges(was, now), ...factChanges(was, now, seen)] : [];
  const keys = now && now !== was ? [...keyChanges({ reveal }, was, now), ...ivChange(was, now)] : [];
  const sas = touched(after, seen).flatMap(([key, a]) => {
    const old = get(before.associations, key);
    return old === a ? [] : saChanges(old, a);
  });
  return [...negotiation, ...proofChanges(seen), ...keys, ...sas, ...findingChanges(before, after)];
};
