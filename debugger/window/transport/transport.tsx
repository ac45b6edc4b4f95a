/** The way through time: buttons, the scrubber, the index, the speed. */
import { ChevronFirst, ChevronLast, FastForward, Pause, Play, Rewind, StepBack, StepForward } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from '../design/controls.tsx';
import { runCommand } from '../stream/commands.ts';
import { useDesk, useDispatch, useWindow } from '../stream/store.ts';
import { Scrubber } from './scrubber.tsx';
import './transport.css';

const speeds = [0.5, 1, 2, 4, 8, 16] as const;

export function Transport() {
  const dispatch = useDispatch();
  const event = useWindow((state) => state.event);
  const last = useWindow((state) => state.overview?.lastIndex ?? 0);
  const playing = useWindow((state) => state.playing);
  const speed = useWindow((state) => state.speed);
  return (
    <section className="transport" aria-label="Time" data-panel tabIndex={-1}>
      <div className="transport-buttons" role="group" aria-label="Step">
        <Go command="first" name="First event" icon={<ChevronFirst {...icon} />} hint="Home" off={event === 0} />
        <Go
          command="previous-negotiation"
          name="Previous negotiation"
          icon={<Rewind {...icon} />}
          hint="Shift ArrowLeft"
          off={event === 0}
        />
        <Go command="previous" name="Previous event" icon={<StepBack {...icon} />} hint="ArrowLeft" off={event === 0} />
        <IconButton
          name={playing ? 'Pause' : 'Play'}
          hint="Space"
          className="btn icon play"
          data-first
          icon={playing ? <Pause {...icon} /> : <Play {...icon} />}
          onClick={() => dispatch({ type: 'play', on: !playing })}
        />
        <Go command="next" name="Next event" icon={<StepForward {...icon} />} hint="ArrowRight" off={event >= last} />
        <Go
          command="next-negotiation"
          name="Next negotiation"
          icon={<FastForward {...icon} />}
          hint="Shift ArrowRight"
          off={event >= last}
        />
        <Go command="last" name="Last event" icon={<ChevronLast {...icon} />} hint="End" off={event >= last} />
      </div>
      <Scrubber />
      <div className="transport-place">
        <button
          type="button"
          className="index num"
          title="Go to event"
          onClick={() => dispatch({ type: 'dialog', dialog: { name: 'goto' } })}
        >
          <b>#{event}</b> of {last.toLocaleString('en')}
        </button>
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger className="btn quiet" aria-label={`Speed, ${speed} times`}>
            {speed}×
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className="float menu narrow-menu" side="top" align="end" sideOffset={4}>
              <DropdownMenu.RadioGroup value={`${speed}`} onValueChange={(value) => dispatch({ type: 'speed', speed: Number(value) })}>
                {speeds.map((one) => (
                  <DropdownMenu.RadioItem key={one} value={`${one}`}>
                    {one}×{one === speed ? <span className="aside">now</span> : null}
                  </DropdownMenu.RadioItem>
                ))}
              </DropdownMenu.RadioGroup>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </div>
    </section>
  );
}

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;

interface GoProps {
  readonly command: string;
  readonly name: string;
  readonly icon: ReactNode;
  readonly hint: string;
  readonly off: boolean;
}

/** It stays in the tab order at the ends of time, so that the focus does not jump away from under somebody who steps. */
function Go({ command, name, icon: picture, hint, off }: GoProps) {
  const desk = useDesk();
  return <IconButton name={name} hint={hint} icon={picture} aria-disabled={off} onClick={() => runCommand(desk, command)} />;
}
