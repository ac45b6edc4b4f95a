// Debug text of a device, read back by the reader of real IOS logs: the same steps of that side, and no line that the reader does not know.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace, sharedFolder, tracesFolder } from '../../../test/support/trace.ts';
import type { DeviceReported } from '../../event/event.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { type Replay, replayOf } from '../../replay/replay.ts';
import type { Side } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import { timestampText } from '../../values/timestamp.ts';
import { debugLines, logLines } from './debug-lines.ts';
import { deviceOf } from './device.ts';

const sides = ['initiator', 'responder'] as const;
const bundled = readdirSync(tracesFolder).filter((name) => existsSync(join(tracesFolder, name, 'capture.pcap')));
const lab = join(sharedFolder, 'captures/lab');
const labTraces = existsSync(lab)
  ? readdirSync(lab).filter((name) => existsSync(join(lab, name, 'capture.pcap')) && !/^(?:ikev2|openiked|ike-scan)/.test(name))
  : [];

const replayOfFolder = (folder: string): Replay => replayOf(loadTrace(folder), nodeCrypto);
const textOf = (replay: Replay, side: Side): string =>
  [...debugLines(replay, { side, policy: null })].map((line) => `${line.text}\n`).join('');
const readBack = (text: string): readonly DeviceReported[] =>
  toEnd(readText(text, 'debug.txt', 0)).events.filter((e): e is DeviceReported => e.kind === 'DeviceReported');

/** The log of a device alone, without a packet. */
const replayOfText = (happened: readonly DeviceReported[]): Replay =>
  replayOf({ inputs: [{ name: 'debug.txt', kind: 'text', detail: '' }], given: [], happened, damage: [] }, nodeCrypto);

interface Step {
  readonly exchange: number | null;
  readonly because: string;
  readonly from: string;
  readonly to: string;
}

const stepsOf = (replay: Replay, side: Side): readonly Step[] =>
  replay.transitions
    .filter((t) => t.side === side && get(replay.final.negotiations, t.negotiation)?.version === 1)
    .map(({ exchange, because, from, to }) => ({ exchange, because, from, to }));

/** IOS prints the input on one line and what it leads to on the next. */
const stepsIn = (events: readonly DeviceReported[]): readonly Step[] => {
  const steps: Step[] = [];
  let input = { exchange: null as number | null, because: '' };
  for (const { report } of events) {
    if (report?.says === 'input') input = { exchange: report.messageId ?? null, because: `${report.class}, ${report.input}` };
    if (report?.says === 'transition') steps.push({ ...input, from: report.from, to: report.to });
  }
  return steps;
};

const roundTrip = (replay: Replay, side: Side): void => {
  const events = readBack(textOf(replay, side));
  expect(stepsIn(events)).toEqual(stepsOf(replay, side));
  expect(events.filter((e) => e.recognised === false).map((e) => e.text)).toEqual([]);
  expect(stepsOf(replayOfText(events), side)).toEqual(stepsOf(replay, side));
};

describe.each(bundled)('traces/%s', (name) => {
  test.each(sides)('as the %s printed it, gives the same steps when it is read again', (side) => {
    roundTrip(replayOfFolder(join(tracesFolder, name)), side);
  });
});

describe.skipIf(labTraces.length === 0)('lab traces (../shared/captures/lab)', () => {
  test.each(labTraces)('%s', (name) => {
    const replay = replayOfFolder(join(lab, name));
    for (const side of sides) roundTrip(replay, side);
  });
});

describe('the bundled negotiation, as the responder', () => {
  const replay = replayOfFolder(bundledTrace);
  const text = textOf(replay, 'responder');
  const lines = text.split('\n').map((line) => line.replace(/^.* UTC: /, ''));

  // Names, order and words of the log of a 12.3 responder in this very exchange; addresses, ports and SPIs from summary.json and keys.json.
  test.each([
    'ISAKMP (0): received packet from 192.0.2.1 dport 500 sport 500 Global (N) NEW SA',
    'ISAKMP:(0): sending packet to 192.0.2.1 my_port 500 peer_port 500 (R) MM_SA_SETUP',
    'ISAKMP (0): received packet from 192.0.2.1 dport 500 sport 500 Global (R) MM_SA_SETUP',
    'ISAKMP:(1001):SKEYID state generated',
    'ISAKMP:(1001): sending packet to 192.0.2.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH',
    'ISAKMP (1001): received packet from 192.0.2.1 dport 500 sport 500 Global (R) MM_KEY_EXCH',
    'ISAKMP:(1001):SA has been authenticated with 192.0.2.1',
    'ISAKMP:(1001):Old State = IKE_R_MM5  New State = IKE_P1_COMPLETE',
    'ISAKMP: set new node 1042156970 to QM_IDLE      ',
    'ISAKMP: transform 1, ESP_3DES',
    'ISAKMP:      SA life duration (basic) of 3960',
    'ISAKMP:(1001):Node 1042156970, Input = IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY',
    '        has spi 0xC50D31E3 and conn_id 2001',
    '    remote_proxy= 10.1.0.0/255.255.0.0/0/0 (type=4),',
    'ISAKMP:(1001):Enqueued KEY_MGR_DELETE_SAS for IPSEC SA (SPI:0xC185666E)',
  ])('%s', (line) => {
    expect(lines).toContain(line);
  });

  test('says the same in each order as a device: the offer before the verdict, the SA before its last step', () => {
    const at = (line: string): number => lines.findIndex((l) => l.includes(line));
    const order = ['processing SA payload. message ID = 0', 'encryption 3DES-CBC', 'atts are acceptable. Next payload is 0', 'MM_SA_SETUP'];
    expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
    expect(at('Creating IPSec SAs')).toBeLessThan(at('New State = IKE_QM_PHASE2_COMPLETE'));
  });

  test('keeps the times, cut to milliseconds', () => {
    const first = readBack(text)[0];
    expect(first?.at && timestampText(first.at)).toBe('1795288105.600000000');
    expect(first?.timeBasis).toBeUndefined();
  });

  test('tells no secret', () => {
    const dump = textOf(replay, 'initiator') + text;
    for (const secret of ['thisisasecretpassword', '90e937f13cdc89ab', '7b0b095116c24770']) expect(dump).not.toContain(secret);
  });

  test('can be asked for piece by piece', () => {
    const all = logLines(replay, 0, replay.lastIndex, 'responder');
    const pieces = Array.from({ length: replay.lastIndex + 1 }, (_, i) => logLines(replay, i, i, 'responder')).flat();
    expect(pieces).toEqual(all);
    expect(logLines(replay, -5, 10_000, 'responder')).toEqual(all);
    expect(logLines(replay, 12, 3, 'responder')).toEqual([]);
  });

  test('points at the octets that a line speaks of', () => {
    const line = logLines(replay, 5, 5, 'responder').find((l) => l.text.includes('processing HASH payload'));
    // ID payload of 12 octets first: RFC 2407 4.6.2; HASH_I of SHA-1 has 20 and a generic header.
    expect(line?.place).toEqual({ buffer: 'decrypted', start: 12, end: 36 });
  });
});

test('a device keeps its own connection ids, where its log has told them', () => {
  const source = [
    'ISAKMP (0:709): received packet from 192.0.2.1 dport 500 sport 500 Global (N) NEW SA',
    'ISAKMP (0:709): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH',
    'ISAKMP (0:709): Old State = IKE_READY  New State = IKE_R_MM1',
    'ISAKMP (0:709): Old State = IKE_R_MM3  New State = IKE_R_MM4',
  ].join('\n');
  const replay = replayOfText(readBack(source));
  const device = deviceOf(replay, { side: 'responder', policy: null });
  expect([...device.connections.values()]).toEqual([709]);
});

test('lines that a device printed stand as they are', () => {
  const source = 'Feb  6 21:43:04.394 GMT: ISAKMP (0:709): Old State = IKE_READY  New State = IKE_R_MM1\nhub#\n';
  const { input, events, damage } = toEnd(readText(source, 'hub.txt', 0));
  const replay = replayOf({ inputs: [input], given: [], happened: events, damage }, nodeCrypto);
  expect(logLines(replay, 0, 9, 'responder').map((l) => [l.event, l.text])).toEqual([
    [1, 'Feb  6 21:43:04.394 GMT: ISAKMP (0:709): Old State = IKE_READY  New State = IKE_R_MM1'],
    [2, 'hub#'],
  ]);
});

const logs = join(sharedFolder, 'captures/cisco-text');

describe.skipIf(!existsSync(logs))('beside real logs of the same exchange (../shared/captures/cisco-text)', () => {
  /** What a log says of messages and steps, in order: no addresses, no times. */
  const course = (events: readonly DeviceReported[]): readonly string[] =>
    events.flatMap(({ report: r }): string[] => {
      if (r?.says === 'packet') return [`${r.way} ${r.side ?? 'new'} ${r.word}`];
      if (r?.says === 'transition') return [`${r.from} ${r.to}`];
      return r?.says === 'input' ? [`${r.class} ${r.input}`] : [];
    });
  const logged = (name: string): readonly string[] => course(readBack(readFileSync(join(logs, name), 'utf8')));
  const printed = (side: Side): readonly string[] => course(readBack(textOf(replayOfFolder(bundledTrace), side)));

  test('the responder says of main mode and quick mode what a 12.3 said, line by line', () => {
    const seed = logged('seed-linksys-to-ios-debug.txt');
    expect(seed).toHaveLength(35);
    expect(printed('responder').slice(0, seed.length)).toEqual(seed);
  });

  test('the initiator says of main mode what an XE said', () => {
    const xe = logged('iosxe-natt-sitea-initiator-mainmode.txt');
    const untilComplete = xe.slice(0, xe.indexOf('IKE_I_MM6 IKE_P1_COMPLETE') + 1);
    expect(printed('initiator').slice(0, untilComplete.length)).toEqual(untilComplete);
  });
});
