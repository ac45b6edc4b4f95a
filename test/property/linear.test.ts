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

/** Too few to judge: what is made once for all, however small an input is, would weigh too much. */
const few = 50_000;

/** Eight times the input, eight times the work; and one in sixteen more, for what only larger inputs have at all. */
const most = 8.5;

/**
 * Work on n against work on 8n of one kind. States keep lists that are full after 16, 64 or 256: from there on each step costs the same, so
 * where such a list is what is grown, n is large enough to fill it.
 */
const expectLinear = <T>(make: (n: number) => T, first: number, work: (input: T, crypto: Crypto) => unknown): void => {
  expectLinearOver([make(first), make(first), make(8 * first)], work);
};

/** `warm`: what is made once, at first use, would be counted with the first. Each is another value: what was reckoned of one may be kept. */
const expectLinearOver = <T>([warm, one, eight]: readonly [T, T, T], work: (input: T, crypto: Crypto) => unknown): void => {
  work(warm, nodeCrypto);
  const count = (input: T): number => total(measure(nodeCrypto, (crypto) => work(input, crypto)));
  const [small, large] = [count(one), count(eight)];
  if (large >= few) expect(large / small, `${small} and ${large} steps`).toBeLessThanOrEqual(most);
};

describe('one message, decoded with its whole tree, and folded', () => {
  test.each(Object.entries(hostileMessages))('%s', (_, make) => {
    expectLinear(make, 100, (bytes) => readIke(bytes, 0, bytes.length, 'wire'));
    expectLinear(
      (n) => logOf(make(n)),
      100,
      (log, crypto) => replayOf(log, crypto),
    );
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
const expectShown = (make: (n: number) => Replay, first: number): void => {
  const replays = [make(first), make(first), make(8 * first)] as const;
  expectLinearOver(replays, (replay) => diagnose(replay));
  expectLinearOver(replays, (replay) => find(replay, 'kind:esp or payload:hash or deadbeef or finding'));
  expectLinearOver(replays, (replay) => {
    overview(replay, 'hostile');
    ladderRows(replay, 0, 40);
    stateRecord(replay, replay.lastIndex);
    for (const records of [messageRecords(replay), transitionRecords(replay)]) for (const _record of records);
  });
};

/** Where a list that is bounded is what grows: 64 datagrams in parts, 128 parts of one, 64 names of vendors. */
const full: Readonly<Record<string, number>> = {
  'IP fragments of one datagram, backwards': 1600,
  'IP fragments of many datagrams': 800,
  'every kind of line': 200,
  'state changes': 400,
  'lines of a daemon': 400,
  'negotiations begun': 200,
};

describe.each(Object.entries(hostileCaptures))('a capture, %s', (name, make) => {
  test('folded', () => {
    expectLinear(make, full[name] ?? 200, (log, crypto) => replayOf(log, crypto));
  });

  test('judged, searched and shown', () => {
    expectShown((n) => replayOf(make(n), nodeCrypto), full[name] ?? 100);
  });
});

test.each(Object.entries(hostileFiles))('a capture file, %s', (_, make) => {
  expectLinear(make, 200, (bytes) => {
    const reading = readCapture(bytes, 'hostile.pcap', 0);
    return reading && toEnd(reading);
  });
});

test.each(Object.entries(hostileKeys))('a key file, %s', (_, make) => {
  expectLinear(make, 100, (text) => readKeys(text, 0));
});

test.each(Object.entries(hostileConfigurations))('a configuration, %s', (_, make) => {
  expectLinear(make, 100, (text) => readConfiguration(text));
});

describe.each(Object.entries(hostileTexts))('a text log, %s', (name, make) => {
  test('read', () => {
    expectLinear(make, 100, (text) => toEnd(readText(text, 'hostile.log', 0)));
  });

  test('folded, judged, searched and shown', () => {
    const first = full[name] ?? 100;
    const logOfText = (n: number) => mergeReadings([toEnd(readText(make(n), 'hostile.log', 0))]);
    expectLinear(logOfText, first, (log, crypto) => replayOf(log, crypto));
    expectShown((n) => replayOf(logOfText(n), nodeCrypto), first);
  });
});
