/** What this event changed: added, changed, taken away. */
import { useLayoutEffect, useRef } from 'react';
import type { ChangeView } from '../../protocol/protocol.ts';
import { Masked } from '../design/controls.tsx';
import { cutMiddle } from '../design/cut.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import './changes.css';

const signs = { '+': 'added', '~': 'changed', '-': 'gone' } as const;

export function Changes() {
  const moment = useWindow((state) => state.moment);
  const selection = useWindow((state) => state.selection);
  const changes = moment?.changes ?? [];
  const list = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another selection brings its row into view, scrolling by hand does not
  useLayoutEffect(() => {
    const row = list.current?.querySelector<HTMLElement>('.chosen');
    if (!list.current || !row) return;
    const top = row.offsetTop - list.current.offsetTop;
    const { scrollTop, clientHeight } = list.current;
    if (top < scrollTop) list.current.scrollTop = top;
    else if (top + row.offsetHeight > scrollTop + clientHeight) list.current.scrollTop = top + row.offsetHeight - clientHeight;
  }, [moment, selection]);
  return (
    <section className="panel changes fill" aria-label="Changes" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Changes</h2>
        <span className="count">{moment === null || moment.event === 0 ? 'at the start' : `since #${moment.event - 1}`}</span>
      </div>
      <ul ref={list} className="scroll" tabIndex={0} data-first key={moment?.event}>
        {changes.length === 0 ? <li className="note">Nothing that is kept changed.</li> : null}
        {changes.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two changes can be alike
          <ChangeRow key={index} change={change} />
        ))}
      </ul>
    </section>
  );
}

function ChangeRow({ change }: { readonly change: ChangeView }) {
  const dispatch = useDispatch();
  const selection = useWindow((state) => state.selection);
  const hover = useWindow((state) => state.hover);
  const linked = change.node !== null || change.key !== null;
  const isOf = (pointer: typeof selection) =>
    (change.node !== null && change.node === pointer.node) || (change.key !== null && change.key === pointer.key);
  const pick = () => {
    if (change.node !== null) dispatch({ type: 'selectNode', node: change.node });
    else if (change.key !== null) dispatch({ type: 'selectKey', key: change.key });
  };
  const content = (
    <>
      <span className="sign" title={signs[change.sign]}>
        <span aria-hidden="true">{change.sign}</span>
        <span className="hidden-words">{signs[change.sign]}</span>
      </span>
      <span className="cut">{change.label}</span>
      <span className="becomes" title={change.secret ? undefined : [change.before, change.after].filter(Boolean).join(' → ')}>
        <Value change={change} />
      </span>
    </>
  );
  const look = `change${isOf(selection) ? ' chosen' : isOf(hover) ? ' hovered' : ''}`;
  return (
    <li>
      {linked ? (
        <button
          type="button"
          className={look}
          onClick={pick}
          onMouseEnter={() => dispatch({ type: 'hover', node: change.node, key: change.key })}
        >
          {content}
        </button>
      ) : (
        <div className={look}>{content}</div>
      )}
    </li>
  );
}

function Value({ change: { before, after, secret, sign } }: { readonly change: ChangeView }) {
  if (secret && after === null && before === null) return <Masked />;
  const shown = (text: string) => (/^[0-9a-f]{16,}$/.test(text) ? cutMiddle(text, before === null ? 8 : 4, 4) : text);
  if (sign === '~' && before !== null && after !== null) {
    return (
      <span className="from-to">
        <span>{shown(before)}</span>
        <span>&nbsp;→ {shown(after)}</span>
      </span>
    );
  }
  const text = sign === '-' ? before : after;
  return text === null ? null : <span className={secret ? 'ink-secret' : undefined}>{shown(text)}</span>;
}
