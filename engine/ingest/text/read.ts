/** A text log to events: every line belongs to one, recognised or not. Dialects may alternate from line to line. */
import type { DeviceReported, Repair } from '../../event/event.ts';
import type { Report } from '../../event/report.ts';
import type { Progress } from '../reading.ts';
import { slice } from '../reading.ts';
import { Years } from './calendar.ts';
import { beginningsIn } from './glued.ts';
import { type Dialect, type DialectName, mostCharacters } from './grammar.ts';
import { type Head, readHead } from './head.ts';
import { decodeText, splitLines } from './lines.ts';
import { mend, withoutPing } from './mend.ts';
import { isNoise, promptLength } from './noise.ts';

export interface TextOptions {
  /** Of lines that name no year; 1970 where nobody knows. */
  readonly year?: number | undefined;
}

/** Reads `source` as a log called `name`, the log's input `input`, in any of `dialects`: the first that a line opens, has it. */
export function* readLines(
  dialects: readonly Dialect[],
  source: Uint8Array | string,
  name: string,
  input: number,
  { year = 1970 }: TextOptions = {},
): Progress {
  const text = typeof source === 'string' ? source : decodeText(source);
  const events: DeviceReported[] = [];
  const counts = new Map<DialectName, number>();
  const gathering = new Gathering(dialects, input, new Years(year), events, counts);
  let behind = 0;
  let number = 0;
  for (const line of splitLines(text)) {
    gathering.take(line, ++number);
    behind += line.length + 1;
    if (number % slice === 0) yield behind;
  }
  gathering.close();
  return { input: { name, kind: 'text', detail: detail(counts) }, events, damage: [] };
}

const words: Readonly<Record<DialectName, string>> = {
  'cisco-ios': 'Cisco IOS log',
  'cisco-asa': 'Cisco ASA log',
  linksys: 'Linksys log',
  charon: 'strongSwan log',
  pluto: 'libreswan log',
  show: 'show command output',
  config: 'configuration',
};

const detail = (counts: ReadonlyMap<DialectName, number>): string => {
  const found = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => words[name]);
  return found.length === 0 ? 'text' : found.join(', ');
};

/** How a text's dialects share it: one that has nine tenths of the lines that any has names the text. */
export const recogniseLines = (dialects: readonly Dialect[], text: string): DialectName | 'mixed' | 'unknown' => {
  const counts = new Map<DialectName, number>();
  let all = 0;
  for (const line of splitLines(text.slice(0, 262_144)).slice(0, 2000)) {
    const message = mend(line).text;
    const { dialect } = place(dialects, message);
    if (!dialect) continue;
    all++;
    counts.set(dialect.name, (counts.get(dialect.name) ?? 0) + 1);
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  if (!first) return 'unknown';
  return first[1] * 10 >= all * 9 ? first[0] : 'mixed';
};

interface Placed {
  readonly dialect: Dialect | undefined;
  readonly head: Head;
  /** What stands behind the head. */
  readonly message: string;
  readonly prompt: boolean;
}

const place = (dialects: readonly Dialect[], line: string): Placed => {
  const opener = (rest: string): Dialect | undefined => dialects.find((dialect) => dialect.opens(rest));
  const opens = (rest: string): boolean => opener(rest) !== undefined;
  const head = readHead(line, opens);
  const message = line.slice(head.length).trimStart();
  const dialect =
    opener(message) ?? (/^[.!]*[A-Za-z]+[.!]/.test(message) || /^[.!]+\S/.test(message) ? opener(withoutPing(message)) : undefined);
  if (dialect || head.timed) return { dialect, head, message, prompt: false };
  const prompt = promptLength(line);
  if (prompt === 0) return { dialect, head, message, prompt: false };
  const behind = line.slice(prompt);
  const innerHead = readHead(behind, opens);
  const innerMessage = behind.slice(innerHead.length).trimStart();
  const inner = opener(innerMessage);
  return inner ? { dialect: inner, head: innerHead, message: innerMessage, prompt: true } : { dialect, head, message, prompt: false };
};

/** A message that may not have come to its end yet. */
interface Open {
  readonly dialect: Dialect;
  /** Blank lines that may stand inside the message: they do if a line that continues it follows. */
  readonly blank: string[];
  readonly head: Head;
  readonly line: number;
  readonly raw: string[];
  readonly parts: string[];
  /** The parts joined, as far as any pattern looks. */
  message: string;
  readonly repaired: Set<Repair>;
}

const noHead: Head = { at: null, timed: false, program: null, length: 0 };

/** A message of so many lines has long become something else. */
const mostLines = 400;

class Gathering {
  readonly #dialects: readonly Dialect[];
  readonly #input: number;
  readonly #years: Years;
  readonly #events: DeviceReported[];
  readonly #counts: Map<DialectName, number>;
  #open: Open | null = null;
  /** The dialect of the message before, to which a timed line without an opener belongs. */
  #latest: Dialect | null = null;

  constructor(dialects: readonly Dialect[], input: number, years: Years, events: DeviceReported[], counts: Map<DialectName, number>) {
    this.#dialects = dialects;
    this.#input = input;
    this.#years = years;
    this.#events = events;
    this.#counts = counts;
  }

  take(raw: string, line: number): void {
    const cuts = [0, ...this.#cuts(raw), raw.length];
    for (let i = 0; i + 1 < cuts.length; i++) this.#takePiece(raw.slice(cuts[i], cuts[i + 1]), line, cuts.length > 2);
  }

  /** Where a line holds several messages: the terminal lost a line end between them. */
  #cuts(raw: string): readonly number[] {
    const cuts: number[] = [];
    for (const at of beginningsIn(raw)) {
      const before = mend(raw.slice(cuts.at(-1) ?? 0, at)).text;
      // A head or a prompt belongs to the message behind it.
      const { dialect } = place(this.#dialects, before);
      if (dialect || (before.trim() !== '' && promptLength(before) === 0 && /[a-z]{3}/.test(before) && isNoise(before))) cuts.push(at);
    }
    return cuts;
  }

  /** Ends the message that is open: what it says is known when its last line is. */
  close(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    this.#latest = open.dialect;
    this.#counts.set(open.dialect.name, (this.#counts.get(open.dialect.name) ?? 0) + 1);
    const { report, repairs } = understand(open.dialect, open);
    for (const repair of repairs) open.repaired.add(repair);
    this.#add(open.raw.join('\n'), open.line, open.head, report !== undefined, [...open.repaired], report);
    open.blank.forEach((raw, i) => {
      this.#add(raw, open.line + open.raw.length + i, noHead, 'noise', []);
    });
  }

  #takePiece(raw: string, line: number, glued: boolean): void {
    const { text, repaired } = mend(raw);
    const placed = place(this.#dialects, text);
    const { head, message } = placed;
    const dialect = placed.dialect ?? (head.timed && message !== '' ? (this.#latest ?? this.#open?.dialect) : undefined);
    if (dialect) {
      this.close();
      const repairs: Repair[] = [...repaired, ...(placed.prompt ? (['prompt'] as const) : []), ...(glued ? (['glued'] as const) : [])];
      this.#open = {
        dialect,
        head,
        line,
        blank: [],
        raw: [raw],
        parts: [message],
        message: message.slice(0, mostCharacters),
        repaired: new Set(repairs),
      };
      return;
    }
    const open = this.#open;
    if (open && !glued && text.trim() === '' && open.blank.length < 4) {
      open.blank.push(raw);
      return;
    }
    if (open && !head.timed && open.raw.length < mostLines && this.#belongs(open, text)) {
      open.raw.push(...open.blank.splice(0), raw);
      open.parts.push(text.trim());
      if (open.message.length < mostCharacters) open.message = `${open.message} ${text.trim()}`.slice(0, mostCharacters);
      for (const repair of repaired) open.repaired.add(repair);
      return;
    }
    this.close();
    this.#add(
      raw,
      line,
      head,
      isNoise(text) || (head.timed && message === '') ? 'noise' : false,
      glued ? [...repaired, 'glued'] : repaired,
    );
  }

  #belongs(open: Open, text: string): boolean {
    const { message } = open;
    if (open.dialect.continues(text, message)) return true;
    if (isNoise(text) || open.blank.length > 0) return false;
    if (/[,=(]\s*$/.test(message)) return true;
    // Where messages carry times, an indented line without one continues the one before, and any line one that says nothing yet.
    if (open.head.timed && (/^\s/.test(text) || open.dialect.read(message) === undefined)) return true;
    if (!isWrapped(open.raw.at(-1) ?? '', text)) return false;
    open.repaired.add('wrapped');
    return true;
  }

  #add(text: string, line: number, head: Head, recognised: boolean | 'noise', repaired: readonly Repair[], report?: Report): void {
    const at = head.at === null ? null : this.#years.of(head.at);
    this.#events.push({
      kind: 'DeviceReported',
      at,
      origin: { input: this.#input, number: line },
      line,
      text,
      recognised,
      ...(report && { report }),
      ...(head.at !== null && head.at.year === null && { timeBasis: 'year-assumed' as const }),
      ...(repaired.length > 0 && { repaired: [...new Set(repaired)] }),
    });
  }
}

/** Whether a terminal broke the line before at its width: the next word would not have fitted, and goes on as sentences do. */
const isWrapped = (before: string, line: string): boolean => {
  const next = /^\S+/.exec(line)?.[0] ?? '';
  return before.length <= 140 && before.length + 1 + next.length > 72 && /^[a-z0-9:,.;)\]-]/.test(next);
};

interface Understood {
  readonly report: Report | undefined;
  readonly repairs: readonly Repair[];
}

const understand = (dialect: Dialect, { parts, message }: Open): Understood => {
  const joined = message.trimEnd();
  const report = dialect.read(joined);
  if (report) return { report, repairs: [] };
  const ways: readonly (readonly [string, Repair])[] = [
    [withoutPing(joined), 'ping'],
    [parts.join('').slice(0, mostCharacters), 'wrapped'],
  ];
  for (const [text, repair] of ways) {
    const mended = text === joined ? undefined : dialect.read(text);
    if (mended) return { report: mended, repairs: [repair] };
  }
  return { report: undefined, repairs: [] };
};
