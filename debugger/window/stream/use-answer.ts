/** What a page asks of the engine for itself: asked anew whenever the question or the log changes; the last answer stays until the next. */
import { useEffect, useRef, useState } from 'react';
import type { Answer, Ask, AskName } from '../../protocol/protocol.ts';
import { refusal } from './effects.ts';
import { useDesk, useWindow } from './store.ts';

interface Answered<N extends AskName> {
  readonly generation: number;
  readonly answer: Answer<N>;
}

/**
 * `undefined` until the first answer; `ask` is `null` where there is nothing to ask yet. Questions that come faster than answers are
 * skipped, but for the last: a key that is held down makes the picture run, not lag.
 */
export function useAnswer<N extends AskName>(name: N, ask: Ask<N> | null): Answer<N> | undefined {
  const { engine, store } = useDesk();
  const generation = useWindow((state) => state.generation);
  const open = useWindow((state) => state.line === 'open' && state.overview !== null && state.stopped === null);
  const [answered, setAnswered] = useState<Answered<N> | null>(null);
  const line = useRef({ busy: false, waiting: null as (() => void) | null, alive: true });
  const question = ask === null ? null : JSON.stringify(ask);
  useEffect(() => {
    line.current.alive = true;
    return () => {
      line.current.alive = false;
    };
  }, []);
  useEffect(() => {
    if (question === null || !open) return;
    const now = line.current;
    const go = () => {
      now.busy = true;
      const done = () => {
        now.busy = false;
        const next = now.waiting;
        now.waiting = null;
        if (now.alive) next?.();
      };
      engine.ask(name, JSON.parse(question) as Ask<N>).subscribe({
        next: (answer) => {
          if (now.alive && store.now().generation === generation) setAnswered({ generation, answer });
        },
        complete: done,
        error: (error: Error) => {
          // What was asked of another log, or of an engine that stopped, needs no answer any more.
          if (now.alive && store.now().generation === generation && store.now().line === 'open') store.dispatch(refusal(error));
          done();
        },
      });
    };
    if (now.busy) now.waiting = go;
    else go();
  }, [engine, store, name, question, generation, open]);
  return answered?.answer;
}
