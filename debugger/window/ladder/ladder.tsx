/** The ladder: who sent what to whom, one row a message, with the state that each side is in after it. */
import { ChevronDown, Rows3 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { LadderRow } from '../../protocol/protocol.ts';
import { IconButton } from '../design/controls.tsx';
import { useWide } from '../design/size.ts';
import { useRows } from '../design/use-rows.ts';
import { SavePicture } from '../pictures/save-picture.tsx';
import { rowCount } from '../stream/state.ts';
import { useAsk, useDispatch, useWindow } from '../stream/store.ts';
import { formNames, useTimes } from '../stream/times.ts';
import './ladder.css';
import { LadderRowView } from './row.tsx';
import { columnWidths, groupOver, rowAt, rowOfEvent, standsIn, timeIn } from './rows.ts';
import { mostDrawn, type Sheet, WholeLadder } from './whole-ladder.tsx';

export function Ladder() {
  const dispatch = useDispatch();
  const ask = useAsk();
  const pages = useWindow((state) => state.pages);
  const event = useWindow((state) => state.event);
  const overview = useWindow((state) => state.overview);
  const generation = useWindow((state) => state.generation);
  const negotiation = useWindow((state) => state.moment?.negotiation ?? null);
  const [relaxed, setRelaxed] = useState<boolean | null>(null);
  const wide = useWide();
  const roomy = relaxed ?? wide;
  const height = roomy ? 32 : 24;
  const unfolded = useWindow((state) => state.unfolded);
  const count = useWindow(rowCount);

  const fetched = rowOfEvent(pages, event);
  const [asked, setAsked] = useState<{ event: number; generation: number; unfolded: typeof unfolded; row: number } | null>(null);
  const current = fetched ?? (asked?.event === event && asked.generation === generation && asked.unfolded === unfolded ? asked.row : null);
  const needsRow = fetched === null && count > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for an event whose row was not fetched yet
  useEffect(() => {
    if (needsRow) ask('rowOf', { event, unfolded: [...unfolded.keys()] }, (row) => setAsked({ event, generation, unfolded, row }));
  }, [needsRow, event, generation, unfolded]);

  const { ref, visible, barWidth, onScroll } = useRows(count, height, current, 2, `${generation} ${event}`);
  useEffect(() => dispatch({ type: 'wanted', from: visible.from, to: visible.to }), [dispatch, visible.from, visible.to]);

  const firstSeen = Math.floor((ref.current?.scrollTop ?? 0) / height);
  const group = visible.total === count * height ? groupOver(pages, firstSeen) : null;
  const peers = overview?.negotiations.find(({ id }) => id === negotiation) ?? overview?.negotiations[0];
  const rows = Array.from({ length: Math.max(0, visible.to - visible.from) }, (_, index) => visible.from + index);

  const pick = (row: LadderRow) => {
    if (row.kind === 'fold') dispatch({ type: 'unfold', event: row.event, packets: row.last - row.event + 1, open: true });
    else if (row.kind === 'group' && row.folds !== undefined)
      dispatch({ type: 'unfold', event: row.event, packets: row.folds, open: !unfolded.has(row.event) });
    else dispatch({ type: 'go', event: row.event });
  };

  const panel = useRef<HTMLElement>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const wholePicture = () =>
    new Promise<{ element: HTMLElement; release: () => void }>((drawn) => {
      const from = count <= mostDrawn ? 0 : Math.max(0, Math.min(firstSeen, count - mostDrawn));
      ask('ladder', { from, to: Math.min(count, from + mostDrawn), unfolded: [...unfolded.keys()] }, (all) =>
        setSheet({ rows: all, drawn: (element) => drawn({ element, release: () => setSheet(null) }) }),
      );
    });
  const write = useTimes();
  const widths = columnWidths(
    overview?.lastIndex ?? 0,
    rows.map((row) => timeIn(rowAt(pages, row), write).text),
  );
  return (
    <section
      ref={panel}
      className={`panel ladder${roomy ? ' roomy' : ''}`}
      aria-label="Ladder"
      data-panel
      tabIndex={-1}
      style={{ '--index': `${widths.index}px`, '--time': `${widths.time}px`, '--bar-width': `${barWidth}px` } as React.CSSProperties}
    >
      <div className="head">
        <h2>Ladder</h2>
        <span className="count">
          at #{event} of {(overview?.lastIndex ?? 0).toLocaleString('en')}
        </span>
        <span className="grow" />
        <SavePicture name="ladder" of={panel} whole={wholePicture} />
        <IconButton
          name={roomy ? 'Compact rows' : 'Relaxed rows'}
          className="btn quiet small icon"
          icon={<Rows3 size={14} />}
          onClick={() => setRelaxed(!roomy)}
        />
      </div>
      <Ends initiator={peers?.initiator} responder={peers?.responder} />
      <div
        ref={ref}
        className="scroll ladder-rows"
        role="grid"
        aria-label="Ladder"
        aria-rowcount={count}
        aria-activedescendant={current === null ? undefined : `rung-${current}`}
        tabIndex={0}
        data-first
        onScroll={onScroll}
        onKeyDown={(pressed) => {
          const present = current === null ? null : rowAt(pages, current);
          if (pressed.key !== 'Enter' || present === null) return;
          const over = present.kind === 'fold' ? present : current === null ? null : groupOver(pages, current);
          if (over && (over.kind === 'fold' || over.folds !== undefined)) pick(over);
        }}
      >
        {group ? (
          <div className="group-stuck" aria-hidden="true">
            <LadderRowView row={group} time={timeIn(group, write)} current={false} future={group.event > event} />
          </div>
        ) : null}
        <div style={{ height: visible.total }} role="presentation">
          <div style={{ transform: `translateY(${visible.top}px)` }} role="presentation">
            {rows.map((row) => {
              const data = rowAt(pages, row);
              if (data === null) return <div key={row} className="rung waiting" role="row" aria-rowindex={row + 1} />;
              return (
                <LadderRowView
                  key={row}
                  row={data}
                  id={`rung-${row}`}
                  index={row + 1}
                  time={timeIn(data, write)}
                  current={standsIn(data, event)}
                  future={data.event > event}
                  at={data.kind === 'fold' && standsIn(data, event) ? event : null}
                  open={data.kind === 'group' && data.folds !== undefined ? unfolded.has(data.event) : null}
                  onPick={() => pick(data)}
                />
              );
            })}
          </div>
        </div>
      </div>
      {sheet ? (
        <WholeLadder sheet={sheet} roomy={roomy} event={event} width={panel.current?.clientWidth ?? 800}>
          <Ends initiator={peers?.initiator} responder={peers?.responder} />
        </WholeLadder>
      ) : null}
    </section>
  );
}

function Ends({ initiator, responder }: { readonly initiator: string | undefined; readonly responder: string | undefined }) {
  const dispatch = useDispatch();
  const { form, zone } = useWindow((state) => state.times);
  return (
    <div className="ladder-head">
      <span className="n" aria-hidden="true">
        #
      </span>
      <button
        type="button"
        className="t"
        aria-label="Times"
        title={form === 'absolute' ? `${formNames[form]}, ${zone}` : formNames[form]}
        onClick={() => dispatch({ type: 'dialog', dialog: { name: 'times' } })}
      >
        <span className="cut">{form === 'absolute' ? zone.replace(/^.*\//, '').replaceAll('_', ' ') : form === 'delta' ? 'Δ s' : 's'}</span>
        <ChevronDown size={10} aria-hidden />
      </button>
      <span />
      <span className="ends" aria-hidden="true">
        <span className="ink-initiator cut">
          Initiator <span className="address">{initiator}</span>
        </span>
        <span className="ink-responder cut">
          <span className="address">{responder}</span> Responder
        </span>
      </span>
      <span />
    </div>
  );
}
