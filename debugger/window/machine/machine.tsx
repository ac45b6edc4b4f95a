/** The state machine of what this event belongs to: where each side is, how it got there, what is still ahead. */
import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef, useState } from 'react';
import type { MachineView } from '../../protocol/protocol.ts';
import { useSize, useWide } from '../design/size.ts';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useWindow } from '../stream/store.ts';
import { MachinePicture } from './picture.tsx';
import { MachineTable } from './table.tsx';
import './machine.css';

export function Machine() {
  const machines = useWindow((state) => state.moment?.machines) ?? [];
  const event = useWindow((state) => state.moment?.event ?? 0);
  const inNegotiation = useWindow((state) => state.moment?.negotiation != null);
  const [picked, setPicked] = useState<{ readonly event: number; readonly id: string } | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const wide = useWide();
  const tables = useWindow((state) => state.tables);
  const own = machines.find(({ current }) => current) ?? machines.at(-1);
  const machine = (picked?.event === event ? machines.find(({ id }) => id === picked.id) : undefined) ?? own;

  return (
    <section className="panel machine" aria-label="State" data-panel tabIndex={-1}>
      <div className="head">
        <h2>State</h2>
        {machine && machines.length > 1 ? (
          <Chooser machines={machines} machine={machine} onPick={(id) => setPicked({ event, id })} />
        ) : (
          <span className="count">
            {machine ? `${machine.title}, ` : ''}after #{event}
          </span>
        )}
        {machines.length > 1 ? <span className="count">after #{event}</span> : null}
        <span className="grow" />
        {machine ? <SavePicture name="state" of={frame} /> : null}
      </div>
      <div className="machine-frame" ref={frame} tabIndex={0} data-first>
        {machine && tables ? (
          <MachineTable machine={machine} />
        ) : machine ? (
          <MachinePicture machine={machine} width={Math.max(240, width - 24)} wide={wide} />
        ) : (
          <p className="note">
            {inNegotiation ? 'This version draws no states of this exchange.' : 'No negotiation at this event, so no state.'}
          </p>
        )}
      </div>
    </section>
  );
}

interface ChooserProps {
  readonly machines: readonly MachineView[];
  readonly machine: MachineView;
  readonly onPick: (id: string) => void;
}

function Chooser({ machines, machine, onPick }: ChooserProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="machine-chooser count">
        {machine.title}
        <ChevronDown size={12} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="float menu" align="start" sideOffset={4}>
          {machines.map(({ id, title, current }) => (
            <DropdownMenu.Item key={id} onSelect={() => onPick(id)}>
              {title}
              {current ? <span className="aside">of this event</span> : null}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
