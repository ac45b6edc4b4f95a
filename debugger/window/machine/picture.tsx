/** The drawing of one machine: dots for states, arrows for messages. Filled is now, dashed and grey is ahead, a hollow pill is assumed. */
import type { MachineView, Side } from '../../protocol/protocol.ts';
import { useDispatch } from '../stream/store.ts';
import { characterWidth, type MachineLayout, machineLayout, type PlacedState, type PlacedStep, rankHeight } from './layout.ts';

interface PictureProps {
  readonly machine: MachineView;
  readonly width: number;
  readonly wide: boolean;
}

export function MachinePicture({ machine, width, wide }: PictureProps) {
  const layout = machineLayout(machine, width, rankHeight(wide));
  return (
    <svg
      className="machine-picture"
      width={layout.width}
      height={layout.height}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      role="img"
      aria-label={sentence(machine)}
    >
      {(['initiator', 'responder'] as const).map((side) => (
        <Lane key={side} side={side} layout={layout} />
      ))}
      {layout.steps.map((placed) => (
        <StepArrow key={`${placed.step.row} ${placed.step.label} ${placed.step.from}`} placed={placed} />
      ))}
      {layout.states.map((placed) => (
        <StateDot key={placed.state.id} placed={placed} />
      ))}
    </svg>
  );
}

/** `phase 1: initiator in IKE_I_MM5, responder in IKE_R_MM5`. */
export function sentence({ title, states }: MachineView): string {
  const now = states.filter(({ when }) => when === 'now');
  const parts = now.map(({ side, label, assumed }) => `${side ?? 'both sides'} in ${label}${assumed ? ', assumed' : ''}`);
  return `${title}: ${parts.length === 0 ? 'not begun' : parts.join(', ')}`;
}

function Lane({ side, layout }: { readonly side: Side; readonly layout: MachineLayout }) {
  const x = layout.lanes[side];
  const walked = layout.walked[side];
  return (
    <>
      <line x1={x} x2={x} y1={12} y2={layout.ahead[side]} className="ahead" />
      {walked === null ? null : <line x1={x} x2={x} y1={12} y2={walked} stroke={`var(--${side})`} strokeWidth="2" />}
    </>
  );
}

function StepArrow({ placed: { step, y, from, to } }: { readonly placed: PlacedStep }) {
  const dispatch = useDispatch();
  const now = step.when === 'now';
  const ahead = step.when === 'ahead';
  const away = to > from ? 1 : -1;
  const middle = (from + to) / 2;
  const half = (step.label.length * 7.2 + 8) / 2;
  const tip = to + away * (now ? -2 : 2);
  const { event } = step;
  return (
    <g className={`step${event === null ? '' : ' to-event'}`} onClick={event === null ? undefined : () => dispatch({ type: 'go', event })}>
      <line
        x1={from}
        x2={tip - away * 4}
        y1={y}
        y2={y}
        className={ahead ? 'ahead' : undefined}
        stroke={ahead ? undefined : `var(--${step.from})`}
        strokeWidth={now ? 2 : 1}
      />
      <path d={`M${tip - away * 5} ${y - 3.5}l${away * 5} 3.5l${away * -5} 3.5z`} fill={ahead ? 'var(--edge)' : `var(--${step.from})`} />
      <rect x={middle - half} y={y - 8} width={half * 2} height="16" className="behind" />
      <text x={middle} y={y + 4} fontSize="11" textAnchor="middle" className={now ? 'label-now' : ahead ? 'label-ahead' : 'label'}>
        {step.label}
      </text>
    </g>
  );
}

function StateDot({ placed: { state, x, y, labelX, anchor, inward, room } }: { readonly placed: PlacedState }) {
  const dispatch = useDispatch();
  const text = state.label.length > room ? `${state.label.slice(0, room - 1)}…` : state.label;
  const now = state.when === 'now';
  const colour = state.side ?? 'initiator';
  const pill = text.length * characterWidth + 32;
  const { event } = state;
  return (
    <g className={event === null ? undefined : 'to-event'} onClick={event === null ? undefined : () => dispatch({ type: 'go', event })}>
      <title>{`${state.label}${state.assumed ? ', assumed: a message was sent to this side, nothing shows yet that it came' : ''}`}</title>
      {now ? (
        <rect
          x={anchor === 'end' ? labelX - pill + 24 : x - 9}
          y={y - 10}
          width={pill}
          height="20"
          rx="4"
          fill={`var(--${colour}-wash)`}
          className={state.assumed ? 'assumed' : undefined}
          stroke={state.assumed ? `var(--${colour})` : undefined}
        />
      ) : null}
      {inward && !now ? (
        <rect
          className="behind"
          x={anchor === 'end' ? labelX - text.length * characterWidth - 3 : labelX - 3}
          y={y - 7}
          width={text.length * characterWidth + 6}
          height="14"
        />
      ) : null}
      <circle
        cx={x}
        cy={y}
        r={now ? 5 : 3.5}
        fill={now && !state.assumed ? `var(--${colour})` : 'var(--surface)'}
        stroke={state.when === 'ahead' ? 'var(--edge)' : `var(--${colour})`}
        strokeWidth={now ? 2 : 1.5}
      />
      <text
        className={`m ${now ? 'state-now' : state.when === 'ahead' ? 'label-ahead' : 'label'}`}
        x={labelX}
        y={y + 4}
        fontSize="11"
        textAnchor={anchor}
        fill={now ? `var(--${colour}-ink)` : undefined}
      >
        {text}
      </text>
    </g>
  );
}
