/** The one place where the window's state lives, and how a component reads it and changes it. */
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import type { Answer, Ask, AskName } from '../../protocol/protocol.ts';
import type { Action } from './action.ts';
import { refusal } from './effects.ts';
import type { Engine } from './engine.ts';
import { reduce } from './reduce.ts';
import { initialState, type WindowState } from './state.ts';

export interface Store {
  readonly states: Observable<WindowState>;
  readonly now: () => WindowState;
  readonly dispatch: (action: Action) => void;
  /** Every action, after it was reduced. */
  readonly actions: Observable<Action>;
}

export function storeFrom(remembered: Partial<WindowState> = {}): Store {
  const states = new BehaviorSubject<WindowState>({ ...initialState, ...remembered });
  const actions = new Subject<Action>();
  const waiting: Action[] = [];
  let busy = false;
  // An action that a listener dispatches waits until everybody has seen the state before it.
  const dispatch = (action: Action) => {
    waiting.push(action);
    if (busy) return;
    busy = true;
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
      const next = reduce(states.value, first);
      if (next !== states.value) states.next(next);
      actions.next(first);
    }
    busy = false;
  };
  return { states, now: () => states.value, dispatch, actions };
}

export interface Desk {
  readonly store: Store;
  readonly engine: Engine;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('A component stands outside the desk');
  return desk;
}

/** A part of the state. `select` must give the same value for the same state: pick, do not build. */
export function useWindow<T>(select: (state: WindowState) => T): T {
  const { store } = useDesk();
  const subscribe = useCallback(
    (listener: () => void) => {
      const subscription = store.states.subscribe(listener);
      return () => subscription.unsubscribe();
    },
    [store],
  );
  return useSyncExternalStore(subscribe, () => select(store.now()));
}

export const useDispatch = (): Store['dispatch'] => useDesk().store.dispatch;

/** Asks the engine something that no state follows from by itself: a refusal shows as a failure. */
export function useAsk(): <N extends AskName>(name: N, ask: Ask<N>, then?: (answer: Answer<N>) => void) => void {
  const { store, engine } = useDesk();
  return (name, ask, then) => {
    engine.ask(name, ask).subscribe({ next: (answer) => then?.(answer), error: (error: Error) => store.dispatch(refusal(error)) });
  };
}
