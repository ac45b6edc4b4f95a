/** Go to an event by its number. */
import { useState } from 'react';
import { useDispatch, useWindow } from '../stream/store.ts';

export function GoTo() {
  const dispatch = useDispatch();
  const last = useWindow((state) => state.overview?.lastIndex ?? 0);
  const [text, setText] = useState('');
  const event = /^#?\d+$/.test(text.trim()) ? Number(text.trim().replace('#', '')) : null;
  const fits = event !== null && event <= last;
  return (
    <form
      className="go-to"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!fits) return;
        dispatch({ type: 'dialog', dialog: null });
        dispatch({ type: 'go', event });
      }}
    >
      <label className="field">
        <span className="hidden-words">Event</span>
        <input
          data-begin
          inputMode="numeric"
          value={text}
          placeholder={`0 to ${last}`}
          onChange={(changed) => setText(changed.target.value)}
        />
      </label>
      <button type="submit" className="btn primary" disabled={!fits}>
        Go
      </button>
      {text !== '' && !fits ? (
        <p className="ink-bad sm">{event === null ? 'An event is a number.' : `The last event is #${last}.`}</p>
      ) : null}
    </form>
  );
}
