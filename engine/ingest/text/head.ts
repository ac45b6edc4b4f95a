/** What stands before a message in a log line: syslog priority, sequence numbers, times, host and program. RFC 3164, RFC 5424, IOS `service timestamps`. */
import { type Moment, readStamp } from './calendar.ts';

export interface Head {
  /** The last time in the line, which is the device's own: a syslog daemon's stands before it. */
  readonly at: Moment | null;
  /** Whether the line has a time at all, be it one since start-up. */
  readonly timed: boolean;
  /** Program of a syslog line: `charon`, `pluto`. */
  readonly program: string | null;
  /** Characters that the head takes. */
  readonly length: number;
}

const priority = /^<\d{1,3}>(?:1 (?=\d{4}-))?/;
const sequence = /^\d{1,10}: +/;
const space = /^\s+/;
/** `host charon[123]: `, `charon: `. */
const program = /^(?:[\w.:-]{1,64} +)?([a-zA-Z][\w-]{1,30})(?:\[\d{1,7}\])?: +/;
/** `R1: `, `192.0.2.1 `, `host : `, between a time and what follows. */
const host = /^[\w.-]{1,64}(?: *: +| +)/;
/** RFC 5424: host, program, process, message ID, structured data. */
const fields5424 = /^\S{1,255} (\S{1,48}) (?:\S{1,128}) (?:\S{1,32}) (?:-|\[[^\]]*\]) ?/;

/** The device's time in the year that a relay's time before it names; around New Year they can stand in two. */
const dated = (own: Moment | null, relay: Moment | null): Moment | null => {
  if (own?.year !== null || relay?.year == null) return own;
  const turn = own.month === 11 && relay.month === 0 ? -1 : own.month === 0 && relay.month === 11 ? 1 : 0;
  return { ...own, year: relay.year + turn };
};

/**
 * The head of `line`, of which `opens` tells whether the rest begins like a message. A word is taken for a host only where a
 * message, a time or a sequence number follows it.
 */
export const readHead = (line: string, opens: (rest: string) => boolean): Head => {
  let length = 0;
  let at: Moment | null = null;
  let timed = false;
  let named: string | null = null;
  const rest = (): string => line.slice(length, length + 400);
  const take = (form: RegExp): RegExpExecArray | null => {
    const found = form.exec(rest());
    if (found) length += found[0].length;
    return found;
  };
  const isSyslog5424 = take(priority)?.[0].endsWith('1 ') ?? false;
  // Each round takes something; eight is more than any chain of relays adds.
  for (let round = 0; round < 8; round++) {
    const before = length;
    const stamp = readStamp(rest().trimStart());
    if (stamp) {
      take(space);
      length += stamp.length;
      at = dated(stamp.at, at) ?? at;
      timed = true;
      if (isSyslog5424) {
        take(space);
        named = take(fields5424)?.[1] ?? named;
      }
      continue;
    }
    const ahead = rest().trimStart();
    if (opens(ahead)) break;
    if (sequence.test(ahead) && (timed || readStamp(ahead.replace(sequence, '')) || opens(ahead.replace(sequence, '')))) {
      take(space);
      take(sequence);
      continue;
    }
    if (timed) {
      const aheadHost = ahead.replace(host, '').trimStart();
      const asProgram = program.exec(ahead);
      if (asProgram && opens(ahead.slice(asProgram[0].length).trimStart())) {
        take(space);
        named = take(program)?.[1] ?? named;
      } else if (aheadHost !== ahead && (opens(aheadHost) || readStamp(aheadHost) || sequence.test(aheadHost))) {
        take(space);
        take(host);
      }
    }
    if (length === before) break;
  }
  return { at, timed, program: named, length };
};
