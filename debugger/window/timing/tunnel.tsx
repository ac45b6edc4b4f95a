/** The SAs of one tunnel, one after another, on the line of time: in use until the next came, and until when they would have been good. */
import type { TimingPage, TunnelTiming } from '../../protocol/protocol.ts';
import { scale } from '../esp/scale.ts';
import { useDispatch } from '../stream/store.ts';
import { EventLink } from './event-link.tsx';
import { More } from './more.tsx';

const row = 20;
const top = 8;
const foot = 24;

interface TunnelProps {
  readonly tunnel: TunnelTiming;
  /** Of the line of time, in seconds. */
  readonly end: number;
  readonly ticks: TimingPage['ticks'];
  readonly width: number;
}

export function Tunnel({ tunnel: { between, networks, generations }, end, ticks, width }: TunnelProps) {
  return (
    <section className="timing-card" aria-label={`Tunnel ${networks || between}`}>
      <div className="timing-card-head">
        <b className="mono">{networks || between}</b>
        {networks === '' ? null : <span className="sm ink3 mono">{between}</span>}
      </div>
      <Rekeys generations={generations.shown} end={end} ticks={ticks} width={width - 2} />
      <table className="tbl">
        <caption className="hidden-words">SAs of the tunnel, in order</caption>
        <thead>
          <tr>
            <th>Event</th>
            <th>SPIs</th>
            <th>Begun by</th>
            <th>Came</th>
            <th className="right">Lifetime</th>
            <th className="right">Packets</th>
          </tr>
        </thead>
        <tbody>
          {generations.shown.map(({ event, spis, begunBy, after, lifetime, packets }) => (
            <tr key={`${event} ${spis}`}>
              <td>
                <EventLink event={event} />
              </td>
              <td className="mono">{spis}</td>
              <td className={begunBy === null ? 'ink3' : `ink-${begunBy}`}>{begunBy ?? 'not seen'}</td>
              <td>{after}</td>
              <td className="right">{lifetime}</td>
              <td className="right">{packets}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More of={generations} what="pairs of SAs" />
    </section>
  );
}

interface RekeysProps extends Pick<TunnelProps, 'end' | 'ticks' | 'width'> {
  readonly generations: TunnelTiming['generations']['shown'];
}

function Rekeys({ generations, end, ticks, width }: RekeysProps) {
  const dispatch = useDispatch();
  const x = scale(0, end, 16, width - 32);
  const bottom = top + generations.length * row;
  const rekeys = generations.length - 1;
  const words = rekeys === 0 ? 'never rekeyed' : `rekeyed ${rekeys === 1 ? 'once' : `${rekeys} times`}`;
  return (
    <svg
      width={width}
      height={bottom + foot}
      viewBox={`0 0 ${width} ${bottom + foot}`}
      role="img"
      aria-label={`Line of time of this tunnel: ${words} in ${end.toFixed(1)} seconds`}
    >
      {ticks.map(({ at, label }) => (
        <g key={at}>
          <line x1={x.of(at)} x2={x.of(at)} y1={top} y2={bottom} stroke="var(--line)" />
          <text x={x.of(at)} y={bottom + 16} fontSize="11" textAnchor={at === 0 ? 'start' : 'middle'} fill="var(--ink-3)">
            {label}
          </text>
        </g>
      ))}
      {generations.map((one, index) => {
        const y = top + index * row + row / 2;
        const [from, to] = [x.of(one.from), x.of(one.to)];
        const until = one.expires === null ? null : x.of(one.expires);
        return (
          <g key={`${one.event} ${one.spis}`} className="rekey" onClick={() => dispatch({ type: 'show', event: one.event, node: null })}>
            <title>{`#${one.event}, SPIs ${one.spis}: ${one.after}; lifetime ${one.lifetime}`}</title>
            {until === null ? null : (
              <path d={`M${from} ${y}H${until}M${until} ${y - 5}v10`} fill="none" stroke="var(--edge)" strokeWidth="1.5" />
            )}
            <rect x={from} y={y - 5} width={Math.max(3, to - from)} height={10} rx={2} fill={`var(--${one.begunBy ?? 'ink-3'})`} />
          </g>
        );
      })}
    </svg>
  );
}
