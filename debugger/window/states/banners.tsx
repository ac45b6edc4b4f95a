/** What is wrong right now, in a strip under the title bar: what is so, what still works, the one next step. */
import { CircleX, PlugZap, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../design/controls.tsx';
import { offset } from '../design/cut.ts';
import { useDispatch, useWindow } from '../stream/store.ts';

export function Banners() {
  const dispatch = useDispatch();
  const line = useWindow((state) => state.line);
  const stopped = useWindow((state) => state.stopped);
  const failure = useWindow((state) => state.failure);
  const stuck = useWindow((state) => state.stuck);
  const event = useWindow((state) => state.event);
  const overview = useWindow((state) => state.overview);
  const damageSeen = useWindow((state) => state.damageSeen);
  const damage = damageSeen ? undefined : overview?.damage[0];
  const more = (overview?.damage.length ?? 0) - 1;
  return (
    <div className="banners">
      {line === 'lost' ? (
        <Banner tone="bad" icon={<PlugZap size={16} strokeWidth={1.75} />} title="The connection to the engine was lost">
          What is drawn stays as it was. Trying again; if it does not come back, look whether ikewind still runs.
        </Banner>
      ) : null}
      {stopped ? (
        <Banner tone="bad" icon={<CircleX size={16} strokeWidth={1.75} />} title="The engine stopped">
          {stopped.message} This is our fault, not the trace’s.{' '}
          {stopped.restarting
            ? 'It is being started again with the same files.'
            : 'Nothing is lost: your files are as they were. Open them again.'}
        </Banner>
      ) : null}
      {failure ? (
        <Banner
          tone="bad"
          icon={<CircleX size={16} strokeWidth={1.75} />}
          title={failure.title}
          onClose={() => dispatch({ type: 'failed', failure: null })}
        >
          {failure.message} {failure.cure}
        </Banner>
      ) : null}
      {stuck !== null && line === 'open' && !stopped ? (
        <Banner tone="bad" icon={<CircleX size={16} strokeWidth={1.75} />} title={`Event ${event} could not be shown`}>
          {stuck} This is our fault, not the trace’s. Other events still can be.
        </Banner>
      ) : null}
      {damage ? (
        <Banner
          tone="warning"
          icon={<TriangleAlert size={16} strokeWidth={1.75} />}
          title={damage.title}
          onClose={() => dispatch({ type: 'damageSeen' })}
          action={
            <button type="button" className="btn small" onClick={() => dispatch({ type: 'dialog', dialog: { name: 'damage' } })}>
              Show bytes
            </button>
          }
        >
          {damage.input}, offset {offset(damage.offset)}: {damage.message}
          {more > 0 ? ` And ${more} more.` : ''}
        </Banner>
      ) : null}
    </div>
  );
}

interface BannerProps {
  readonly tone: 'bad' | 'warning';
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly onClose?: () => void;
}

function Banner({ tone, icon, title, children, action, onClose }: BannerProps) {
  return (
    <div className={`banner strip ${tone}`} role="alert">
      <span className={`ink-${tone}`} aria-hidden="true">
        {icon}
      </span>
      <div>
        <b>{title}</b>
        <p>{children}</p>
      </div>
      {action}
      {onClose ? <IconButton name="Dismiss" className="btn quiet small icon" icon={<X size={14} />} onClick={onClose} /> : null}
    </div>
  );
}
