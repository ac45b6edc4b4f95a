/** Colour for people: ANSI on a terminal, nothing anywhere else (https://no-color.org). Text from the network is made harmless first. */
import type { Tone } from '../../../engine/index.ts';
import type { Output } from '../io.ts';

export type Style = 'plain' | 'dim' | 'bold' | Tone;

export type Paint = (text: string, style: Style) => string;

const codes: Readonly<Record<Exclude<Style, 'plain'>, string>> = { dim: '2', bold: '1', good: '32', warning: '33', bad: '31', note: '36' };

export const noPaint: Paint = (text) => text;

const ansi: Paint = (text, style) => (style === 'plain' || text === '' ? text : `\u001b[${codes[style]}m${text}\u001b[0m`);

export const paintFor = (out: Output, env: Readonly<Record<string, string | undefined>>): Paint =>
  out.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? ansi : noPaint;

// C0 and C1 controls move the cursor or worse; the bidirectional ones (Unicode TR 9) change what a line seems to say.
const harmful = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** One line of text in which nothing acts on a terminal: an identity or a reason comes from whoever sent the packet. */
export const harmless = (text: string): string => text.replace(harmful, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
