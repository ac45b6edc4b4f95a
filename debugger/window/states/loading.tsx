/** Reading: how far it is, what was found, and a way to stop that keeps what is there. */
import { LoaderCircle } from 'lucide-react';
import { useAsk, useWindow } from '../stream/store.ts';

export function Loading() {
  const progress = useWindow((state) => state.progress);
  const ask = useAsk();
  if (progress === null) return null;
  const { what, done, total, negotiations } = progress;
  const share = total > 0 ? Math.min(1, done / total) : null;
  return (
    <div className="loading float" role="status" aria-label={`Reading ${what}`}>
      <div className="loading-line">
        <LoaderCircle size={14} className="turning" aria-hidden />
        <b className="cut">{what}</b>
        <span className="grow" />
        {share === null ? null : <span className="num ink3">{Math.floor(share * 100)} %</span>}
      </div>
      <progress value={share ?? undefined} max={1} aria-label="How much was read" />
      <div className="loading-line ink3">
        <span className="num">
          {negotiations.toLocaleString('en')} {negotiations === 1 ? 'negotiation' : 'negotiations'} so far
        </span>
        <span className="grow" />
        <button type="button" className="btn small" onClick={() => ask('cancel', {})}>
          Cancel <kbd>Esc</kbd>
        </button>
      </div>
    </div>
  );
}
