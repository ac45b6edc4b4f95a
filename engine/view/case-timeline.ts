/** How far a negotiation came: its messages up to the step that a finding is about, then those that never came. RFC 2409 5. */
import type { Message } from '../replay/chronicle.ts';
import type { Replay } from '../replay/replay.ts';
import { entries } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import { spiText } from '../values/spi.ts';
import type { Claim } from './diagnose/tale.ts';
import { ladderRows, rowOfEvent } from './ladder.ts';
import type { Side } from './models.ts';
import { type Time, timeAt } from './records/time.ts';
import { counted } from './words.ts';

/** One row of the drawing. */
export interface CaseStep {
  /** `ahead`: it would have come next and did not. `more`: rows left out. */
  readonly kind: 'message' | 'more' | 'ahead';
  readonly event: number | null;
  readonly side: Side | null;
  /** `MM1`, `ESP`. */
  readonly label: string;
  /** `SA VID×5`, an SPI. */
  readonly code: string;
  readonly at: Time;
  /** `sent 4 times`, `never came`. */
  readonly note: string;
  /** The step that the finding is about. */
  readonly failing: boolean;
}

type Expected = readonly [label: string, side: Side, payloads: string];

const mainMode: readonly Expected[] = [
  ['MM1', 'initiator', 'SA'],
  ['MM2', 'responder', 'SA'],
  ['MM3', 'initiator', 'KE NONCE'],
  ['MM4', 'responder', 'KE NONCE'],
  ['MM5', 'initiator', 'ID HASH'],
  ['MM6', 'responder', 'ID HASH'],
];
const aggressiveMode: readonly Expected[] = [
  ['AM1', 'initiator', 'SA KE NONCE ID'],
  ['AM2', 'responder', 'SA KE NONCE ID HASH'],
  ['AM3', 'initiator', 'HASH'],
];

const quickMode = (begunBy: Side): readonly Expected[] => {
  const other = begunBy === 'initiator' ? 'responder' : 'initiator';
  return [
    ['QM1', begunBy, 'HASH SA NONCE'],
    ['QM2', other, 'HASH SA NONCE'],
    ['QM3', begunBy, 'HASH'],
  ];
};

/** Rows that are drawn; what lies between the first and the last of them is counted. */
const mostRows = 13;
const firstRows = 3;

const wordsAt = (replay: Replay, event: number): string => {
  const row = rowOfEvent(replay, event);
  const [found] = ladderRows(replay, row, row + 1);
  return found?.kind === 'message' ? found.detail : '';
};

const expectedNext = (n: Negotiation, messages: readonly Message[], quick: number | null): readonly Expected[] => {
  if (n.established === null) {
    const all = n.mode === 'main' ? mainMode : n.mode === 'aggressive' ? aggressiveMode : [];
    const came = new Set(messages.map((m) => m.label));
    const last = all.findLastIndex(([label]) => came.has(label));
    return all.slice(last + 1);
  }
  const exchange = entries(n.exchanges)
    .map(([, e]) => e)
    .find((e) => e.kind === 'quick' && e.messageId === quick);
  if (exchange?.kind !== 'quick' || exchange.result === 'complete') return [];
  const came = new Set(messages.filter((m) => m.messageId === quick).map((m) => m.label));
  const all = quickMode(exchange.begunBy);
  return all.slice(all.findLastIndex(([label]) => came.has(label)) + 1);
};

/** Packets of the SAs: what flows, and what never does. */
const espSteps = (replay: Replay, n: Negotiation, silent: boolean): CaseStep[] =>
  entries(replay.final.associations)
    .filter(([, sa]) => sa.negotiation === n.id && (sa.packets > 0 || silent))
    .sort(([, a], [, b]) => a.since - b.since || (a.side === 'initiator' ? -1 : 1))
    .map(([key, sa]): CaseStep => {
      const traffic = replay.index.traffic.get(key);
      const event = traffic?.events[0] ?? null;
      return {
        kind: event === null ? 'ahead' : 'message',
        event,
        side: sa.side,
        label: sa.protocol.toUpperCase(),
        code: spiText(sa.spi),
        at: event === null ? null : timeAt(replay.log, event),
        note: event === null ? 'never came' : counted(sa.packets, 'packet'),
        failing: silent && event === null,
      };
    });

const espCodes = /^(esp-|sequence-|mtu-)/;

/** `failing`: the event that shows it; `quick`: the quick mode that it is about. */
export const caseTimeline = (
  replay: Replay,
  n: Negotiation,
  claim: Claim | null,
  failing: number,
  quick: number | null,
): readonly CaseStep[] => {
  const aboutEsp = claim !== null && espCodes.test(claim.code);
  const isFault = claim !== null && claim.severity !== 'note';
  const all = replay.chronicle.messages.get(n.id) ?? [];
  const refused = claim?.evidence.some(({ event, payload }) => event === failing && payload === 'notification') ?? false;
  const last = !isFault || aboutEsp ? Number.POSITIVE_INFINITY : refused ? failing : Math.max(failing, ...claim.events);
  const copies = new Map<number, number>();
  for (const m of all) if (m.repeats !== null) copies.set(m.repeats, (copies.get(m.repeats) ?? 0) + 1);
  const shown = all.filter((m) => m.repeats === null && m.event <= last && !(aboutEsp && m.label === 'INFO' && m.event > failing));
  const steps = shown.map(
    (m): CaseStep => ({
      kind: 'message',
      event: m.event,
      side: m.side,
      label: `${m.label}${m.encrypted ? '*' : ''}`,
      code: '',
      at: timeAt(replay.log, m.event),
      note: copies.has(m.event) ? `sent ${(copies.get(m.event) ?? 0) + 1} times` : '',
      failing: isFault && m.event === failing,
    }),
  );
  const esp = aboutEsp || !isFault ? espSteps(replay, n, aboutEsp) : [];
  const ahead = aboutEsp || !isFault ? [] : expectedNext(n, all, quick);
  const ghosts = ahead.map(
    ([label, side, code], i): CaseStep => ({
      kind: 'ahead',
      event: null,
      side,
      label: /[56]$|^QM|AM3/.test(label) ? `${label}*` : label,
      code,
      at: null,
      note: i === 0 ? 'never came' : '',
      failing: false,
    }),
  );
  // A direction that is silent stands where it would have begun: behind the other one.
  const inOrder = [...steps, ...esp.filter((e) => e.event !== null).slice(-6)].sort((a, b) => (a.event ?? 0) - (b.event ?? 0));
  const silent = esp.filter((e) => e.event === null).slice(-4);
  const behind = inOrder.findLastIndex((step) => esp.includes(step)) + 1 || inOrder.length;
  const drawn = [...inOrder.slice(0, behind), ...silent, ...inOrder.slice(behind)];
  return [...shortened(drawn), ...ghosts].map((step) =>
    step.kind === 'message' && step.code === '' && step.event !== null ? { ...step, code: wordsAt(replay, step.event) } : step,
  );
};

const shortened = (steps: readonly CaseStep[]): readonly CaseStep[] => {
  if (steps.length <= mostRows) return steps;
  const left = steps.length - mostRows + 1;
  const more: CaseStep = {
    kind: 'more',
    event: steps[firstRows]?.event ?? null,
    side: null,
    label: counted(left, 'message'),
    code: '',
    at: null,
    note: 'not drawn',
    failing: false,
  };
  return [...steps.slice(0, firstRows), more, ...steps.slice(firstRows + left)];
};
