/** The ICV of a packet of a known SA, whatever its algorithms: and with it what only the ICV can tell, the upper half of its number. RFC 4303 2.2.1, 2.8, 3.4.4, RFC 4302 3.4.4. */
import { integrities, integrityOfPhaseTwo, unnumberedIntegrity } from '../../crypto/integrity.ts';
import { type SequenceNumber, sequenceNumber } from '../../values/sequence-number.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import { ahIcv } from './ah-protection.ts';
import type { Association, HighHalf, IpsecSuite } from './association.ts';
import { proveSequence } from './esn.ts';
import { espAlgorithms, espKeys } from './esp-algorithms.ts';
import { verifyEsp } from './esp-protection.ts';

/** What a packet's ICV is made with. */
export type Keyed = Pick<Association, 'protocol' | 'suite' | 'encryptionKey' | 'integrityKey'>;

export interface Authenticated {
  /** The keys and the suite under which it was looked at: those that fit, where several might. */
  readonly keyed: Keyed;
  /** With its upper half, where the SA has extended numbers. */
  readonly sequence: SequenceNumber;
  /** The ICV's verdict; `null` where it cannot be checked. */
  readonly authenticated: boolean | null;
  readonly highHalf: HighHalf | null;
}

/** RFC 4868 2.7 against what old Linux kernels did with SHA2-256. */
const sha256 = { whole: 5, short: unnumberedIntegrity['hmac-sha2-256-96'] } as const;

/** Whether this is the short form, which a negotiation cannot agree on. */
export const isShortSha256 = (suite: IpsecSuite | null): boolean => suite?.authentication === sha256.short;

/** Packets of which every form is looked at: where none of them fits, the keys are others. */
const tries = 64;

/**
 * `others`: keys that might be this SA's too, as long as no ICV has shown which are. Then the suite is also looked at in the forms in which it was not
 * agreed: with extended numbers where nobody said, and with SHA2-256 cut to 96 bits.
 */
export const authenticate = (ctx: Context, a: Association, others: readonly Keyed[], packet: Packet, low: number): Authenticated => {
  if (a.verified > 0 || !a.suite || a.packets >= tries || ctx.agreedOnly) return check(ctx, a, a, a.suite, packet, low);
  let first: Authenticated | null = null;
  for (const keyed of others.length > 0 ? others : [a]) {
    for (const suite of formsOf(keyed.suite)) {
      const checked = check(ctx, a, keyed, suite, packet, low);
      if (checked.authenticated === true) return checked;
      first ??= checked;
      if (checked.authenticated === null) break;
    }
  }
  return first ?? check(ctx, a, a, a.suite, packet, low);
};

const formsOf = (suite: IpsecSuite | null): readonly (IpsecSuite | null)[] => {
  if (!suite) return [null];
  const numbers = suite.esn === null ? [suite, { ...suite, esn: true }] : [suite];
  return suite.authentication === sha256.whole ? [...numbers, ...numbers.map((s) => ({ ...s, authentication: sha256.short }))] : numbers;
};

const check = (ctx: Context, a: Association, keys: Keyed, suite: IpsecSuite | null, packet: Packet, low: number): Authenticated => {
  const keyed: Keyed = keys.suite === suite ? keys : { ...keys, suite };
  if (suite?.esn !== true) {
    const authenticated = suite ? icvVerdict(ctx, keyed, packet, null) : null;
    const certain = authenticated === true && suite?.esn === null ? { ...keyed, suite: { ...suite, esn: false } } : keyed;
    return { keyed: certain, sequence: sequenceNumber(low), authenticated, highHalf: null };
  }
  const { sequence, proven } = proveSequence(a.highest, a.window.size, low, (high) => icvVerdict(ctx, keyed, packet, high));
  if (proven === true) return { keyed, sequence, authenticated: true, highHalf: 'proven' };
  // A capture that begins in the life of an SA does not tell in which turn of its numbers: then a wrong ICV says nothing.
  const since = a.made !== null && (a.highHalf !== null || a.packets === 0) ? 'inferred' : 'unknown';
  const highHalf = a.highHalf === 'proven' ? 'proven' : (a.highHalf ?? since);
  return { keyed, sequence, authenticated: proven === false && highHalf === 'unknown' && a.suite?.esn === true ? null : proven, highHalf };
};

const icvVerdict = (ctx: Context, keyed: Keyed, packet: Packet, high: number | null): boolean | null => {
  const { suite, protocol } = keyed;
  if (!suite || packet.cut) return null;
  if (protocol === 'ah') return ahVerdict(ctx, keyed, packet, high);
  const algorithms = espAlgorithms(suite);
  if (!algorithms) return null;
  return verifyEsp(ctx.crypto, algorithms, espKeys(keyed), packet.bytes, packet.content.start, packet.content.end, high);
};

/** AH's transform says the algorithm where the attribute is missing: RFC 2407 4.4.3, by the numbers of 4.5. */
const authenticationOfAh: Readonly<Record<number, number>> = { 2: 1, 3: 2, 5: 5, 6: 6, 7: 7, 9: 9, 11: 11, 12: 12, 13: 13 };

export const integrityOfAh = ({ authentication, transform }: IpsecSuite) =>
  integrityOfPhaseTwo(authentication ?? authenticationOfAh[transform] ?? 0);

const ahVerdict = (ctx: Context, { suite, integrityKey }: Keyed, packet: Packet, high: number | null): boolean | null => {
  const name = suite ? integrityOfAh(suite) : undefined;
  if (!name || !integrityKey || integrityKey.value.length !== integrities[name].keyOctets || packet.ip === null) return null;
  return ahIcv(ctx.crypto, name, integrityKey.value, packet.bytes, packet.ip, packet.content.end, high)?.equal ?? null;
};

/** Why the ICV of the SA's packets cannot be checked, as a sentence's end; `null` where it can. */
export const uncheckedBecause = (a: Association, packet: Packet): string | null => {
  if (packet.cut) return 'the capture kept only the beginning of the packet';
  if (!a.suite) return 'the algorithms of this SA are not known';
  const algorithms = a.protocol === 'esp' ? espAlgorithms(a.suite) : null;
  const name = a.protocol === 'ah' ? integrityOfAh(a.suite) : (algorithms?.integrity ?? undefined);
  if (a.protocol === 'esp' && !algorithms) return 'an algorithm of this SA is one that is not computed here';
  const combined = algorithms && algorithms.integrity === null && algorithms.icvOctets > 0 ? algorithms.transform : null;
  if (!combined && !name) return 'the SA has no integrity algorithm that is known';
  if (name && integrities[name].by === 'unchecked') return 'only the length of its ICV is known';
  const key = combined ? a.encryptionKey : a.integrityKey;
  const wanted = combined ? combined.keyOctets : name ? integrities[name].keyOctets : 0;
  if (!key) return `the ${combined ? 'encryption' : 'integrity'} key of this SA is not known`;
  if (key.value.length !== wanted) return `the key has ${key.value.length} octets, the algorithm takes ${wanted}`;
  if (a.highHalf === 'unknown') return 'the upper half of its sequence number is not known: the capture begins in the life of the SA';
  return a.protocol === 'ah' && packet.ip === null ? 'the IP header that AH protects is not there' : null;
};
