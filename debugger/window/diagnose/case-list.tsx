/** Every negotiation with its verdict, the worst first, and below them what was opened. */
import { CircleCheck, CircleX, Info, Plus, TriangleAlert } from 'lucide-react';
import type { CaseList, CaseRow, Tone } from '../../protocol/protocol.ts';
import { pickFiles } from '../stream/commands.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { useTimes } from '../stream/times.ts';

export function ToneIcon({ tone, size = 16 }: { readonly tone: Tone; readonly size?: number }) {
  switch (tone) {
    case 'bad':
      return <CircleX size={size} strokeWidth={1.75} className="line-bad" aria-hidden />;
    case 'warning':
      return <TriangleAlert size={size} strokeWidth={1.75} className="line-warning" aria-hidden />;
    case 'good':
      return <CircleCheck size={size} strokeWidth={1.75} className="line-good" aria-hidden />;
    case 'note':
      return <Info size={size} strokeWidth={1.75} className="line-note" aria-hidden />;
  }
}

export function CaseListPanel({ list, chosen }: { readonly list: CaseList | null; readonly chosen: CaseRow | null }) {
  const dispatch = useDispatch();
  const write = useTimes();
  const inputs = useWindow((state) => state.overview?.inputs) ?? [];
  const rows = list?.rows ?? [];
  const pick = (row: CaseRow | undefined) => {
    if (row) dispatch({ type: 'choose', chosen: { negotiation: row.id ?? '', finding: 0 } });
  };
  const onKeyDown = (pressed: React.KeyboardEvent<HTMLElement>) => {
    const at = chosen === null ? -1 : rows.indexOf(chosen);
    if (pressed.key === 'Enter') return document.querySelector<HTMLElement>('#go-to-finding')?.click();
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[pressed.key];
    if (to === undefined) return;
    pick(rows[to]);
    pressed.currentTarget
      .querySelectorAll<HTMLElement>('[role="option"]')
      [Math.max(0, Math.min(rows.length - 1, to))]?.scrollIntoView({ block: 'nearest' });
    pressed.preventDefault();
  };
  return (
    <aside className="panel case-side" aria-label="Verdicts" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Negotiations</h2>
        <span className="count">{rows.length}</span>
        <span className="grow" />
        <span className="ink3 xs">worst first</span>
      </div>
      <div className="case-counts sm">
        {(list?.counts ?? []).map(({ tone, count, text }) => (
          <span key={text}>
            <ToneIcon tone={tone} size={14} />
            <span>
              <b>{count}</b> {text}
            </span>
          </span>
        ))}
      </div>
      <div
        className="scroll case-rows"
        role="listbox"
        aria-label="Verdicts"
        tabIndex={0}
        data-first
        aria-activedescendant={chosen ? `case-${rows.indexOf(chosen)}` : undefined}
        onKeyDown={onKeyDown}
      >
        {rows.map((row, index) => (
          <div
            key={row.id ?? ''}
            id={`case-${index}`}
            role="option"
            aria-selected={row === chosen}
            tabIndex={-1}
            className={`case-row${row === chosen ? ' chosen' : ''}`}
            onClick={() => pick(row)}
          >
            <ToneIcon tone={row.tone} />
            <span className="case-words">
              <b title={row.summary}>{row.summary}</b>
              <span className={`ink3${row.id === null ? '' : ' mono'}`}>{row.code}</span>
            </span>
            <span className="case-when num">
              <span title={write(row.at, null).title}>{write(row.at, null).text}</span>
              <span>{row.first === row.last ? `#${row.first}` : `#${row.first}–${row.last}`}</span>
            </span>
          </div>
        ))}
      </div>
      <section className="case-inputs" aria-label="Inputs">
        <div className="head">
          <h2>Inputs</h2>
          <span className="count">{inputs.length}</span>
          <span className="grow" />
          <button type="button" className="btn quiet small" onClick={pickFiles}>
            <Plus size={14} aria-hidden />
            Add
          </button>
        </div>
        <ul>
          {inputs.map(({ name, detail }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: inputs keep their order, and two can be alike
            <li key={index} title={`${name}: ${detail}`}>
              <span className="cut">{name}</span>
              <span className="ink3 cut">{detail}</span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}
