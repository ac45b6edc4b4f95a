/** The engine that runs behind the window: whether it is held, what it would send next, and what an operator can ask of it. */
import { CircleDot, Pause, Play, Plus, StepForward, X } from 'lucide-react';
import { useState } from 'react';
import type { EngineView, LiveView } from '../../protocol/protocol.ts';
import { IconButton } from '../design/controls.tsx';
import { operate } from '../stream/engine-commands.ts';
import { useDesk, useWindow } from '../stream/store.ts';
import './live.css';
import { Logs } from './logs.tsx';
import { NextBar } from './next-bar.tsx';

export function LiveBar() {
  const live = useWindow((state) => state.live);
  return live === null ? null : <Bar live={live} />;
}

function Bar({ live }: { readonly live: LiveView }) {
  const { engine } = live;
  return (
    <section className={`live ${engine.status}`} aria-label="Engine" data-panel tabIndex={-1}>
      <div className="live-row">
        <Status engine={engine} brief={live.shown !== 'engine'} />
        {engine.status === 'ended' ? null : (
          <>
            <Run engine={engine} />
            <Breaks engine={engine} />
          </>
        )}
        <span className="grow" />
        <Logs live={live} />
      </div>
      <ForkRow live={live} />
      {engine.pending !== null || engine.changes.length > 0 ? <NextBar engine={engine} /> : null}
    </section>
  );
}

/** What is shown is no wire's doing: it says so as long as it is shown. */
function ForkRow({ live: { forks, shown } }: { readonly live: LiveView }) {
  const fork = forks.find(({ id }) => id === shown);
  if (fork === undefined) return null;
  return (
    <p className="live-row live-fork">
      <b>{fork.name}</b>
      <span className="cut ink2">{fork.how}</span>
      <span className={`cut ${fork.outcome.startsWith('failed') ? 'ink-bad' : 'ink-good'}`}>{fork.outcome}</span>
    </p>
  );
}

const words: Readonly<Record<EngineView['status'], string>> = { running: 'Running', held: 'Held', ended: 'Ended' };

/** `brief`: another log than its own is shown, and has its own outcome. */
function Status({ engine, brief }: { readonly engine: EngineView; readonly brief: boolean }) {
  const { status, why, name, verdict } = engine;
  return (
    <p className="live-status" role="status" title={verdict === null ? name : `${name}: ${verdict}`}>
      <i className="live-dot" aria-hidden="true" />
      <b>
        {words[status]}
        {why === '' ? '' : status === 'held' && why !== 'paused' && why !== 'stepped' ? ` at ${why}` : `: ${why}`}
      </b>
      <span className="cut ink2">{name}</span>
      {verdict === null || brief ? null : <span className={`cut ${verdict.startsWith('failed') ? 'ink-bad' : 'ink-good'}`}>{verdict}</span>}
    </p>
  );
}

function Run({ engine }: { readonly engine: EngineView }) {
  const desk = useDesk();
  const held = engine.status === 'held';
  return (
    <div className="live-run" role="group" aria-label="Run">
      <button type="button" className={`btn small${held ? ' primary' : ''}`} onClick={() => operate(desk, held ? 'continue' : 'pause')}>
        {held ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        {held ? 'Continue' : 'Pause'}
        <kbd>F8</kbd>
      </button>
      <IconButton
        name="Let one message leave"
        hint="F10"
        className="btn small icon"
        icon={<StepForward size={14} />}
        disabled={!held}
        onClick={() => operate(desk, 'step')}
      />
    </div>
  );
}

function Breaks({ engine }: { readonly engine: EngineView }) {
  const desk = useDesk();
  const [at, setAt] = useState('');
  return (
    <div className="live-breaks">
      <ul aria-label="The engine holds at">
        {engine.breakpoints.map((one) => (
          <li key={one} className={`chip${engine.status === 'held' && engine.why === one ? ' hit' : ''}`}>
            <CircleDot size={12} className="line-bad" aria-hidden />
            <span className="mono">{one}</span>
            <button type="button" aria-label={`Do not hold at ${one}`} onClick={() => operate(desk, `no break at ${one}`)}>
              <X size={12} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (at.trim() !== '') operate(desk, `break at ${at.trim()}`);
          setAt('');
        }}
      >
        <label className="field">
          <span className="hidden-words">Hold the engine at</span>
          <input
            id="engine-break"
            className="mono"
            value={at}
            placeholder="Hold at MM5, IKE_I_MM4…"
            spellCheck={false}
            onChange={(event) => setAt(event.target.value)}
          />
          <button type="submit" className="btn quiet small icon" aria-label="Add">
            <Plus size={14} aria-hidden />
          </button>
        </label>
      </form>
    </div>
  );
}
