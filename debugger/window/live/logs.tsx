/** Which log the window shows: that of the engine, which grows, or one that was forked from it; and the way to another fork. */
import { GitCompareArrows, GitFork } from 'lucide-react';
import type { LiveView } from '../../protocol/protocol.ts';
import { canFork, showLog } from '../stream/engine-commands.ts';
import { useDesk, useDispatch, useWindow } from '../stream/store.ts';

export function Logs({ live }: { readonly live: LiveView }) {
  const desk = useDesk();
  const dispatch = useDispatch();
  const forkable = useWindow(canFork);
  const { forks, shown } = live;
  return (
    <div className="live-logs">
      {forks.length === 0 && shown === 'engine' ? null : (
        <div className="seg" role="group" aria-label="Logs">
          <button type="button" aria-pressed={shown === 'engine'} onClick={() => showLog(desk, null)}>
            Engine
          </button>
          {forks.map(({ id, name, how, outcome }) => (
            <button key={id} type="button" aria-pressed={shown === id} title={`${how} ${outcome}.`} onClick={() => showLog(desk, id)}>
              {name}
            </button>
          ))}
        </div>
      )}
      {typeof shown === 'number' ? (
        <button type="button" className="btn small" onClick={() => dispatch({ type: 'dialog', dialog: { name: 'compare' } })}>
          <GitCompareArrows size={14} aria-hidden />
          Compare
        </button>
      ) : null}
      <button
        type="button"
        className="btn small"
        disabled={!forkable}
        onClick={() => dispatch({ type: 'dialog', dialog: { name: 'fork' } })}
      >
        <GitFork size={14} aria-hidden />
        Fork here
        <kbd>F</kbd>
      </button>
    </div>
  );
}
