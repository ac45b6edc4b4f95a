// Work is bounded by the size of the input: counted in steps, eight times as much of anything costs hardly more than eight times as many.
import { describe, expect, test } from 'vitest';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { measure, total } from '../support/meter.ts';

// Behind the meter, which has to be there before the engine's functions are compiled.
const { nodeCrypto } = await import('../../engine/host/node-crypto.ts');
const { readCapture } = await import('../../engine/ingest/capture.ts');
const { readConfiguration } = await import('../../engine/ingest/ios-config/read.ts');
const { readKeys } = await import('../../engine/ingest/keys.ts');
const { mergeReadings } = await import('../../engine/ingest/merge.ts');
const { toEnd } = await import('../../engine/ingest/reading.ts');
const { readText } = await import('../../engine/ingest/text.ts');
const { replayOf } = await import('../../engine/replay/replay.ts');
const { diagnose } = await import('../../engine/view/diagnose/diagnose.ts');
const { find } = await import('../../engine/view/find.ts');
const { ladderRows } = await import('../../engine/view/ladder.ts');
const { overview } = await import('../../engine/view/overview.ts');
const { messageRecords } = await import('../../engine/view/records/messages.ts');
const { stateRecord } = await import('../../engine/view/records/state.ts');
const { transitionRecords } = await import('../../engine/view/records/transitions.ts');
const { ipAddress } = await import('../../engine/values/ip-address.ts');
const { readIke } = await import('../../engine/wire/ike-message.ts');
const { hostileCaptures, hostileConfigurations, hostileFiles, hostileKeys, hostileMessages, hostileTexts } = await import(
  '../support/hostile.ts'
);

type Crypto = typeof nodeCrypto;
type Replay = ReturnType<typeof replayOf>;

/** Steps of work on n, 2n, 4n and 8n. */
type Counts = readonly [number, number, number, number];

/** Too few to judge: a second look at all would alone be more, with the 800 and more of everything that the largest input holds. */
const few = 250_000;

/** Readers keep nothing but what they read: eight times the input, eight times the work. */
const expectLinear = (counts: Counts): void => {
  const [one, , , eight] = counts;
  if (eight > 50_000) expect(eight / one, `${counts.join(', ')} steps`).toBeLessThanOrEqual(8.5);
};

/**
 * States keep tables, which are trees of 32 to a branch, and lists that are full after 64 or 256: so the first n is cheaper, and a tree
 * that gains a level costs a little more. Linear work makes 2 and 4 here, n log n up to 2.3 and 5, work that looks at all again for each 4 and 16.
 */
const expectNearlyLinear = (counts: Counts): void => {
  const [, two, four, eight] = counts;
  if (eight < few) return;
  expect(eight / four, `${counts.join(', ')} steps`).toBeLessThanOrEqual(2.4);
  expect(eight / two, `${counts.join(', ')} steps`).toBeLessThanOrEqual(6);
};

const sizes = (first: number): readonly [number, number, number, number] => [first, 2 * first, 4 * first, 8 * first];

/** Measures work on inputs of four sizes. */
const grow = <T>(inputs: readonly T[], work: (input: T, crypto: Crypto) => unknown): Counts => {
  const [one, two, four, eight] = inputs as readonly [T, T, T, T];
  // What is made once, at first use, would be counted with the first.
  work(one, nodeCrypto);
  const count = (input: T): number => total(measure(nodeCrypto, (crypto) => work(input, crypto)));
  return [count(one), count(two), count(four), count(eight)];
};

describe('one message, decoded with its whole tree, and folded', () => {
  test.each(Object.entries(hostileMessages))('%s', (_, make) => {
    const messages = sizes(100).map(make);
    expectLinear(grow(messages, (bytes) => readIke(bytes, 0, bytes.length, 'wire')));
    expectLinear(grow(messages.map(logOf), (log, crypto) => replayOf(log, crypto)));
  });
});

const logOf = (bytes: Uint8Array): Parameters<typeof replayOf>[0] => ({
  inputs: [{ name: 'one', kind: 'capture', detail: '' }],
  given: [],
  happened: [
    {
      kind: 'DatagramSeen',
      via: 'capture',
      at: null,
      origin: { input: 0, number: 1 },
      datagram: {
        form: 'udp',
        src: ipAddress('192.0.2.1') as IpAddress,
        dst: ipAddress('198.51.100.1') as IpAddress,
        sport: 500,
        dport: 500,
        bytes,
      },
    },
  ],
  damage: [],
});

/** A replay keeps its verdict once it is made: so that comes first. */
const expectShown = (replays: readonly Replay[]): void => {
  expectNearlyLinear(grow(replays, (replay) => diagnose(replay)));
  expectNearlyLinear(grow(replays, (replay) => find(replay, 'kind:esp or payload:hash or deadbeef or finding')));
  expectNearlyLinear(
    grow(replays, (replay) => {
      overview(replay, 'hostile');
      ladderRows(replay, 0, 40);
      stateRecord(replay, replay.lastIndex);
      for (const records of [messageRecords(replay), transitionRecords(replay)]) for (const _record of records);
    }),
  );
};

describe.each(Object.entries(hostileCaptures))('a capture, %s', (_, make) => {
  test('folded', () => {
    expectNearlyLinear(grow(sizes(200).map(make), (log, crypto) => replayOf(log, crypto)));
  });

  test('judged, searched and shown', () => {
    expectShown(sizes(100).map((n) => replayOf(make(n), nodeCrypto)));
  });
});

test.each(Object.entries(hostileFiles))('a capture file, %s', (_, make) => {
  expectLinear(
    grow(sizes(200).map(make), (bytes) => {
      const reading = readCapture(bytes, 'hostile.pcap', 0);
      return reading && toEnd(reading);
    }),
  );
});

test.each(Object.entries(hostileKeys))('a key file, %s', (_, make) => {
  expectLinear(grow(sizes(100).map(make), (text) => readKeys(text, 0)));
});

test.each(Object.entries(hostileConfigurations))('a configuration, %s', (_, make) => {
  expectLinear(grow(sizes(100).map(make), (text) => readConfiguration(text)));
});

describe.each(Object.entries(hostileTexts))('a text log, %s', (_, make) => {
  const texts = () => sizes(100).map(make);

  test('read', () => {
    expectLinear(grow(texts(), (text) => toEnd(readText(text, 'hostile.log', 0))));
  });

  test('folded, judged, searched and shown', () => {
    const logs = texts().map((text) => mergeReadings([toEnd(readText(text, 'hostile.log', 0))]));
    expectNearlyLinear(grow(logs, (log, crypto) => replayOf(log, crypto)));
    expectShown(logs.map((log) => replayOf(log, nodeCrypto)));
  });
});
