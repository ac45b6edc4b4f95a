// Counters of an SA against a slow model that keeps every number: what came, what came twice, what came too late, what never came.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipv4Packet, octets, u32 } from '../../../test/support/frames.ts';
import type { DatagramSeen } from '../../event/event.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { replayOf } from '../../replay/replay.ts';
import { timestamp } from '../../values/timestamp.ts';
import { stateRecord } from '../../view/records/state.ts';

const packet = (sequence: number, i: number): DatagramSeen => {
  const bytes = ipv4Packet({ protocol: 50, payload: octets(u32(0x1000), u32(sequence), new Uint8Array(24)) });
  return {
    kind: 'DatagramSeen',
    via: 'capture',
    at: timestamp(BigInt(i)),
    origin: { input: 0, number: i + 1 },
    datagram: { form: 'frame', linkType: 101, bytes, wireLength: bytes.length },
  };
};

const countersOf = (sequences: readonly number[], replayWindow: number) => {
  const log = { inputs: [{ name: 'a', kind: 'capture', detail: '' } as const], given: [], happened: sequences.map(packet), damage: [] };
  const replay = replayOf(log, nodeCrypto, { replayWindow });
  return stateRecord(replay, replay.lastIndex).ipsecSas[0]?.sequence;
};

/** RFC 4303 3.4.3 with a set for the window. */
const modelOf = (sequences: readonly number[], size: number) => {
  const marked = new Set<number>();
  let top = 0;
  const out = { received: 0, replayed: 0, old: 0 };
  for (const n of sequences) {
    if (n > top || (top - n < size && !marked.has(n))) {
      marked.add(n);
      top = Math.max(top, n);
      out.received++;
    } else if (top - n >= size) out.old++;
    else out.replayed++;
  }
  const came = new Set(sequences);
  const lost = Math.max(...came) - Math.min(...came) + 1 - came.size;
  return { highest: Math.max(...came), ...out, lost, badIcv: 0 };
};

/** Near to order, with jumps, repetitions and latecomers; never further apart than the SA remembers. */
const sequences = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 120 });

test('agree with the model for windows of any size', () => {
  fc.assert(
    fc.property(sequences, fc.constantFrom(1, 4, 32, 64, 128), (numbers, size) => {
      expect(countersOf(numbers, size)).toEqual(modelOf(numbers, size));
    }),
    { numRuns: 500 },
  );
});

test('a packet that came too late for the window is old, and not lost', () => {
  expect(countersOf([1, 2, 100, 3], 64)).toEqual({ highest: 100, received: 3, lost: 96, replayed: 0, old: 1, badIcv: 0 });
});
