/** Save the event log, with its secrets or without. */
import { Download, KeyRound } from 'lucide-react';
import { download } from '../design/download.ts';
import { useAsk, useDispatch } from '../stream/store.ts';

export function Save() {
  const ask = useAsk();
  const dispatch = useDispatch();
  const save = (withSecrets: boolean) => {
    dispatch({ type: 'dialog', dialog: null });
    ask('save', { withSecrets }, (file) => {
      download(file);
      dispatch({ type: 'notice', text: withSecrets ? `${file.name} holds the secrets of this log.` : `${file.name} holds no secrets.` });
    });
  };
  return (
    <div className="save">
      <p>
        An event log holds the packets as they were seen, and everything that was given with them. Opened again, it shows the same steps;
        without its secrets, what is encrypted stays closed.
      </p>
      <div className="save-buttons">
        <button type="button" className="btn" onClick={() => save(true)}>
          <KeyRound size={14} className="line-secret" aria-hidden />
          Save with secrets
        </button>
        <button type="button" className="btn primary" onClick={() => save(false)}>
          <Download size={14} aria-hidden />
          Save without secrets
        </button>
      </div>
    </div>
  );
}
