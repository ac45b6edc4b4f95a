// What only an ICV tells: extended numbers, their upper half, SHA2-256 cut to 96 bits, which of several keys is the SA's; AH; and why an ICV stays unchecked.
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u32, udp } from '../../../test/support/frames.ts';
import { toHex } from '../../bytes/hex.ts';
import type { DatagramSeen } from '../../event/event.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { readKeys } from '../../ingest/keys.ts';
import type { Log } from '../../log/log.ts';
import { type Replay, replayOf, walk } from '../../replay/replay.ts';
import { timestamp } from '../../values/timestamp.ts';
import { messageRecords } from '../../view/records/messages.ts';
import { stateRecord } from '../../view/records/state.ts';
import { values } from '../persistent-map.ts';
import { uncheckedBecause } from './authenticate.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const spi = 0xc0ffee01;
const header = (sequence: number): Uint8Array => octets(u32(spi), u32(sequence));
/** NULL: an ICMP echo request in transport mode, padding, pad length, next header. */
const inside = octets('08000000 00010001', '01 02 02 01');

/** RFC 4303 2.2.1: what stands in the ICV's computation behind the packet is not sent. */
const esp = (sequence: number, high: number | null, icvOctets: number, with_ = key): Uint8Array => {
  const signed = octets(header(sequence), inside);
  return octets(signed, nodeCrypto.hmac('sha256', with_, signed, high === null ? octets() : u32(high)).subarray(0, icvOctets));
};

const frame = (bytes: Uint8Array, i: number, input = 0): DatagramSeen => ({
  kind: 'DatagramSeen',
  via: 'capture',
  at: timestamp(BigInt(i)),
  origin: { input, number: i + 1 },
  datagram: { form: 'frame', linkType: 1, bytes: ethernet(0x0800, bytes), wireLength: bytes.length + 14 },
});

const logOf = (packets: readonly Uint8Array[], ...lines: readonly string[]): Log => ({
  inputs: [{ name: 'a', kind: 'capture', detail: '' }],
  given: readKeys(lines.join('\n'), 0).events,
  happened: packets.map((p, i) => frame(p, i)),
  damage: [],
});

const raw = (payload: Uint8Array): Uint8Array => ipv4Packet({ protocol: 50, payload });
const table = (integrity: string, octetsOfKey: Uint8Array, spiText = `0x${spi.toString(16)}`): string =>
  `"IPv4","*","*","${spiText}","NULL","","${integrity}","0x${toHex(octetsOfKey)}"`;
const sha256 = table('HMAC-SHA-256-128 [RFC4868]', key);

const fold = (log: Log): Replay => replayOf(log, nodeCrypto);
const verdicts = (replay: Replay): (boolean | null | undefined)[] => [...walk(replay, 1)].map(({ seen }) => seen.ipsec?.authenticated);
const saOf = (replay: Replay) => values(replay.final.associations)[0];
const record = (replay: Replay) => stateRecord(replay, replay.lastIndex).ipsecSas[0];

describe('extended sequence numbers that nobody told of', () => {
  test('the first right ICV shows that there are none', () => {
    const replay = fold(logOf([raw(esp(1, null, 16)), raw(esp(2, null, 16))], sha256));
    expect(verdicts(replay)).toEqual([true, true]);
    expect(saOf(replay)).toMatchObject({ suite: { esn: false }, highHalf: null });
  });

  test('or that there are', () => {
    const replay = fold(logOf([raw(esp(1, 0, 16)), raw(esp(2, 0, 16))], sha256));
    expect(verdicts(replay)).toEqual([true, true]);
    expect(saOf(replay)).toMatchObject({ suite: { esn: true }, highHalf: 'proven', highest: 2n });
  });

  test('a wrong key shows nothing', () => {
    const replay = fold(logOf([raw(esp(1, 0, 16))], table('HMAC-SHA-256-128 [RFC4868]', new Uint8Array(32))));
    expect(verdicts(replay)).toEqual([false]);
    expect(saOf(replay)?.suite?.esn).toBeNull();
  });

  test('over the turn of the lower half, RFC 4303 App. A2: the wire has the lower half, the SA the whole', () => {
    const sent = [
      [0xffff_fffe, 0],
      [0xffff_ffff, 0],
      [1, 1],
      [0xffff_fff0, 0],
      [2, 1],
      [1, 1],
    ] as const;
    const replay = fold(
      logOf(
        sent.map(([low, high]) => raw(esp(low, high, 16))),
        sha256,
      ),
    );
    expect(verdicts(replay)).toEqual([true, true, true, true, true, true]);
    const records = [...messageRecords(replay)];
    expect(records.map((r) => r.kind === 'esp' && r.sequence)).toEqual(sent.map(([low]) => low));
    expect(records.map((r) => r.kind === 'esp' && r.extendedSequence)).toEqual(sent.map(([low, high]) => high * 2 ** 32 + low));
    expect(records.map((r) => r.kind === 'esp' && r.replay)).toEqual([null, 'new', 'new', 'new', 'new', 'replayed']);
    // 1_0000_0000 is the one number between that never came, and 0xfffffff1 to 0xfffffffd before.
    expect(record(replay)?.sequence).toEqual({ highest: 2 ** 32 + 2, received: 5, lost: 14, replayed: 1, old: 0, badIcv: 0 });
  });

  test('a capture that begins in the fourth turn cannot tell a wrong ICV from an upper half that it does not know', () => {
    const replay = fold(logOf([raw(esp(77, 3, 16)), raw(esp(78, 3, 16))], `${sha256},"64-bit","3"`));
    expect(verdicts(replay)).toEqual([null, null]);
    expect(saOf(replay)).toMatchObject({ suite: { esn: true }, highHalf: 'unknown', received: 2, badIcv: 0 });
    expect([...messageRecords(replay)][1]).not.toHaveProperty('extendedSequence');
  });

  test('are looked for in spite of a table that says 32-bit, which is what it says where nobody chose', () => {
    expect(verdicts(fold(logOf([raw(esp(1, 0, 16))], `${sha256},"32-bit","0"`)))).toEqual([true]);
  });
});

describe('HMAC-SHA2-256 cut to 96 bits', () => {
  const replay = fold(logOf([raw(esp(1, null, 12)), raw(esp(2, null, 12)), raw(esp(3, null, 16))], sha256));

  test('is recognised where the 128 bits that were agreed are wrong', () => {
    expect(verdicts(replay)).toEqual([true, true, false]);
    expect([...messageRecords(replay)][0]).toMatchObject({ decrypted: true, nextHeader: 1 });
  });

  test('is a note', () => {
    expect(values(replay.final.findings).find((f) => f.code === 'weak-algorithm')).toMatchObject({ severity: 'note', event: 1, count: 1 });
  });
});

describe('several keys for one SPI', () => {
  const wrong = table('HMAC-SHA-256-128 [RFC4868]', new Uint8Array(32));

  test('the one that verifies is taken, whichever was given first', () => {
    for (const lines of [
      [sha256, wrong],
      [wrong, sha256],
    ]) {
      const replay = fold(logOf([raw(esp(1, null, 16)), raw(esp(2, null, 16))], ...lines));
      expect(verdicts(replay)).toEqual([true, true]);
    }
  });

  test('a line for any SPI counts where none names it', () => {
    const any = table('HMAC-SHA-256-128 [RFC4868]', key, '*');
    expect(verdicts(fold(logOf([raw(esp(1, null, 16))], any)))).toEqual([true]);
    expect(verdicts(fold(logOf([raw(esp(1, null, 16))], any, wrong)))).toEqual([true]);
  });
});

describe('an ICV that is not checked', () => {
  const whyNot = (line: string | null, packet = raw(esp(1, null, 16))): string | null => {
    const replay = fold(logOf([packet], ...(line === null ? [] : [line])));
    const a = saOf(replay);
    const [step] = [...walk(replay, 1)];
    if (!a || !step?.seen.packet) throw new Error('no packet of an SA');
    expect(step.seen.ipsec?.authenticated).toBeNull();
    return uncheckedBecause(a, step.seen.packet);
  };

  test('says why', () => {
    expect(whyNot(null)).toMatch(/algorithms of this SA are not known/);
    expect(whyNot(table('HMAC-SHA-256-128 [RFC4868]', key.subarray(0, 20)))).toBe('the key has 20 octets, the algorithm takes 32');
    expect(whyNot(table('ANY 128 bit authentication [no checking]', octets()))).toMatch(/only the length of its ICV/);
    expect(whyNot(table('NULL', octets()))).toMatch(/no integrity algorithm/);
    expect(whyNot(`"IPv4","*","*","0x${spi.toString(16)}","AES-GCM [RFC4106]","0x0011","NULL",""`)).toMatch(/not computed|octets/);
  });
});

describe('the port of ESP in UDP', () => {
  const encapsulated = (port: number): Uint8Array => ipv4Packet({ protocol: 17, payload: udp(port, 50_000, esp(1, null, 16)) });

  test('is any, where the SPI is known', () => {
    const replay = fold(logOf([encapsulated(12_345)], sha256));
    expect([...messageRecords(replay)]).toMatchObject([{ kind: 'esp', udpEncap: true, authenticated: true, sequence: 1 }]);
  });

  test('is 4500 where it is not', () => {
    expect([...messageRecords(fold(logOf([encapsulated(12_345)])))].map((r) => r.kind)).toEqual(['other']);
    expect([...messageRecords(fold(logOf([encapsulated(4500)])))].map((r) => r.kind)).toEqual(['esp']);
  });
});
