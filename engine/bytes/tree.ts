/** A decoded packet as a tree in which every value knows its octets. */
import type { Span } from './span.ts';

/**
 * One line of the tree. The leaves of a buffer tile it: no gap, no overlap. A node whose children stand in another buffer
 * (`Encrypted data`, whose children stand in `decrypted`) is a leaf of its own buffer.
 */
export interface TreeNode {
  /** The standard's term for it: `Next payload`, `Key Exchange`. */
  readonly name: string;
  readonly span: Span;
  /** What it says, in words: `Notification (11)`, `192.0.2.1`, `3DES-CBC`. Absent where the name says all. */
  readonly value?: string;
  /** Where the field is defined: `RFC 2408 3.4`. Inherited by children that have none. */
  readonly rfc?: string;
  readonly children?: readonly TreeNode[];
}

/**
 * What is wrong with octets. `malformed`: they do not parse. `misbehaved`: they parse, and the standard forbids it.
 * `unassigned`: a number that no registry of ours knows; kept, never an error.
 */
export interface Issue {
  readonly blame: 'malformed' | 'misbehaved' | 'unassigned';
  /** Stable, for programs: `truncated`, `reserved-not-zero`, `payload-length`. */
  readonly code: string;
  /** A sentence with the numbers in it. */
  readonly message: string;
  readonly span: Span;
}
