/** Handshakes as a waterfall: each wait for an answer as a bar, where it stands in the whole. */
import type { HandshakeView, TimingPage, WaitView } from '../../protocol/protocol.ts';
import { EventLink } from './event-link.tsx';
import { More } from './more.tsx';

export function Handshakes({ negotiations }: { readonly negotiations: TimingPage['negotiations'] }) {
  return (
    <section aria-label="Handshakes">
      <h2 className="timing-title">Handshakes</h2>
      <p className="sm ink3">
        {negotiations.shown.length === 0 ? (
          'No negotiation in this trace.'
        ) : (
          <>
            A bar is how long the <span className="ink-initiator">initiator</span> or the <span className="ink-responder">responder</span>{' '}
            took to answer, as seen from here.
          </>
        )}
      </p>
      {negotiations.shown.map(({ id, label, initiator, responder, handshakes }) => (
        <section key={id} className="timing-card" aria-label={`Negotiation ${label}`}>
          <div className="timing-card-head">
            <b className="mono" title={id}>
              {label}
            </b>
            <span className="sm">
              <span className="ink-initiator mono">{initiator}</span> <span className="ink3">to</span>{' '}
              <span className="ink-responder mono">{responder}</span>
            </span>
          </div>
          {handshakes.shown.length === 0 ? <p className="note">Neither phase 1 nor a quick mode of it is in this trace.</p> : null}
          {handshakes.shown.map((handshake) => (
            <Handshake key={`${handshake.name} ${handshake.code}`} handshake={handshake} />
          ))}
          <More of={handshakes} what="quick modes" />
        </section>
      ))}
      <More of={negotiations} what="negotiations" />
    </section>
  );
}

function Handshake({ handshake: { name, code, first, last, took, roundTrip, waits } }: { readonly handshake: HandshakeView }) {
  return (
    <div className="handshake">
      <div className="handshake-head">
        <h3>
          {name} {code === null ? null : <span className="mono">{code}</span>}
        </h3>
        <span className="sm ink3 num">{first === last ? `#${first}` : `#${first}–${last}`}</span>
        {took === null ? <span className="mark warning">not completed</span> : <b className="num">{took}</b>}
        <span className="grow" />
        {roundTrip === null ? null : <span className="sm ink3 num">round trip {roundTrip}</span>}
      </div>
      {waits.length === 0 ? (
        <p className="sm ink3">No message of it was answered.</p>
      ) : (
        <table className="tbl">
          <caption className="hidden-words">
            Answers of {name} {code}
          </caption>
          <thead>
            <tr className="hidden-words">
              {['Message', 'Answer', 'When', 'Took', 'Copies'].map((title) => (
                <th key={title}>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {waits.map((wait) => (
              <Wait key={wait.event} wait={wait} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Of the bar, in its own units: the page stretches it. */
const length = 1000;

function Wait({ wait: { event, label, side, answer, answerLabel, took, copies, from, to } }: { readonly wait: WaitView }) {
  const answeredBy = side === 'initiator' ? 'responder' : 'initiator';
  return (
    <tr>
      <td className="wait-message">
        {label} <EventLink event={event} />
      </td>
      <td className="wait-message">
        {answerLabel} <EventLink event={answer} />
      </td>
      <td className="wait-bar">
        <svg viewBox={`0 0 ${length} 8`} preserveAspectRatio="none" role="img" aria-label={`the ${answeredBy} answered after ${took}`}>
          <path d={`M0 4H${length}`} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
          <rect x={from * length} width={Math.max(3, (to - from) * length)} height={8} fill={`var(--${answeredBy})`} />
        </svg>
      </td>
      <td className="right wait-took">{took}</td>
      <td className="wait-copies">{copies === '' ? null : <span className="mark warning">{copies}</span>}</td>
    </tr>
  );
}
