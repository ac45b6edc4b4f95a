/**
 * `debug crypto isakmp` and `debug crypto ipsec` of one device, out of any log: messages, payloads, transitions, SAs, in the forms of IOS
 * 12.4. What a device itself has printed stands as it is. Nothing is said that the log does not show. RFC 2408, RFC 2409.
 */
import { eventsAt } from '../../log/log.ts';
import { type Replay, walk } from '../../replay/replay.ts';
import type { Side } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import type { LogLine } from '../models.ts';
import { sayMessageReceived } from './debug-received.ts';
import { sayMessageSent } from './debug-sent.ts';
import { isPhase1, sayRows, type Turn } from './debug-turn.ts';
import { connectionOf, type Device, deviceOf, type Speaker, stampOf } from './device.ts';
import { voice } from './voice.ts';

/** Lines of the events `from` to `to`, both included: a seek and a fold of those events. */
export const logLines = (replay: Replay, from: number, to: number, side: Side): readonly LogLine[] => [
  ...debugLines(replay, { side, policy: null }, from, to),
];

/** Lines of one device over the events `from` to `to`, in the order in which it prints them. */
export function* debugLines(replay: Replay, speaker: Speaker, from = 0, to = replay.lastIndex): Generator<LogLine> {
  const device = deviceOf(replay, speaker);
  // A log without packets has one voice, its own, whatever role it had.
  const alone = !replay.log.happened.some((e) => e.kind === 'DatagramSeen');
  for (const { index, before, state, seen } of walk(replay, Math.max(0, from), to)) {
    yield* reportedLines(replay, index, seen, alone ? null : device.side);
    // A device hears a message once, at however many places it was seen.
    if (seen.sightingOf === null) yield* spoken(device, index, before, state, seen);
  }
}

/** What a device printed itself; of `side` alone, where there is one. */
function* reportedLines(replay: Replay, index: number, seen: Seen, side: Side | null): Generator<LogLine> {
  for (const event of eventsAt(replay.log, index)) {
    if (event.kind !== 'DeviceReported') continue;
    if (side !== null && seen.report && seen.report.side !== side) continue;
    for (const text of event.text.split('\n')) yield { event: index, text, place: null };
  }
}

const spoken = (device: Device, index: number, before: State, state: State, seen: Seen): readonly LogLine[] => {
  const [event] = eventsAt(device.replay.log, index);
  if (event?.kind !== 'DatagramSeen') return [];
  const mine = seen.transitions.filter((t) => t.side === device.side);
  const { ike, packet } = seen;
  const n = ike ? get(state.negotiations, ike.negotiation) : undefined;
  const v = voice(index, stampOf(event.at), 0);
  if (!ike || !packet || !n || n.version !== 1) {
    sayRows(v, mine);
    return v.lines;
  }
  const turn: Turn = { v, device, n, was: get(before.negotiations, n.id), ike, packet, rows: mine, state };
  v.connection = turn.was || !isPhase1(turn) ? connectionOf(device, turn.was ?? n) : 0;
  if (ike.side === device.side) sayMessageSent(turn);
  else sayMessageReceived(turn);
  return v.lines;
};
