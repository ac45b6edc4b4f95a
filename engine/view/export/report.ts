/** One page about a log that needs nothing else: verdicts, findings with what shows them, SAs, the ladder. No script, nothing from elsewhere, no secret. */
import type { Replay } from '../../replay/replay.ts';
import { entries } from '../../state/persistent-map.ts';
import { associationsView } from '../associations.ts';
import type { Overview, SaView } from '../models.ts';
import { diagnosisRecord } from '../records/diagnose.ts';
import type { FindingRecord } from '../records/findings.ts';
import { counted } from '../words.ts';
import { colours, darkColours, escaped } from './markup.ts';
import { ladderSvg } from './svg.ts';

export const htmlReport = (replay: Replay, overview: Overview): string => {
  const { negotiations, findings } = diagnosisRecord(replay);
  const sas = allSas(replay);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(overview.name)}</title>`,
    `<style>:root{${colours}}@media(prefers-color-scheme:dark){:root{${darkColours}}}${rules}</style>`,
    '<main>',
    `<h1>${escaped(overview.name)}</h1>`,
    `<p class="dim">${escaped(counted(replay.lastIndex, 'event'))} from ${escaped(overview.inputs.map((i) => `${i.name} (${i.detail})`).join(', '))}. Secrets are masked.</p>`,
    ...overview.damage.map((d) => `<p class="bad">${escaped(`${d.input}, offset ${d.offset}: ${d.title}. ${d.message}`)}</p>`),
    '<h2>Verdicts</h2>',
    ...(negotiations.length === 0 ? ['<p>No negotiation was seen.</p>'] : []),
    ...negotiations.map(
      (n) =>
        `<section><h3><b class="${verdictTones[n.verdict]}">${n.verdict.toUpperCase()}</b> ${escaped(n.summary)}</h3>` +
        `<p class="dim"><code>${escaped(n.id)}</code> ${escaped(`${n.initiator} to ${n.responder}`)}</p>${n.findings.map(findingHtml).join('\n')}</section>`,
    ),
    ...(findings.length > 0 ? [`<section><h3>Beside the negotiations</h3>${findings.map(findingHtml).join('\n')}</section>`] : []),
    ...(sas.length === 0
      ? []
      : [
          '<h2>IPsec SAs</h2>',
          table(
            saHeads,
            sas.map((s) => saHeads.map((h) => String(s[saColumns[h]] ?? ''))),
          ),
        ]),
    '<h2>Ladder</h2>',
    `<div class="wide">${ladderSvg(replay, overview)}</div>`,
    '</main>',
    '</html>',
    '',
  ].join('\n');
};

/** SAs of no negotiation that are listed at most: a capture of ESP alone can have thousands. */
const mostStray = 100;

const allSas = ({ final }: Replay): readonly SaView[] => {
  const strays = entries(final.associations).filter(([, a]) => a.negotiation === null);
  return [
    ...entries(final.negotiations).flatMap(([id]) => associationsView(final, id, null).ipsec),
    ...strays.slice(0, mostStray).flatMap(([key]) => associationsView(final, null, key).ipsec),
  ];
};

const verdictTones = { up: 'good', down: 'note', incomplete: 'warning', failed: 'bad' } as const;
const severityTones = { error: 'bad', warning: 'warning', note: 'note' } as const;

const saColumns = {
  SPI: 'spi',
  From: 'src',
  To: 'dst',
  Suite: 'suite',
  State: 'state',
  Networks: 'selectors',
  Packets: 'packets',
  Highest: 'highest',
  Lost: 'lost',
  Replayed: 'replayed',
  'Bad ICV': 'badIcv',
} as const;

const saHeads = Object.keys(saColumns) as (keyof typeof saColumns)[];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="wide"><table><tr>${heads.map((h) => `<th>${escaped(h)}</th>`).join('')}</tr>\n${rows
    .map((cells) => `<tr>${cells.map((c) => `<td>${escaped(c)}</td>`).join('')}</tr>`)
    .join('\n')}</table></div>`;

const findingHtml = (f: FindingRecord): string => {
  const rest: readonly (readonly [string, string | null])[] = [
    ['Remedy', f.remedy],
    ['Opposite', f.opposite],
    ['Tell apart', f.tellApart],
    ['Limits', f.limits],
    ['Defined in', f.rfc],
  ];
  const evidence = f.evidence.map((e) => `<li><code>#${e.event}</code> ${escaped(e.text)}</li>`).join('');
  return (
    `<article><h4><b class="${severityTones[f.severity]}">${f.severity}</b> ${escaped(f.title)} <code>${escaped(f.code)}</code> <span class="dim">#${f.event}</span></h4>` +
    `<p>${escaped(f.message)}</p>${evidence ? `<ul>${evidence}</ul>` : ''}` +
    `<dl>${rest.map(([name, text]) => (text ? `<dt>${name}</dt><dd>${escaped(text)}</dd>` : '')).join('')}</dl></article>`
  );
};

const rules = [
  'body{margin:0;background:var(--bg);color:var(--ink);font:14px/20px system-ui,sans-serif}',
  'main{max-width:1160px;margin:0 auto;padding:24px}',
  'h1{font-size:22px;line-height:28px;margin:0}h2{font-size:16px;margin:24px 0 8px}h3{font-size:14px;margin:0}h4{font-size:14px;font-weight:540;margin:0}',
  'section,.wide{background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:16px;margin:0 0 16px;overflow-x:auto}',
  'article{border-top:1px solid var(--line);margin-top:12px;padding-top:12px}p{margin:4px 0}ul{margin:4px 0;padding-left:20px}',
  'dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0 0}dt{color:var(--ink-3)}dd{margin:0}',
  'code,td{font-family:ui-monospace,monospace;font-size:12px}.dim{color:var(--ink-3)}',
  '.good{color:var(--good)}.warning{color:var(--warning)}.bad{color:var(--bad)}.note{color:var(--note)}',
  'table{border-collapse:collapse}th{text-align:left;font-weight:540;color:var(--ink-3)}th,td{padding:4px 12px 4px 0;white-space:nowrap}',
  'svg{display:block}',
].join('');
