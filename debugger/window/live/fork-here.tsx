/** Another future from where one stands: with whom, and what is to be different. */
import { GitFork } from 'lucide-react';
import { useState } from 'react';
import type { ForkWish } from '../../protocol/protocol.ts';
import { useAsk, useDispatch, useWindow } from '../stream/store.ts';

const changes = [
  ['none', 'Nothing', []],
  ['without', 'What came at this event does not come', []],
  ['drop', 'Our next message is lost', ['drop next']],
  ['repeat', 'Our next message goes out twice', ['repeat next']],
  ['delay', 'Our next message goes out 5 s later', ['delay next 5000']],
  ['edit', 'Octets of our next message', []],
  ['came', 'Octets of what came at this event', []],
] as const;

const futures = [
  [
    'simulated',
    'A peer that an engine of ours plays',
    'In virtual time. It has seen what the real peer saw, and wants what suits us: what the real one is configured to, no log tells.',
  ],
  ['recorded', 'What was recorded comes again', 'What the real peer sent then comes at the same times, whatever we say now.'],
] as const;

export function ForkHere() {
  const ask = useAsk();
  const dispatch = useDispatch();
  const event = useWindow((state) => state.event);
  const [future, setFuture] = useState<ForkWish['future']>('simulated');
  const [change, setChange] = useState<(typeof changes)[number][0]>('none');
  const [edit, setEdit] = useState('payloads 11 63');
  const [refused, setRefused] = useState<string | null>(null);
  const fork = () => {
    const came = change === 'came' ? [`edit next ${edit.trim()}`] : [];
    const requests = change === 'edit' ? [`edit next ${edit.trim()}`] : (changes.find(([name]) => name === change)?.[2] ?? []);
    ask('fork', { event, future, requests, without: change === 'without', came }, ({ ok, message }) => {
      if (!ok) return setRefused(message);
      dispatch({ type: 'dialog', dialog: null });
      dispatch({ type: 'view', view: 'step' });
      dispatch({ type: 'notice', text: `Forked at #${event}: ${message}` });
    });
  };
  return (
    <form
      className="fork-here"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        fork();
      }}
    >
      <p>
        The engine as it was after <b>#{event}</b> goes on from there, in a log of its own. The running one does not notice.
      </p>
      <fieldset>
        <legend>Who answers</legend>
        {futures.map(([name, title, detail], at) => (
          <label key={name}>
            <input
              type="radio"
              name="future"
              data-begin={at === 0 ? true : undefined}
              checked={future === name}
              onChange={() => setFuture(name)}
            />
            <span>
              {title}
              <br />
              <span className="ink3">{detail}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>What is different</legend>
        {changes.map(([name, title]) => (
          <label key={name}>
            <input type="radio" name="change" checked={change === name} onChange={() => setChange(name)} />
            <span>{title}</span>
          </label>
        ))}
        {change === 'edit' || change === 'came' ? (
          <label className="field">
            <span>part, offset, octets</span>
            <input className="mono" value={edit} spellCheck={false} onChange={(changed) => setEdit(changed.target.value)} />
          </label>
        ) : null}
      </fieldset>
      {refused === null ? null : <p className="ink-bad">{refused}</p>}
      <div className="save-buttons">
        <button type="submit" className="btn primary">
          <GitFork size={14} aria-hidden />
          Fork
        </button>
      </div>
    </form>
  );
}
