// Asks everything that can be asked of a replay, as window and command line would: nothing of it may throw, whatever the octets.
import { toHex } from '../../engine/bytes/hex.ts';
import { canonical } from '../../engine/event/json.ts';
import { lookAt, type Replay } from '../../engine/replay/replay.ts';
import { find } from '../../engine/view/find.ts';
import { eventRecords } from '../../engine/view/records/events.ts';
import { keysRecord } from '../../engine/view/records/keys.ts';
import { messageRecords } from '../../engine/view/records/messages.ts';
import { stateRecord } from '../../engine/view/records/state.ts';
import { transitionRecords } from '../../engine/view/records/transitions.ts';

/** Octets of JSON that came out. `looks`: at how many events to look with all trees built. */
export const askEverything = (replay: Replay, looks = replay.lastIndex + 1): number => {
  let size = 0;
  const take = (value: unknown): void => {
    size += canonical(value).length;
  };
  for (const records of [eventRecords(replay), messageRecords(replay), transitionRecords(replay)])
    for (const record of records) take(record);
  take(stateRecord(replay, replay.lastIndex));
  take(keysRecord(replay));
  take(find(replay, 'kind:esp or payload:hash or deadbeef or finding'));
  const step = Math.max(1, Math.ceil((replay.lastIndex + 1) / looks));
  for (let at = 0; at <= replay.lastIndex; at += step) {
    const { packet, ike } = lookAt(replay, at).seen;
    if (packet)
      for (const { span } of packet.nodes) if (span.start > span.end) throw new Error(`a span turned round: ${toHex(packet.bytes)}`);
    if (ike?.opened) size += ike.opened.chain.nodes.length;
  }
  return size;
};
