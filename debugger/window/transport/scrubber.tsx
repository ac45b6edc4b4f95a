/** All of time in a strip: a bar an event, marks above for findings, breakpoints and bookmarks, below for state changes. A slider. */
import { type PointerEvent, useRef } from 'react';
import { useSize } from '../design/size.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { barOf, clusters, eventAt, xOf } from './scrubber-layout.ts';

const height = 44;
const base = 32;
const fullBar = 23;
const page = 10;

type MarkKind = 'error' | 'warning' | 'note' | 'breakpoint' | 'bookmark';
interface Mark {
  readonly event: number;
  readonly kind: MarkKind;
  readonly title: string;
}

export function Scrubber() {
  const dispatch = useDispatch();
  const overview = useWindow((state) => state.overview);
  const event = useWindow((state) => state.event);
  const label = useWindow((state) => (state.moment?.event === state.event ? state.moment.label : ''));
  const breakpoints = useWindow((state) => state.breakpoints);
  const bookmarks = useWindow((state) => state.bookmarks);
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const last = overview?.lastIndex ?? 0;
  const scrubber = overview?.scrubber;

  const follow = (pointer: PointerEvent<HTMLDivElement>) => {
    const box = pointer.currentTarget.getBoundingClientRect();
    dispatch({ type: 'go', event: eventAt(pointer.clientX - box.left, width, last) });
  };
  const onKeyDown = (pressed: React.KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { PageUp: -page, PageDown: page };
    const step = steps[pressed.key];
    if (step === undefined) return;
    pressed.preventDefault();
    dispatch({ type: 'go', event: event + step });
  };

  const marks: readonly Mark[] = [
    ...(scrubber?.marks ?? []).map(({ event: at, severity, title }) => ({ event: at, kind: severity, title: `finding: ${title}` })),
    ...breakpoints.flatMap(({ hits, query, on }) =>
      on ? (hits ?? []).map((at) => ({ event: at, kind: 'breakpoint' as const, title: `breakpoint: ${query}` })) : [],
    ),
    ...bookmarks.map(({ event: at, label: title }) => ({ event: at, kind: 'bookmark' as const, title: `bookmark: ${title}` })),
  ];
  const head = xOf(event, width, last);

  return (
    <div
      ref={frame}
      className="scrubber"
      role="slider"
      aria-label="Time"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={event}
      aria-valuetext={`event ${event} of ${last}${label === '' ? '' : `, ${label}`}`}
      tabIndex={0}
      onPointerDown={(pointer) => {
        pointer.currentTarget.setPointerCapture(pointer.pointerId);
        follow(pointer);
      }}
      onPointerMove={(pointer) => pointer.buttons === 1 && follow(pointer)}
      onKeyDown={onKeyDown}
    >
      {width > 0 && scrubber ? (
        <svg width={width} height={height} aria-hidden="true">
          <line x1={0} x2={width} y1={base + 0.5} y2={base + 0.5} className="axis" />
          <line x1={0} x2={head} y1={base + 0.5} y2={base + 0.5} className="walked" />
          {scrubber.bars.map(({ from, to, height: tall, side }) => {
            const bar = barOf(from, to, tall, width, last, base, fullBar);
            return (
              <rect
                key={from}
                x={bar.x}
                y={bar.top}
                width={bar.width}
                height={bar.height}
                fill={side === null ? 'var(--ink-3)' : `var(--${side})`}
                opacity={from > event ? 0.45 : 1}
              />
            );
          })}
          {clusters(
            scrubber.changes.map((at) => ({ event: at })),
            width,
            last,
          ).map(({ x, marks: here }) => (
            <path key={x} d={`M${x} 36l3.5 3.5-3.5 3.5-3.5-3.5z`} className="change-mark">
              <title>{here.length === 1 ? 'state change' : `${here.length} state changes`}</title>
            </path>
          ))}
          <line x1={head} x2={head} y1={2} y2={height - 2} className="play-line" />
          <circle cx={head} cy={base} r="4.5" className="play-head" />
          {clusters(marks, width, last).map((cluster) => (
            <MarkShape key={cluster.x} x={cluster.x} marks={cluster.marks} />
          ))}
        </svg>
      ) : null}
    </div>
  );
}

const worst: readonly MarkKind[] = ['breakpoint', 'error', 'warning', 'bookmark', 'note'];

function MarkShape({ x, marks }: { readonly x: number; readonly marks: readonly Mark[] }) {
  const kind = worst.find((one) => marks.some((mark) => mark.kind === one)) ?? 'note';
  return (
    <g transform={`translate(${x} 0)`}>
      <title>{marks.map(({ title }) => title).join('\n')}</title>
      <Shape kind={kind} />
      {marks.length > 1 ? (
        <text x={7} y={8} fontSize="11" className="mark-count">
          {marks.length}
        </text>
      ) : null}
    </g>
  );
}

function Shape({ kind }: { readonly kind: MarkKind }) {
  switch (kind) {
    case 'error':
      return <path d="M-3.5 1l7 7M3.5 1l-7 7" stroke="var(--bad)" strokeWidth="2" />;
    case 'warning':
      return <path d="M0 0 4.5 8h-9z" fill="var(--warning)" />;
    case 'note':
      return <rect x={-3.5} y={1} width="7" height="7" rx="1" fill="none" stroke="var(--ink-2)" strokeWidth="1.5" />;
    case 'breakpoint':
      return <circle cx={0} cy={2.5} r="4" fill="var(--bad)" stroke="var(--surface)" />;
    case 'bookmark':
      return <path d="M-3 0v9M-3 .5h6L1.4 2.7 3 5h-6" fill="var(--ink-2)" stroke="var(--ink-2)" />;
  }
}
