/** The view of all security associations: peers and ISAKMP above, every IPsec SA with all its counters and its replay window below. */
import type { SaView } from '../../protocol/protocol.ts';
import { PartIcon } from '../design/icons.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { Peers } from './peers.tsx';
import { ReplayWindow } from './replay-window.tsx';

export function SasView() {
  const associations = useWindow((state) => state.moment?.associations);
  const event = useWindow((state) => state.moment?.event ?? 0);
  const isakmp = associations?.isakmp ?? [];
  const ipsec = associations?.ipsec ?? [];
  return (
    <main className="sas-view">
      <section className="panel sas-main" aria-label="IPsec SAs" data-panel tabIndex={-1}>
        <div className="view-head">
          <h1>Security associations</h1>
          <span className="ink3 sm">as they stand after #{event}</span>
        </div>
        <div className="scroll sas-list" tabIndex={0} data-first>
          {ipsec.length === 0 ? (
            <div className="nothing">
              <b>No IPsec SA at this event</b>
              <p className="ink2">Quick mode makes them: step on to where it completes.</p>
            </div>
          ) : (
            ipsec.map((sa) => <BigSa key={sa.id} sa={sa} />)
          )}
        </div>
      </section>
      <div className="sas-aside">
        <section className="panel" aria-label="ISAKMP SAs" data-panel tabIndex={-1}>
          <div className="head">
            <h2>ISAKMP</h2>
            <span className="count">{isakmp.length}</span>
          </div>
          {isakmp.length === 0 ? <p className="note">None at this event.</p> : null}
          <ul className="isakmp-list">
            {isakmp.map(({ id, text, state }) => (
              <li key={id}>
                <span className="mono">{state}</span>
                <span className="ink2">{text}</span>
              </li>
            ))}
          </ul>
        </section>
        <Peers />
      </div>
    </main>
  );
}

function BigSa({ sa }: { readonly sa: SaView }) {
  const dispatch = useDispatch();
  const counters: readonly (readonly [string, string | number, 'bad' | 'warning' | null])[] = [
    ['Highest number', sa.highest, null],
    ['Received', sa.received, null],
    ['Lost', sa.lost, sa.lost === '0' ? null : 'warning'],
    ['Replayed', sa.replayed, sa.replayed === 0 ? null : 'warning'],
    ['Too old', sa.old, sa.old === 0 ? null : 'warning'],
    ['Bad ICV', sa.badIcv, sa.badIcv === 0 ? null : 'bad'],
    ['Packets', sa.packets, null],
    ['Bytes', sa.bytes, null],
  ];
  return (
    <article
      className={`big-sa${sa.current ? ' current' : ''}${sa.state === 'dead' ? ' dead' : ''}`}
      aria-label={`${sa.protocol} ${sa.spi}`}
    >
      <header>
        <PartIcon kind={sa.protocol} side={sa.side} />
        <b>
          {sa.protocol.toUpperCase()} <span className="mono">{sa.spi}</span>
        </b>
        <span className="mark">{sa.state}</span>
        <span className="ink2 mono">
          {sa.src} → {sa.dst}
        </span>
        <span className="grow" />
        <span className="ink3 xs">since</span>
        <button type="button" className="link xs num" onClick={() => dispatch({ type: 'go', event: sa.since })}>
          #{sa.since}
        </button>
      </header>
      <dl className="pairs">
        <dt>Suite</dt>
        <dd>{sa.suite}</dd>
        <dt>Selectors</dt>
        <dd className="mono">{sa.selectors}</dd>
        <dt>Lifetime</dt>
        <dd>{sa.lifetime}</dd>
      </dl>
      <dl className="counters">
        {counters.map(([label, value, tone]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={`num ${tone ? `ink-${tone}` : ''}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="big-window">
        <span className="ink3 xs">Replay window, up to number {sa.windowEnd}</span>
        <ReplayWindow window={sa.window} end={sa.windowEnd} side={sa.side} width={Math.max(256, sa.window.length * 9)} height={14} />
        <span className="legend ink3 xs">
          <i className={`seen ${sa.side ?? ''}`} /> seen <i className="missing" /> missing <i className="before" /> before the first
        </span>
      </div>
    </article>
  );
}
