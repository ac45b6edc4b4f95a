/** A window's line to the session: what comes over it is checked, answered or refused. */
import { Effect, type Fiber } from 'effect';
import type { Answer, AskName, Telling } from '../protocol/protocol.ts';
import { type AnyQuestion, checkQuestion } from '../protocol/validate.ts';
import { report } from './fault.ts';

/** What a window is to the session: a place to tell things to, and a source of questions. */
export interface Connection {
  /** Takes any value: what is no question is refused or ignored. */
  readonly receive: (value: unknown) => void;
  readonly close: () => void;
}

/** Says no to a question, in a sentence that the window may show. */
export class Refusal {
  readonly _tag = 'Refusal';
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Takes what a window sends. A fault of ours is refused in a sentence and named on standard error. */
export const hearing =
  <R>(
    tell: (telling: Telling) => void,
    answer: (question: AnyQuestion) => Effect.Effect<Answer<AskName>, Refusal, R>,
    run: (work: Effect.Effect<void, never, R>) => Fiber.Fiber<void>,
  ): Connection['receive'] =>
  (value) => {
    const checked = checkQuestion(value);
    if (!checked.ok) {
      if (checked.id !== null) tell({ tell: 'refused', id: checked.id, message: checked.message });
      return;
    }
    const { id, name } = checked.question;
    run(
      Effect.suspend(() => answer(checked.question)).pipe(
        Effect.match({
          onSuccess: (value): Telling => ({ tell: 'answer', id, answer: value }),
          onFailure: ({ message }): Telling => ({ tell: 'refused', id, message }),
        }),
        Effect.catchCause((cause) =>
          Effect.sync((): Telling => {
            report(name, cause);
            return { tell: 'refused', id, message: `The engine failed to answer "${name}". The fault is ours.` };
          }),
        ),
        Effect.map(tell),
      ),
    );
  };
