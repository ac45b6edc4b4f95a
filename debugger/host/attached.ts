/** A running engine as its debugger has it: what happened so far, what holds it, what would leave next, and the operator's way to it. */
import type { Event, Log, Plan, Round } from '../../engine/index.ts';
import { changeText, operation, readRequest } from '../../engine/index.ts';
import type { EngineView } from '../protocol/live.ts';

export interface Attached {
  readonly plan: Plan;
  /** Index 0 of the log. */
  readonly given: readonly Event[];
  /** The log so far. */
  readonly log: () => Log;
  /** What happened after the event `index`. */
  readonly since: (index: number) => readonly Event[];
  readonly view: () => EngineView;
  /** The message that would leave; `null` where none is held back. */
  readonly pending: () => NonNullable<Round['pending']>['datagram'] | null;
  /** `null`: it was asked of the engine; else why not, in a sentence. */
  readonly operate: (request: string) => string | null;
  /** Called whenever something of the above is another; one listener. */
  readonly onChange: (listener: () => void) => void;
}

/** The engine's own end of it. */
export interface Attachment extends Attached {
  /** For `takePart`: what each input led to. */
  readonly watch: (round: Round) => void;
  /** What happened before the run was resumed. */
  readonly earlier: (events: readonly Event[]) => void;
  /** How requests reach the engine, once there is one. */
  readonly engine: (request: (text: string) => void) => void;
  readonly end: (why: string) => void;
}

/** To hold and to clear; to begin and to leave is for whoever started the engine. */
const mayAsk = (request: string): boolean => operation(request) !== null || (readRequest(request)?.ask.startsWith('clear ') ?? false);

/** `name`: `connect 192.0.2.2`. `given`: index 0 of the log. */
export const makeAttachment = (name: string, plan: Plan, given: readonly Event[]): Attachment => {
  const happened: Event[] = [];
  let listener = (): void => undefined;
  let ask: ((text: string) => void) | null = null;
  let round: Round | null = null;
  let [rounds, verdict, ended] = [0, null as string | null, null as string | null];
  const changed = (): void => {
    rounds += 1;
    listener();
  };
  const view = (): EngineView => {
    const { held = null, breakpoints = [], changes = [] } = round?.pump.operating ?? {};
    return {
      name,
      status: ended !== null ? 'ended' : held ? 'held' : 'running',
      why: ended ?? held?.why ?? '',
      heldAt: ended === null ? (held?.event ?? null) : null,
      breakpoints,
      changes: changes.map(changeText),
      pending: ended === null ? (round?.pending?.why ?? null) : null,
      verdict,
      round: rounds,
    };
  };
  return {
    plan,
    given,
    log: () => ({ inputs: [{ name, kind: 'live', detail: `taking part at ${plan.local}` }], given, happened: [...happened], damage: [] }),
    since: (index) => happened.slice(index),
    view,
    pending: () => (ended === null ? (round?.pending?.datagram ?? null) : null),
    operate: (request) => {
      if (ended !== null || !ask) return 'The engine does not run any more.';
      if (!mayAsk(request)) return `"${request}" is nothing that an operator can ask.`;
      ask(request);
      return null;
    },
    onChange: (next) => {
      listener = next;
    },
    watch: (next) => {
      round = next;
      for (const { event } of next.happened) happened.push(event);
      if (next.verdict) verdict = next.verdict.do === 'Failed' ? `failed: ${next.verdict.why}` : 'everything asked for stands';
      changed();
    },
    earlier: (events) => {
      for (const event of events) happened.push(event);
    },
    engine: (request) => {
      ask = request;
    },
    end: (why) => {
      ended = why;
      changed();
    },
  };
};
