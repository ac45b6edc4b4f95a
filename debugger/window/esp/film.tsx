/** The replay window as a film: one row for each packet that came, the window as it stood after it, and what became of the packet. */
import type { EspFilm, FilmRow } from '../../protocol/protocol.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { type FilmLayout, filmLayout, rowHeight, runsOf } from './film-layout.ts';

interface FilmProps {
  readonly film: EspFilm;
  readonly width: number;
  readonly height: number;
}

export function Film({ film, width }: FilmProps) {
  const layout = filmLayout(film, width);
  const height = layout.top + film.rows.length * rowHeight + 4;
  return (
    <>
      <svg
        className="esp-chart"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Film of the ${film.size}-packet replay window, one row for each packet: ${film.windowText}`}
      >
        <text x="4" y="14" fontSize="11" fill="var(--ink-3)">
          event
        </text>
        <text x={layout.numbersEnd} y="14" fontSize="11" textAnchor="end" fill="var(--ink-3)">
          seq
        </text>
        {layout.ticks.map(({ x, label }) => (
          <g key={label}>
            <text className="m" x={x} y="14" fontSize="11" textAnchor="middle" fill="var(--ink-3)">
              {label}
            </text>
            <line x1={x} x2={x} y1="18" y2="24" stroke="var(--line-2)" />
          </g>
        ))}
        {film.rows.map((row, index) => (
          <Row key={row.event} row={row} index={index} layout={layout} film={film} />
        ))}
      </svg>
      <Legend film={film} />
    </>
  );
}

interface RowProps {
  readonly row: FilmRow;
  readonly index: number;
  readonly layout: FilmLayout;
  readonly film: EspFilm;
}

const fault = { new: null, late: null, replayed: 'warning', old: 'bad', badIcv: 'bad' } as const;

function Row({ row, index, layout, film }: RowProps) {
  const dispatch = useDispatch();
  const event = useWindow((state) => state.event);
  const y = layout.top + index * rowHeight;
  const here = index === film.current;
  const tone = fault[row.verdict];
  const colour = film.sa.side ?? 'initiator';
  const { cell } = layout;
  const path = (sign: string, inset: number) =>
    runsOf(row, sign, layout)
      .map(
        (x) => `M${(x + inset).toFixed(1)} ${y + 1.5}h${(cell - 2 * inset).toFixed(1)}v${rowHeight - 3}h${(2 * inset - cell).toFixed(1)}z`,
      )
      .join('');
  return (
    <g className="film-row" onClick={() => dispatch({ type: 'go', event: row.event })}>
      <rect x="0" y={y} width={layout.width} height={rowHeight} fill="transparent" />
      {here ? <rect x="0" y={y - 0.5} width={layout.numbersEnd + 6} height={rowHeight + 1} rx="2" fill="var(--selected-wash)" /> : null}
      <text x="4" y={y + 10} fontSize="11" fill={here ? 'var(--selected-ink)' : 'var(--ink-3)'} fontWeight={here ? 640 : 420}>
        #{row.event.toLocaleString('en')}
      </text>
      <text
        className="m"
        x={layout.numbersEnd}
        y={y + 10}
        fontSize="11"
        textAnchor="end"
        fill={tone ? `var(--${tone}-ink)` : 'var(--ink-2)'}
      >
        {row.sequence}
      </text>
      <g opacity={row.event > event ? 0.55 : 1}>
        <path d={path('1', 0.5)} fill="var(--edge)" opacity="0.62" />
        <path d={path('0', 1)} fill="var(--surface)" stroke="var(--edge)" strokeWidth="1" />
        <path d={path('x', 1)} fill="var(--bad-wash)" stroke="var(--bad)" strokeWidth="1" />
        <Arrival row={row} x={layout.xOf(row.sequence)} y={y} cell={cell} colour={colour} />
      </g>
      {row.text === '' ? null : (
        <text
          x={layout.words}
          y={y + 10}
          fontSize="11"
          fontWeight="540"
          fill={tone ? `var(--${tone}-ink)` : row.text.endsWith('lost') || row.text.includes(' lost,') ? 'var(--bad-ink)' : 'var(--ink-3)'}
        >
          {row.text}
        </text>
      )}
    </g>
  );
}

interface ArrivalProps {
  readonly row: FilmRow;
  /** `null` where its number lies beyond what is drawn. */
  readonly x: number | null;
  readonly y: number;
  readonly cell: number;
  readonly colour: 'initiator' | 'responder';
}

function Arrival({ row: { verdict }, x, y, cell, colour }: ArrivalProps) {
  if (x === null) return null;
  const middle = x + cell / 2;
  switch (verdict) {
    case 'new':
      return <rect x={x} y={y + 0.5} width={cell} height={rowHeight - 1} rx="1.5" fill={`var(--${colour})`} />;
    case 'late':
      return (
        <>
          <rect x={x} y={y + 0.5} width={cell} height={rowHeight - 1} rx="1.5" fill={`var(--${colour})`} />
          <circle cx={middle} cy={y + rowHeight / 2} r="1.8" fill="var(--surface)" />
        </>
      );
    case 'replayed':
      return (
        <>
          <rect x={x - 1} y={y} width={cell + 2} height={rowHeight} rx="1.5" fill="var(--warning)" />
          <path d={`M${middle - 2.8} ${y + 4}h5.6m0 3.6h-5.6`} stroke="var(--surface)" strokeWidth="1.4" />
        </>
      );
    case 'old':
      return (
        <path
          d={`M${x} ${y + 1}h${cell}v${rowHeight - 2}h${-cell}zm0 ${rowHeight - 2}l${cell} ${2 - rowHeight}`}
          fill="var(--surface)"
          stroke="var(--bad)"
        />
      );
    case 'badIcv':
      return <path d={`M${middle - 3} ${y + 3}l6 6m0 -6l-6 6`} stroke="var(--bad)" strokeWidth="1.75" strokeLinecap="round" />;
  }
}

function Legend({ film }: { readonly film: EspFilm }) {
  const colour = `var(--${film.sa.side ?? 'initiator'})`;
  const none = (verdict: FilmRow['verdict']) => (film.rows.some((row) => row.verdict === verdict) ? '' : ' (none here)');
  return (
    <div className="esp-legend">
      <Sign label="arrives, new">
        <rect x="1" y="1" width="9" height="9" rx="1.5" fill={colour} />
      </Sign>
      <Sign label="arrives late, in the window">
        <rect x="1" y="1" width="9" height="9" rx="1.5" fill={colour} />
        <circle cx="5.5" cy="5.5" r="1.8" fill="var(--surface)" />
      </Sign>
      <Sign label="replayed, dropped">
        <rect x="0.5" y="0.5" width="10" height="10" rx="1.5" fill="var(--warning)" />
        <path d="M3 4h5M3 7.2h5" stroke="var(--surface)" strokeWidth="1.4" />
      </Sign>
      <Sign label="seen">
        <rect x="1" y="1.5" width="9" height="8" fill="var(--edge)" opacity="0.62" />
      </Sign>
      <Sign label="comes later">
        <rect x="1.5" y="2" width="8" height="7" fill="var(--surface)" stroke="var(--edge)" />
      </Sign>
      <Sign label="lost">
        <rect x="1.5" y="2" width="8" height="7" fill="var(--bad-wash)" stroke="var(--bad)" />
      </Sign>
      <Sign label={`too old${none('old')}`}>
        <path d="M1 1h9v9H1zM1 10 10 1" fill="none" stroke="var(--bad)" />
      </Sign>
      {none('badIcv') === '' ? (
        <Sign label="wrong ICV">
          <path d="M2.5 2.5l6 6m0-6l-6 6" stroke="var(--bad)" strokeWidth="1.75" strokeLinecap="round" />
        </Sign>
      ) : null}
    </div>
  );
}

function Sign({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <span>
      <svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true">
        {children}
      </svg>
      {label}
    </span>
  );
}
