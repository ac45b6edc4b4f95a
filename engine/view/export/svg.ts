/** The ladder as one picture: two lanes, an arrow a message, states beside them. No script, nothing from elsewhere; light or dark as the reader has it. */
import type { Replay } from '../../replay/replay.ts';
import type { Overview } from '../models.ts';
import { type LadderLine, ladderLines } from './ladder-lines.ts';
import { colours, darkColours, escaped } from './markup.ts';

const width = 1120;
const left = 330;
const right = 850;
const middle = (left + right) / 2;
const row = 40;
const top = 56;

/** Characters that fit between the lanes. */
const fits = 72;

export const ladderSvg = (replay: Replay, overview: Overview): string => {
  const lines = ladderLines(replay, overview);
  const height = top + lines.length * row + 16;
  const [only, ...others] = overview.negotiations;
  const ends = only && others.length === 0 ? [only.initiator, only.responder] : ['', ''];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(`Ladder of ${overview.name}`)}</title>`,
    `<style>.ladder{${colours};font:12px system-ui,sans-serif}@media(prefers-color-scheme:dark){.ladder{${darkColours}}}${rules}</style>`,
    '<g class="ladder">',
    `<rect width="${width}" height="${height}" fill="var(--surface)"/>`,
    `<text class="s m" x="${left}" y="22" fill="var(--initiator)">Initiator</text>`,
    `<text class="s m" x="${right}" y="22" fill="var(--responder)">Responder</text>`,
    `<text class="c m" x="${left}" y="38">${escaped(ends[0] ?? '')}</text>`,
    `<text class="c m" x="${right}" y="38">${escaped(ends[1] ?? '')}</text>`,
    ...[left, right].map((x) => `<line class="lane" x1="${x}" x2="${x}" y1="46" y2="${height - 8}"/>`),
    ...lines.map((line, i) => lineOf(line, top + i * row)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};

const rules = [
  '.ladder text{fill:var(--ink)}',
  '.ladder .c{font:11px ui-monospace,monospace;fill:var(--ink-2)}',
  '.ladder .s{font-weight:620}',
  '.ladder .m{text-anchor:middle}',
  '.ladder .e{text-anchor:end}',
  '.ladder .lane{stroke:var(--line);stroke-width:1.5}',
  '.ladder .plate{fill:var(--surface)}',
].join('');

const lineOf = (line: LadderLine, y: number): string => {
  switch (line.kind) {
    case 'between':
      return heading(line.label, y, 's');
    case 'more':
      return heading(line.label, y, 'c');
    case 'group':
      return heading(line.code === null ? line.label : `${line.label} ${line.code}`, y, 's');
    case 'fold':
      return [
        timed(line.event, `${line.delta} to ${line.until}`, y),
        plate(y),
        `<text class="c m" x="${middle}" y="${y + 24}">${escaped(`${line.label}, ${line.detail}${line.note === null ? '' : `, ${line.note}`}`)}</text>`,
      ].join('');
    case 'message':
      return messageOf(line, y);
  }
};

const heading = (text: string, y: number, style: string): string =>
  `${plate(y)}<text class="${style} m" x="${middle}" y="${y + 26}">${escaped(text)}</text>`;

/** Covers the lanes, so that a head reads as a break in them. */
const plate = (y: number): string => `<rect class="plate" x="${left + 4}" y="${y + 8}" width="${right - left - 8}" height="26"/>`;

const timed = (event: number, delta: string, y: number): string =>
  `<text class="c" x="16" y="${y + 28}">#${event} ${escaped(delta)}</text>`;

const messageOf = (m: Extract<LadderLine, { kind: 'message' }>, y: number): string => {
  const at = y + 32;
  const said = `${m.label}${m.detail ? `  ${m.detail}` : ''}${m.note === null ? '' : ` (${m.note})`}`;
  const hue = m.tone ?? m.side ?? 'ink-3';
  const state = (text: string | null, x: number, style: string): string =>
    text === null ? '' : `<text class="c ${style}" x="${x}" y="${y + 28}">${escaped(text)}</text>`;
  return [
    timed(m.event, m.delta, y),
    `<g><title>${escaped(said)}</title><text class="c m" x="${middle}" y="${y + 24}">${escaped(cut(said))}</text></g>`,
    m.side === null ? '' : arrow(m.side === 'initiator', at, hue),
    state(m.initiatorState, left - 10, 'e'),
    state(m.responderState, right + 10, ''),
  ].join('');
};

const cut = (text: string): string => (text.length > fits ? `${text.slice(0, fits - 1)}…` : text);

const arrow = (toRight: boolean, y: number, hue: string): string => {
  const [from, to, back] = toRight ? [left + 4, right - 4, -8] : [right - 4, left + 4, 8];
  return (
    `<path d="M${from} ${y}H${to}" fill="none" stroke="var(--${hue})" stroke-width="1.5"/>` +
    `<path d="M${to} ${y}l${back} -4v8z" fill="var(--${hue})"/>`
  );
};
