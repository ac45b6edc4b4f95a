/** What can be done with the engine that runs behind the window, and with forks of its log. */
import type { Command } from './command.ts';
import type { WindowState } from './state.ts';
import type { Desk } from './store.ts';

/** Asks something of the running engine, in an operator's words. */
export const operate = ({ engine, store }: Desk, request: string): void => {
  const say = (text: string): void => store.dispatch({ type: 'notice', text });
  engine.ask('operate', { request }).subscribe({
    next: ({ ok, message }) => {
      if (!ok) say(message);
    },
    error: (error: Error) => say(error.message),
  });
};

/** Opens the log of the engine (`null`), or that of a fork. */
export const showLog = ({ engine, store }: Desk, fork: number | null): void => {
  engine.ask('showLive', { fork }).subscribe({ error: (error: Error) => store.dispatch({ type: 'notice', text: error.message }) });
};

const asks =
  (request: string) =>
  (desk: Desk): void =>
    operate(desk, request);

const status = ({ live }: WindowState): string | null => live?.engine.status ?? null;
const runs = (state: WindowState): boolean => status(state) === 'running' || status(state) === 'held';
const isHeld = (state: WindowState): boolean => status(state) === 'held';
/** At the start there is nothing to leave. */
export const canFork = ({ live, overview, event }: WindowState): boolean =>
  overview !== null && live != null && live.shown !== null && event > 0;
const hasPending = ({ live }: WindowState): boolean => live?.engine.pending != null;

export const engineCommands: readonly Command[] = [
  {
    id: 'attach',
    title: 'Attach to a running engine…',
    group: 'Engine',
    keys: [],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'attach' } }),
    when: ({ shell }) => shell === 'electron',
  },
  {
    id: 'engine-go',
    title: 'Hold the engine, or let it go on',
    group: 'Engine',
    keys: ['F8'],
    run: (desk) => operate(desk, isHeld(desk.store.now()) ? 'continue' : 'pause'),
    when: runs,
  },
  { id: 'engine-step', title: 'Let one message leave', group: 'Engine', keys: ['F10'], run: asks('step'), when: isHeld },
  {
    id: 'engine-break',
    title: 'Hold the engine at…',
    group: 'Engine',
    keys: ['Shift B'],
    run: () => document.querySelector<HTMLElement>('#engine-break')?.focus(),
    when: runs,
  },
  {
    id: 'engine-look',
    title: 'Look at the next message, or edit it…',
    group: 'Engine',
    keys: ['E'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'pending' } }),
    when: hasPending,
  },
  { id: 'engine-drop', title: 'Drop the next message', group: 'Engine', keys: [], run: asks('drop next'), when: runs },
  { id: 'engine-repeat', title: 'Send the next message twice', group: 'Engine', keys: [], run: asks('repeat next'), when: runs },
  {
    id: 'engine-delay',
    title: 'Send the next message a second later',
    group: 'Engine',
    keys: [],
    run: asks('delay next 1000'),
    when: runs,
  },
  { id: 'engine-spare', title: 'Send the next message as it is', group: 'Engine', keys: [], run: asks('spare next'), when: runs },
  { id: 'engine-clear-sa', title: 'clear crypto sa', group: 'Engine', keys: [], run: asks('clear crypto sa'), when: runs },
  { id: 'engine-clear-isakmp', title: 'clear crypto isakmp', group: 'Engine', keys: [], run: asks('clear crypto isakmp'), when: runs },
  {
    id: 'fork',
    title: 'Fork here…',
    group: 'Engine',
    keys: ['F'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'fork' } }),
    when: canFork,
  },
  {
    id: 'compare',
    title: 'Compare the fork with the log of the engine',
    group: 'Engine',
    keys: ['Shift F'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'compare' } }),
    when: ({ live }) => typeof live?.shown === 'number',
  },
  {
    id: 'engine-log',
    title: 'Show the log of the engine',
    group: 'Engine',
    keys: [],
    run: (desk) => showLog(desk, null),
    when: ({ live }) => live !== null && live.shown !== 'engine',
  },
];
