/** How far behind the highest number packets came: dots are late ones, diamonds are copies, struck squares came too late for the window. */
import type { PointerEvent } from 'react';
import type { EspMark } from '../../protocol/protocol.ts';
import { useDispatch } from '../stream/store.ts';
import { XGrid } from './axes.tsx';
import { nearest, scale } from './scale.ts';
import { type ChartProps, colourOf, Playhead, xScale } from './sequence-chart.tsx';

export function LatenessChart({ chart, series, width, height, playhead }: ChartProps & { readonly height: number }) {
  const dispatch = useDispatch();
  const x = xScale(chart, width);
  const top = 4;
  const bottom = height - 22;
  const y = scale(0, chart.behindTop, bottom, top);
  const spot = (mark: EspMark) => ({ x: x.of(mark.x), y: y.of(mark.behind), event: mark.event });
  const many = (marks: readonly EspMark[]) => marks.reduce((n, { count }) => n + count, 0);
  const late = series.flatMap((one) => one.late);
  const copies = series.flatMap((one) => one.copies);
  const old = series.flatMap((one) => one.old);
  const end = x.of(chart.to);
  const onClick = (pressed: PointerEvent<SVGSVGElement>) => {
    const at = pressed.currentTarget.getBoundingClientRect();
    const found = nearest([...copies, ...old, ...late].map(spot), pressed.clientX - at.left, pressed.clientY - at.top, 12);
    if (found) dispatch({ type: 'go', event: found.event });
  };
  return (
    <svg
      className="esp-chart seek"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`How far behind the highest number packets came: ${many(late)} late, ${many(copies)} copies, ${many(old)} too old; ${chart.edge}`}
      onPointerUp={onClick}
    >
      <XGrid chart={chart} x={x} top={top} bottom={bottom} labels={height - 6} />
      {chart.behindTicks.map(({ at, label }) => (
        <g key={at}>
          <line x1={x.of(chart.from)} x2={end} y1={y.of(at)} y2={y.of(at)} stroke="var(--line)" />
          <text x={44} y={y.of(at) + 4} fontSize="11" textAnchor="end" fill="var(--ink-3)">
            {label}
          </text>
        </g>
      ))}
      <line x1={x.of(chart.from)} x2={end} y1={y.of(chart.window)} y2={y.of(chart.window)} stroke="var(--warning)" strokeDasharray="4 3" />
      {series.map((one) => (
        <path
          key={one.id}
          d={one.late.map((mark) => `M${(x.of(mark.x) - 1).toFixed(1)} ${(y.of(mark.behind) - 1).toFixed(1)}h2v2h-2z`).join('')}
          fill={`var(--${colourOf(one)})`}
        />
      ))}
      <path
        d={copies.map((mark) => `M${x.of(mark.x).toFixed(1)} ${(y.of(mark.behind) - 3.5).toFixed(1)}l3.5 3.5-3.5 3.5-3.5-3.5z`).join('')}
        fill="var(--surface)"
        stroke="var(--warning)"
        strokeWidth="1.5"
      />
      <path
        d={old.map((mark) => `M${(x.of(mark.x) - 3.5).toFixed(1)} ${(y.of(mark.behind) - 3.5).toFixed(1)}h7v7h-7zl7 7`).join('')}
        fill="var(--surface)"
        stroke="var(--bad)"
        strokeWidth="1.25"
      />
      <rect
        x={end - chart.edge.length * 5.7}
        y={y.of(chart.window) - 7}
        width={chart.edge.length * 5.7}
        height="14"
        fill="var(--surface)"
      />
      <text x={end} y={y.of(chart.window) + 4} fontSize="11" textAnchor="end" fill="var(--warning-ink)">
        {chart.edge}
      </text>
      <Playhead chart={chart} x={x} at={playhead} bottom={bottom} />
    </svg>
  );
}
