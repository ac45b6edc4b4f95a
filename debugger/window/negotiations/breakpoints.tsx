/** Searches that playing stops at: switched on and off, with how often and where they are hit. */
import { Circle, CircleDot, Plus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../design/controls.tsx';
import { nextAfter } from '../stream/places.ts';
import type { Breakpoint } from '../stream/state.ts';
import { useDispatch, useWindow } from '../stream/store.ts';

export function Breakpoints() {
  const dispatch = useDispatch();
  const breakpoints = useWindow((state) => state.breakpoints);
  const [query, setQuery] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const adding = query !== null;
  useEffect(() => {
    if (adding) input.current?.focus();
  }, [adding]);
  const close = () => setQuery(null);
  return (
    <section aria-label="Breakpoints">
      <div className="head ruled">
        <h2>Breakpoints</h2>
        <span className="grow" />
        <IconButton
          id="add-breakpoint"
          name="Add breakpoint"
          hint="B"
          className="btn quiet small icon"
          icon={<Plus size={14} />}
          onClick={() => setQuery('')}
        />
      </div>
      {adding ? (
        <form
          className="add-breakpoint"
          onSubmit={(event) => {
            event.preventDefault();
            dispatch({ type: 'breakpointAdded', query: query ?? '' });
            close();
          }}
        >
          <label className="field">
            <span className="hidden-words">Stop where this search matches</span>
            <input
              ref={input}
              className="mono"
              value={query}
              placeholder="a search, as IKE_R_MM5"
              spellCheck={false}
              onChange={(event) => setQuery(event.target.value)}
              onBlur={() => query === '' && close()}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                event.stopPropagation();
                close();
              }}
            />
          </label>
        </form>
      ) : null}
      {breakpoints.length === 0 && !adding ? <p className="note">Playing stops where a search of yours matches.</p> : null}
      <ul aria-label="Breakpoints">
        {breakpoints.map((breakpoint) => (
          <Row key={breakpoint.id} breakpoint={breakpoint} />
        ))}
      </ul>
    </section>
  );
}

function Row({ breakpoint }: { readonly breakpoint: Breakpoint }) {
  const dispatch = useDispatch();
  const event = useWindow((state) => state.event);
  const { id, query, on, hits, error } = breakpoint;
  const here = (hits ?? []).includes(event);
  const next = hits === null ? null : (nextAfter(hits, event) ?? hits[0] ?? null);
  return (
    <li className={`with-remove side-row${here ? ' hit' : ''}`}>
      <button
        type="button"
        className="switch"
        role="switch"
        aria-checked={on}
        aria-label={`Stop at ${query}`}
        title={on ? 'Switch off' : 'Switch on'}
        onClick={() => dispatch({ type: 'breakpointSwitched', id, on: !on })}
      >
        {on ? <CircleDot size={14} className="line-bad" aria-hidden /> : <Circle size={14} aria-hidden />}
      </button>
      <button
        type="button"
        className={`mono cut${on ? '' : ' ink3'}`}
        title={error ?? (next === null ? query : `Go to #${next}`)}
        onClick={() => next !== null && dispatch({ type: 'go', event: next })}
      >
        {query}
      </button>
      <span className={`place${error === null ? '' : ' ink-bad'}`} title={error ?? undefined}>
        {error !== null
          ? 'not a search'
          : hits === null
            ? '…'
            : here
              ? `hit #${event}`
              : `${hits.length} ${hits.length === 1 ? 'hit' : 'hits'}`}
      </span>
      <button
        type="button"
        className="remove"
        aria-label={`Remove breakpoint ${query}`}
        onClick={() => dispatch({ type: 'breakpointRemoved', id })}
      >
        <X size={12} aria-hidden />
      </button>
    </li>
  );
}
