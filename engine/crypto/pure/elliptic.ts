/** Points on a curve, over `@noble/curves`: one way in every runtime, since none of them has all of these curves. SEC 1, 2.3 and 3.2. */
import { type WeierstrassPoint, type WeierstrassPointCons, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { type CurveName, curves } from '../curves.ts';

type Points = WeierstrassPointCons<bigint>;
export type Point = WeierstrassPoint<bigint>;

const known = new Map<CurveName, Points>();

const points = (name: CurveName): Points => {
  const found = known.get(name);
  if (found) return found;
  const { p, a, b, x, y, order } = curves[name];
  const made = weierstrass({ p, n: order, h: 1n, a, b, Gx: x, Gy: y });
  known.set(name, made);
  return made;
};

/** The point of two coordinates; `undefined` where they are out of range or not on the curve. */
export const pointOf = (name: CurveName, x: bigint, y: bigint): Point | undefined => {
  const { p, a, b } = curves[name];
  if (x >= p || y >= p || (y * y - (x * x * x + a * x + b)) % p !== 0n) return undefined;
  return points(name).fromAffine({ x, y });
};

export const generator = (name: CurveName): Point => points(name).BASE;

/** `scalar` times the point; `undefined` where the scalar is not between 1 and the order. */
export const times = (name: CurveName, point: Point, scalar: bigint): Point | undefined =>
  scalar < 1n || scalar >= curves[name].order ? undefined : point.multiplyUnsafe(scalar);

/** `undefined` for the point at infinity, which has none. */
export const coordinates = (point: Point): { readonly x: bigint; readonly y: bigint } | undefined =>
  point.is0() ? undefined : point.toAffine();
