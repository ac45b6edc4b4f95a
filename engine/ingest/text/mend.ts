/** Undoes what copying did to a line: a word processor's signs, HTML entities, control characters, a running ping's dots. */
import type { Repair } from '../../event/event.ts';

export interface Mended {
  readonly text: string;
  readonly repaired: readonly Repair[];
}

/** Most lines need nothing, and one look tells so. */
const clean = /^(?!>)[\t -%'-~]*$/;

/** A plain ASCII text, as the device will have printed it, and what had to be done for that. */
export const mend = (line: string): Mended => {
  if (clean.test(line)) return { text: line, repaired: [] };
  const repaired: Repair[] = [];
  let text = line;
  for (const [repair, from, to] of steps) {
    const next = typeof to === 'string' ? text.replace(from, to) : text.replace(from, to);
    if (next !== text) repaired.push(repair);
    text = next;
  }
  return { text, repaired: [...new Set(repaired)] };
};

type Step = readonly [Repair, RegExp, string | ((found: string) => string)];

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&#39;': "'",
  '&apos;': "'",
};

const signs: Readonly<Record<string, string>> = {
  '\u00d7': 'x',
  '\u2026': '...',
  '\u00a0': ' ',
  '\u2007': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
  '\u3000': ' ',
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\ufeff': '',
  '\u00ad': '',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '--',
  '\u2212': '-',
  '\u2018': "'",
  '\u2019': "'",
  '\u2032': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2033': '"',
  '\u00ab': '<<',
  '\u00bb': '>>',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal recordings hold escape sequences, and this is where they end.
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const steps: readonly Step[] = [
  ['control', escapes, ''],
  // A pager's prompt, wiped out with backspaces, stays in a recording.
  ['prompt', / {0,80}--More-- {0,80}/g, ' '],
  ['control', controls, ''],
  ['markup', /&(?:lt|gt|amp|quot|nbsp|apos|#39);/g, (found) => entities[found] ?? found],
  // Quoted in a text with markup: `> - Mar  1 00:00:00.000: `; the dash was IOS's asterisk.
  ['markup', /^(?:> ?){1,3}(?:- (?=[A-Z][a-z]{2} ))?/, ''],
  // A multiplication sign that an encoding lost, between a zero and hex digits.
  ['typography', /0\ufffd(?=[0-9a-f])/gi, '0x'],
  [
    'typography',
    /[\u00d7\u2026\u00a0\u2007\u202f\u2009\u3000\u200b-\u200d\ufeff\u00ad\u2010-\u2014\u2212\u2018\u2019\u2032\u201c-\u201e\u2033\u00ab\u00bb]/g,
    (found) => signs[found] ?? found,
  ],
];

/**
 * Takes out what a running ping left inside a line: dots and exclamation marks before, inside or behind words. Dots between digits, and a
 * sentence's last one, are the device's own.
 */
export const withoutPing = (text: string): string =>
  text
    .replace(/(?<=[A-Za-z_])[.!]+(?=[A-Za-z_])/g, '')
    .replace(/(^|[\s=(:,])[.!]+(?=[A-Za-z0-9_])/g, '$1')
    .replace(/(?<=[A-Za-z0-9_)])[.!]+(?=[\s,:]|$)/g, '')
    .replace(/(^|\s)[.!]+(?=\s|$)/g, '$1');
