/** Messages badly made on purpose, so that a peer can show what it does with them: a wrong hash, a payload too few, a length that lies. */
import type { Context } from '../../state/context.ts';
import type { State } from '../../state/state.ts';
import type { Trouble } from '../impairments.ts';
import type { UdpDatagram } from '../intent.ts';
import { type Inside, joined, pieces, remake } from './remake.ts';

type Fault = (inside: Inside, trouble: Trouble) => Inside | null;

const hash = 8;
const signature = 9;
/** Next payload, reserved, length in two octets: RFC 2408 3.2. */
const headerOctets = 4;

/** One bit of what proves the message. */
const spoilHash: Fault = (inside) => {
  const parts = pieces(inside);
  const at = parts.findIndex((p) => p.type === hash || p.type === signature);
  if (at < 0) return null;
  return joined(
    parts.map((p, i) => (i === at ? { ...p, octets: p.octets.map((octet, k) => (k === headerOctets ? octet ^ 1 : octet)) } : p)),
  );
};

const leaveOut: Fault = (inside, trouble) => {
  const parts = pieces(inside);
  if (trouble.kind !== 'missing-payload' || parts.length < 2) return null;
  const at = trouble.payload % parts.length;
  return joined(parts.filter((_, i) => i !== at));
};

const misstate: Fault = (inside, trouble) => {
  const parts = pieces(inside);
  if (trouble.kind !== 'wrong-length' || parts.length === 0) return null;
  const at = trouble.payload % parts.length;
  const lying = (octets: Uint8Array): Uint8Array => {
    const length = octets.length + trouble.by;
    return Uint8Array.of(...octets.subarray(0, 2), length >> 8, length & 255, ...octets.subarray(headerOctets));
  };
  return joined(parts.map((p, i) => (i === at ? { ...p, octets: lying(p.octets) } : p)));
};

const faults: Readonly<Partial<Record<Trouble['kind'], Fault>>> = {
  'wrong-hash': spoilHash,
  'missing-payload': leaveOut,
  'wrong-length': misstate,
};

/** The datagram with those of the troubles that are made, not met on the way. */
export const misMake = (ctx: Context, state: State, datagram: UdpDatagram, troubles: readonly Trouble[]): UdpDatagram =>
  troubles.reduce((made, trouble) => {
    const fault = faults[trouble.kind];
    return fault ? remake(ctx, state, made, (inside) => fault(inside, trouble)) : made;
  }, datagram);
