/** What the charts of this page have in common: upright lines at the ticks of time. */
import type { EspChart } from '../../protocol/protocol.ts';
import type { Scale } from './scale.ts';

interface XGridProps {
  readonly chart: EspChart;
  readonly x: Scale;
  readonly top: number;
  readonly bottom: number;
  /** Where the figures stand; none where that is absent. */
  readonly labels?: number;
}

export function XGrid({ chart, x, top, bottom, labels }: XGridProps) {
  return (
    <>
      {chart.xTicks.map(({ at, label }) => (
        <g key={at}>
          <line x1={x.of(at)} x2={x.of(at)} y1={top} y2={bottom} stroke="var(--line)" />
          {labels === undefined ? null : (
            <text x={x.of(at)} y={labels} fontSize="11" textAnchor="middle" fill="var(--ink-3)">
              {label}
            </text>
          )}
        </g>
      ))}
    </>
  );
}
