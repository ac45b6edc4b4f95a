/** Keys as a terminal in raw mode sends them (ECMA-48 sequences), and the lines that they stand for. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Keyboard, Output } from './io.ts';
import { interrupted, pressedKeys, typedLines } from './keyboard.ts';

const press = async (keys: readonly string[]) => {
  const modes: boolean[] = [];
  const input: Keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) });
  const written: string[] = [];
  const out: Output = { isTerminal: true, columns: 80, write: async (text) => void written.push(text) };
  const lines: unknown[] = [];
  const reading = (async () => {
    for await (const line of pressedKeys(input, out)) {
      lines.push(line);
      if (line === interrupted) break;
    }
  })();
  // A sequence is told from a lone Escape by what follows at once.
  for (const key of keys) {
    (input as PassThrough).write(key);
    await new Promise((resolve) => setImmediate(resolve));
  }
  (input as PassThrough).end();
  await reading;
  return { lines, modes, written: written.join('') };
};

const [right, left, home, end] = ['\u001b[C', '\u001b[D', '\u001b[H', '\u001b[F'];

test('arrows, space, Home, End and letters step without Enter', async () => {
  expect((await press([right, left, ' ', home, end, '\r', 's', 'k', 'q'])).lines).toEqual([
    'n',
    'p',
    'n',
    'first',
    'last',
    'n',
    'state',
    'keys',
    'q',
  ]);
});

test('g, / and b wait for a line; backspace and Escape work in it', async () => {
  const { lines, written } = await press(['g', '1', '3', '\u007f', '2', '\r', '/', 'n', 'q', '\r', 'b', 'x', '\u001b', '', 'n']);
  expect(lines.slice(0, 2)).toEqual(['g 12', '/nq']);
  expect(written).toContain('g 12');
});

test('Ctrl+C interrupts, and the terminal is as it was', async () => {
  const { lines, modes } = await press(['n', '\u0003', 'n']);
  expect(lines).toEqual(['n', interrupted]);
  expect(modes).toEqual([true, false]);
});

test('Ctrl+D and the end of the input end it', async () => {
  expect((await press(['n', '\u0004', 'n'])).lines).toEqual(['n']);
  expect((await press(['n'])).lines).toEqual(['n']);
});

test('without a terminal a line is a line, whatever ends it', async () => {
  const input = new PassThrough();
  input.end('n\r\ng 7\n/x');
  const lines: string[] = [];
  for await (const line of typedLines(input)) lines.push(line);
  expect(lines).toEqual(['n', 'g 7', '/x']);
});
