/** Lines that somebody types, or keys that somebody presses where standard input is a terminal: both end up as lines. */
import { createInterface, emitKeypressEvents, type Key } from 'node:readline';
import type { Keyboard, Output } from './io.ts';

/** Ctrl+C in raw mode, where the system makes no signal of it. */
export const interrupted = Symbol('interrupted');

/** Keys that need no Enter, as the line that each stands for. */
const keys: Readonly<Record<string, string>> = {
  right: 'n',
  down: 'n',
  space: 'n',
  return: 'n',
  n: 'n',
  j: 'n',
  left: 'p',
  up: 'p',
  p: 'p',
  backspace: 'p',
  home: 'first',
  end: 'last',
  pageup: 'p 10',
  pagedown: 'n 10',
  c: 'c',
  r: 'r',
  s: 'state',
  k: 'keys',
  t: 'packet',
  w: 'why',
  h: 'help',
  '?': 'help',
  q: 'q',
  '.': '.',
};

/** Keys after which a line is typed, as what it begins with. */
const beginnings: Readonly<Record<string, string>> = { g: 'g ', b: 'b ', d: 'd ', '/': '/' };

export async function* typedLines(input: Keyboard): AsyncGenerator<string> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
}

/** Raw mode is undone however this ends. */
export async function* pressedKeys(input: Keyboard, out: Output): AsyncGenerator<string | typeof interrupted> {
  emitKeypressEvents(input);
  input.setRawMode?.(true);
  const pressed: { readonly text: string; readonly key: Key }[] = [];
  let wake = (): void => undefined;
  let ended = false;
  const onKey = (text: string | undefined, key: Key): void => {
    pressed.push({ text: text ?? '', key });
    wake();
  };
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  input.on('keypress', onKey).on('end', onEnd).resume();
  try {
    let typed: string | null = null;
    for (;;) {
      const next = pressed.shift();
      if (!next) {
        if (ended) return;
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const { text, key } = next;
      if (key.ctrl && key.name === 'c') yield interrupted;
      else if (key.ctrl && key.name === 'd') return;
      else if (typed !== null) {
        const line: Typing = edit(typed, text, key);
        await out.write(`\r\u001b[K${line.text ?? ''}`);
        typed = line.text;
        if (line.done !== null) yield line.done;
      } else {
        const name = key.name ?? text;
        if (Object.hasOwn(beginnings, text)) {
          typed = beginnings[text] ?? '';
          await out.write(typed);
        } else if (Object.hasOwn(keys, name)) yield keys[name] ?? '';
        else if (Object.hasOwn(keys, text)) yield keys[text] ?? '';
      }
    }
  } finally {
    input.off('keypress', onKey).off('end', onEnd).pause();
    input.setRawMode?.(false);
  }
}

interface Typing {
  /** The line so far; `null` when it is over. */
  readonly text: string | null;
  /** The line that was finished; `null` while it is typed, and after Escape. */
  readonly done: string | null;
}

const edit = (line: string, text: string, key: Key): Typing => {
  if (key.name === 'return' || key.name === 'enter') return { text: null, done: line };
  if (key.name === 'escape') return { text: null, done: null };
  if (key.name === 'backspace') return line.length <= 1 ? { text: null, done: null } : { text: line.slice(0, -1), done: null };
  const printable = !key.ctrl && !key.meta && /^\P{Cc}+$/u.test(text);
  return { text: printable ? line + text : line, done: null };
};
