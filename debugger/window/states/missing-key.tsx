/** A key that is missing: which one, what it would open, and a place to give it. */
import { FileKey2, KeyRound } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { MissingKey } from '../../protocol/protocol.ts';
import { pickFiles } from '../stream/commands.ts';
import { useAsk, useDispatch } from '../stream/store.ts';
import './states.css';

export function MissingKeyForm({ missing }: { readonly missing: MissingKey }) {
  const ask = useAsk();
  const dispatch = useDispatch();
  const [message, setMessage] = useState('');
  const [psk, setPsk] = useState('');
  const [dhSecret, setDhSecret] = useState('');
  const { negotiation } = missing;

  const give = (event: SubmitEvent) => {
    event.preventDefault();
    setMessage('');
    if (dhSecret.trim() !== '') {
      ask('giveDhSecret', { hex: dhSecret.replaceAll(/[\s:]/g, ''), negotiation }, ({ ok, message: why }) => {
        if (!ok) setMessage(why);
        else dispatch({ type: 'notice', text: 'g^xy was taken.' });
      });
    }
    if (psk !== '') {
      ask('givePsk', { psk, negotiation, side: null }, ({ ok }) => {
        if (!ok) setMessage('The pre-shared key was not taken.');
        else dispatch({ type: 'notice', text: 'The pre-shared key was taken.' });
      });
    }
  };

  return (
    <form className="missing" aria-label={missing.title} onSubmit={give} autoComplete="off">
      <div className="banner secret" role="note">
        <KeyRound size={16} strokeWidth={1.75} aria-hidden />
        <div>
          <b>{missing.title}</b>
          <p>
            {missing.detail}
            {missing.ways.length > 0 ? ` Enough ${missing.ways.length === 1 ? 'is' : 'is any of these'}: ${missing.ways.join('; ')}.` : ''}
          </p>
        </div>
      </div>
      <div className="missing-fields">
        <label className="missing-row">
          <span>Pre-shared key</span>
          <span className="field">
            <input type="password" value={psk} onChange={(event) => setPsk(event.target.value)} autoComplete="off" spellCheck={false} />
          </span>
        </label>
        <label className="missing-row">
          <span>g^xy, hex</span>
          <span className="field">
            <input
              type="password"
              className="mono"
              value={dhSecret}
              onChange={(event) => setDhSecret(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </span>
        </label>
        <div className="missing-row">
          <button type="button" className="btn small quiet" onClick={pickFiles}>
            <FileKey2 size={14} aria-hidden />
            Open a key file
          </button>
          <span className="grow" />
          <button type="submit" className="btn small primary" disabled={psk === '' && dhSecret.trim() === ''}>
            Give
          </button>
        </div>
        {message === '' ? null : (
          <p className="ink-bad sm" role="alert">
            {message}
          </p>
        )}
      </div>
    </form>
  );
}
