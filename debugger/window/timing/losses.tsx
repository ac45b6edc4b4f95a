/** What two captures of one traffic tell together: by direction, what was seen at the first place and not at the second. */
import type { DirectionLosses, LostView, Shortened, TimingPage } from '../../protocol/protocol.ts';
import { ToneIcon } from '../diagnose/case-list.tsx';
import { EventLink } from './event-link.tsx';
import { More } from './more.tsx';

export function Losses({ losses: { summary, directions } }: { readonly losses: NonNullable<TimingPage['losses']> }) {
  return (
    <section aria-label="Losses between the captures">
      <h2 className="timing-title">Losses between the captures</h2>
      <p className="sm ink2">{summary}</p>
      {directions.map((direction) => (
        <Direction key={`${direction.src} ${direction.dst}`} direction={direction} />
      ))}
    </section>
  );
}

function Direction({ direction }: { readonly direction: DirectionLosses }) {
  const { src, dst, way, names, sent, arrived, lostCount, tone, lost, strays, delay, outside } = direction;
  return (
    <section className="timing-card" aria-label={`From ${src} to ${dst}`}>
      <div className="timing-card-head">
        <ToneIcon tone={tone} size={14} />
        <b className="mono">
          {src} → {dst}
        </b>
        <span className="sm ink3 cut">{way}</span>
      </div>
      <dl className="pairs">
        <dt>{names.sent}</dt>
        <dd className="num">{sent}</dd>
        <dt>{names.arrived}</dt>
        <dd className="num">{arrived}</dd>
        <dt>{names.lost}</dt>
        <dd className={`num ink-${tone}`}>{lostCount}</dd>
        {delay === null ? null : (
          <>
            <dt>On the way</dt>
            <dd className="num">{delay}</dd>
          </>
        )}
      </dl>
      {outside === '' ? null : <p className="note">{outside}</p>}
      <Packets title={names.lost} packets={lost} />
      <Packets title={names.strays} packets={strays} />
    </section>
  );
}

function Packets({ title, packets }: { readonly title: string; readonly packets: Shortened<LostView> }) {
  if (packets.shown.length === 0) return null;
  return (
    <>
      <table className="tbl">
        <caption>{title}</caption>
        <tbody>
          {packets.shown.map(({ event, what, frame }) => (
            <tr key={event}>
              <td className="wait-message">
                <EventLink event={event} />
              </td>
              <td>{what}</td>
              <td className="ink3">{frame}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More of={packets} what="packets" />
    </>
  );
}
