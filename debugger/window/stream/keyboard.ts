/** From a key that was pressed to a command. What has the focus may keep keys for itself: fields all of them, trees and bytes the arrows. */
import { fromEvent, type Subscription } from 'rxjs';
import { commands, runCommand } from './commands.ts';
import type { Desk } from './store.ts';

export interface Pressed {
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, or Command on a Mac. */
  readonly mod: boolean;
  readonly alt: boolean;
}

/** The name under which commands list a key: `Shift ArrowRight`, `Mod K`, `G`. */
export function nameOf({ key, shift, mod, alt }: Pressed): string {
  if (alt) return '';
  const plain = key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key;
  // A sign that needs Shift on some keyboards (`?`, `/`) is that sign, with Shift or without.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key) && key !== ' ';
  return [mod ? 'Mod' : '', shift && !isSign ? 'Shift' : '', plain].filter((part) => part !== '').join(' ');
}

const byKey = new Map(commands.flatMap(({ id, keys }) => keys.map((key) => [key, id] as const)));
export const commandFor = (pressed: Pressed): string | undefined => byKey.get(nameOf(pressed));

const keepsArrows = '[role="tree"], [role="grid"][data-cells], [role="menu"], [role="listbox"], [role="separator"], [role="radiogroup"]';
const arrow = /^(Arrow|Home$|End$|Page)/;
const letter = /^(Shift )?[^ ]$/;

export function listenToKeys(desk: Desk): Subscription {
  return fromEvent<KeyboardEvent>(window, 'keydown').subscribe((event) => {
    const { key, shiftKey: shift, ctrlKey, metaKey, altKey: alt, target } = event;
    if (event.defaultPrevented || event.isComposing || !(target instanceof Element)) return;
    const pressed = { key, shift, mod: ctrlKey || metaKey, alt };
    const name = nameOf(pressed);
    const id = commandFor(pressed);
    if (target.matches('input, textarea, select') && !pressed.mod && key !== 'F6') return;
    if (target.closest('dialog[open]') && id !== 'palette') return;
    if (key === 'Escape') return upOneLevel(desk, target);
    if (id === undefined || (letter.test(name) && !desk.store.now().letters && !pressed.mod)) return;
    if (arrow.test(key) && target.closest(keepsArrows)) return;
    // Space and Enter press the button that has the focus.
    if (key === ' ' && target.closest('button, [role="treeitem"], [role="row"], [role="menuitem"]')) return;
    if (runCommand(desk, id)) event.preventDefault();
  });
}

/** Up one level: a pop-over, then playing, then the selection, then the focus. */
function upOneLevel({ store, engine }: Desk, target: Element): void {
  const { sideOpen, playing, progress, search, view } = store.now();
  if (progress) engine.ask('cancel', {}).subscribe({ error: () => undefined });
  else if (sideOpen) store.dispatch({ type: 'side', open: false });
  else if (search.open) store.dispatch({ type: 'searchOpen', open: false });
  else if (playing) store.dispatch({ type: 'play', on: false });
  else if (view !== 'step') store.dispatch({ type: 'view', view: 'step' });
  else if (target instanceof HTMLElement && target !== document.body) target.blur();
  else store.dispatch({ type: 'selectNode', node: null });
}
