/** `ikewind events`: the events of a log as plain objects, one each. */
import { toHex } from '../../bytes/hex.ts';
import type { DeviceReported, Event } from '../../event/event.ts';
import type { SecretAbout } from '../../event/secret.ts';
import { eventsAt } from '../../log/log.ts';
import type { Replay } from '../../replay/replay.ts';
import { spiText } from '../../values/spi.ts';
import { type Time, timeOf } from './time.ts';

/** The parts that every kind has; each kind's own fields stand beside them, by the names of `engine/event/event.ts`. */
export interface EventRecord {
  /** Index; 0 for all that was given for the whole log. */
  readonly event: number;
  readonly time: Time;
  readonly kind: Event['kind'];
  /** Name of the input that it came from. */
  readonly input: string | null;
  readonly [own: string]: unknown;
}

/** Whether secrets are shown or masked. */
export interface Reveal {
  /** Show secrets, which are `null` otherwise. */
  readonly reveal?: boolean;
}

/** One record an event, in order, from the index `from` on; those of index 0 first. */
export function* eventRecords(
  replay: Replay,
  { reveal = false, from = 0 }: Reveal & { readonly from?: number } = {},
): Generator<EventRecord> {
  for (let index = from; index <= replay.lastIndex; index++) {
    for (const event of eventsAt(replay.log, index)) {
      yield {
        event: index,
        time: timeOf(event.at),
        kind: event.kind,
        input: replay.log.inputs[event.origin.input]?.name ?? null,
        ...ownFields(event, reveal),
      };
    }
  }
}

/** An event's own fields, secrets masked. */
export const eventFields = (event: Event): Readonly<Record<string, unknown>> => ownFields(event, false);

const ownFields = (event: Event, reveal: boolean): Readonly<Record<string, unknown>> => {
  const { number, vantage } = event.origin;
  const seenAt = vantage === undefined ? {} : { vantage };
  switch (event.kind) {
    case 'DatagramSeen': {
      const { datagram } = event;
      const where = datagram.form === 'frame' ? { frame: number } : {};
      return { via: event.via, ...where, ...seenAt, ...datagram, bytes: toHex(datagram.bytes) };
    }
    case 'SecretLearned':
      return { line: number, about: aboutFields(event.about), ref: event.ref, ...secretFields(event.value, reveal) };
    case 'EntropyDrawn':
      return { purpose: event.purpose, ref: event.ref, ...secretFields(event.value, reveal), length: event.length };
    case 'TimerFired':
      return { timer: event.timer };
    case 'PolicyConfigured':
      // A configuration holds keys and passwords among the rest.
      return { syntax: event.syntax, text: reveal ? event.text : null };
    case 'OperatorRequested':
      return { request: event.request };
    case 'DeviceReported':
      return { line: event.line, text: event.text, recognised: event.recognised, ...said(event) };
  }
};

/** A report's members that are not there have no value: they are left out, as in the log. */
const said = ({ report, timeBasis, repaired }: DeviceReported) => ({
  ...(timeBasis && { timeBasis }),
  ...(repaired && { repaired }),
  ...(report && { report }),
});

/** `length` stays `null` where the log was split from its secrets. */
const secretFields = (value: Uint8Array | null, reveal: boolean) => ({
  value: value && reveal ? toHex(value) : null,
  length: value?.length ?? null,
});

const aboutFields = (about: SecretAbout) => ('spi' in about && about.spi !== null ? { ...about, spi: spiText(about.spi) } : about);
