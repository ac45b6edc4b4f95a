/** Starts the window: the line to the engine host, the state, what follows from it, and the drawing. */
import './design/tokens.css';
import './design/base.css';
import { createRoot } from 'react-dom/client';
import { distinctUntilChanged, filter, skip } from 'rxjs';
import { Window } from './shell/window.tsx';
import { openLine } from './stream/channel.ts';
import { runCommand } from './stream/commands.ts';
import { effects } from './stream/effects.ts';
import { engineOver } from './stream/engine.ts';
import { listenToKeys } from './stream/keyboard.ts';
import { rememberedState, rememberState } from './stream/remembered.ts';
import { type Desk, DeskProvider, storeFrom } from './stream/store.ts';

const line = openLine(window.ikewind, window.location);
const engine = engineOver(line);
const store = storeFrom(rememberedState());
const desk: Desk = { store, engine };

effects(store.states, engine).subscribe(store.dispatch);
engine.news.pipe(filter((telling) => telling.tell === 'command')).subscribe((telling) => {
  if (telling.tell === 'command') runCommand(desk, telling.command);
});
store.states
  .pipe(
    distinctUntilChanged((a, b) => a.theme === b.theme && a.letters === b.letters && a.times === b.times),
    skip(1),
  )
  .subscribe(rememberState);
listenToKeys(desk);

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no root');
createRoot(root).render(
  <DeskProvider value={desk}>
    <Window />
  </DeskProvider>,
);
