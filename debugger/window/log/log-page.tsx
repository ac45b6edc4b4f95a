/** The view of lines: the same history as a device would print it with its debugs on, or as it did print it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LogLine, LogPage as LogPageModel, Side } from '../../protocol/protocol.ts';
import { useRows } from '../design/use-rows.ts';
import { nodeAt, nodeHolding } from '../packet/path.ts';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { useTimes } from '../stream/times.ts';
import { useAnswer } from '../stream/use-answer.ts';
import './log.css';

/** Lines fetched on either side of where we are. */
const around = 1500;
const rowHeight = 20;
/** Width of a figure at 11 px. */
const figure = 7;
/** So near the end of what was fetched, more is fetched. */
const near = 200;

export function LogPage() {
  const event = useWindow((state) => state.event);
  const [side, setSide] = useState<Side>('responder');
  const [anchor, setAnchor] = useState(event);
  const page = useAnswer('logLines', { at: anchor, lines: around, side });
  const picture = useRef<HTMLElement>(null);
  // Time moved beyond what was fetched.
  useEffect(() => {
    if (!page) return;
    const [first, last] = [page.lines[0]?.event, page.lines.at(-1)?.event];
    const before = !page.fromStart && first !== undefined && event < first;
    const behind = !page.toEnd && last !== undefined && event > last;
    if (before || behind) setAnchor(event);
  }, [event, page]);
  return (
    <main className="log-view" aria-label="Log">
      <section ref={picture} className="panel" aria-label="Log lines" data-panel tabIndex={-1}>
        <div className="view-head">
          <h1>Log</h1>
          <span className="ink3 sm cut">
            what the {side} would print under debug crypto isakmp and debug crypto ipsec, as far as this trace shows it
          </span>
          <span className="grow" />
          <span className="seg" role="group" aria-label="Device" data-not-in-picture>
            {(['initiator', 'responder'] as const).map((one) => (
              <button key={one} type="button" aria-pressed={one === side} onClick={() => setSide(one)}>
                {one === 'initiator' ? 'Initiator' : 'Responder'}
              </button>
            ))}
          </span>
          <SavePicture name="log" of={picture} />
        </div>
        {page ? <Lines key={side} page={page} side={side} onReach={setAnchor} /> : null}
      </section>
    </main>
  );
}

interface LinesProps {
  readonly page: LogPageModel;
  readonly side: Side;
  /** More lines are wanted around that event. */
  readonly onReach: (event: number) => void;
}

function Lines({ page, side, onReach }: LinesProps) {
  const dispatch = useDispatch();
  const write = useTimes();
  const event = useWindow((state) => state.event);
  const moment = useWindow((state) => state.moment);
  const selected = useWindow((state) => nodeAt(state.moment?.packet?.nodes ?? [], state.selection.node)?.place ?? null);
  const generation = useWindow((state) => state.generation);
  const [wanted, setWanted] = useState<LogLine | null>(null);
  const { lines } = page;
  const current = lines.findIndex((line) => line.event >= event);
  const row = current < 0 ? lines.length - 1 : lines[current]?.event === event ? current : Math.max(0, current - 1);
  const { ref, visible, onScroll } = useRows(
    lines.length,
    rowHeight,
    lines.length === 0 ? null : row,
    12,
    `${generation} ${event} ${side}`,
  );

  // What was fetched grew or moved: the line that stood at the top stays there.
  const top = useRef<{ readonly page: LogPageModel; readonly line: LogLine | undefined }>({ page, line: undefined });
  useLayoutEffect(() => {
    const scroller = ref.current;
    if (scroller === null) return;
    if (top.current.page !== page && top.current.line !== undefined) {
      const { line } = top.current;
      const at = lines.findIndex((other) => other.event === line.event && other.text === line.text);
      if (at >= 0) scroller.scrollTop = at * rowHeight + (scroller.scrollTop % rowHeight);
    }
    top.current = { page, line: lines[Math.floor(scroller.scrollTop / rowHeight)] };
  });
  useEffect(() => {
    const [first, last] = [lines[0]?.event, lines.at(-1)?.event];
    if (!page.fromStart && visible.from < near && first !== undefined) onReach(first);
    else if (!page.toEnd && visible.to > lines.length - near && last !== undefined) onReach(last);
  }, [page, lines, visible.from, visible.to, onReach]);
  // The field that a line speaks of is selected as soon as its packet is there.
  useEffect(() => {
    if (wanted?.place == null || moment?.event !== wanted.event) return;
    const node = nodeHolding(moment.packet?.nodes ?? [], wanted.place.buffer, wanted.place.start);
    setWanted(null);
    if (node) dispatch({ type: 'selectNode', node: node.id });
  }, [wanted, moment, dispatch]);

  if (lines.length === 0) {
    return (
      <div className="nothing">
        <b>No lines</b>
        <p className="ink2">The {side} has nothing to say of what is in this trace: no IKEv1 message and no line of a log.</p>
      </div>
    );
  }
  const shown = lines.slice(visible.from, visible.to);
  const longest = Math.max(8, ...shown.map((line, index) => write(line.at, lines[visible.from + index - 1]?.at ?? null).text.length));
  const pick = (line: LogLine) => {
    dispatch({ type: 'go', event: line.event });
    setWanted(line);
  };
  return (
    <div
      ref={ref}
      className="scroll log-lines"
      style={{ '--time': `${28 + figure * longest}px` } as React.CSSProperties}
      role="grid"
      aria-label="Log lines"
      aria-rowcount={lines.length}
      tabIndex={0}
      data-first
      onScroll={onScroll}
    >
      <div style={{ height: visible.total }} role="presentation">
        <div style={{ transform: `translateY(${visible.top}px)` }} role="presentation">
          {shown.map((line, index) => {
            const at = visible.from + index;
            const isFirst = lines[at - 1]?.event !== line.event;
            const when = write(line.at, lines[at - 1]?.at ?? null);
            const lit =
              line.event === event &&
              line.place !== null &&
              selected !== null &&
              line.place.buffer === selected.buffer &&
              line.place.start >= selected.start &&
              line.place.end <= selected.end;
            return (
              <div
                key={at}
                role="row"
                aria-rowindex={at + 1}
                aria-selected={line.event === event}
                className={`log-line${line.event === event ? ' now' : ''}${line.event > event ? ' future' : ''}${line.event > event && (lines[at - 1]?.event ?? 0) < event ? ' next' : ''}${lit ? ' chosen' : ''}`}
                onClick={() => pick(line)}
              >
                <span className="n num" role="gridcell">
                  {isFirst ? `#${line.event}` : ''}
                </span>
                <span className="t num" role="gridcell" title={isFirst ? when.title : undefined}>
                  {isFirst ? when.text : ''}
                </span>
                <span className="mono cut" role="gridcell" title={line.text}>
                  {line.text}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
