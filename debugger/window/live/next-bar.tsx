/** The message that the engine would send next, and what shall become of it. */
import { Copy, PencilLine, Timer, Undo2, XCircle } from 'lucide-react';
import type { EngineView } from '../../protocol/protocol.ts';
import { operate } from '../stream/engine-commands.ts';
import { useDesk, useDispatch } from '../stream/store.ts';

const icon = { size: 14, 'aria-hidden': true } as const;

export function NextBar({ engine }: { readonly engine: EngineView }) {
  const desk = useDesk();
  const dispatch = useDispatch();
  const { pending, changes } = engine;
  return (
    <div className="live-row live-next" role="group" aria-label="The next message">
      <span className="live-next-words">
        <span className="ink3">Leaves next</span> {pending === null ? <span className="ink3">not known yet</span> : <b>{pending}</b>}
      </span>
      <div className="live-run">
        {pending === null ? null : (
          <button type="button" className="btn small" onClick={() => dispatch({ type: 'dialog', dialog: { name: 'pending' } })}>
            <PencilLine {...icon} />
            Look and edit
            <kbd>E</kbd>
          </button>
        )}
        <button type="button" className="btn small" onClick={() => operate(desk, 'drop next')}>
          <XCircle {...icon} />
          Drop
        </button>
        <button type="button" className="btn small" onClick={() => operate(desk, 'delay next 1000')}>
          <Timer {...icon} />
          Delay 1 s
        </button>
        <button type="button" className="btn small" onClick={() => operate(desk, 'repeat next')}>
          <Copy {...icon} />
          Repeat
        </button>
      </div>
      {changes.length === 0 ? null : (
        <span className="live-changes">
          <ul aria-label="Asked for it">
            {changes.map((change, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same can be asked twice
              <li key={at} className="chip changed mono">
                {change}
              </li>
            ))}
          </ul>
          <button type="button" className="btn quiet small" onClick={() => operate(desk, 'spare next')}>
            <Undo2 {...icon} />
            As it was
          </button>
        </span>
      )}
    </div>
  );
}
