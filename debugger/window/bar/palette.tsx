/** The command palette: everything that can be done now, and every negotiation and finding to go to, by a few letters of its name. */
import { Command } from 'cmdk';
import { Keys } from '../design/controls.tsx';
import { commandGroups } from '../stream/command.ts';
import { commands } from '../stream/commands.ts';
import { useDesk, useWindow } from '../stream/store.ts';

const mostPlaces = 50;

export function Palette() {
  const desk = useDesk();
  const state = useWindow((all) => all);
  const run = (action: () => void) => {
    desk.store.dispatch({ type: 'dialog', dialog: null });
    // The dialog gives the focus back first; a command may want to move it.
    requestAnimationFrame(action);
  };
  const possible = commands.filter(({ id, when }) => id !== 'palette' && when?.(state) !== false);
  return (
    <Command label="Command palette" loop>
      <Command.Input placeholder="What do you want to do?" data-begin className="palette-input" />
      <Command.List className="palette-list">
        <Command.Empty className="note palette-none">No command is called that.</Command.Empty>
        {commandGroups.map((group) => (
          <Command.Group key={group} heading={group}>
            {possible
              .filter((row) => row.group === group)
              .map((row) => (
                <Command.Item key={row.id} value={`${row.group} ${row.title}`} onSelect={() => run(() => row.run(desk))}>
                  <span>{row.title}</span>
                  <span className="grow" />
                  {row.keys.slice(0, 1).map((keys) => (
                    <Keys key={keys} keys={keys} />
                  ))}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
        {state.overview ? (
          <Command.Group heading="Go to">
            {state.overview.negotiations.slice(0, mostPlaces).map(({ id, label, summary, first }) => (
              <Command.Item
                key={id}
                value={`negotiation ${id} ${label} ${summary}`}
                onSelect={() => run(() => desk.store.dispatch({ type: 'go', event: first }))}
              >
                <span className="mono">{label}</span>
                <span className="ink3 cut">{summary}</span>
                <span className="grow" />
                <span className="num ink3">#{first}</span>
              </Command.Item>
            ))}
            {state.overview.findings.slice(0, mostPlaces).map(({ code, title, event }, index) => (
              <Command.Item
                key={`${code} ${event} ${title}`}
                value={`finding ${index} ${code} ${title}`}
                onSelect={() => run(() => desk.store.dispatch({ type: 'go', event }))}
              >
                <span>{title}</span>
                <span className="grow" />
                <span className="num ink3">#{event}</span>
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        {state.bundled.length > 0 ? (
          <Command.Group heading="Bundled traces">
            {state.bundled.slice(0, mostPlaces).map(({ id, title, detail }) => (
              <Command.Item
                key={id}
                value={`bundled ${id} ${title}`}
                onSelect={() => run(() => desk.engine.ask('openBundled', { id }).subscribe({ error: () => undefined }))}
              >
                <span>{title}</span>
                <span className="ink3 cut">{detail}</span>
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
      </Command.List>
    </Command>
  );
}
