/** Fills in what follows from what is known: SKEYID and its followers, Ka, the first IV. RFC 2409 5 and App. B. Given values serve where deriving is not possible. */
import type { SecretAbout } from '../../event/secret.ts';
import type { MessageId } from '../../values/message-id.ts';
import type { Context } from '../context.ts';
import type { Fact, Side } from '../fact.ts';
import { cookieOctets } from '../ike/cookie-octets.ts';
import { algorithmsOf } from '../ike/suite.ts';
import type { KnownSecret, Negotiation, Phase1Values } from '../state.ts';
import { cipherKey, deriveSkeyids, skeyidFromPsk } from './keys.ts';
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
  if (about.what === 'dhSharedSecret') return about.messageId === messageId;
  return (
    about.what !== 'preSharedKey' || about.peer === undefined || about.peer === n.initiator.address || about.peer === n.responder.address
  );
};

/** A key for this very negotiation goes before one for everybody. */
const best = (fitting: readonly KnownSecret[]): KnownSecret | undefined =>
  fitting.find((s) => 'initiatorCookie' in s.about && s.about.initiatorCookie !== undefined) ?? fitting[0];

const heldBy = (s: KnownSecret, side: Side): boolean => !('side' in s.about) || s.about.side === undefined || s.about.side === side;

/** Where the two ends hold different keys, the initiator's: it is the first to use one, and what it sealed opens with no other. */
const supplied = (secrets: readonly KnownSecret[], n: Negotiation, what: SecretAbout['what'], messageId?: MessageId): Fact | null => {
  const fitting = secrets.filter((s) => fits(s, n, what, messageId));
  const found = best(fitting.filter((s) => heldBy(s, 'initiator'))) ?? best(fitting);
  return found?.value ? { value: found.value, since: found.since, basis: 'supplied' } : null;
};

/** Whether the two ends are known to hold different pre-shared keys. */
export const preSharedKeysDiffer = (secrets: readonly KnownSecret[], n: Negotiation): boolean => {
  const fitting = secrets.filter((s) => fits(s, n, 'preSharedKey'));
  const [i, r] = [best(fitting.filter((s) => heldBy(s, 'initiator'))), best(fitting.filter((s) => heldBy(s, 'responder')))];
  return i?.value != null && r?.value != null && (i.value.length !== r.value.length || i.value.some((octet, k) => octet !== r.value?.[k]));
};

/** g^xy as it goes into a prf: as long as the public values, zeros in front. */
const padded = (secret: Fact | null, publicValue: Fact | null): Fact | null => {
  if (!secret || !publicValue || secret.value.length >= publicValue.value.length) return secret;
  const value = new Uint8Array(publicValue.value.length);
  value.set(secret.value, value.length - secret.value.length);
  return { ...secret, value };
};

/** The shared secret of a quick mode with PFS. */
export const quickModeSecret = (secrets: readonly KnownSecret[], n: Negotiation, id: MessageId, publicValue: Fact | null): Fact | null =>
  padded(supplied(secrets, n, 'dhSharedSecret', id), publicValue);

const preShared = new Set([1, 65001, 65002]);

/** What was derived or seen stays; what was only supplied gives way to what can be derived by now. */
const settled = (fact: Fact | null): Fact | null => (fact?.basis === 'supplied' ? null : fact);

/** Values of phase 1 with all that can be known by now; the same object where nothing is new. */
export const deriveValues = (ctx: Context, secrets: readonly KnownSecret[], n: Negotiation): Phase1Values => {
  const v = n.values;
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms || (v.skeyid?.basis === 'derived' && v.encryptionKey?.basis === 'derived' && v.initialIv)) return v;
  const { hash, keyOctets, block } = algorithms;
  const usesPsk = n.suite?.authentication != null && preShared.has(n.suite.authentication);
  const psk = v.preSharedKey ?? (usesPsk ? supplied(secrets, n, 'preSharedKey') : null);
  const dh = padded(v.dhSharedSecret ?? supplied(secrets, n, 'dhSharedSecret'), v.gxi ?? v.gxr);
  const skeyid =
    settled(v.skeyid) ??
    (psk && v.nonceI && v.nonceR
      ? derived(skeyidFromPsk(ctx.crypto, hash, psk.value, v.nonceI.value, v.nonceR.value), psk, v.nonceI, v.nonceR)
      : supplied(secrets, n, 'skeyid'));
  // Before MM4 the length of g^xy is not known for sure, and nobody could have derived anything.
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
    settled(have) ?? (value && skeyid && dh && v.gxr ? derived(value, skeyid, dh, v.gxr) : supplied(secrets, n, what));
  const skeyidE = follower(v.skeyidE, followers?.skeyidE, 'skeyidE');
  // Ka out of a SKEYID_e that was itself only supplied says no more than a Ka that was supplied too.
  const given = skeyidE?.basis === 'derived' ? null : supplied(secrets, n, 'encryptionKey');
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

const unfollowed = { aggressive: 'aggressive mode', base: 'the base exchange', ikev2: 'IKEv2' } as const;

/** Why no key would open the messages of a negotiation: its suite is not known, or is one that we cannot compute with. `null`: a key would. */
export const unreadable = (n: Negotiation): string | null => {
  if (algorithmsOf(n.suite)) return null;
  if (n.suite) return 'this program does not have an algorithm of the suite';
  if (n.mode === 'main' || n.mode === 'unknown') return 'the suite is not known, since no message that chose it was seen';
  return `the suite is not known, since ${unfollowed[n.mode]} is not followed yet`;
};

/** What would have to be known before messages of this negotiation can be opened; empty where nothing is missing, and where nothing would help. */
export const missingFor = (n: Negotiation): readonly string[] => {
  const v = n.values;
  if (v.encryptionKey || unreadable(n) !== null) return [];
  const missing: string[] = [];
  if (!v.skeyid) {
    if (n.suite?.authentication != null && !preShared.has(n.suite.authentication)) missing.push('SKEYID');
    else if (!v.preSharedKey) missing.push('the pre-shared key');
    if (!v.nonceI || !v.nonceR) missing.push('the nonces');
  }
  if (!v.dhSharedSecret) missing.push('g^xy');
  if (!v.gxi || !v.gxr) missing.push('the public values');
  return missing;
};
