/** The SA that the film shows: its counters now and at the end, its window, what stands out, what it is. */
import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { EspChart, EspFilm } from '../../protocol/protocol.ts';
import { PartIcon, SeverityIcon } from '../design/icons.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';

export function SaPanel({ chart, film }: { readonly chart: EspChart | null; readonly film: EspFilm | null }) {
  const event = useWindow((state) => state.event);
  if (chart === null || film === null) {
    return (
      <aside className="panel esp-side" aria-label="Counters" data-panel tabIndex={-1}>
        <div className="head">
          <h2>Counters</h2>
        </div>
        <p className="note">{chart === null ? '' : 'No SA, so nothing is counted.'}</p>
      </aside>
    );
  }
  const at = `#${event.toLocaleString('en')}`;
  return (
    <aside className="panel esp-side" aria-label="Counters" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Counters</h2>
        <Chooser chart={chart} film={film} />
      </div>
      <div className="scroll">
        <table className="tbl esp-counters">
          <thead>
            <tr>
              <th>
                <span className="hidden-words">What</span>
              </th>
              <th className="right">at {at}</th>
              <th className="right">at the end</th>
              <th className="right" title={film.otherSpi ?? undefined}>
                {film.otherSpi === null ? '' : 'other way'}
              </th>
            </tr>
          </thead>
          <tbody>
            {film.counters.map(({ label, now, end, other, tone }) => (
              <tr key={label}>
                <td className="ink2">{label}</td>
                <td className={`right${tone ? ` ink-${tone} medium` : ''}`}>{now}</td>
                <td className="right ink2">{end}</td>
                <td className="right">{other ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <section className="esp-block" aria-label="Window">
          <h3>Window at {at}</h3>
          <p className="mono copyable wraps">{film.window}</p>
          <p className="ink3">{film.windowText}</p>
        </section>
        <section className="esp-block" aria-label="What stands out">
          <h3>What stands out</h3>
          {film.notes.length === 0 ? <p className="ink3">Nothing: every packet came once and in order.</p> : null}
          {film.notes.map(({ severity, title, text }) => (
            <div key={title} className="esp-note">
              <SeverityIcon severity={severity} />
              <span>
                <b>{title}</b>
                <br />
                <span className="ink2">{text}</span>
              </span>
            </div>
          ))}
        </section>
        <section className="esp-block" aria-label="SA">
          <h3>
            {film.sa.protocol.toUpperCase()} <span className="mono">{film.sa.spi}</span>
          </h3>
          <dl className="pairs">
            <dt>Ends</dt>
            <dd className="mono">
              {film.sa.src} → {film.sa.dst}
            </dd>
            <dt>Suite</dt>
            <dd title={film.sa.suite}>{film.sa.suite}</dd>
            <dt>Networks</dt>
            <dd className="mono" title={film.sa.selectors}>
              {film.sa.selectors}
            </dd>
            <dt>Lifetime</dt>
            <dd>{film.sa.lifetime}</dd>
            <dt>State</dt>
            <dd>
              {film.sa.state}, since <Since event={film.sa.since} />
            </dd>
          </dl>
          <p className="esp-rfcs">
            <span className="rfc">RFC 4303, 3.4.3</span> <span className="rfc">RFC 4303, A2</span>
          </p>
        </section>
      </div>
    </aside>
  );
}

function Since({ event }: { readonly event: number }) {
  const dispatch = useDispatch();
  return (
    <button type="button" className="link num" onClick={() => dispatch({ type: 'go', event })}>
      #{event.toLocaleString('en')}
    </button>
  );
}

function Chooser({ chart, film }: { readonly chart: EspChart; readonly film: EspFilm }) {
  const dispatch = useDispatch();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="machine-chooser count" aria-label={`SA ${film.sa.spi}`}>
        SA <span className="mono">{film.sa.spi}</span>
        <ChevronDown size={12} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="float menu esp-menu" align="end" sideOffset={4}>
          {chart.series.map(({ id, spi, side, label, packets }) => (
            <DropdownMenu.Item key={id} title={label} onSelect={() => dispatch({ type: 'choose', chosen: { sa: id } })}>
              <PartIcon kind="esp" side={side} />
              <span className="mono">{spi}</span>
              <span className="aside num">{packets.toLocaleString('en')} packets</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
