/** Fills in what follows from what is known: SKEYID and its followers, Ka, the first IV. RFC 2409 5 and App. B. Given values serve where deriving is not possible. */
import { equalOctets } from '../../bytes/octets.ts';
import { publicValue, sharedSecret } from '../../crypto/dh.ts';
import { dhGroup } from '../../crypto/groups.ts';
import type { HashName } from '../../crypto/provider.ts';
import type { SecretAbout } from '../../event/secret.ts';
import type { MessageId } from '../../values/message-id.ts';
import type { Context } from '../context.ts';
import { type Fact, other, type Side } from '../fact.ts';
import { encryptsWithRsa, methodFamily } from '../ike/authentication-method.ts';
import { cookieOctets } from '../ike/cookie-octets.ts';
import { algorithmsOf } from '../ike/suite.ts';
import type { KnownSecret, Negotiation, Phase1Values } from '../state.ts';
import { cipherKey, deriveSkeyids, skeyidFromEncryptedNonces, skeyidFromPsk, skeyidFromSignatures } from './keys.ts';
import { initialIv } from './protection.ts';

const derived = (value: Uint8Array, ...from: readonly Fact<unknown>[]): Fact => ({
  value,
  since: Math.max(...from.map((f) => f.since)),
  basis: 'derived',
});

/** Whether a secret that names cookies names these. */
const named = (about: SecretAbout, n: Negotiation): boolean => {
  if (!('initiatorCookie' in about) || about.initiatorCookie === undefined) return true;
  if (about.initiatorCookie !== n.initiatorCookie) return false;
  const responder = 'responderCookie' in about ? about.responderCookie : undefined;
  return responder === undefined || n.responderCookie === null || responder === n.responderCookie;
};

const fits = ({ about, value }: KnownSecret, n: Negotiation, what: SecretAbout['what'], messageId?: MessageId): boolean => {
  if (value === null || about.what !== what || !named(about, n)) return false;
  if (about.what === 'dhSharedSecret' || about.what === 'dhPrivateValue') return about.messageId === messageId;
  return (
    about.what !== 'preSharedKey' || about.peer === undefined || about.peer === n.initiator.address || about.peer === n.responder.address
  );
};

/** A key for this very negotiation goes before one for everybody. */
const best = (fitting: readonly KnownSecret[]): KnownSecret | undefined =>
  fitting.find((s) => 'initiatorCookie' in s.about && s.about.initiatorCookie !== undefined) ?? fitting[0];

const heldBy = (s: KnownSecret, side: Side): boolean => !('side' in s.about) || s.about.side === undefined || s.about.side === side;

/** What `side` holds where the two ends hold different ones; else what there is. */
const supplied = (
  secrets: readonly KnownSecret[],
  n: Negotiation,
  what: SecretAbout['what'],
  side: Side = 'initiator',
  messageId?: MessageId,
): Fact | null => {
  const fitting = secrets.filter((s) => fits(s, n, what, messageId));
  const found = best(fitting.filter((s) => heldBy(s, side))) ?? best(fitting);
  return found?.value ? { value: found.value, since: found.since, basis: 'supplied' } : null;
};

/** Whether the two ends are known to hold different pre-shared keys. */
export const preSharedKeysDiffer = (secrets: readonly KnownSecret[], n: Negotiation): boolean => {
  const fitting = secrets.filter((s) => fits(s, n, 'preSharedKey'));
  const [i, r] = [best(fitting.filter((s) => heldBy(s, 'initiator'))), best(fitting.filter((s) => heldBy(s, 'responder')))];
  return i?.value != null && r?.value != null && !equalOctets(i.value, r.value);
};

/** g^xy as it goes into a prf, with zeros in front: as long as a public value, or as its x alone on a curve (RFC 5903 9). */
const padded = (secret: Fact | null, publicValue: Fact | null, group: number | null): Fact | null => {
  if (!secret || !publicValue) return secret;
  const curve = group === null ? undefined : dhGroup(group);
  const length = curve?.kind === 'ecp' ? curve.octets : publicValue.value.length;
  if (secret.value.length >= length) return secret;
  const value = new Uint8Array(length);
  value.set(secret.value, length - secret.value.length);
  return { ...secret, value };
};

interface PublicValues {
  readonly gxi: Fact | null;
  readonly gxr: Fact | null;
}

/** g^xy from a private value of either side: whose it is, its public value tells. RFC 2409 5. */
const fromPrivateValue = (
  ctx: Context,
  secrets: readonly KnownSecret[],
  n: Negotiation,
  group: number | null,
  { gxi, gxr }: PublicValues,
  messageId?: MessageId,
): Fact | null => {
  if (group === null || !gxi || !gxr) return null;
  for (const s of secrets) {
    if (s.value === null || !fits(s, n, 'dhPrivateValue', messageId)) continue;
    const own = publicValue(group, s.value, ctx.crypto);
    const peers = own === undefined ? null : equalOctets(own, gxi.value) ? gxr : equalOctets(own, gxr.value) ? gxi : null;
    const value = peers ? sharedSecret(group, s.value, peers.value, ctx.crypto) : undefined;
    if (value) return { value, since: Math.max(s.since, gxi.since, gxr.since), basis: 'derived' };
  }
  return null;
};

/** The shared secret of a quick mode with PFS. */
export const quickModeSecret = (
  ctx: Context,
  secrets: readonly KnownSecret[],
  n: Negotiation,
  id: MessageId,
  values: PublicValues,
  group: number | null,
): Fact | null =>
  padded(supplied(secrets, n, 'dhSharedSecret', 'initiator', id), values.gxi ?? values.gxr, group) ??
  fromPrivateValue(ctx, secrets, n, group, values, id);

/** Octets of a private key of RSA that `side` holds. */
export const privateKeyOf = (secrets: readonly KnownSecret[], n: Negotiation, side: Side): readonly Uint8Array[] =>
  secrets.flatMap((s) => (s.value && fits(s, n, 'rsaPrivateKey') && heldBy(s, side) ? [s.value] : []));

/** What was derived or seen stays; what was only supplied gives way to what can be derived by now. */
const settled = (fact: Fact | null): Fact | null => (fact?.basis === 'supplied' ? null : fact);

/** SKEYID by the method of authentication, RFC 2409 5; `null` where something of it is missing. */
const skeyidOf = (ctx: Context, n: Negotiation, v: Phase1Values, hash: HashName, psk: Fact | null, dh: Fact | null): Fact | null => {
  const { nonceI, nonceR } = v;
  if (!nonceI || !nonceR) return null;
  switch (methodFamily(n.suite)) {
    case 'preSharedKey':
      return psk && derived(skeyidFromPsk(ctx.crypto, hash, psk.value, nonceI.value, nonceR.value), psk, nonceI, nonceR);
    case 'signature':
      // g^xy is as long as the public values, and nobody had it before both were sent.
      return (
        dh && v.gxr && derived(skeyidFromSignatures(ctx.crypto, hash, nonceI.value, nonceR.value, dh.value), dh, nonceI, nonceR, v.gxr)
      );
    case 'rsaEncryption':
    case 'revisedRsaEncryption': {
      if (!n.responderCookie) return null;
      const [i, r] = [cookieOctets(n.initiatorCookie), cookieOctets(n.responderCookie)];
      return derived(skeyidFromEncryptedNonces(ctx.crypto, hash, nonceI.value, nonceR.value, i, r), nonceI, nonceR);
    }
    default:
      return null;
  }
};

const deriveFor = (ctx: Context, secrets: readonly KnownSecret[], n: Negotiation, v: Phase1Values, side: Side): Phase1Values => {
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms || (v.skeyid?.basis === 'derived' && v.encryptionKey?.basis === 'derived' && v.initialIv)) return v;
  const { hash, keyOctets, block } = algorithms;
  const usesPsk = methodFamily(n.suite) === 'preSharedKey';
  const psk = v.preSharedKey ?? (usesPsk ? supplied(secrets, n, 'preSharedKey', side) : null);
  const group = n.suite?.group ?? null;
  const dh = padded(
    v.dhSharedSecret ?? supplied(secrets, n, 'dhSharedSecret') ?? fromPrivateValue(ctx, secrets, n, group, v),
    v.gxi ?? v.gxr,
    group,
  );
  const skeyid = settled(v.skeyid) ?? skeyidOf(ctx, n, v, hash, psk, dh) ?? supplied(secrets, n, 'skeyid', side);
  // Before both public values were sent the length of g^xy is not known for sure, and nobody could have derived anything.
  const followers =
    skeyid && dh && n.responderCookie && v.gxi && v.gxr
      ? deriveSkeyids(ctx.crypto, hash, {
          skeyid: skeyid.value,
          dhSharedSecret: dh.value,
          cookieI: cookieOctets(n.initiatorCookie),
          cookieR: cookieOctets(n.responderCookie),
        })
      : null;
  const follower = (have: Fact | null, value: Uint8Array | undefined, what: SecretAbout['what']): Fact | null =>
    settled(have) ?? (value && skeyid && dh && v.gxr ? derived(value, skeyid, dh, v.gxr) : supplied(secrets, n, what, side));
  const skeyidE = follower(v.skeyidE, followers?.skeyidE, 'skeyidE');
  // Ka out of a SKEYID_e that was itself only supplied says no more than a Ka that was supplied too.
  const given = skeyidE?.basis === 'derived' ? null : supplied(secrets, n, 'encryptionKey', side);
  const encryptionKey = given ?? (skeyidE ? derived(cipherKey(ctx.crypto, hash, skeyidE.value, keyOctets), skeyidE) : null);
  return {
    ...v,
    preSharedKey: psk,
    dhSharedSecret: dh,
    skeyid,
    skeyidD: follower(v.skeyidD, followers?.skeyidD, 'skeyidD'),
    skeyidA: follower(v.skeyidA, followers?.skeyidA, 'skeyidA'),
    skeyidE,
    encryptionKey,
    initialIv: v.initialIv ?? (v.gxi && v.gxr ? derived(initialIv(ctx.crypto, hash, v.gxi.value, v.gxr.value, block), v.gxi, v.gxr) : null),
  };
};

const keyKinds = new Set<SecretAbout['what']>(['skeyid', 'skeyidD', 'skeyidA', 'skeyidE', 'encryptionKey']);

/** Whether keys are given that the responder alone has. */
const givenApart = (secrets: readonly KnownSecret[], n: Negotiation): boolean =>
  secrets.some((s) => 'side' in s.about && s.about.side === 'responder' && keyKinds.has(s.about.what) && fits(s, n, s.about.what));

/** What depends on a pre-shared key, and so differs between ends that hold different ones. */
const withoutKeys = (v: Phase1Values): Phase1Values => ({
  ...v,
  preSharedKey: null,
  skeyid: null,
  skeyidD: null,
  skeyidA: null,
  skeyidE: null,
  encryptionKey: null,
});

/** The negotiation with all values of phase 1 that can be known by now. */
export const deriveValues = (ctx: Context, secrets: readonly KnownSecret[], n: Negotiation): Negotiation => {
  const values = deriveFor(ctx, secrets, n, n.values, 'initiator');
  const differ = methodFamily(n.suite) === 'preSharedKey' && (preSharedKeysDiffer(secrets, n) || givenApart(secrets, n));
  if (!differ) return values === n.values ? n : { ...n, values };
  const { preSharedKey, skeyid, skeyidD, skeyidA, skeyidE, encryptionKey } = n.responderValues ?? withoutKeys(values);
  const responders = { ...values, preSharedKey, skeyid, skeyidD, skeyidA, skeyidE, encryptionKey };
  return { ...n, values, responderValues: deriveFor(ctx, secrets, n, responders, 'responder') };
};

/** A configuration and a key file may both give a key: no more than these are tried. */
const mostTried = 16;

/**
 * The negotiation with each of the other pre-shared keys that were given for it, where one key serves both ends: for when what it seals or
 * proves shows that it is not the one that came first.
 */
export function* withOtherKeys(ctx: Context, secrets: readonly KnownSecret[], n: Negotiation): Generator<Negotiation> {
  const { preSharedKey } = n.values;
  if (!preSharedKey || n.responderValues || methodFamily(n.suite) !== 'preSharedKey') return;
  const tried = [preSharedKey.value];
  for (const s of secrets) {
    const { value, since } = s;
    if (value === null || tried.length > mostTried || !fits(s, n, 'preSharedKey') || tried.some((t) => equalOctets(t, value))) continue;
    tried.push(value);
    const values: Phase1Values = { ...withoutKeys(n.values), preSharedKey: { value, since, basis: 'supplied' } };
    yield { ...n, values: deriveFor(ctx, secrets, n, values, 'initiator') };
  }
}

/** The values that a side has. */
export const valuesOf = (n: Negotiation, side: Side): Phase1Values => (side === 'responder' ? (n.responderValues ?? n.values) : n.values);

/** Sides whose keys may have sealed a message of `speaker`, the likelier first; one where both have the same. */
export const holders = (n: Negotiation, speaker: Side): readonly Side[] => (n.responderValues ? [speaker, other(speaker)] : [speaker]);

/** Why no key would open the messages of a negotiation: its suite is not known, or is one that we cannot compute with. `null`: a key would. */
export const unreadable = (n: Negotiation): string | null => {
  if (algorithmsOf(n.suite)) return null;
  if (n.suite) return 'this program does not have an algorithm of the suite';
  return n.mode === 'ikev2'
    ? 'the suite is not known, since IKEv2 is not followed yet'
    : 'the suite is not known, since no message that chose it was seen';
};

/** What would have to be known before messages of this negotiation can be opened; empty where nothing is missing, and where nothing would help. */
export const missingFor = (n: Negotiation): readonly string[] => {
  const v = n.values;
  if (v.encryptionKey || unreadable(n) !== null) return [];
  const missing: string[] = [];
  if (!v.skeyid) {
    const family = methodFamily(n.suite);
    if (family === 'preSharedKey' && !v.preSharedKey) missing.push('the pre-shared key');
    if (n.suite?.authentication == null && !v.preSharedKey) missing.push('the pre-shared key');
    else if (family === null) missing.push('SKEYID');
    if (!v.nonceI || !v.nonceR) missing.push(encryptsWithRsa(family) ? 'the private RSA keys of both sides' : 'the nonces');
  }
  if (!v.dhSharedSecret) missing.push('g^xy');
  if (!v.gxi || !v.gxr) missing.push('the public values');
  return missing;
};
