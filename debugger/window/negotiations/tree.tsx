/** Negotiations and their parts as a tree: a negotiation opens its parts when it is the one we stand in, or when somebody opens it. */
import { useState } from 'react';
import type { NegotiationView, PartView } from '../../protocol/protocol.ts';
import { PartIcon, SeverityIcon, VerdictIcon } from '../design/icons.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';

export function NegotiationTree({ negotiations }: { readonly negotiations: readonly NegotiationView[] }) {
  const current = useWindow((state) => state.moment?.negotiation ?? null);
  const part = useWindow((state) => state.moment?.part ?? null);
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = ({ id }: NegotiationView) => folds.get(id) ?? (id === current || negotiations.length === 1);
  const fold = (id: string, open: boolean) => setFolds(new Map(folds).set(id, open));
  const stop = current ?? negotiations[0]?.id;
  return (
    <div role="tree" aria-label="Negotiations" onKeyDown={moveFocus}>
      {negotiations.map((negotiation) => {
        const open = isOpen(negotiation);
        // One item is in the tab order: the part we stand in, if it is seen, else its negotiation.
        const onPart = open && negotiation.id === stop && negotiation.parts.some(({ id }) => id === part);
        return (
          <div key={negotiation.id} className="negotiation" role="none">
            <NegotiationItem
              negotiation={negotiation}
              open={open}
              current={negotiation.id === current && !onPart}
              inTabOrder={negotiation.id === stop && !onPart}
              onFold={(to) => fold(negotiation.id, to)}
            />
            {open ? (
              <div role="group">
                {negotiation.parts.map((one) => (
                  <PartItem key={one.id} part={one} current={onPart && one.id === part} />
                ))}
              </div>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

interface NegotiationItemProps {
  readonly negotiation: NegotiationView;
  readonly open: boolean;
  readonly current: boolean;
  readonly inTabOrder: boolean;
  readonly onFold: (open: boolean) => void;
}

function NegotiationItem({ negotiation, open, current, inTabOrder, onFold }: NegotiationItemProps) {
  const dispatch = useDispatch();
  const { id, label, title, summary, verdict, first, last, parts } = negotiation;
  const findings = useWindow((state) => state.overview?.findings);
  // Up is not all well: what costs or will cost stands in the findings.
  const faulty = verdict === 'up' && (findings?.some((f) => f.negotiation === id && f.severity !== 'note') ?? false);
  const pick = () => dispatch({ type: 'go', event: first });
  return (
    <div
      className={`side-row two${current ? ' chosen' : ''}`}
      role="treeitem"
      aria-level={1}
      aria-expanded={parts.length === 0 ? undefined : open}
      aria-selected={current}
      aria-label={`${label}, ${summary}, events ${first} to ${last}`}
      tabIndex={inTabOrder ? 0 : -1}
      data-first={inTabOrder ? true : undefined}
      title={`${summary}\n${title}`}
      onClick={pick}
      onDoubleClick={() => onFold(!open)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') pick();
        else if (event.key === 'ArrowRight' && !open) onFold(true);
        else if (event.key === 'ArrowLeft' && open) onFold(false);
        else return;
        event.preventDefault();
      }}
    >
      {faulty ? <SeverityIcon severity="warning" /> : <VerdictIcon verdict={verdict} />}
      <span className="cut">
        <b className="mono">{label}</b>
        <br />
        <span className="ink2">{summary}</span>
      </span>
      <span className="place">{eventRange(first, last)}</span>
    </div>
  );
}

function PartItem({ part, current }: { readonly part: PartView; readonly current: boolean }) {
  const dispatch = useDispatch();
  const pick = () => dispatch({ type: 'go', event: part.first });
  return (
    <div
      className={`side-row kid${current ? ' chosen' : ''}`}
      role="treeitem"
      aria-level={2}
      aria-selected={current}
      aria-label={[part.label, part.code, part.detail].filter(Boolean).join(' ')}
      tabIndex={current ? 0 : -1}
      data-first={current ? true : undefined}
      title={[part.label, part.code, part.detail].filter(Boolean).join(' ')}
      onClick={pick}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        pick();
      }}
    >
      <PartIcon kind={part.kind} side={part.side} />
      <span className="part-words">
        <span>{current ? <b>{part.label}</b> : part.label}</span>
        {part.code === null ? null : <span className="mono ink3 cut">{part.code}</span>}
        <span className="if-room">
          <i />
          <span className="ink3">{part.detail}</span>
        </span>
      </span>
      <span className="place">{eventRange(part.first, part.last)}</span>
    </div>
  );
}

export const eventRange = (first: number, last: number): string => (first === last ? `#${first}` : `#${first}–${last}`);

/** Up and down go through what is seen, whatever its level. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = document.activeElement instanceof HTMLElement ? items.indexOf(document.activeElement) : -1;
  const to: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const next = items[to[event.key] ?? -1];
  if (next === undefined || event.shiftKey) return;
  event.preventDefault();
  next.focus();
}
