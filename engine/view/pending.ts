/** A message that would leave, as a moment behind the last of a log: its packet, what it would change, what it is for. */
import type { DatagramSeen } from '../event/event.ts';
import type { Replay } from '../replay/replay.ts';
import type { Datagram } from '../values/datagram.ts';
import type { Moment } from './models.ts';
import { type MomentOptions, moment } from './moment.ts';

/** `replay` stays as it is: nothing is added to it. */
export const pendingMoment = (replay: Replay, datagram: Datagram, options: MomentOptions): Moment => {
  const last = replay.log.happened.at(-1);
  const event: DatagramSeen = {
    kind: 'DatagramSeen',
    via: 'sent',
    at: last?.at ?? null,
    origin: { input: last?.origin.input ?? 0, number: 0 },
    datagram,
  };
  const index = replay.lastIndex + 1;
  const latest = { at: replay.lastIndex, state: replay.final };
  return moment({ ...replay, log: { ...replay.log, happened: [...replay.log.happened, event] }, lastIndex: index, latest }, index, options);
};
