/** What the program was started with: inputs, and a few options for scripts and tests. No secret is ever an argument. */
import { resolve } from 'node:path';

export interface Wishes {
  readonly paths: readonly string[];
  readonly keys: readonly string[];
  /** An event index, `end`, or a search. */
  readonly at: string | undefined;
  readonly theme: 'light' | 'dark' | undefined;
  /** Of the window's content, in pixels. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Packets that the replay window of ESP and AH spans. */
  readonly replayWindow: number | undefined;
  /** The one input grows: it is shown as it comes. Its path is `-` for standard input. */
  readonly follow: boolean;
}

export type Parsed = { readonly ok: true; readonly wishes: Wishes } | { readonly ok: false; readonly message: string };

/**
 * @param argv all of `process.argv`: what concerns us stands after `--`, or after the program where there is none
 * @param packaged whether the program is its own executable, so that no path of an app follows it
 * @param from the folder that relative paths start at
 */
export const parseArguments = (argv: readonly string[], packaged: boolean, from: string): Parsed => {
  const mark = argv.indexOf('--');
  // Without the mark, switches of Chromium may stand among ours.
  const ours = mark >= 0 ? argv.slice(mark + 1) : argv.slice(packaged ? 1 : 2).filter((word, i, all) => !isForeign(word, all[i - 1]));
  const paths: string[] = [];
  const keys: string[] = [];
  let follow = false;
  const given: { at?: string; theme?: 'light' | 'dark'; size?: Wishes['size']; replayWindow?: number } = {};
  for (let i = 0; i < ours.length; i++) {
    const word = ours[i] ?? '';
    if (!word.startsWith('--')) {
      paths.push(word === '-' ? word : resolve(from, word));
      continue;
    }
    if (word === '--follow') {
      follow = true;
      continue;
    }
    const [name, inline] = word.split(/=(.*)/s, 2) as [string, string | undefined];
    if (!options.includes(name)) return { ok: false, message: `There is no option ${name}.` };
    const value = inline ?? ours[++i];
    if (value === undefined) return { ok: false, message: `${name} wants a value.` };
    if (name === '--keys') keys.push(resolve(from, value));
    else if (name === '--at') given.at = value;
    else if (name === '--theme') {
      if (value !== 'light' && value !== 'dark') return { ok: false, message: '--theme is light or dark.' };
      given.theme = value;
    } else if (name === '--window') {
      const packets = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (packets < 1 || packets > widestWindow) return { ok: false, message: `--window is 1 to ${widestWindow} packets.` };
      given.replayWindow = packets;
    } else {
      const size = /^(\d{3,5})x(\d{3,5})$/.exec(value);
      if (!size) return { ok: false, message: '--size is a width and a height, such as 1280x800.' };
      given.size = { width: Number(size[1]), height: Number(size[2]) };
    }
  }
  if (follow && paths.length !== 1) return { ok: false, message: '--follow takes one input, and keys.' };
  if (!follow && paths.includes('-')) return { ok: false, message: 'Standard input can only be followed: add --follow.' };
  const { at, theme, size, replayWindow } = given;
  return { ok: true, wishes: { paths, keys, at, theme, size, replayWindow, follow } };
};

const options = ['--keys', '--at', '--theme', '--size', '--window'];
const switches = ['--follow'];

/** As the terminal's option of that name has it. */
const widestWindow = 4096;

const isForeign = (word: string, before: string | undefined): boolean =>
  word.startsWith('-') &&
  word !== '-' &&
  !switches.includes(word) &&
  !options.includes(word.split('=')[0] ?? '') &&
  !(before !== undefined && options.includes(before));
