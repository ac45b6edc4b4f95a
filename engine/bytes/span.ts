/** Where a value stands: a range in a named buffer. An event can have several buffers: the frame, what was put together, what was opened. */

/**
 * `wire`: the datagram as it was seen. `datagram`: put together from IP fragments. `decrypted`: the opened part of the message,
 * or the inside of an ESP packet. `reassembled`: put together from IKE fragments. `text`: a line of a log.
 */
export type BufferName = 'wire' | 'datagram' | 'decrypted' | 'reassembled' | 'text';

/** A range of octets. It stands for a value wherever something is selected, marked or reported. */
export interface Span {
  readonly buffer: BufferName;
  readonly start: number;
  /** One past the last octet. */
  readonly end: number;
}

export const span = (buffer: BufferName, start: number, end: number): Span => ({ buffer, start, end });
