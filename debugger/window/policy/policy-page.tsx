/** The view of policies: what was offered across, what is wanted down, and in each cell the first attribute that differs. */
import { CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Answer, MatrixCellView, MatrixHeading, PolicyMatrixView } from '../../protocol/protocol.ts';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useWindow } from '../stream/store.ts';
import { useAnswer } from '../stream/use-answer.ts';
import { CellPanel } from './cell-panel.tsx';
import './policy.css';

type Spot = readonly [row: number, column: number];

export function PolicyPage() {
  const present = useWindow((state) => state.moment?.negotiation ?? null);
  const page = useAnswer('policy', { negotiation: present });
  const [sheet, setSheet] = useState(0);
  const [spot, setSpot] = useState<Spot | null>(null);
  const tables = useWindow((state) => state.tables);
  const picture = useRef<HTMLDivElement>(null);
  const shown = page?.sheets[sheet] ?? page?.sheets[0];
  const matrix = shown?.matrix;
  // What was decided is looked at first: what was accepted, else where it began.
  const [row, column] = spot ?? (matrix?.accepted ? [matrix.accepted.row, matrix.accepted.column] : [0, 0]);
  const cell = matrix?.cells[row]?.[column] ?? matrix?.cells[0]?.[0] ?? null;
  return (
    <main className="policy-view" aria-label="Policy">
      <section className="panel policy-main" aria-label="Policies against offers" data-panel tabIndex={-1}>
        <div className="scroll" tabIndex={matrix ? -1 : 0} data-first={matrix ? undefined : true}>
          {page?.between ? <Between between={page.between} /> : null}
          {matrix ? (
            <div ref={picture} className="policy-page">
              <header className="policy-head">
                <div>
                  <h1>{matrix.title}</h1>
                  <p className="ink2">{matrix.detail}</p>
                </div>
                {page && page.sheets.length > 1 ? (
                  <span className="seg" role="group" aria-label="Exchange" data-not-in-picture>
                    {page.sheets.map(({ label }, index) => (
                      <button
                        key={label}
                        type="button"
                        aria-pressed={page.sheets[index] === shown}
                        onClick={() => {
                          setSheet(index);
                          setSpot(null);
                        }}
                      >
                        {label}
                      </button>
                    ))}
                  </span>
                ) : null}
                <SavePicture name="policy" of={picture} />
              </header>
              {tables ? <MatrixTable matrix={matrix} /> : <Matrix matrix={matrix} spot={[row, column]} onPick={(to) => setSpot(to)} />}
              <Legend matrix={matrix} />
              {page?.missing ? <p className="ink3 sm">{page.missing}</p> : null}
            </div>
          ) : page && !page.between ? (
            <div className="nothing">
              <b>Nothing to hold offers against</b>
              <p className="ink2">{page.missing}</p>
            </div>
          ) : null}
        </div>
      </section>
      <CellPanel matrix={matrix ?? null} cell={cell} />
    </main>
  );
}

const checkIcons = { agree: CircleCheck, differ: CircleX, unknown: CircleDashed } as const;
const checkInks = { agree: 'ink-good', differ: 'ink-bad', unknown: 'ink3' } as const;
const checkWords = { agree: 'agrees', differ: 'differs', unknown: 'unknown' } as const;

/** Their remedies stand beside the cell that differs. */
const besideMatrix: ReadonlySet<string> = new Set(['policies', 'transform-sets']);

/** Two configurations and no negotiation: what one between them would meet, with the lines that would mend it. */
function Between({ between }: { readonly between: NonNullable<Answer<'policy'>['between']> }) {
  return (
    <section className="policy-between" aria-label="Between the two configurations">
      <h1>{between.title}</h1>
      <ol>
        {between.checks.map(({ name, verdict, text, remedies, rfc }) => {
          const Icon = checkIcons[verdict];
          return (
            <li key={name}>
              <Icon size={14} className={checkInks[verdict]} aria-label={checkWords[verdict]} />
              <span>
                {text} <span className="ink3 xs">{rfc}</span>
              </span>
              {(besideMatrix.has(name) ? [] : remedies).map((remedy) => (
                <pre key={`${remedy.title} ${remedy.device}`} className="mono sm">
                  {[`! ${remedy.title}, on ${remedy.device}`, ...remedy.lines.map(({ sign, text: line }) => `${sign} ${line}`)].join('\n')}
                </pre>
              ))}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface MatrixProps {
  readonly matrix: PolicyMatrixView;
  readonly spot: Spot;
  readonly onPick: (spot: Spot) => void;
}

const arrows: Readonly<Record<string, Spot>> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function Matrix({ matrix, spot, onPick }: MatrixProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [row, column] = spot;
  const go = ([to, across]: Spot) => {
    if (matrix.cells[to]?.[across] === undefined) return;
    onPick([to, across]);
    grid.current?.querySelector<HTMLElement>(`[data-spot="${to} ${across}"]`)?.focus();
  };
  const onKeyDown = (pressed: React.KeyboardEvent) => {
    const by = arrows[pressed.key];
    if (by === undefined) return;
    go([row + by[0], column + by[1]]);
    pressed.preventDefault();
  };
  return (
    <div
      ref={grid}
      className="matrix"
      role="grid"
      aria-label="Policies against offers"
      data-cells
      tabIndex={-1}
      style={{ gridTemplateColumns: `minmax(140px, 172px) repeat(${matrix.columns.length}, minmax(148px, 1fr))` }}
      onKeyDown={onKeyDown}
    >
      <div role="row" className="matrix-row">
        <div className="matrix-corner" role="columnheader">
          <span className="ink-initiator">Offered</span>
          <span className="ink-responder">Wanted</span>
        </div>
        {matrix.columns.map((heading, index) => (
          <Heading key={heading.label} heading={heading} role="columnheader" side="initiator" lit={index === column} />
        ))}
      </div>
      {matrix.rows.map((heading, at) => (
        <div role="row" key={heading.label} className="matrix-row">
          <Heading heading={heading} role="rowheader" side="responder" lit={at === row} />
          {(matrix.cells[at] ?? []).map((cell, across) => (
            <Cell
              key={cell.title}
              cell={cell}
              chosen={at === row && across === column}
              spot={`${at} ${across}`}
              onPick={() => onPick([at, across])}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface HeadingProps {
  readonly heading: MatrixHeading;
  readonly role: 'columnheader' | 'rowheader';
  readonly side: 'initiator' | 'responder';
  readonly lit: boolean;
}

function Heading({ heading, role, side, lit }: HeadingProps) {
  return (
    <div className={`matrix-heading${lit ? ' lit' : ''}`} role={role}>
      <span className="matrix-name">
        <b className={`ink-${side} cut`} title={heading.label}>
          {heading.label}
        </b>
        <span className="grow" />
        <span className="ink3 xs">{heading.note}</span>
      </span>
      <dl>
        {heading.attributes.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const signs: Readonly<Record<MatrixCellView['verdict'], string>> = {
  accepted: '✓',
  refused: '≠',
  'would-match': '',
  'would-refuse': '',
  unknown: '',
};

interface CellProps {
  readonly cell: MatrixCellView;
  readonly chosen: boolean;
  readonly spot: string;
  readonly onPick: () => void;
}

function Cell({ cell, chosen, spot, onPick }: CellProps) {
  const differs = cell.verdict === 'refused' ? `differs in ${cell.label.toLowerCase()}` : cell.label.toLowerCase();
  return (
    <button
      type="button"
      role="gridcell"
      aria-selected={chosen}
      aria-label={`${cell.title.toLowerCase()}, ${differs}, ${cell.place}`}
      className={`matrix-cell ${cell.verdict}${chosen ? ' picked' : ''}`}
      data-spot={spot}
      data-first={chosen ? true : undefined}
      data-in-picture
      tabIndex={chosen ? 0 : -1}
      onClick={onPick}
    >
      <span className="matrix-order num">{cell.order ?? ''}</span>
      <span className="matrix-verdict">
        <span className="sign" aria-hidden="true">
          {signs[cell.verdict]}
        </span>
        {cell.label}
      </span>
      <span className="matrix-why">
        {cell.verdict === 'unknown' ? (
          ''
        ) : cell.order === null ? (
          'not compared'
        ) : cell.offered === '' && cell.wanted === '' ? (
          cell.verdict === 'accepted' ? (
            'every attribute equal'
          ) : (
            ''
          )
        ) : (
          <>
            <b>{cell.offered}</b> offered, <b>{cell.wanted}</b> wanted
          </>
        )}
      </span>
    </button>
  );
}

function Legend({ matrix }: { readonly matrix: PolicyMatrixView }) {
  return (
    <div className="matrix-legend">
      <span>
        <i className="refused">≠</i>first that differs
      </span>
      <span>
        <i className="accepted">✓</i>accepted
      </span>
      <span>
        <i className="would-match" />
        not compared, computed
      </span>
      <span>
        <i className="order num">7</i>order
      </span>
      <span className="grow" />
      {matrix.common === '' ? null : <span>equal in every pair: {matrix.common}</span>}
    </div>
  );
}

function MatrixTable({ matrix }: { readonly matrix: PolicyMatrixView }) {
  return (
    <table className="tbl">
      <caption className="hidden-words">Comparisons in their order</caption>
      <thead>
        <tr>
          <th className="right">Order</th>
          <th>Pair</th>
          <th>Result</th>
          <th>Offered</th>
          <th>Wanted</th>
        </tr>
      </thead>
      <tbody>
        {matrix.cells
          .flat()
          .toSorted((a, b) => (a.order ?? 1e9) - (b.order ?? 1e9))
          .map((cell) => (
            <tr key={cell.title}>
              <td className="right">{cell.order ?? '–'}</td>
              <td>{cell.title}</td>
              <td>{cell.verdict === 'refused' ? `differs in ${cell.label}` : cell.label}</td>
              <td>{cell.offered}</td>
              <td>{cell.wanted}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
