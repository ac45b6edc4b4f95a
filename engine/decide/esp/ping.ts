/** A ping that was asked for: one question a second, each with the moment at which it went and was answered. RFC 792. */
import type { OperatorRequested, TimerFired } from '../../event/event.ts';
import { type IpAddress, ipAddress } from '../../values/ip-address.ts';
import { type Timestamp, timestamp } from '../../values/timestamp.ts';

export interface Ping {
  /** Event of the request; its low half identifies the questions. */
  readonly event: number;
  readonly askedAt: Timestamp | null;
  readonly target: IpAddress;
  readonly count: number;
  /** When each question went, in their order from 1. */
  readonly sent: readonly (Timestamp | null)[];
  /** When each was answered; `null` for the others. */
  readonly answered: readonly (Timestamp | null)[];
  /** It is time for the next question. */
  readonly due: boolean;
  /** The last question had its time. */
  readonly isOver: boolean;
}

/** Asks that a number of pings be sent: `ping 10.2.0.1 count 5`. */
export const pingRequest = (target: IpAddress, count: number): string => `ping ${target} count ${count}`;

const form = /^ping (\S+)(?: count (\d{1,4}))?$/;
const usualCount = 5;
const mostCount = 1000;

/** `null` for another request. */
export const beginPing = (event: number, { request, at }: OperatorRequested): Ping | null => {
  const [, address = '', number] = form.exec(request) ?? [];
  const target = ipAddress(address);
  const count = Math.min(number === undefined ? usualCount : Number(number), mostCount);
  if (!target || count === 0) return null;
  return { event, askedAt: at, target, count, sent: [], answered: Array<null>(count).fill(null), due: false, isOver: false };
};

export const identifierOf = ({ event }: Ping): number => event & 0xffff;

export const pingOf = (pings: readonly Ping[], identifier: number, target: IpAddress): Ping | undefined =>
  pings.find((p) => identifierOf(p) === identifier && p.target === target);

export const sentPing = (p: Ping, at: Timestamp | null): Ping => ({ ...p, sent: [...p.sent, at], due: false });

/** An answer to a question that went, once. */
export const answeredPing = (p: Ping, sequence: number, at: Timestamp | null): Ping => {
  const i = sequence - 1;
  return i >= 0 && i < p.sent.length && p.answered[i] === null ? { ...p, answered: p.answered.with(i, at) } : p;
};

export interface PingDeadline {
  readonly timer: string;
  readonly at: Timestamp;
  readonly why: string;
}

const timerPrefix = 'ping ';
const timerOf = ({ event }: Ping): string => `${timerPrefix}${event}`;

/** Where nothing could take the question out in its time, it counts as lost. */
export const timedPing = (p: Ping, { timer, at }: TimerFired): Ping => {
  if (timer !== timerOf(p)) return p;
  if (p.sent.length === p.count) return { ...p, isOver: true };
  return p.due ? sentPing(p, at) : { ...p, due: true };
};

export const isAnswered = (p: Ping): boolean => p.answered.every((at) => at !== null);

const second = 1_000_000_000n;
/** The last answer may take so long. */
const patience = 2n * second;
/** A peer needs a moment to install what the last message of quick mode completes. */
const settling = second / 4n;

/** `up`: since when an SA takes the questions out; `null` where none does. */
export const pingDeadline = (p: Ping, up: Timestamp | null): PingDeadline | null => {
  if (p.isOver || isAnswered(p)) return null;
  const timer = timerOf(p);
  if (p.sent.length === 0) {
    if (p.due || up === null || p.askedAt === null) return null;
    const settled = up + settling;
    return { timer, at: timestamp(settled > p.askedAt ? settled : p.askedAt), why: 'the first question' };
  }
  const last = p.sent.at(-1);
  if (last == null) return null;
  const isLast = p.sent.length === p.count;
  return { timer, at: timestamp(last + (isLast || p.due ? patience : second)), why: isLast ? 'the last answer' : 'the next question' };
};
