/** The view of ESP and AH: sequence numbers over time, how late packets came, and the replay window sliding over them. */
import { ChevronDown, ZoomOut } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef, useState } from 'react';
import type { EspChart, EspFilm } from '../../protocol/protocol.ts';
import { IconButton } from '../design/controls.tsx';
import { useSize } from '../design/size.ts';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { useAnswer } from '../stream/use-answer.ts';
import { ChartTable, FilmTable } from './esp-tables.tsx';
import { Film } from './film.tsx';
import { LatenessChart } from './lateness-chart.tsx';
import { LostStrip } from './lost-strip.tsx';
import { SaPanel } from './sa-panel.tsx';
import { SequenceChart } from './sequence-chart.tsx';
import './esp.css';

/** Room at both sides of a chart, in pixels. */
const margin = 48;
/** What heads, legends and ticks take; the drawings share the rest. */
const fixed = 196;
export const filmRow = 12;
const filmHead = 28;

export function EspPage() {
  const event = useWindow((state) => state.event);
  const { tunnel, sa, stretch } = useWindow((state) => state.chosen);
  const tables = useWindow((state) => state.tables);
  const page = useRef<HTMLElement>(null);
  const { width, height } = useSize(page);
  const plot = Math.max(240, width - margin);
  const heights = shared(Math.max(300, height - fixed));
  const [from, to] = stretch ?? [null, null];
  // The tunnel of the event that we stood at when the page was opened, until somebody picks another: stepping must not change charts.
  const [openedAt] = useState(event);
  const ready = width > 0;
  const chart = useAnswer('espChart', ready ? { tunnel, event: openedAt, columns: Math.round(plot - 64), from, to } : null);
  const series = chart?.series.find(({ id }) => id === sa) ?? null;
  const film = useAnswer(
    'espFilm',
    ready && chart
      ? { sa: series?.id ?? present(chart, event), event, rows: Math.max(4, Math.floor((heights.film - filmHead) / filmRow)) }
      : null,
  );
  return (
    <main className="esp-view" aria-label="ESP">
      <section ref={page} className="panel esp-main" aria-label="Charts" data-panel tabIndex={-1}>
        {chart?.tunnel === null ? (
          <div className="nothing">
            <b>No ESP or AH in this trace</b>
            <p className="ink2">Nothing was sent under the protection of an IPsec SA while it was recorded.</p>
          </div>
        ) : chart ? (
          <div className="esp-scroll scroll" tabIndex={0} data-first>
            <Sequences chart={chart} film={film ?? null} width={plot} heights={heights} tables={tables} />
            {film ? <ReplayFilm film={film} width={plot} height={heights.film} tables={tables} /> : null}
          </div>
        ) : null}
      </section>
      <SaPanel chart={chart ?? null} film={film ?? null} />
    </main>
  );
}

/** The SA that is looked at unless somebody picks one: in the direction that carries most, the one in use at this moment. */
function present({ series }: EspChart, event: number): string | null {
  const used = series.filter(({ points }) => points.length > 0);
  const busiest = used.toSorted((a, b) => b.packets - a.packets)[0];
  if (busiest === undefined) return series[0]?.id ?? null;
  const own = used.filter(({ direction }) => direction === busiest.direction);
  return (own.findLast(({ points }) => (points[0]?.event ?? 0) <= event) ?? own[0] ?? busiest).id;
}

interface Heights {
  readonly sequence: number;
  readonly late: number;
  readonly film: number;
}

function shared(room: number): Heights {
  const sequence = Math.round(Math.min(320, Math.max(104, room * 0.3)));
  const late = Math.round(Math.min(180, Math.max(72, room * 0.17)));
  return { sequence, late, film: Math.max(160, room - sequence - late) };
}

interface SequencesProps {
  readonly chart: EspChart;
  readonly film: EspFilm | null;
  readonly width: number;
  readonly heights: Heights;
  readonly tables: boolean;
}

function Sequences({ chart, film, width, heights, tables }: SequencesProps) {
  const dispatch = useDispatch();
  const direction = useWindow((state) => state.chosen.direction);
  const stretch = useWindow((state) => state.chosen.stretch);
  const picture = useRef<HTMLDivElement>(null);
  const shown = chart.series.filter((series) => direction === null || series.direction === direction);
  const playhead = film === null ? null : film.x;
  const drawn = { chart, series: shown, width, playhead, chosen: film?.sa.id ?? null };
  return (
    <div ref={picture} className="esp-picture">
      <div className="esp-head">
        <h1>Sequence numbers</h1>
        <span className="ink3 sm cut">{chart.summary}</span>
        <span className="grow" />
        {stretch ? (
          <IconButton
            name="Show all of the time"
            className="btn small icon"
            icon={<ZoomOut size={14} />}
            onClick={() => dispatch({ type: 'choose', chosen: { stretch: null } })}
          />
        ) : null}
        <Tunnels chart={chart} />
        <span className="seg" role="group" aria-label="Direction" data-not-in-picture>
          {([null, 0, 1] as const).map((which) => (
            <button
              key={String(which)}
              type="button"
              aria-pressed={direction === which}
              onClick={() => dispatch({ type: 'choose', chosen: { direction: which } })}
            >
              {which === null ? 'Both' : chart.directions[which]}
            </button>
          ))}
        </span>
        <SavePicture name="sequence-numbers" of={picture} />
      </div>
      {tables ? (
        <ChartTable chart={chart} series={shown} />
      ) : (
        <>
          <SequenceChart {...drawn} height={heights.sequence} />
          <LostStrip {...drawn} />
          <div className="esp-head low">
            <h2>Behind the highest</h2>
            <span className="ink3 sm cut">packets that arrive out of order, by how many numbers; diamonds are copies</span>
          </div>
          <LatenessChart {...drawn} height={heights.late} />
        </>
      )}
    </div>
  );
}

function Tunnels({ chart }: { readonly chart: EspChart }) {
  const dispatch = useDispatch();
  const present = chart.tunnels.find(({ id }) => id === chart.tunnel);
  if (chart.tunnels.length < 2 || present === undefined) return null;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn quiet small tunnel-chooser" title={present.title}>
        <span className="cut">{present.label}</span>
        <ChevronDown size={12} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="float menu esp-menu" align="end" sideOffset={4}>
          {chart.tunnels.map(({ id, label, title, packets }) => (
            <DropdownMenu.Item
              key={id}
              title={title}
              onSelect={() => dispatch({ type: 'choose', chosen: { tunnel: id, sa: null, stretch: null, direction: null } })}
            >
              <span className="mono">{label}</span>
              <span className="aside num">{packets.toLocaleString('en')} packets</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ReplayFilmProps {
  readonly film: EspFilm;
  readonly width: number;
  readonly height: number;
  readonly tables: boolean;
}

function ReplayFilm({ film, width, height, tables }: ReplayFilmProps) {
  const event = useWindow((state) => state.event);
  const picture = useRef<HTMLDivElement>(null);
  return (
    <div ref={picture} className="esp-picture ruled">
      <div className="esp-head">
        <h1>Replay window</h1>
        <span className="ink3 sm cut">
          {film.rows.length === 0
            ? `no packet on ${film.sa.spi} in this trace`
            : `film of ${film.rows.length} packets around #${event.toLocaleString('en')} on ${film.sa.spi}, one row an arrival, ${film.size} wide`}
        </span>
        <span className="grow" />
        <SavePicture name="replay-window" of={picture} />
      </div>
      {tables ? <FilmTable film={film} /> : <Film film={film} width={width} height={height} />}
    </div>
  );
}
