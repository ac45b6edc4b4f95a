/** The states of one machine as a table: which side, since which event, where it is now. */
import type { MachineView } from '../../protocol/protocol.ts';
import { useDispatch } from '../stream/store.ts';

const when = { past: 'passed', now: 'now', ahead: 'not yet' } as const;

export function MachineTable({ machine }: { readonly machine: MachineView }) {
  const dispatch = useDispatch();
  return (
    <table className="tbl">
      <caption className="hidden-words">{machine.title}</caption>
      <thead>
        <tr>
          <th>Side</th>
          <th>State</th>
          <th>Since</th>
        </tr>
      </thead>
      <tbody>
        {machine.states.map((state) => (
          <tr key={state.id} className={state.when === 'now' ? 'chosen' : undefined}>
            <td className={state.side === null ? undefined : `ink-${state.side}`}>{state.side ?? 'both'}</td>
            <td className="mono">{state.label}</td>
            <td>
              {state.event === null ? (
                <span className="ink3">{when[state.when]}</span>
              ) : (
                <button type="button" className="link num" onClick={() => dispatch({ type: 'go', event: state.event ?? 0 })}>
                  #{state.event}
                  {state.assumed ? ', assumed' : ''}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
