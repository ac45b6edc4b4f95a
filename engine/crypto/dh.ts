/** Diffie-Hellman with a private value that somebody gave us: RFC 2409 6, RFC 5903 7, and the checks of RFC 6989 2. */
import { curves } from './curves.ts';
import { type DhGroup, dhGroup } from './groups.ts';
import { octetLength, power, toNumber, toOctets } from './modular.ts';
import type { Crypto } from './provider.ts';
import { coordinates, generator, pointOf, times } from './pure/elliptic.ts';

/** What is wrong with a public value. `subgroup`: groups 22 to 24 only, it is no power of the generator (RFC 6989 2.2). */
export type PublicValueFault = 'length' | 'zero' | 'one' | 'minus-one' | 'out-of-range' | 'not-on-curve' | 'subgroup';

/** `null` for a sound public value of the group, and for a group that we do not know. `value` is the body of a Key Exchange payload. */
export const publicValueFault = (group: number, value: Uint8Array): PublicValueFault | null => {
  const known = dhGroup(group);
  return known ? faultIn(known, value) : null;
};

const faultIn = (group: DhGroup, value: Uint8Array): PublicValueFault | null => {
  if (value.length !== publicOctets(group)) return 'length';
  if (group.kind === 'ecp') {
    const [x, y] = split(value);
    if (x >= curves[group.curve].p || y >= curves[group.curve].p) return 'out-of-range';
    return pointOf(group.curve, x, y) ? null : 'not-on-curve';
  }
  const y = toNumber(value);
  if (y === 0n) return 'zero';
  if (y === 1n) return 'one';
  if (y >= group.prime) return 'out-of-range';
  if (y === group.prime - 1n) return 'minus-one';
  // With a safe prime no small subgroup is left. In the others q is short, and so is this power.
  return group.generator === 2n || power(y, group.order, group.prime) === 1n ? null : 'subgroup';
};

/**
 * g^xy from one side's private value and the other's public value: as long as the prime, or as one coordinate (RFC 5903 9).
 * `undefined` where the group is unknown, the private value is 0 or longer than the group's numbers, or the public value is no use for a
 * computation. One outside of the subgroup still gives what the peers got.
 */
export const sharedSecret = (
  group: number,
  privateValue: Uint8Array,
  peerPublic: Uint8Array,
  powers: Powers = {},
): Uint8Array | undefined => {
  const known = dhGroup(group);
  const x = toNumber(privateValue);
  if (!known || x === 0n || octetLength(x) > known.octets) return undefined;
  const fault = faultIn(known, peerPublic);
  if (fault !== null && fault !== 'subgroup') return undefined;
  if (known.kind === 'modp') return toOctets(powerOf(powers, toNumber(peerPublic), privateValue, known.prime), known.octets);
  const point = pointOf(known.curve, ...split(peerPublic));
  const shared = point && times(known.curve, point, x);
  const at = shared && coordinates(shared);
  return at && toOctets(at.x, known.octets);
};

/** The public value that belongs to a private one, so that a supplied secret finds its side; `undefined` as in `sharedSecret`. */
export const publicValue = (group: number, privateValue: Uint8Array, powers: Powers = {}): Uint8Array | undefined => {
  const made = publicValues.get(privateValue) ?? new Map<number, Uint8Array | undefined>();
  publicValues.set(privateValue, made);
  if (!made.has(group)) made.set(group, computed(group, privateValue, powers));
  return made.get(group);
};

/** By private values, as long as these are: an end asks for its own again to know which of two public values is its. */
const publicValues = new WeakMap<Uint8Array, Map<number, Uint8Array | undefined>>();

/** What a provider may do better than we. */
type Powers = Pick<Crypto, 'power'>;

const powerOf = (powers: Powers, base: bigint, exponent: Uint8Array, modulus: bigint): bigint =>
  powers.power?.(base, exponent, modulus) ?? power(base, toNumber(exponent), modulus);

const computed = (group: number, privateValue: Uint8Array, powers: Powers): Uint8Array | undefined => {
  const known = dhGroup(group);
  const x = toNumber(privateValue);
  if (!known || x === 0n || octetLength(x) > known.octets) return undefined;
  if (known.kind === 'modp') return toOctets(powerOf(powers, known.generator, privateValue, known.prime), known.octets);
  const point = times(known.curve, generator(known.curve), x);
  const at = point && coordinates(point);
  return at && Uint8Array.of(...toOctets(at.x, known.octets), ...toOctets(at.y, known.octets));
};

const publicOctets = (group: DhGroup): number => (group.kind === 'ecp' ? 2 * group.octets : group.octets);

const split = (value: Uint8Array): [bigint, bigint] => {
  const half = value.length / 2;
  return [toNumber(value.subarray(0, half)), toNumber(value.subarray(half))];
};
