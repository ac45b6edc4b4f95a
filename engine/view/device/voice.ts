/** How IOS begins its debug lines: a time, the part that speaks, the connection in brackets. */
import type { LogLine, Place } from '../models.ts';

/** Lines of one event, in the making. */
export interface Voice {
  readonly event: number;
  readonly stamp: string;
  /** Of the ISAKMP SA that is spoken of; 0 before it has keys. Changes when they come into being. */
  connection: number;
  readonly lines: LogLine[];
}

export const voice = (event: number, stamp: string, connection: number): Voice => ({ event, stamp, connection, lines: [] });

const put = (v: Voice, text: string, place: Place | null): void => {
  v.lines.push({ event: v.event, text: `${v.stamp}${text}`, place });
};

/** `ISAKMP:(1001):Old State = ...`. */
export const say = (v: Voice, text: string, place: Place | null = null): void => put(v, `ISAKMP:(${v.connection}):${text}`, place);

/** `ISAKMP: set new node ...`: lines that name no connection. */
export const sayPlain = (v: Voice, text: string, place: Place | null = null): void => put(v, `ISAKMP: ${text}`, place);

/** `ISAKMP (1001): received packet from ...`: the older form, which some lines have kept. */
export const sayOld = (v: Voice, text: string, place: Place | null = null): void => put(v, `ISAKMP (${v.connection}): ${text}`, place);

/** `IPSEC(create_sa): sa created,`. */
export const sayIpsec = (v: Voice, step: string, text: string): void => put(v, `IPSEC(${step}): ${text}`, null);

/** Syslog messages and others that stand by themselves. */
export const sayRaw = (v: Voice, text: string): void => put(v, text, null);

/** A line that continues the one before: it has no time. */
export const more = (v: Voice, text: string, place: Place | null = null): void => {
  v.lines.push({ event: v.event, text, place });
};
