/** `messages` for people: a datagram a line, `5  0.275475  192.0.2.1 → 198.51.100.1  MM5  ID HASH N(INITIAL-CONTACT)`. */
import { type LadderRow, type Log, ladderRows, type Replay, rowOfEvent } from '../../../engine/index.ts';
import type { TimeText } from '../../protocol/clock.ts';
import type { Paint } from './paint.ts';
import { aligned, type Row } from './table.ts';
import { type Clock, sinceStart, startOfLog } from './time.ts';

/** The parts of a record of `ikewind messages` that are shown. */
export interface MessageRecord {
  readonly frame: number;
  readonly time: TimeText;
  readonly src: string | null;
  readonly dst: string | null;
  readonly kind: string;
  readonly nested?: number;
  readonly exchange?: { readonly name: string };
  readonly spi?: string;
  readonly sequence?: number | string;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

export function* messageLines(
  records: Iterable<MessageRecord>,
  replay: Replay,
  paint: Paint,
  clock: Clock = sinceStart,
): Generator<string> {
  yield* aligned(rows(records, replay, clock), paint);
}

function* rows(records: Iterable<MessageRecord>, replay: Replay, clock: Clock): Generator<Row> {
  const start = startOfLog(replay.log);
  const rowOf = ladderBeside(replay);
  for (const record of records) {
    const row = record.nested === undefined ? rowOf(record) : undefined;
    const note = [row?.note ?? '', ...record.problems.map((p) => p.code)].filter(Boolean).join(', ');
    yield [
      { text: String(record.frame), right: true },
      { text: clock(start, record.time), style: 'dim', right: true },
      `${'  '.repeat(record.nested ?? 0)}${record.src ?? '?'} → ${record.dst ?? '?'}`,
      { text: row?.label ?? plainLabel(record), style: 'bold' },
      row?.detail ?? plainDetail(record),
      { text: row?.lock === 'sealed' ? 'sealed' : '', style: 'warning' },
      { text: note, style: record.problems.length > 0 ? 'bad' : (row?.tone ?? 'note') },
    ];
  }
}

type MessageRow = Extract<LadderRow, { kind: 'message' }>;

/** Rows that are asked for together. */
const together = 256;

/** A log's line has a number as well, and is no frame. */
const isFrame = (event: Log['happened'][number] | undefined, frame: number, at: number): boolean =>
  event?.kind === 'DatagramSeen' && (event.origin.number || at) === frame;

/** Records stand in the order of the events, so one walk along both finds the ladder's row of each. */
const ladderBeside = (replay: Replay): ((record: MessageRecord) => MessageRow | undefined) => {
  const { happened } = replay.log;
  let event = 0;
  let rows = new Map<number, MessageRow>();
  return ({ frame }) => {
    let at = event + 1;
    while (at <= happened.length && !isFrame(happened[at - 1], frame, at)) at++;
    if (at > happened.length) return undefined;
    event = at;
    if (!rows.has(at)) {
      const first = rowOfEvent(replay, at);
      const drawn = ladderRows(replay, first, first + together).filter((row) => row.kind === 'message');
      rows = new Map(drawn.map((row) => [row.event, row]));
    }
    return rows.get(at);
  };
};

const labels: Readonly<Record<string, string>> = { ike: 'IKE', esp: 'ESP', ah: 'AH', 'nat-keepalive': 'NAT keepalive', other: 'other' };

const plainLabel = ({ kind }: MessageRecord): string => labels[kind] ?? kind;

const plainDetail = ({ exchange, spi, sequence }: MessageRecord): string => {
  if (exchange) return exchange.name;
  return spi === undefined ? '' : `${spi} seq ${sequence ?? '?'}`;
};
