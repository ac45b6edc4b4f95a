/** Where the states and steps of one machine stand: two lanes side by side, one rank a row, labels outside of the lanes. */
import type { MachineView, Side } from '../../protocol/protocol.ts';

type State = MachineView['states'][number];
type Step = MachineView['steps'][number];

export interface PlacedState {
  readonly state: State;
  readonly x: number;
  readonly y: number;
  /** Where its label begins or ends, and how many characters of it there is room for. */
  readonly labelX: number;
  readonly anchor: 'start' | 'end';
  /** The label stands between the lanes, and may cross one. */
  readonly inward: boolean;
  readonly room: number;
}

export interface PlacedStep {
  readonly step: Step;
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

export interface MachineLayout {
  readonly width: number;
  readonly height: number;
  readonly lanes: Readonly<Record<Side, number>>;
  readonly states: readonly PlacedState[];
  readonly steps: readonly PlacedStep[];
  /** Down to which y each lane was walked, and down to which it goes on. */
  readonly walked: Readonly<Record<Side, number | null>>;
  readonly ahead: Readonly<Record<Side, number>>;
}

/** Advance of the mono face at 11 px. */
export const characterWidth = 6.6;
const top = 12;
const labelGap = 12;
const laneRoom = 84;
const widestLanes = 170;
const dotClear = 8;

export const rankHeight = (wide: boolean): number => (wide ? 24 : 19);

export function machineLayout(machine: MachineView, width: number, rowHeight: number): MachineLayout {
  const y = (row: number) => top + row * rowHeight;
  const withStep = new Set(machine.steps.map(({ row }) => row));
  /** Nothing else in its row: its label may stand between the lanes. */
  const isAlone = ({ row, side }: State) => !withStep.has(row) && !machine.states.some((other) => other.row === row && other.side !== side);
  const widest = (side: Side) =>
    Math.max(0, ...machine.states.filter((state) => state.side === side && !isAlone(state)).map(({ label }) => label.length)) *
    characterWidth;
  // Labels get what they need, but the lanes keep enough room between them for the names of the messages.
  const room = Math.max(0, width - laneRoom - 2 * labelGap - 2 * dotClear);
  const [wishLeft, wishRight] = [widest('initiator'), widest('responder')];
  const lanesWiden = Math.max(0, Math.min(widestLanes - laneRoom, room - wishLeft - wishRight));
  const [left, right] = share(room - lanesWiden, wishLeft, wishRight);
  const lanes = { initiator: dotClear + left + labelGap, responder: width - dotClear - right - labelGap };
  const middle = (lanes.initiator + lanes.responder) / 2;

  const states = machine.states.map((state): PlacedState => {
    if (state.side === null) {
      return {
        state,
        x: middle,
        y: y(state.row),
        labelX: middle + labelGap,
        anchor: 'start',
        inward: true,
        room: characters(width - middle - labelGap),
      };
    }
    const x = lanes[state.side];
    const outside = state.side === 'initiator' ? left : right;
    const inward = isAlone(state) && state.label.length * characterWidth > outside;
    const towards = (state.side === 'initiator') === inward ? 1 : -1;
    return {
      state,
      x,
      y: y(state.row),
      labelX: x + towards * labelGap,
      anchor: towards === 1 ? 'start' : 'end',
      inward,
      room: characters(inward ? width - labelGap - lanes.initiator : outside + dotClear),
    };
  });
  const steps = machine.steps.map((step): PlacedStep => {
    const to: Side = step.from === 'initiator' ? 'responder' : 'initiator';
    const away = step.from === 'initiator' ? 1 : -1;
    return { step, y: y(step.row), from: lanes[step.from] + away * dotClear, to: lanes[to] - away * dotClear };
  });
  const lowest = (side: Side, past: boolean): number | null => {
    const rows = machine.states.filter((state) => state.side === side && (!past || state.when !== 'ahead')).map(({ row }) => row);
    return rows.length === 0 ? null : y(Math.max(...rows));
  };
  return {
    width,
    height: top * 2 + Math.max(0, machine.rows - 1) * rowHeight,
    lanes,
    states,
    steps,
    walked: { initiator: lowest('initiator', true), responder: lowest('responder', true) },
    ahead: { initiator: lowest('initiator', false) ?? top, responder: lowest('responder', false) ?? top },
  };
}

const characters = (pixels: number): number => Math.max(4, Math.floor(pixels / characterWidth));

/** What each of two gets of `room`: what it wants if there is enough, else the bigger one gives way first. */
function share(room: number, one: number, other: number): readonly [number, number] {
  const spare = room - one - other;
  if (spare >= 0) return [one + spare / 2, other + spare / 2];
  const half = room / 2;
  if (one <= half) return [one, room - one];
  if (other <= half) return [room - other, other];
  return [half, half];
}
