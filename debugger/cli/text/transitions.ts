/** `replay` for people: `Old State = X  New State = Y`, as IOS's debug prints it. */
import type { Log } from '../../../engine/index.ts';
import type { TimeText } from '../../protocol/clock.ts';
import type { Paint } from './paint.ts';
import { aligned, type Row } from './table.ts';
import { type Clock, sinceStart, startOfLog } from './time.ts';

/** The parts of a record of `ikewind replay` that are shown. */
export interface TransitionRecord {
  readonly event: number;
  readonly time: TimeText;
  readonly side: string;
  readonly exchange: number | null;
  readonly from: string;
  readonly to: string;
  readonly because: string;
  readonly proven: number | null;
}

export function* transitionLines(
  records: Iterable<TransitionRecord>,
  log: Log,
  paint: Paint,
  clock: Clock = sinceStart,
): Generator<string> {
  const start = startOfLog(log);
  yield* aligned(rows(records, start, clock), paint);
}

function* rows(records: Iterable<TransitionRecord>, start: bigint | null, clock: Clock): Generator<Row> {
  for (const { event, time, side, exchange, from, to, because, proven } of records) {
    const node = exchange === null ? '' : exchange.toString(16).padStart(8, '0');
    yield [
      { text: String(event), right: true },
      { text: clock(start, time), style: 'dim', right: true },
      side,
      { text: node, style: 'dim' },
      { text: `Old State = ${from}` },
      { text: `New State = ${to}`, style: from === to ? 'dim' : 'plain' },
      { text: because, style: 'dim' },
      { text: proven === null ? '(assumed)' : '', style: 'dim' },
    ];
  }
}
