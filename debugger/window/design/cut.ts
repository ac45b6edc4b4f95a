/** Long values cut in the middle: both ends of a key or a cookie are what people compare. */

/** `d1fd4de7…c95e`: the first `head` and the last `tail` characters, where that is shorter than all of it. */
export function cutMiddle(text: string, head = 8, tail = 4): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** Groups of eight digits, so that the eye keeps its place. */
export const grouped = (hex: string): string => hex.match(/.{1,8}/g)?.join(' ') ?? '';

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');

/** Four digits at least: `001c`. */
export const offset = (n: number): string => n.toString(16).padStart(4, '0');
