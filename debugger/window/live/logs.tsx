/** Which log the window shows: that of the engine, which grows, or one that was forked from it. */
import type { LiveView } from '../../protocol/protocol.ts';
import { showLog } from '../stream/engine-commands.ts';
import { useDesk } from '../stream/store.ts';

export function Logs({ live }: { readonly live: LiveView }) {
  const desk = useDesk();
  const { forks, shown } = live;
  if (forks.length === 0 && shown === 'engine') return null;
  return (
    <div className="seg" role="group" aria-label="Logs">
      <button type="button" aria-pressed={shown === 'engine'} onClick={() => showLog(desk, null)}>
        Engine
      </button>
      {forks.map(({ id, name, how, outcome }) => (
        <button key={id} type="button" aria-pressed={shown === id} title={`${how} ${outcome}`} onClick={() => showLog(desk, id)}>
          {name}
        </button>
      ))}
    </div>
  );
}
