/** Sequence numbers over time: a line for each SA through the least and highest number of every column. A click goes to the packet there. */
import { type PointerEvent, useState } from 'react';
import type { EspChart, EspSeries } from '../../protocol/protocol.ts';
import { useDispatch } from '../stream/store.ts';
import { XGrid } from './axes.tsx';
import { linePath, nearest, placeLabels, type Scale, scale } from './scale.ts';

export interface ChartProps {
  readonly chart: EspChart;
  readonly series: readonly EspSeries[];
  readonly width: number;
  /** Where the present event stands; `null` until that is known. */
  readonly playhead: number | null;
  /** The SA that the film shows. */
  readonly chosen: string | null;
}

/** Room for the figures at the left, and for the last one at the right. */
const left = 52;
const right = 12;
export const xScale = ({ from, to }: EspChart, width: number): Scale => scale(from, to, left, width - right);
export const colourOf = ({ side, direction }: EspSeries): 'initiator' | 'responder' =>
  side ?? (direction === 0 ? 'initiator' : 'responder');

/** So few points are drawn as dots: a line through them would say more than is known. */
const fewPoints = 24;
/** More names than this would not be read. */
const mostLabels = 6;

export function SequenceChart({ chart, series, width, height, playhead, chosen }: ChartProps & { readonly height: number }) {
  const dispatch = useDispatch();
  const [marked, setMarked] = useState<readonly [number, number] | null>(null);
  const x = xScale(chart, width);
  const top = 12;
  const bottom = height - 6;
  const y = scale(0, chart.top, bottom, top);
  const spotsOf = ({ points }: EspSeries) => points.map(({ x: at, high, event }) => ({ x: x.of(at), y: y.of(high), event }));
  const named = series.length <= mostLabels ? series.filter(({ packets }) => packets > 0) : series.filter(({ id }) => id === chosen);
  const labels = placeLabels(
    named.map((one) => ({ text: one.label, spots: spotsOf(one) })),
    { left: left + 4, right: width - right, top: 2, bottom },
  );

  const placeIn = (pressed: PointerEvent<SVGSVGElement>) => {
    const at = pressed.currentTarget.getBoundingClientRect();
    return [pressed.clientX - at.left, pressed.clientY - at.top] as const;
  };
  const onPointerDown = (down: PointerEvent<SVGSVGElement>) => {
    const [px] = placeIn(down);
    if (down.button !== 0 || px < left) return;
    down.currentTarget.setPointerCapture(down.pointerId);
    setMarked([px, px]);
  };
  const onPointerMove = (moved: PointerEvent<SVGSVGElement>) => {
    if (marked !== null) setMarked([marked[0], placeIn(moved)[0]]);
  };
  const onPointerUp = (up: PointerEvent<SVGSVGElement>) => {
    if (marked === null) return;
    setMarked(null);
    const [a, b] = [Math.min(...marked), Math.max(...marked)];
    // A drag looks closer at a stretch of time; a click goes to the packet.
    if (b - a > 8)
      return dispatch({ type: 'choose', chosen: { stretch: [x.back(Math.max(left, a)), x.back(Math.min(width - right, b))] } });
    const [px, py] = placeIn(up);
    const all = series.flatMap(spotsOf);
    const spot =
      nearest(all, px, py, 24) ??
      nearest(
        all.map((one) => ({ ...one, y: py })),
        px,
        py,
        Number.POSITIVE_INFINITY,
      );
    if (spot) dispatch({ type: 'go', event: spot.event });
  };

  return (
    <svg
      className="esp-chart seek"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Sequence numbers over time: ${series.map(({ label, packets }) => `${label}, ${packets} packets`).join('; ')}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onDoubleClick={() => dispatch({ type: 'choose', chosen: { stretch: null } })}
    >
      <XGrid chart={chart} x={x} top={top} bottom={bottom} />
      {chart.yTicks.map(({ at, label }) => (
        <g key={at}>
          <line x1={left} x2={width - right} y1={y.of(at)} y2={y.of(at)} stroke="var(--line)" />
          <text x={left - 8} y={y.of(at) + 4} fontSize="11" textAnchor="end" fill="var(--ink-3)">
            {label}
          </text>
        </g>
      ))}
      {chart.rekeys.map(({ x: at, event, text }) =>
        at < chart.from || at > chart.to ? null : (
          <g
            key={event}
            className="to-event"
            onPointerDown={(down) => down.stopPropagation()}
            onClick={() => dispatch({ type: 'go', event })}
          >
            <title>{`${text}, #${event}`}</title>
            <line x1={x.of(at)} x2={x.of(at)} y1={top} y2={bottom} stroke="var(--ink-3)" strokeDasharray="3 3" />
            <path d={`M${x.of(at) - 4} ${top - 8}h8l-4 7z`} fill="var(--ink-3)" />
            <rect x={x.of(at) - 6} y={0} width="12" height={bottom} fill="transparent" />
          </g>
        ),
      )}
      {series.map((one) =>
        one.points.length <= fewPoints ? (
          spotsOf(one).map((spot) => <Dot key={`${one.id} ${spot.event}`} x={spot.x} y={spot.y} series={one} />)
        ) : (
          <path
            key={one.id}
            d={linePath(one.points, x, y)}
            fill="none"
            stroke={`var(--${colourOf(one)})`}
            strokeWidth={one.id === chosen ? 2 : 1.5}
            strokeLinejoin="round"
          />
        ),
      )}
      {named.map((one, index) => {
        const label = labels[index];
        return label ? (
          <text
            key={one.id}
            x={label.x}
            y={label.y}
            fontSize="12"
            fontWeight="560"
            textAnchor={label.anchor}
            fill={`var(--${colourOf(one)}-ink)`}
          >
            {one.label}
          </text>
        ) : null;
      })}
      {marked && Math.abs(marked[1] - marked[0]) > 2 ? (
        <rect
          x={Math.min(...marked)}
          y={top}
          width={Math.abs(marked[1] - marked[0])}
          height={bottom - top}
          fill="var(--selected)"
          opacity="0.14"
        />
      ) : null}
      <Playhead chart={chart} x={x} at={playhead} bottom={height} />
    </svg>
  );
}

/** Filled one way, a ring the other: two packets with one number at one moment are both seen. */
function Dot({ x, y, series }: { readonly x: number; readonly y: number; readonly series: EspSeries }) {
  const colour = `var(--${colourOf(series)})`;
  return series.direction === 0 ? (
    <circle cx={x} cy={y} r="2.5" fill={colour} />
  ) : (
    <circle cx={x} cy={y} r="4" fill="none" stroke={colour} strokeWidth="1.5" />
  );
}

export function Playhead({
  chart,
  x,
  at,
  bottom,
}: {
  readonly chart: EspChart;
  readonly x: Scale;
  readonly at: number | null;
  readonly bottom: number;
}) {
  if (at === null || at < chart.from || at > chart.to) return null;
  return <line x1={x.of(at)} x2={x.of(at)} y1={0} y2={bottom} stroke="var(--selected)" strokeWidth="2" />;
}
