/** One pair of policy and offer in full: attribute by attribute, the smallest change that would make them agree, where a log says so. */
import { Check, Minus } from 'lucide-react';
import type { MatrixCellView, PolicyMatrixView } from '../../protocol/protocol.ts';
import { Changes } from '../diagnose/changes.tsx';
import { useDispatch } from '../stream/store.ts';

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
  unknown: <span className="ink3">unknown</span>,
} as const;

export function CellPanel({ matrix, cell }: { readonly matrix: PolicyMatrixView | null; readonly cell: MatrixCellView | null }) {
  const dispatch = useDispatch();
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
        {cell.events.length > 0 ? (
          <section className="esp-block" aria-label="Where it says so">
            <h3>Where it says so</h3>
            <p className="policy-events">
              {cell.events.map((event) => (
                <button key={event} type="button" className="link num" onClick={() => dispatch({ type: 'go', event })}>
                  #{event.toLocaleString('en')}
                </button>
              ))}
            </p>
          </section>
        ) : null}
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
