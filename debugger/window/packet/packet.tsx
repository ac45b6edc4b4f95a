/** The packet as a tree: every field with its value, where it stands and how long it is. */
import { useMemo } from 'react';
import { useWide } from '../design/size.ts';
import { useRows } from '../design/use-rows.ts';
import { MissingKeyForm } from '../states/missing-key.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { TreeLineView } from './line.tsx';
import './packet.css';
import { lineAfterKey, visibleLines } from './visible.ts';

export function Packet() {
  const dispatch = useDispatch();
  const moment = useWindow((state) => state.moment);
  const selected = useWindow((state) => state.selection.node);
  const hovered = useWindow((state) => state.hover.node);
  const folds = useWindow((state) => state.folds);
  const packet = moment?.packet ?? null;
  const height = useWide() ? 28 : 24;
  const lines = useMemo(() => visibleLines(packet?.nodes ?? [], folds, selected), [packet, folds, selected]);
  const current = lines.findIndex(({ node }) => node.id === selected);
  const { ref, visible, barWidth, onScroll } = useRows(lines.length, height, current < 0 ? null : current);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = Math.max(0, current);
    const line = lines[index];
    if (line === undefined) return;
    const next = lineAfterKey(lines, index, event.key);
    const isFold = (event.key === 'ArrowLeft' && line.open) || (event.key === 'ArrowRight' && !line.open && line.node.children.length > 0);
    if (next !== null) dispatch({ type: 'selectNode', node: lines[next]?.node.id ?? null });
    else if (isFold) dispatch({ type: 'fold', node: line.node.id, open: !line.open });
    else if (event.key === 'Enter' || event.key === ' ') dispatch({ type: 'fold', node: line.node.id, open: !line.open });
    else return;
    event.preventDefault();
  };

  return (
    <section className="panel packet" aria-label="Packet" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Packet</h2>
        <span className="count">{packet?.title ?? (moment ? 'none at this event' : '')}</span>
        <span className="grow" />
        <span className="tree-head" aria-hidden="true" style={{ marginRight: barWidth }}>
          <i>offset</i>
          <em>bytes</em>
        </span>
      </div>
      {packet?.missing ? <MissingKeyForm missing={packet.missing} /> : null}
      {moment !== null && packet === null ? (
        <p className="note tree-none">
          {moment.event === 0
            ? 'Event 0 is what was given for the whole log: secrets and policies. It has no packet. Step on to the first one.'
            : 'This event has no packet.'}
        </p>
      ) : (
        <div
          ref={ref}
          className="scroll tree-rows"
          role="tree"
          aria-label="Packet"
          tabIndex={0}
          data-first
          aria-activedescendant={current < 0 ? undefined : `node-${current}`}
          onScroll={onScroll}
          onKeyDown={onKeyDown}
          onMouseLeave={() => dispatch({ type: 'hover', node: null, key: null })}
        >
          <div style={{ height: visible.total }} role="presentation">
            <div style={{ transform: `translateY(${visible.top}px)` }} role="presentation">
              {lines.slice(visible.from, visible.to).map((line, index) => (
                <TreeLineView
                  key={line.node.id}
                  id={`node-${visible.from + index}`}
                  line={line}
                  selected={line.node.id === selected}
                  hovered={line.node.id === hovered}
                />
              ))}
            </div>
          </div>
        </div>
      )}
    </section>
  );
}
