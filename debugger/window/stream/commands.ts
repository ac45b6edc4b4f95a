/** Everything that can be done from the keyboard, the palette and a menu: one row each. */
import type { Command } from './command.ts';
import { engineCommands } from './engine-commands.ts';
import { beginnings, findingEvents, lastBefore, nextAfter } from './places.ts';
import type { WindowState } from './state.ts';
import type { Desk } from './store.ts';
import { timesCommands } from './times.ts';
import { hasView, views } from './views.ts';

const opened = (state: WindowState): boolean => state.overview !== null;

const go =
  (where: (state: WindowState) => number | null) =>
  ({ store }: Desk): void => {
    const event = where(store.now());
    if (event !== null) store.dispatch({ type: 'go', event });
  };

const stepTo = (places: (overview: NonNullable<WindowState['overview']>) => number[], direction: 'after' | 'before') =>
  go(({ overview, event }) => (overview === null ? null : (direction === 'after' ? nextAfter : lastBefore)(places(overview), event)));

/** Opens the browser's own file dialog: only works while it handles something that somebody just did. */
export const pickFiles = (): void => document.querySelector<HTMLInputElement>('#files')?.click();
export const focusSearch = (): void => document.querySelector<HTMLInputElement>('#search')?.focus();

export const commands: readonly Command[] = [
  {
    id: 'next',
    title: 'Next event',
    group: 'Time',
    keys: ['ArrowRight', 'ArrowDown', 'J'],
    run: go(({ event }) => event + 1),
    when: opened,
  },
  {
    id: 'previous',
    title: 'Previous event',
    group: 'Time',
    keys: ['ArrowLeft', 'ArrowUp', 'K'],
    run: go(({ event }) => event - 1),
    when: opened,
  },
  {
    id: 'next-negotiation',
    title: 'Next negotiation or exchange',
    group: 'Time',
    keys: ['Shift ArrowRight', 'Shift ArrowDown', 'Shift J'],
    run: stepTo(beginnings, 'after'),
    when: opened,
  },
  {
    id: 'previous-negotiation',
    title: 'Previous negotiation or exchange',
    group: 'Time',
    keys: ['Shift ArrowLeft', 'Shift ArrowUp', 'Shift K'],
    run: stepTo(beginnings, 'before'),
    when: opened,
  },
  { id: 'next-finding', title: 'Next finding', group: 'Time', keys: ['N'], run: stepTo(findingEvents, 'after'), when: opened },
  {
    id: 'previous-finding',
    title: 'Previous finding',
    group: 'Time',
    keys: ['Shift N'],
    run: stepTo(findingEvents, 'before'),
    when: opened,
  },
  { id: 'first', title: 'First event', group: 'Time', keys: ['Home'], run: go(() => 0), when: opened },
  { id: 'last', title: 'Last event', group: 'Time', keys: ['End'], run: go(({ overview }) => overview?.lastIndex ?? null), when: opened },
  {
    id: 'play',
    title: 'Play or pause',
    group: 'Time',
    keys: ['Space'],
    run: ({ store }) => store.dispatch({ type: 'play', on: !store.now().playing }),
    when: opened,
  },
  {
    id: 'go',
    title: 'Go to event…',
    group: 'Time',
    keys: ['G'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'goto' } }),
    when: opened,
  },
  { id: 'find', title: 'Search', group: 'Time', keys: ['/', 'Mod F'], run: focusSearch, when: opened },
  {
    id: 'breakpoint',
    title: 'Add a breakpoint…',
    group: 'Time',
    keys: ['B'],
    run: ({ store }) => {
      if (store.now().view !== 'step') store.dispatch({ type: 'view', view: 'step' });
      const press = () => document.querySelector<HTMLElement>('#add-breakpoint')?.click();
      if (document.querySelector<HTMLElement>('#add-breakpoint')?.offsetParent) return press();
      // The column has to appear first.
      store.dispatch({ type: 'side', open: true });
      requestAnimationFrame(press);
    },
    when: opened,
  },
  {
    id: 'bookmark',
    title: 'Bookmark this event',
    group: 'Time',
    keys: ['M'],
    run: ({ store }) => store.dispatch({ type: 'bookmark', event: store.now().event }),
    when: opened,
  },
  {
    id: 'buffer',
    title: 'Decrypted or wire bytes',
    group: 'Selection',
    keys: ['D'],
    run: ({ store }) => {
      const { moment, buffer } = store.now();
      const names = (moment?.packet?.buffers ?? []).map(({ name }) => name);
      const next = names[(names.indexOf(buffer) + 1) % names.length];
      if (next !== undefined) store.dispatch({ type: 'buffer', buffer: next });
    },
    when: opened,
  },
  {
    id: 'reveal',
    title: 'Reveal or mask the selected secret',
    group: 'Selection',
    keys: ['R'],
    run: ({ store }) => {
      const { selection, moment } = store.now();
      const node = moment?.keys.nodes.find(({ id }) => id === selection.key);
      if (node?.secret) store.dispatch({ type: 'reveal', key: node.id });
      else store.dispatch({ type: 'notice', text: 'No secret is selected. Select one in Keys.' });
    },
    when: opened,
  },
  {
    id: 'reveal-all',
    title: 'Reveal or mask all secrets',
    group: 'Selection',
    keys: [],
    run: ({ store }) => store.dispatch({ type: 'revealAll', on: store.now().reveal !== 'all' && store.now().reveal.length === 0 }),
    when: opened,
  },
  ...views.map(
    ({ view, title }, at): Command => ({
      id: `view-${view}`,
      title,
      group: 'View',
      keys: [`${at + 1}`],
      run: ({ store }) => store.dispatch({ type: 'view', view }),
      when: ({ overview }) => hasView(overview, view),
    }),
  ),
  {
    id: 'tables',
    title: 'Pictures as tables, or tables as pictures',
    group: 'View',
    keys: ['T'],
    run: ({ store }) => {
      const tables = !store.now().tables;
      store.dispatch({ type: 'tables', on: tables });
      store.dispatch({ type: 'notice', text: tables ? 'Pictures are shown as tables.' : 'Pictures are drawn.' });
    },
    when: opened,
  },
  {
    id: 'negotiations',
    title: 'Negotiations',
    group: 'View',
    keys: ['['],
    run: ({ store }) => {
      store.dispatch({ type: 'side', open: !store.now().sideOpen });
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.side [role="treeitem"][tabindex="0"]')?.focus());
    },
    when: opened,
  },
  { id: 'open', title: 'Open files…', group: 'File', keys: ['Mod O'], run: pickFiles },
  {
    id: 'save',
    title: 'Save the event log…',
    group: 'File',
    keys: ['Mod S'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'save' } }),
    when: opened,
  },
  {
    id: 'close',
    title: 'Close',
    group: 'File',
    keys: [],
    run: ({ engine }) => engine.ask('close', {}).subscribe({ error: () => undefined }),
    when: opened,
  },
  ...engineCommands,
  { id: 'next-panel', title: 'Next panel', group: 'Window', keys: ['F6'], run: () => nextPanel(1), when: opened },
  { id: 'previous-panel', title: 'Previous panel', group: 'Window', keys: ['Shift F6'], run: () => nextPanel(-1), when: opened },
  {
    id: 'palette',
    title: 'Command palette',
    group: 'Window',
    keys: ['Mod K'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'palette' } }),
  },
  {
    id: 'help',
    title: 'All keys',
    group: 'Window',
    keys: ['?'],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'help' } }),
  },
  { id: 'theme:light', title: 'Light', group: 'Window', keys: [], run: ({ store }) => store.dispatch({ type: 'theme', theme: 'light' }) },
  { id: 'theme:dark', title: 'Dark', group: 'Window', keys: [], run: ({ store }) => store.dispatch({ type: 'theme', theme: 'dark' }) },
  {
    id: 'theme:system',
    title: 'Light or dark as the system',
    group: 'Window',
    keys: [],
    run: ({ store }) => store.dispatch({ type: 'theme', theme: 'system' }),
  },
  ...timesCommands,
  {
    id: 'letters',
    title: 'Single letters as commands: on or off',
    group: 'Window',
    keys: [],
    run: ({ store }) => {
      const on = !store.now().letters;
      store.dispatch({ type: 'letters', on });
      store.dispatch({ type: 'notice', text: on ? 'Single letters are commands.' : 'Single letters do nothing now.' });
    },
  },
  {
    id: 'layout',
    title: 'Reset the layout',
    group: 'Window',
    keys: [],
    run: () => window.dispatchEvent(new Event('ikewind:reset-layout')),
    when: opened,
  },
];

/** What menus of the shell call some commands. */
const aliases: Readonly<Record<string, string>> = { keys: 'open' };

export function runCommand(desk: Desk, id: string): boolean {
  const command = commands.find((row) => row.id === (aliases[id] ?? id));
  if (command === undefined || command.when?.(desk.store.now()) === false) return false;
  command.run(desk);
  return true;
}

/** Moves the focus into the next panel, in the order in which they are read. */
function nextPanel(direction: 1 | -1): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')].filter((panel) => panel.offsetParent !== null);
  const present = panels.findIndex((panel) => panel.contains(document.activeElement));
  const panel = panels[(present + direction + panels.length) % panels.length];
  (panel?.querySelector<HTMLElement>('[data-first], [tabindex="0"], button, input') ?? panel)?.focus();
}
