/** On which line of a JSON text a value stands, so that a fault in a key file can be named without quoting it. */

/** Paths are kept to this depth: no key file goes deeper, and the paths of a hostile one would fill the memory. */
const deepest = 6;

/** From a path as `ike_sas.0.skeyid` to a line, from 1. `text` has been parsed before: it is valid JSON. */
export const linesOf = (text: string): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>();
  /** The containers that are open: a number counts the items of an array, a string is an object's present member. */
  const open: (number | string)[] = [];
  let line = 1;
  let expectsName = false;
  const value = (): void => {
    if (open.length <= deepest) lines.set(open.join('.'), line);
  };
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:\n]|[^\s{}[\],:"]+/g)) {
    const last = open.length - 1;
    const place = open[last];
    if (token === '\n') line++;
    else if (token === '{' || token === '[') {
      value();
      open.push(token === '{' ? '' : 0);
      expectsName = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      expectsName = false;
    } else if (token === ',') {
      expectsName = typeof place === 'string';
      if (typeof place === 'number') open[last] = place + 1;
    } else if (token === ':') expectsName = false;
    else if (expectsName) open[last] = unquoted(token);
    else value();
  }
  return lines;
};

const unquoted = (token: string): string => (token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1));
