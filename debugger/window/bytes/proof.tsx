/** How an authenticator was recomputed: the formula, every input with where it came from, and both results. */
import type { Proof } from '../../protocol/protocol.ts';
import { cutMiddle } from '../design/cut.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { ProofMark } from './inspector.tsx';

export function ProofTable({ proof }: { readonly proof: Proof }) {
  const dispatch = useDispatch();
  const event = useWindow((state) => state.event);
  const go = (to: number) => {
    dispatch({ type: 'dialog', dialog: null });
    dispatch({ type: 'go', event: to });
  };
  return (
    <div className="proof">
      <p className="mono proof-formula copyable">{proof.formula}</p>
      <table className="tbl">
        <thead>
          <tr>
            <th>Input</th>
            <th>Bytes</th>
            <th className="right">Length</th>
            <th className="right">From</th>
          </tr>
        </thead>
        <tbody>
          {proof.inputs.map((input) => (
            <tr key={input.name}>
              <td>
                <b className="medium">{input.name}</b>
              </td>
              <td className="mono copyable" title={input.hex ?? undefined}>
                {input.hex === null ? <span className="ink3">unknown</span> : cutMiddle(input.hex, 12, 8)}
              </td>
              <td className="right">{input.length} B</td>
              <td className="right">
                {input.event === event ? (
                  <span className="ink2">#{input.event}</span>
                ) : (
                  <button type="button" className="link" onClick={() => go(input.event)}>
                    #{input.event}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="pairs proof-result">
        <dt>Keyed with</dt>
        <dd className="ink-secret">{proof.keyedWith === '' ? 'nothing' : proof.keyedWith}</dd>
        <dt>Recomputed</dt>
        <dd className="mono copyable" title={proof.expected ?? undefined}>
          {proof.expected === null ? 'not possible without the key' : cutMiddle(proof.expected, 16, 8)}
        </dd>
        <dt>In the packet</dt>
        <dd className="mono copyable" title={proof.seen}>
          {cutMiddle(proof.seen, 16, 8)}
        </dd>
        <dt>Verdict</dt>
        <dd>
          <ProofMark verdict={proof.verdict} />
        </dd>
      </dl>
    </div>
  );
}
