/** Packets that never came, and packets with a wrong ICV, as ticks under the chart: always drawn, however many share a column. */
import type { PointerEvent } from 'react';
import { useDispatch } from '../stream/store.ts';
import { nearest } from './scale.ts';
import { type ChartProps, Playhead, xScale } from './sequence-chart.tsx';

const height = 24;

export function LostStrip({ chart, series, width, playhead }: ChartProps) {
  const dispatch = useDispatch();
  const x = xScale(chart, width);
  const lost = series.flatMap((one) => one.lost);
  const bad = series.flatMap((one) => one.badIcv);
  const total = lost.reduce((n, { count }) => n + count, 0);
  const wrong = bad.reduce((n, { count }) => n + count, 0);
  const onClick = (pressed: PointerEvent<SVGSVGElement>) => {
    const px = pressed.clientX - pressed.currentTarget.getBoundingClientRect().left;
    const spots = [...lost, ...bad].map((mark) => ({ x: x.of(mark.x), y: 0, event: mark.event }));
    const spot = nearest(spots, px, 0, 12);
    if (spot) dispatch({ type: 'go', event: spot.event });
  };
  return (
    <svg
      className="esp-chart seek"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${total} lost packets over time${wrong > 0 ? `, ${wrong} with a wrong ICV` : ''}`}
      onPointerUp={onClick}
    >
      <text x={44} y={16} fontSize="11" textAnchor="end" fill="var(--ink-3)">
        {wrong > 0 ? 'lost, bad' : 'lost'}
      </text>
      <line x1={x.of(chart.from)} x2={x.of(chart.to)} y1={20.5} y2={20.5} stroke="var(--line)" />
      {total + wrong === 0 ? (
        <text x={x.of(chart.from)} y={15} fontSize="11" fill="var(--ink-3)">
          none
        </text>
      ) : null}
      {lost.map((mark) => (
        <path key={`${mark.event} ${mark.text}`} d={`M${x.of(mark.x)} 6V20`} stroke="var(--bad)" strokeWidth="1.5">
          <title>{`${mark.count === 1 ? mark.text : `${mark.count} lost here, the first: ${mark.text}`}, #${mark.event}`}</title>
        </path>
      ))}
      {bad.map((mark) => (
        <path
          key={`bad ${mark.event}`}
          d={`M${x.of(mark.x) - 3.5} 9.5l7 7m0 -7l-7 7`}
          stroke="var(--bad)"
          strokeWidth="1.75"
          strokeLinecap="round"
        >
          <title>{`${mark.text}, #${mark.event}`}</title>
        </path>
      ))}
      <Playhead chart={chart} x={x} at={playhead} bottom={height} />
    </svg>
  );
}
