// The whole log at a glance: what became of each negotiation, what was found, what is damaged, what is missing.
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../test/support/frames.ts';
import { longTrace } from '../../test/support/long-trace.ts';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import {
  carrying,
  dropped,
  edited,
  espAt,
  flipped,
  fold,
  frameOf,
  inserted,
  knowing,
  learned,
  learning,
  messageOf,
  payload,
  repeated,
  since,
  until,
  withoutSecrets,
} from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import type { NegotiationView } from './models.ts';
import { overview } from './overview.ts';

const log = loadTrace(bundledTrace);
const of = (given: Log) => overview(fold(given), 'a trace');
const first = (given: Log): NegotiationView => {
  const [n] = of(given).negotiations;
  if (!n) throw new Error('no negotiation');
  return n;
};
const verdict = (given: Log): string => `${first(given).verdict}: ${first(given).summary}`;
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

describe('verdicts', () => {
  test.each<[string, Log, string]>([
    ['the trace', log, 'up: Up, closed by initiator'],
    ['while it is up', until(log, 12), 'up: Up'],
    ['after phase 1', until(log, 6), 'incomplete: Phase 1 is up, no quick mode is complete'],
    ['in the middle of main mode', until(log, 3), 'incomplete: Main mode stops after MM3'],
    ['deleted before a quick mode', dropped(log, 7, 8, 9), 'down: Phase 1 only, closed by initiator'],
    ['begun at ESP', since(log, 10), 'incomplete: Only later messages are in the trace'],
  ])('%s', (_, given, wanted) => {
    expect(verdict(given)).toBe(wanted);
  });

  test('another pre-shared key fails it', () => {
    const wrong = learning(knowing(until(log, 6), 'dhSharedSecret'), learned({ what: 'preSharedKey' }, text('another')));
    expect(first(wrong).verdict).toBe('failed');
    expect(of(wrong).findings[0]).toMatchObject({
      code: 'pre-shared-key-mismatch',
      severity: 'error',
      title: 'Pre-shared keys differ',
      event: 5,
    });
  });

  test('a refusal in the clear fails one that came no further', () => {
    const refusal = octets(
      messageOf(log, 1).subarray(0, 8),
      new Uint8Array(8),
      11,
      0x10,
      5,
      0,
      u32(9),
      u32(0),
      payload(0, octets(u32(1), 1, 0, u16(14))),
    );
    const given = until(inserted(log, 1, carrying(refusal)(frameOf(log, 2)), 2), 2);
    expect(verdict(given)).toBe('failed: Failed at MM2: no proposal chosen');
  });
});

describe('negotiations and their parts', () => {
  test('parts in the order in which they began', () => {
    expect(first(log).parts.map((p) => [p.kind, p.label, p.code, p.detail, p.first, p.last])).toEqual([
      ['phase1', 'Main mode', null, '6 messages', 1, 6],
      ['quick', 'Quick mode', '3e1e0daa', 'complete', 7, 9],
      ['esp', 'ESP', 'c185666e', '4 pkts', 8, 18],
      ['esp', 'ESP', 'c50d31e3', '4 pkts', 8, 18],
      ['informational', 'Delete', null, 'ESP', 18, 18],
      ['informational', 'Delete', null, 'ISAKMP', 19, 19],
    ]);
  });

  test('no negotiation at all', () => {
    const nothing = of(until(inserted(log, 0, ethernet(0x0806, new Uint8Array(28))), 1));
    expect(nothing).toMatchObject({ negotiations: [], findings: [], missing: [], lastIndex: 1 });
  });

  test('SAs of no negotiation stand under the pair of their ends', () => {
    const stray = of(until(since(withoutSecrets(log), 10), 8)).negotiations;
    expect(stray).toMatchObject([{ id: 'ipsec 192.0.2.1 198.51.100.1', verdict: 'incomplete', first: 1, last: 8, initiator: '192.0.2.1' }]);
    expect(stray[0]?.parts).toHaveLength(2);
  });

  test('IKEv2 is named, and not judged', () => {
    const v2 = ethernet(
      0x0800,
      ipv4Packet({ protocol: 17, payload: udp(500, 500, octets('aaaaaaaaaaaaaaaa 0000000000000000 00 20 22 08', u32(0), u32(28))) }),
    );
    expect(verdict(until(inserted(log, 0, v2), 1))).toBe('incomplete: IKEv2: shown message by message, not followed yet');
  });
});

test('findings: the worst first, one for each SA however many packets show it', () => {
  const given = edited(edited(repeated(log, 12), 15, flipped(espAt + 40)), 17, flipped(espAt + 40));
  const { findings } = of(given);
  expect(findings.map((f) => `${f.severity} ${f.code} ${f.event}`)).toEqual([
    'warning esp-bad-icv 15',
    'note esp-replay 13',
    'note weak-algorithm 2',
    'note deleted-by-peer 20',
  ]);
  expect(findings[0]?.detail).toMatch(/^2 of 5 packets/);
  expect(findings.at(-1)).toMatchObject({ title: 'Deleted by peer', detail: 'orderly, after 3.703 s' });
});

test('damage is named by its input, with the octets at the break', () => {
  const given: Log = {
    ...log,
    damage: [
      { input: 0, offset: 1234, code: 'truncated-record', message: 'It ends in the middle of a record', bytes: Uint8Array.of(1, 2) },
    ],
  };
  expect(of(given).damage).toEqual([
    {
      input: 'capture.pcap',
      title: 'The file breaks off',
      message: 'It ends in the middle of a record',
      offset: 1234,
      bytes: Uint8Array.of(1, 2),
    },
  ]);
});

describe('what is missing', () => {
  test('a key, what it would open, and how to give it', () => {
    expect(of(withoutSecrets(log)).missing).toMatchObject([
      {
        title: 'Ka of e2ac4822…be1e is missing',
        detail: 'It would open 7 messages here.',
        ways: ['the pre-shared key and g^xy'],
        messages: 7,
      },
    ]);
    expect(of(knowing(log, 'preSharedKey')).missing[0]?.ways).toEqual(['g^xy']);
  });

  test('nothing where all is open, where nothing is closed, and where no key would help', () => {
    expect(of(log).missing).toEqual([]);
    expect(of(withoutSecrets(until(log, 4))).missing).toEqual([]);
    expect(of(withoutSecrets(dropped(log, 2))).missing).toEqual([]);
  });
});

describe('the scrubber', () => {
  test('has a bar for each of a few events, and for what was given', () => {
    const { bars, changes } = of(log).scrubber;
    expect(bars).toHaveLength(20);
    expect(bars[0]).toMatchObject({ from: 0, to: 0, side: 'secret' });
    expect(bars[5]).toMatchObject({ from: 5, to: 5, side: 'initiator' });
    expect(Math.max(...bars.map((b) => b.height))).toBe(1);
    expect(changes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 19]);
    expect(of(withoutSecrets(log)).scrubber.bars[0]).toMatchObject({ from: 1 });
  });

  test('bins many: no more than 200, without gap or overlap, to the last event', () => {
    const { bars } = of(longTrace(2500)).scrubber;
    expect(bars.length).toBeLessThanOrEqual(200);
    bars.forEach((bar, i) => {
      if (i > 0) expect(bar.from).toBe((bars[i - 1]?.to ?? 0) + 1);
      expect(bar.height > 0 && bar.height <= 1).toBe(true);
    });
    expect(bars.at(-1)?.to).toBe(2509);
  });
});
