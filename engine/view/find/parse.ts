/** Reads a search: words, `field:value` terms, `and` or a space between them, `or`, `not`, parentheses. */

/** How a field is compared. `:` asks for a part or a beginning, as each field has it. */
export type Operator = ':' | '=' | '!=' | '>' | '>=' | '<' | '<=';

export type Query =
  | { readonly is: 'all' | 'any'; readonly of: readonly Query[] }
  | { readonly is: 'not'; readonly of: Query }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'term'; readonly field: string; readonly operator: Operator; readonly value: string; readonly at: number };

/** A query, or a sentence that says what is wrong and where: character positions count from 1. */
export type Parsed = { readonly query: Query } | { readonly error: string };

/** Total and bounded: at most 1,000 characters and 50 parentheses deep. `fields`: names that stand before an operator or alone. */
export const parseQuery = (text: string, fields: ReadonlySet<string>): Parsed => {
  if (text.length > longest) return { error: `the search is longer than ${longest} characters` };
  const tokens = tokensOf(text, fields);
  if (typeof tokens === 'string') return { error: tokens };
  if (tokens.length === 0) return { error: 'the search is empty' };
  const reader: Reader = { tokens, next: 0, end: text.length + 1, error: null };
  const query = readAny(reader, 0);
  const left = tokens[reader.next];
  if (reader.error === null && left) reader.error = `at ${left.at}: ")" closes nothing`;
  return reader.error === null ? { query } : { error: reader.error };
};

const longest = 1000;
const deepest = 50;

type Token =
  | { readonly kind: 'and' | 'or' | 'not' | 'open' | 'close'; readonly at: number }
  | { readonly kind: 'query'; readonly query: Query; readonly at: number };

const space = /\s+/y;
const paren = /[()]/y;
const quoted = /"([^"]*)"/y;
const term = /([A-Za-z]+)\s*(>=|<=|!=|[:=><])\s*(?:"([^"]*)"|([^\s()"]+))/y;
const entering = /enter\s+([A-Za-z0-9_]+)/iy;
const numbered = /#(\d+)(?![^\s()])/y;
const bare = /[^\s()"]+/y;
/** What looks like a field and is the beginning of an address or cookie in hex. */
const hexOnly = /^[a-f]+$/i;

const tokensOf = (text: string, fields: ReadonlySet<string>): readonly Token[] | string => {
  const tokens: Token[] = [];
  let i = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = i;
    const found = pattern.exec(text);
    if (found) i = pattern.lastIndex;
    return found;
  };
  const push = (at: number, query: Query): void => {
    tokens.push({ kind: 'query', query, at });
  };
  while (i < text.length) {
    const at = i + 1;
    if (take(space)) continue;
    const bracket = take(paren);
    if (bracket) {
      tokens.push({ kind: bracket[0] === '(' ? 'open' : 'close', at });
      continue;
    }
    const words = take(quoted);
    if (words) {
      if (words[1]) push(at, { is: 'text', text: words[1] });
      continue;
    }
    if (text[i] === '"') return `at ${at}: the quotation mark is not closed`;
    const entered = take(entering);
    if (entered) {
      push(at, { is: 'term', field: 'enter', operator: '=', value: entered[1] ?? '', at });
      continue;
    }
    const number = take(numbered);
    if (number) {
      push(at, { is: 'term', field: 'event', operator: '=', value: number[1] ?? '', at });
      continue;
    }
    const before = i;
    const compared = take(term);
    const field = compared?.[1]?.toLowerCase() ?? '';
    if (compared && fields.has(field)) {
      push(at, { is: 'term', field, operator: compared[2] as Operator, value: compared[3] ?? compared[4] ?? '', at });
      continue;
    }
    if (compared && !hexOnly.test(field)) return `at ${at}: there is no field "${compared[1]}"; the fields are ${[...fields].join(', ')}`;
    i = before;
    const word = take(bare)?.[0] ?? '';
    const low = word.toLowerCase();
    if (low === 'and' || low === 'or' || low === 'not') tokens.push({ kind: low, at });
    else if (fields.has(low.replace(/[:=<>!]+$/, '')) && /[:=<>]$/.test(low))
      return `at ${at + word.length}: a value is missing after "${word}"`;
    else if (low === 'finding') push(at, { is: 'term', field: 'finding', operator: ':', value: '', at });
    else push(at, { is: 'text', text: word });
  }
  return tokens;
};

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  readonly end: number;
  error: string | null;
}

const nothing: Query = { is: 'all', of: [] };

const readAny = (r: Reader, depth: number): Query => {
  const of = [readAll(r, depth)];
  while (r.tokens[r.next]?.kind === 'or') {
    r.next++;
    of.push(readAll(r, depth));
  }
  return of.length === 1 && of[0] ? of[0] : { is: 'any', of };
};

const readAll = (r: Reader, depth: number): Query => {
  const of = [readOne(r, depth)];
  for (;;) {
    const kind = r.tokens[r.next]?.kind;
    if (r.error !== null || kind === undefined || kind === 'or' || kind === 'close') break;
    if (kind === 'and') r.next++;
    of.push(readOne(r, depth));
  }
  return of.length === 1 && of[0] ? of[0] : { is: 'all', of };
};

const readOne = (r: Reader, depth: number): Query => {
  let negations = 0;
  while (r.tokens[r.next]?.kind === 'not') {
    negations++;
    r.next++;
  }
  const one = readOperand(r, depth);
  return negations % 2 === 1 ? { is: 'not', of: one } : one;
};

const readOperand = (r: Reader, depth: number): Query => {
  const token = r.tokens[r.next];
  if (token?.kind === 'query') {
    r.next++;
    return token.query;
  }
  if (token?.kind !== 'open') {
    r.error ??= token
      ? `at ${token.at}: a word or a term is missing before "${token.kind === 'close' ? ')' : token.kind}"`
      : `at ${r.end}: a word or a term is missing at the end`;
    return nothing;
  }
  if (depth >= deepest) {
    r.error ??= `at ${token.at}: parentheses are more than ${deepest} deep`;
    return nothing;
  }
  r.next++;
  const inside = readAny(r, depth + 1);
  if (r.tokens[r.next]?.kind === 'close') r.next++;
  else r.error ??= `at ${token.at}: "(" is not closed`;
  return inside;
};
