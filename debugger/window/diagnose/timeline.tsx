/** How far the negotiation came: its messages between two lanes, the failing one in red, and dashed what should have come and did not. */
import { useRef } from 'react';
import type { CaseStep, CaseView } from '../../protocol/protocol.ts';
import { headPath } from '../design/icons.tsx';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { useTimes, type WriteTime, type Written } from '../stream/times.ts';

export function CaseTimeline({ view }: { readonly view: CaseView | null }) {
  const tables = useWindow((state) => state.tables);
  const event = useWindow((state) => state.event);
  const picture = useRef<HTMLDivElement>(null);
  const write = useTimes();
  const steps = view?.timeline ?? [];
  const fails = steps.some(({ failing }) => failing);
  return (
    <aside className="panel case-timeline" aria-label="Timeline" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Timeline</h2>
        <span className="count">{steps.length === 0 ? '' : fails ? 'to the failing step' : 'from first to last'}</span>
        <span className="grow" />
        {steps.length > 0 ? <SavePicture name="timeline" of={picture} /> : null}
      </div>
      <div className="scroll" tabIndex={0} data-first>
        {view === null || steps.length === 0 ? (
          <p className="note">{view === null ? '' : 'No negotiation, so no steps.'}</p>
        ) : tables ? (
          <StepTable steps={steps} />
        ) : (
          <div ref={picture} className="timeline">
            <div className="timeline-ends">
              <span className="ink-initiator">
                Initiator
                <br />
                <span className="mono">{view.initiator}</span>
              </span>
              <span className="ink-responder">
                Responder
                <br />
                <span className="mono">{view.responder}</span>
              </span>
            </div>
            <ol>
              {steps.map((step, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: steps keep their order, and two can be alike
                <Step key={index} step={step} time={timeOfStep(write, steps, index)} here={step.event === event} />
              ))}
            </ol>
          </div>
        )}
      </div>
      {view && view.why !== '' ? (
        <section className="case-why" aria-label="Why">
          <h3>{fails ? 'What happens at this step' : 'In a word'}</h3>
          <p className="ink2">{view.why}</p>
          <p className="case-rfcs">
            {view.rfcs.map((rfc) => (
              <span key={rfc} className="rfc">
                {rfc}
              </span>
            ))}
          </p>
        </section>
      ) : null}
    </aside>
  );
}

function Step({ step, time, here }: { readonly step: CaseStep; readonly time: Written; readonly here: boolean }) {
  const dispatch = useDispatch();
  const { kind, side, label, code, event, note, failing } = step;
  const to = side === 'initiator' ? 'responder' : 'initiator';
  const words = (
    <>
      <div className={`timeline-lane ${side ?? 'nobody'}`}>
        <span className="timeline-label">
          <b>{label}</b> <span className="mono">{code}</span>
        </span>
        {side === null ? null : (
          <span className="timeline-arrow">
            <svg className={`tip-${to}`} width="7" height="10" viewBox="0 0 7 10" aria-label={`to the ${to}`}>
              <path d={headPath(to)} fill="currentColor" />
            </svg>
          </span>
        )}
      </div>
      <span className="timeline-when num">
        {event === null ? null : <span className={here ? 'ink2 medium' : undefined}>#{event.toLocaleString('en')}</span>}
        <span className={note !== '' && kind === 'message' ? 'ink2' : 'ink3'} title={time.title}>
          {note === '' ? time.text : note}
        </span>
      </span>
    </>
  );
  return (
    <li className={`timeline-step ${kind}${failing ? ' failing' : ''}`}>
      {event === null ? (
        <div className="timeline-row">{words}</div>
      ) : (
        <button type="button" className="timeline-row" onClick={() => dispatch({ type: 'show', event, node: null })}>
          {words}
        </button>
      )}
    </li>
  );
}

/** Relative times count from the first message of the negotiation. */
const timeOfStep = (write: WriteTime, steps: readonly CaseStep[], index: number): Written =>
  write(steps[index]?.at ?? null, steps[index - 1]?.at ?? null, steps[0]?.at ?? null);

function StepTable({ steps }: { readonly steps: readonly CaseStep[] }) {
  const write = useTimes();
  return (
    <table className="tbl">
      <caption className="hidden-words">Steps of the negotiation</caption>
      <thead>
        <tr>
          <th>Event</th>
          <th>From</th>
          <th>What</th>
          <th className="right">Time</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps keep their order, and two can be alike
          <tr key={index}>
            <td>{step.event === null ? step.note || 'never came' : `#${step.event}`}</td>
            <td>{step.side ?? ''}</td>
            <td>
              {step.label} {step.code}
            </td>
            <td className="right">{timeOfStep(write, steps, index).text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
