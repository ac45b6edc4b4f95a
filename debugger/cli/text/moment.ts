/** One moment for the terminal: what happened, where both sides stand, what is known. Draws what `engine/view` made, computes nothing. */
import type { Explanation, KeysView, LadderRow, MachineView, Moment, PacketNode, PacketView } from '../../../engine/index.ts';
import { harmless, type Paint, type Style } from './paint.ts';
import { aligned, type Row } from './table.ts';
import { wrap } from './wrap.ts';

export interface Page {
  readonly paint: Paint;
  readonly columns: number;
}

/** What a step shows: the message, the states, what changed, and why. */
export function* momentLines(moment: Moment, rows: readonly LadderRow[], last: number, page: Page): Generator<string> {
  const { paint } = page;
  yield [paint(`${moment.event}/${last}`, 'bold'), ...headline(moment, rows, paint)].join('  ');

  for (const line of machineLines(moment.machines, paint)) yield `  ${line}`;
  for (const line of changeLines(moment, paint)) yield `  ${line}`;
  yield* explanationLines(moment.explanation, page);
}

const headline = (moment: Moment, rows: readonly LadderRow[], paint: Paint): readonly string[] => {
  const [row] = rows;
  if (row?.kind !== 'message') return [harmless(rows.map(givenWords).join('; ') || moment.label)];
  const lock = row.lock === 'sealed' ? paint('sealed', 'warning') : '';
  const note = row.note === null ? '' : paint(harmless(row.note), row.tone ?? 'note');
  return [paint(row.delta, 'dim'), row.side ?? '', paint(harmless(row.label), 'bold'), harmless(row.detail), lock, note].filter(Boolean);
};

const givenWords = (row: LadderRow): string => (row.kind === 'given' ? `${row.label} ${row.detail}` : row.label);

function* machineLines(machines: readonly MachineView[], paint: Paint): Generator<string> {
  const rows = machines.map((machine): Row => {
    const of = (side: 'initiator' | 'responder') => machine.states.find((s) => s.when === 'now' && (s.side === side || s.side === null));
    const state = (side: 'initiator' | 'responder') => {
      const now = of(side);
      return { text: `${side} ${now?.label ?? '-'}${now?.assumed ? ' (assumed)' : ''}`, style: stateStyle(machine.current) };
    };
    return [{ text: machine.title, style: 'dim' }, state('initiator'), state('responder')];
  });
  yield* aligned(rows, paint);
}

const stateStyle = (current: boolean): Style => (current ? 'plain' : 'dim');

const signs = { '+': 'good', '~': 'note', '-': 'bad' } as const;

function* changeLines(moment: Moment, paint: Paint): Generator<string> {
  const rows = moment.changes.map((change): Row => {
    const value = change.after ?? (change.secret ? '(secret)' : '');
    const text = change.before === null ? value : `${change.before} → ${value}`;
    return [{ text: change.sign, style: signs[change.sign] }, change.label, { text, style: 'dim' }];
  });
  yield* aligned(rows, paint);
}

export function* explanationLines(explanation: Explanation, { paint, columns }: Page): Generator<string> {
  yield* wrap(explanation.sentences.map((s) => s.text.trim()).join(' '), columns);
  if (explanation.next !== '') yield* wrap(explanation.next, columns);
  if (explanation.rfcs.length > 0) yield paint(harmless(explanation.rfcs.join('; ')), 'dim');
}

/** The decoded packet: names, values, the place of each in its buffer, verdicts. */
export function* packetLines(packet: PacketView | null, page: Page): Generator<string> {
  if (packet === null) return yield 'There is no packet at this event.';
  yield page.paint(harmless(packet.title), 'bold');
  yield* aligned(nodeRows(packet.nodes, 0), page.paint);
  if (packet.missing === null) return;
  yield page.paint(harmless(packet.missing.title), 'warning');
  for (const way of packet.missing.ways) yield `  ${harmless(way)}`;
}

function* nodeRows(nodes: readonly PacketNode[], depth: number): Generator<Row> {
  for (const node of nodes) {
    const { buffer, start, end } = node.place;
    const name = `${'  '.repeat(depth)}${node.name}`;
    const mark = { text: node.mark?.text ?? '', style: node.mark?.tone ?? 'plain' } as const;
    yield [{ text: `${buffer} ${start}-${end}`, style: 'dim' }, name, node.value ?? '', mark];
    yield* nodeRows(node.children, depth + 1);
  }
}

/** Characters of a value that a line has room for. */
const room = 56;

/** Cut in the middle: both ends of a value are what people compare. The whole stands in `ikewind keys`. */
const shortened = (text: string): string => (text.length <= room ? text : `${text.slice(0, room / 2)}…${text.slice(-8)}`);

/** The key graph as a list: value, or why there is none, and what it is made of. */
export function* keyLines(keys: KeysView, page: Page): Generator<string> {
  const rows = keys.nodes.map((node): Row => {
    const masked = node.secret ? '(masked)' : '';
    const value = node.state === 'known' ? shortened(node.value ?? masked) : node.state === 'ahead' ? 'later' : 'missing';
    const style: Style = node.state === 'known' ? 'plain' : node.state === 'missing' ? 'warning' : 'dim';
    return [
      { text: node.label, style: node.current ? 'bold' : 'plain' },
      { text: value, style },
      { text: node.formula, style: 'dim' },
      { text: node.rfc, style: 'dim' },
    ];
  });
  if (rows.length === 0) yield 'No key is known at this event.';
  yield* aligned(rows, page.paint);
  if (keys.note !== '') yield* wrap(keys.note, page.columns);
}

/** The SAs and the peers. */
export function* stateLines(moment: Moment, page: Page): Generator<string> {
  const { isakmp, ipsec } = moment.associations;
  if (isakmp.length === 0 && ipsec.length === 0) yield 'There is no SA at this event.';
  yield* aligned(
    isakmp.map((sa): Row => ['ISAKMP', sa.text, sa.state]),
    page.paint,
  );
  yield* aligned(
    ipsec.map(
      (sa): Row => [
        sa.protocol.toUpperCase(),
        { text: sa.spi, style: sa.current ? 'bold' : 'plain' },
        `${sa.src} → ${sa.dst}`,
        { text: sa.state, style: sa.state === 'mature' ? 'good' : 'dim' },
        sa.suite,
        `highest ${sa.highest}`,
        `${sa.packets} packets`,
        `lost ${sa.lost}`,
      ],
    ),
    page.paint,
  );
  yield* aligned(
    moment.peers.map(
      (row): Row => [
        { text: row.label, style: 'dim' },
        { text: shortened(row.initiator), style: row.initiatorTone ?? 'plain' },
        { text: shortened(row.responder), style: row.responderTone ?? 'plain' },
      ],
    ),
    page.paint,
  );
}
