/** Every negotiation of the trace with its verdict and its parts, then findings, breakpoints and bookmarks. */
import { Bookmark as BookmarkIcon, X } from 'lucide-react';
import { IconButton } from '../design/controls.tsx';
import { SeverityIcon } from '../design/icons.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { Breakpoints } from './breakpoints.tsx';
import './negotiations.css';
import { NegotiationTree } from './tree.tsx';

export function Negotiations() {
  const dispatch = useDispatch();
  const overview = useWindow((state) => state.overview);
  const event = useWindow((state) => state.event);
  const bookmarks = useWindow((state) => state.bookmarks);
  const open = useWindow((state) => state.sideOpen);
  const negotiations = overview?.negotiations ?? [];
  const findings = overview?.findings ?? [];
  const go = (to: number) => dispatch({ type: 'go', event: to });
  return (
    <aside className={`panel side${open ? ' open' : ''}`} aria-label="Negotiations" data-panel tabIndex={-1}>
      <div className="scroll">
        <div className="head">
          <h2>Negotiations</h2>
          <span className="count">{negotiations.length}</span>
          <span className="grow" />
          {open ? (
            <IconButton
              name="Close"
              className="btn quiet small icon side-close"
              icon={<X size={14} />}
              onClick={() => dispatch({ type: 'side', open: false })}
            />
          ) : null}
        </div>
        {negotiations.length === 0 ? (
          <p className="note">None was found in this trace.</p>
        ) : (
          <NegotiationTree negotiations={negotiations} />
        )}

        <div className="head ruled">
          <h2>Findings</h2>
          <span className="count">{findings.length}</span>
        </div>
        {findings.length === 0 ? <p className="note">Nothing stood out.</p> : null}
        <ul aria-label="Findings">
          {findings.map((finding, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two findings can be alike
            <li key={index}>
              <button
                type="button"
                className={`side-row two${finding.event === event ? ' here' : ''}`}
                title={`${finding.title}: ${finding.detail}`}
                onClick={() => go(finding.event)}
              >
                <SeverityIcon severity={finding.severity} />
                <span className="cut">
                  {finding.title}
                  <br />
                  <span className="ink3">{finding.detail}</span>
                </span>
                <span className="place">#{finding.event}</span>
              </button>
            </li>
          ))}
        </ul>

        <Breakpoints />

        <div className="head ruled">
          <h2>Bookmarks</h2>
          <span className="count">{bookmarks.length === 0 ? '' : bookmarks.length}</span>
        </div>
        {bookmarks.length === 0 ? (
          <p className="note">
            <kbd>M</kbd> sets one at the current event.
          </p>
        ) : null}
        <ul aria-label="Bookmarks">
          {bookmarks.map((bookmark) => (
            <li key={bookmark.event} className="with-remove">
              <button type="button" className={`side-row${bookmark.event === event ? ' here' : ''}`} onClick={() => go(bookmark.event)}>
                <BookmarkIcon size={14} aria-hidden />
                <span className="cut">{bookmark.label}</span>
                <span className="place">#{bookmark.event}</span>
              </button>
              <button
                type="button"
                className="remove"
                aria-label={`Remove bookmark #${bookmark.event}`}
                onClick={() => dispatch({ type: 'bookmark', event: bookmark.event })}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}
