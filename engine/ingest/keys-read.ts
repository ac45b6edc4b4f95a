/** What a reader of secrets makes of a text: what was learned, and what could not be read of it. */
import type { SecretLearned } from '../event/event.ts';

export interface KeyIssue {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface KeysRead {
  /** Without a time: all of them are given for the whole log. `ref` counts from 0; merging renumbers. */
  readonly events: readonly SecretLearned[];
  readonly issues: readonly KeyIssue[];
}
