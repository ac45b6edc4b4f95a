// The bundled capture, damaged in thousands of ways: every one imports and replays, in bounded time and space. `IKEWIND_LONG=1` tries 100,000.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { readCapture } from '../../engine/ingest/capture.ts';
import { mergeReadings } from '../../engine/ingest/merge.ts';
import { toEnd } from '../../engine/ingest/reading.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { longSuites } from '../support/long.ts';
import { askEverything } from '../support/look-at-all.ts';
import { type Mutation, mutate, mutation } from '../support/mutate.ts';
import { bundledTrace, keysReading } from '../support/trace.ts';

const capture = new Uint8Array(readFileSync(join(bundledTrace, 'capture.pcap')));
const keys = keysReading(readFileSync(join(bundledTrace, 'keys.json'), 'utf8'));

const count = longSuites ? 100_000 : 3000;
/** One replay takes some milliseconds; a second would be a hang in the making, even on a busy machine. */
const longestMs = 2000;

interface FrameDamage {
  readonly frame: number;
  readonly mutation: Mutation;
}

/** Damage to the file ends most of it early; damage inside frames goes deeper. */
const damages = fc.oneof(
  fc.record({ file: fc.array(mutation, { minLength: 1, maxLength: 12 }), frames: fc.constant<FrameDamage[]>([]) }),
  fc.record({
    file: fc.constant<Mutation[]>([]),
    frames: fc.array(fc.record({ frame: fc.nat(18), mutation }), { minLength: 1, maxLength: 12 }),
  }),
);

const damageFrames = (log: Log, frames: readonly FrameDamage[]): Log => ({
  ...log,
  happened: log.happened.map((event, i) => {
    const own = frames.filter(({ frame }) => frame === i).map((f) => f.mutation);
    if (event.kind !== 'DatagramSeen' || own.length === 0) return event;
    return { ...event, datagram: { ...event.datagram, bytes: mutate(event.datagram.bytes, own) } };
  }),
});

describe(`${count.toLocaleString('en-US')} mutations of the bundled capture`, () => {
  test(
    'import and replay without an exception, a hang or growth without bound',
    () => {
      let slowest = 0;
      let replayed = 0;
      fc.assert(
        fc.property(damages, ({ file, frames }) => {
          const bytes = mutate(capture, file);
          const before = performance.now();
          const reading = readCapture(bytes, 'damaged.pcap', 0);
          if (!reading) return;
          const log = damageFrames(mergeReadings([toEnd(reading), keys]), frames);
          const replay = replayOf(log, nodeCrypto);
          // A record of a capture takes 16 octets at least.
          expect(log.happened.length + log.damage.length).toBeLessThanOrEqual(bytes.length / 16 + 1);
          expect(replay.final.negotiations.size + replay.final.associations.size).toBeLessThanOrEqual(3 * log.happened.length);
          // Looking at everything takes longer than replaying: one in ten will do.
          if (replayed++ % 10 === 0) expect(askEverything(replay)).toBeLessThan(100 * bytes.length + 100_000);
          slowest = Math.max(slowest, performance.now() - before);
          expect(slowest).toBeLessThan(longestMs);
        }),
        { numRuns: count, endOnFailure: !longSuites },
      );
      // Most damage leaves a capture that is one.
      expect(replayed).toBeGreaterThan(count / 2);
      console.log(`slowest of ${count}: ${Math.round(slowest)} ms; heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB`);
    },
    longSuites ? 1_800_000 : 120_000,
  );
});
