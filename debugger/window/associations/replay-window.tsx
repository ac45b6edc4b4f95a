/** The anti-replay window of one SA, oldest number left, newest right. Seen is filled, missing is hollow, before the first is a dot. */
import type { Side } from '../../protocol/protocol.ts';
import { useWindow } from '../stream/store.ts';
import { type CellState, windowCells, windowSentence } from './window.ts';

interface ReplayWindowProps {
  readonly window: string;
  readonly end: string;
  readonly side: Side | null;
  readonly width: number;
  readonly height: number;
}

export function ReplayWindow({ window, end, side, width, height }: ReplayWindowProps) {
  const tables = useWindow((state) => state.tables);
  const cells = windowCells(window, end);
  if (tables) return <p className="xs ink2">{windowSentence(window, end)}</p>;
  const pitch = width / Math.max(1, cells.length);
  const colour = side === null ? 'var(--ink-3)' : `var(--${side})`;
  return (
    <svg width={width} height={height} role="img" aria-label={windowSentence(window, end)} className="replay-window">
      {cells.map(({ state, number }, index) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: a cell is its place in the window
        const x = index * pitch;
        const title = <title key="title">{meaning(state, number)}</title>;
        if (state === 'before') {
          return (
            <circle key={index} cx={x + pitch / 2} cy={height / 2} r="1" fill="var(--line-2)">
              {title}
            </circle>
          );
        }
        return state === 'seen' ? (
          <rect key={index} x={x + 0.5} y={0} width={Math.max(1, pitch - 1)} height={height} rx="1" fill={colour}>
            {title}
          </rect>
        ) : (
          <rect key={index} x={x + 1} y={0.5} width={Math.max(1, pitch - 2)} height={height - 1} rx="1" fill="none" stroke="var(--warning)">
            {title}
          </rect>
        );
        // biome-ignore-end lint/suspicious/noArrayIndexKey: as above
      })}
    </svg>
  );
}

function meaning(state: CellState, number: string): string {
  if (number === '') return 'before the first';
  return `number ${number}: ${state === 'seen' ? 'seen' : state === 'missing' ? 'never came' : 'before the first'}`;
}
