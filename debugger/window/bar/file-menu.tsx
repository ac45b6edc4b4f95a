/** What is open, and what can be done with files. */
import { ChevronDown, Download, FileInput, FileKey2, FolderOpen, X } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { Overview } from '../../protocol/protocol.ts';
import { Keys } from '../design/controls.tsx';
import { Logo } from '../design/logo.tsx';
import { pickFiles, runCommand } from '../stream/commands.ts';
import { useAsk, useDesk, useDispatch, useWindow } from '../stream/store.ts';

export function FileMenu({ overview }: { readonly overview: Overview }) {
  const desk = useDesk();
  const dispatch = useDispatch();
  const ask = useAsk();
  const bundled = useWindow((state) => state.bundled);
  const [missing] = overview.missing;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="file" title={overview.inputs.map(({ name, detail }) => `${name}: ${detail}`).join('\n')}>
        <Logo />
        <span className="file-name">{overview.name}</span>
        <span className="file-count">{overview.lastIndex.toLocaleString('en')} events</span>
        <ChevronDown size={14} className="line-note" aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="float menu file-menu" align="start" sideOffset={6}>
          <DropdownMenu.Item onSelect={pickFiles}>
            <FolderOpen size={14} aria-hidden />
            Open files…
            <span className="aside">
              <Keys keys="Mod O" />
            </span>
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={pickFiles}>
            <FileKey2 size={14} aria-hidden />
            Add a key file…
          </DropdownMenu.Item>
          {missing ? (
            <DropdownMenu.Item onSelect={() => dispatch({ type: 'dialog', dialog: { name: 'missing', missing } })}>
              <FileInput size={14} aria-hidden />
              Give a missing key…
              <span className="aside">{missing.messages} closed</span>
            </DropdownMenu.Item>
          ) : null}
          <DropdownMenu.Item onSelect={() => runCommand(desk, 'save')}>
            <Download size={14} aria-hidden />
            Save the event log…
            <span className="aside">
              <Keys keys="Mod S" />
            </span>
          </DropdownMenu.Item>
          {bundled.length > 0 ? (
            <>
              <DropdownMenu.Separator />
              <DropdownMenu.Label className="label">Bundled traces</DropdownMenu.Label>
              {bundled.slice(0, 12).map(({ id, title, packets }) => (
                <DropdownMenu.Item key={id} onSelect={() => ask('openBundled', { id })}>
                  {title}
                  <span className="aside num">{packets} packets</span>
                </DropdownMenu.Item>
              ))}
            </>
          ) : null}
          <DropdownMenu.Separator />
          <DropdownMenu.Item onSelect={() => runCommand(desk, 'close')}>
            <X size={14} aria-hidden />
            Close
          </DropdownMenu.Item>
          <DropdownMenu.Separator />
          <div className="label inputs-list">
            {overview.inputs.map(({ name, detail }) => (
              <div key={name} className="cut">
                {name} <span className="ink3">{detail}</span>
              </div>
            ))}
          </div>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
