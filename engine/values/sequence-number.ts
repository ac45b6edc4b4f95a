/** ESP and AH sequence number, RFC 4303 2.2: 32 bits on the wire, up to 64 with extended sequence numbers. */
import type { Branded } from './branded.ts';

/** Unsigned, up to 64 bits where extended numbers are used, RFC 4303 2.2.1. */
export type SequenceNumber = Branded<bigint, 'SequenceNumber'>;

export const sequenceNumber = (n: number | bigint): SequenceNumber => BigInt.asUintN(64, BigInt(n)) as SequenceNumber;
