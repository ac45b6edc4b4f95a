/** Attach to a run elsewhere on this machine, by the address that it printed. */
import { useState } from 'react';
import { useAsk, useDispatch } from '../stream/store.ts';

export function Attach() {
  const ask = useAsk();
  const dispatch = useDispatch();
  const [address, setAddress] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  return (
    <form
      className="fork-here"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        ask('attach', { address: address.trim() }, ({ ok, message }) => {
          if (ok) dispatch({ type: 'dialog', dialog: null });
          else setRefused(message);
        });
      }}
    >
      <p>
        <span className="mono">ikewind connect</span> and <span className="mono">ikewind listen</span> print an address with{' '}
        <span className="mono">--debug</span>. It is good once, for this window or for a browser.
      </p>
      <label className="field">
        <span className="hidden-words">Address</span>
        <input
          className="mono"
          data-begin
          value={address}
          placeholder="http://127.0.0.1:PORT/?token=…"
          spellCheck={false}
          onChange={(changed) => setAddress(changed.target.value)}
        />
      </label>
      {refused === null ? null : <p className="ink-bad">{refused}</p>}
      <div className="save-buttons">
        <button type="submit" className="btn primary" disabled={address.trim() === ''}>
          Attach
        </button>
      </div>
    </form>
  );
}
