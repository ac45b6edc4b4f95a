/** What a reader makes of one input, and how far it has come. */
import type { Event } from '../event/event.ts';
import type { Damage, Input } from '../log/log.ts';

/** One input, read to its end or to where it broke. */
export interface Reading {
  readonly input: Input;
  /** In the order of the input. */
  readonly events: readonly Event[];
  readonly damage: readonly Damage[];
}

/** A reader at work: now and then it yields how many octets lie behind it. To stop it, do not ask again. */
export type Progress = Generator<number, Reading>;

/** How many records a reader takes between two yields. */
export const slice = 4096;

/** Reads without a pause. */
export const toEnd = (progress: Progress): Reading => {
  for (;;) {
    const step = progress.next();
    if (step.done) return step.value;
  }
};

/** Names the place where an input broke off. `input` is its index in the log. */
export const damageAt = (bytes: Uint8Array, input: number, offset: number, code: string, message: string): Damage => ({
  input,
  offset,
  code,
  message,
  bytes: bytes.slice(offset, offset + 64),
});
