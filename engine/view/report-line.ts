/** A line of a device's log in the ladder and in the explanation: what it is, and what it moved. */
import type { DeviceReported } from '../event/event.ts';
import type { Report } from '../event/report.ts';
import type { Seen } from '../state/seen.ts';
import { leads, page, says } from './explain/sentence.ts';
import type { Explanation, LadderRow } from './models.ts';

type MessageRow = Extract<LadderRow, { kind: 'message' }>;

/** Priority, sequence number, time and zone, as devices put them before a message. */
const head = /^(?:<\d+>)?(?:\d+: )?[*.]?(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?|\d{4}-\d{2}-\d{2}[T ])?[\d:.]+(?: [A-Z]{3,4})?:? +/;

/** The message of a line, without its head; of several lines the first. */
const messageOf = (event: DeviceReported): string => (event.text.split('\n', 1)[0] ?? '').replace(head, '').trim();

/** `MM_KEY_EXCH` and `MM_I1` for messages, as devices call them; `LOG` for all else. */
const labelOf = (report: Report | undefined): string => (report?.says === 'packet' ? (report.word ?? report.label ?? 'LOG') : 'LOG');

const noteOf = ({ recognised, report }: DeviceReported): Pick<MessageRow, 'note' | 'tone'> => {
  if (recognised === false) return { note: 'not understood', tone: 'note' };
  return report?.says === 'error' || report?.says === 'mismatch'
    ? { note: 'the device reports a fault', tone: 'warning' }
    : { note: null, tone: null };
};

/** `part`: what of the negotiation it belongs to. */
export const reportRow = (
  event: DeviceReported,
  seen: Seen,
  part: string | null,
): Omit<MessageRow, 'kind' | 'event' | 'delta' | 'at' | 'before'> => {
  const last = (side: 'initiator' | 'responder'): string | null => seen.transitions.findLast((t) => t.side === side)?.to ?? null;
  return {
    label: labelOf(event.report),
    side: seen.report?.side ?? null,
    detail: messageOf(event).slice(0, 200),
    lock: null,
    initiatorState: last('initiator'),
    responderState: last('responder'),
    negotiation: seen.report?.negotiation ?? null,
    part,
    ...noteOf(event),
  };
};

/** What a line of a log means, as far as its transitions tell. */
export const reportPage = ({ report, transitions }: Seen): Explanation => {
  const moved = transitions.map(({ from, to, because }) => {
    const why = because === '' ? '' : ` on ${because}`;
    return says(from === to ? `It stays in ${from}${why}.` : `It goes from ${from} to ${to}${why}.`);
  });
  return page(
    [
      leads(`The ${report?.side ?? 'device'} says so itself, in its log.`),
      ...(moved.length > 0 ? moved : [says('It moves no state; what it tells is kept with the negotiation.')]),
      says('No packet shows it: this is known from the device alone.'),
    ],
    '',
  );
};
