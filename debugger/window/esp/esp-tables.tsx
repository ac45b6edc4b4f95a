/** The charts and the film of this page as tables: for those who would rather read, or have it read to them. */
import type { EspChart, EspFilm, EspMark, EspSeries } from '../../protocol/protocol.ts';
import { useDispatch } from '../stream/store.ts';

/** Rows that a table shows; the charts have them all. */
const most = 500;

const many = (marks: readonly EspMark[]): string => marks.reduce((n, { count }) => n + count, 0).toLocaleString('en');

export function ChartTable({ chart, series }: { readonly chart: EspChart; readonly series: readonly EspSeries[] }) {
  const dispatch = useDispatch();
  const faults = series
    .flatMap(({ lost, copies, old, badIcv }) => [...lost, ...copies, ...old, ...badIcv])
    .sort((a, b) => a.x - b.x)
    .slice(0, most);
  return (
    <div className="esp-tables">
      <table className="tbl">
        <caption className="hidden-words">Security associations of this tunnel</caption>
        <thead>
          <tr>
            {['SA', 'Packets', 'Lost', 'Late', 'Copies', 'Too old', 'Bad ICV'].map((name, index) => (
              <th key={name} className={index === 0 ? undefined : 'right'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map((one) => (
            <tr key={one.id}>
              <td>{one.label}</td>
              <td className="right">{one.packets.toLocaleString('en')}</td>
              {[one.lost, one.late, one.copies, one.old, one.badIcv].map((marks, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed
                <td key={index} className="right">
                  {many(marks)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <table className="tbl">
        <caption className="hidden-words">What happened to packets, in order</caption>
        <thead>
          <tr>
            <th>Event</th>
            <th className="right">{chart.unit === 'seconds' ? 'Seconds' : 'At'}</th>
            <th>What</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((mark) => (
            <tr key={`${mark.event} ${mark.text}`}>
              <td>
                <button type="button" className="link num" onClick={() => dispatch({ type: 'go', event: mark.event })}>
                  #{mark.event.toLocaleString('en')}
                </button>
              </td>
              <td className="right">{mark.x.toFixed(3)}</td>
              <td>{mark.count === 1 ? mark.text : `${mark.count} here, the first: ${mark.text}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const words = { new: 'new', late: 'late', replayed: 'replayed, dropped', old: 'too old, dropped', badIcv: 'wrong ICV, dropped' } as const;

export function FilmTable({ film }: { readonly film: EspFilm }) {
  const dispatch = useDispatch();
  return (
    <table className="tbl film-table">
      <caption className="hidden-words">The replay window, one row a packet</caption>
      <thead>
        <tr>
          <th>Event</th>
          <th className="right">Number</th>
          <th>Verdict</th>
          <th className="right">Window from</th>
          <th className="right">to</th>
          <th className="right">Not seen</th>
          <th>Note</th>
        </tr>
      </thead>
      <tbody>
        {film.rows.map((row, index) => (
          <tr key={row.event} className={index === film.current ? 'chosen' : undefined}>
            <td>
              <button type="button" className="link num" onClick={() => dispatch({ type: 'go', event: row.event })}>
                #{row.event.toLocaleString('en')}
              </button>
            </td>
            <td className="right">{row.sequence}</td>
            <td>{words[row.verdict]}</td>
            <td className="right">{row.first}</td>
            <td className="right">{row.first + row.cells.length - 1}</td>
            <td className="right">{row.cells.replace(/[1.]/g, '').length}</td>
            <td>{row.text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
