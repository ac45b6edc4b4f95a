/** One pair of policy and offer in full: attribute by attribute, the smallest change that would make them agree, where a log says so. */
import { Check, Minus } from 'lucide-react';
import type { MatrixCellView, PolicyMatrixView } from '../../protocol/protocol.ts';
import { Changes } from '../diagnose/changes.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { useAnswer } from '../stream/use-answer.ts';

const marks = {
  equal: <Check size={14} className="line-good" aria-label="equal" />,
  first: (
    <span className="ink-bad" role="img" aria-label="the first that differs">
      ≠
    </span>
  ),
  differs: (
    <span className="ink3" role="img" aria-label="differs">
      ≠
    </span>
  ),
  ignored: <Minus size={14} className="line-note" aria-label="not looked at" />,
  unknown: (
    <span className="ink3" role="img" aria-label="not known">
      ?
    </span>
  ),
} as const;

export function CellPanel({ matrix, cell }: { readonly matrix: PolicyMatrixView | null; readonly cell: MatrixCellView | null }) {
  if (matrix === null || cell === null) {
    return (
      <aside className="panel policy-side" aria-label="Comparison" data-panel tabIndex={-1}>
        <div className="head">
          <h2>No pair selected</h2>
        </div>
      </aside>
    );
  }
  return (
    <aside className="panel policy-side" aria-label="Comparison" data-panel tabIndex={-1}>
      <div className="head">
        <h2>{cell.title}</h2>
        <span className="count">{cell.place}</span>
      </div>
      <div className="scroll" tabIndex={0} data-first>
        <table className="tbl">
          <thead>
            <tr>
              <th>Attribute</th>
              <th>Offered</th>
              <th>Wanted</th>
              <th>
                <span className="hidden-words">Result</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {cell.comparison.map(({ attribute, offered, wanted, isDefault, mark }) => (
              <tr key={attribute} className={mark === 'first' ? 'policy-first' : undefined}>
                <td>{attribute}</td>
                <td>{offered}</td>
                <td>
                  {wanted} {isDefault ? <span className="ink3">default</span> : null}
                </td>
                <td>{marks[mark]}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {cell.remedies.map((remedy) => (
          <section key={remedy.title} className="esp-block" aria-label={remedy.title}>
            <h3>
              {remedy.title}{' '}
              <span className="mark">
                {remedy.attributes} {remedy.attributes === 1 ? 'attribute' : 'attributes'}
              </span>
            </h3>
            <p className="ink2">{remedy.detail}</p>
            <Changes change={remedy} />
          </section>
        ))}
        {cell.events.length > 0 ? <Lines events={cell.events} /> : null}
        {matrix.sources ? (
          <section className="esp-block" aria-label="Sources">
            <h3>
              {matrix.sources.title}{' '}
              <span className={`mark ${matrix.sources.agree ? 'good' : 'warning'}`}>{matrix.sources.agree ? 'agree' : 'differ'}</span>
            </h3>
            <p className="ink2">{matrix.sources.detail}</p>
          </section>
        ) : null}
        <p className="esp-block policy-rfcs">
          <span>
            {matrix.rfcs.map((rfc) => (
              <span key={rfc} className="rfc">
                {rfc}
              </span>
            ))}
          </span>
        </p>
      </div>
    </aside>
  );
}

/** The lines of the log that tell this comparison; the last of them is the verdict. */
function Lines({ events }: { readonly events: readonly number[] }) {
  const dispatch = useDispatch();
  const now = useWindow((state) => state.event);
  const first = events[0] ?? 0;
  const page = useAnswer('logLines', { at: first, lines: 40, side: 'responder' });
  const lines = (page?.lines ?? []).filter(({ event }) => events.includes(event));
  return (
    <section className="esp-block" aria-label="Where it says so">
      <h3>Where it says so</h3>
      <ul className="policy-lines">
        {lines.map(({ event, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their order, and two can be alike
          <li key={index}>
            <button
              type="button"
              className={event === now ? 'chosen' : undefined}
              title={text}
              onClick={() => {
                dispatch({ type: 'go', event });
                dispatch({ type: 'view', view: 'log' });
              }}
            >
              <span className="num ink3 xs">#{event}</span>
              <span className="mono cut">{text.replace(/^.*?ISAKMP *(\([^)]*\))?:? ?/, '')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
