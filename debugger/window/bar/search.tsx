/** The search: a field, and the events that match below it. Enter goes to the next one. */
import { Search as SearchIcon, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useDispatch, useWindow } from '../stream/store.ts';

/** So many are listed; Enter goes through all of them. */
const listed = 200;

export function Search() {
  const dispatch = useDispatch();
  const search = useWindow((state) => state.search);
  const event = useWindow((state) => state.event);
  const input = useRef<HTMLInputElement>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const [marked, setMarked] = useState(-1);
  const hits = search.hits ?? [];

  const goTo = (index: number) => {
    const hit = hits[index];
    if (hit === undefined) return;
    setMarked(index);
    dispatch({ type: 'go', event: hit.event });
  };
  const step = (direction: 1 | -1) => {
    if (hits.length === 0) return;
    const next = direction === 1 ? hits.findIndex((hit) => hit.event > event) : hits.findLastIndex((hit) => hit.event < event);
    goTo(next >= 0 ? next : direction === 1 ? 0 : hits.length - 1);
  };
  const giveBack = () => {
    input.current?.blur();
    const before = cameFrom.current?.isConnected ? cameFrom.current : document.querySelector<HTMLElement>('main [data-first]');
    before?.focus();
  };
  const onKeyDown = (pressed: React.KeyboardEvent) => {
    if (pressed.key === 'Enter' || pressed.key === 'ArrowDown') step(pressed.shiftKey ? -1 : 1);
    else if (pressed.key === 'ArrowUp') step(-1);
    else if (pressed.key === 'Escape') {
      // Out of the field again, to where one was: the keys step through time once more.
      dispatch({ type: 'searched', query: '' });
      giveBack();
    } else return;
    pressed.preventDefault();
  };

  return (
    <div
      className="search"
      role="search"
      onBlur={(left) => {
        if (!left.currentTarget.contains(left.relatedTarget)) dispatch({ type: 'searchOpen', open: false });
      }}
    >
      <label className="field" htmlFor="search">
        <SearchIcon size={14} aria-hidden />
        <input
          id="search"
          ref={input}
          value={search.query}
          placeholder="Search events, bytes"
          aria-label="Search events, bytes"
          autoComplete="off"
          spellCheck={false}
          onChange={(changed) => {
            setMarked(-1);
            dispatch({ type: 'searched', query: changed.target.value });
          }}
          onFocus={(got) => {
            cameFrom.current = got.relatedTarget instanceof HTMLElement ? got.relatedTarget : null;
            dispatch({ type: 'searchOpen', open: true });
          }}
          onKeyDown={onKeyDown}
        />
        {search.query === '' ? (
          <kbd>/</kbd>
        ) : (
          <button type="button" className="clear" aria-label="Clear the search" onClick={() => dispatch({ type: 'searched', query: '' })}>
            <X size={12} aria-hidden />
          </button>
        )}
      </label>
      {search.open ? (
        <div className="float search-hits" role="status">
          <div className="search-head xs ink3">
            <span className="grow cut">
              {search.error !== null
                ? 'Not a search'
                : search.hits === null
                  ? 'Searching'
                  : `${hits.length === 10_000 ? 'The first 10,000' : hits.length.toLocaleString('en')} ${hits.length === 1 ? 'event' : 'events'}`}
            </span>
            {hits.length > 0 ? (
              <span>
                <kbd>Enter</kbd> next <kbd>Esc</kbd> leave
              </span>
            ) : null}
          </div>
          {search.error !== null ? <p className="search-error ink-bad sm">{search.error}</p> : null}
          {search.hits !== null && hits.length === 0 && search.error === null ? (
            <div className="nothing">
              <b>No event matches {search.query}</b>
              <p className="ink2">Words, states, addresses, SPIs, cookies and hex of the bytes are searched, case aside.</p>
            </div>
          ) : null}
          <ul aria-label="Hits">
            {hits.slice(0, listed).map((hit, index) => (
              <li key={`${hit.event} ${hit.text}`}>
                <button
                  type="button"
                  className={`hit-row${index === marked || hit.event === event ? ' chosen' : ''}`}
                  tabIndex={-1}
                  onMouseDown={(pressed) => {
                    pressed.preventDefault(); // the field keeps the focus
                    goTo(index);
                  }}
                >
                  <span className="place num">#{hit.event}</span>
                  <b>{hit.label}</b>
                  <span className="cut ink2" title={hit.text}>
                    {hit.text}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}
