// Packets in packets, in tunnels, in TCP, in ICMP errors; one packet at several places; SPIs that serve twice; lifetimes. Records and SAs together.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../../test/support/frames.ts';
import { toHex } from '../../bytes/hex.ts';
import type { DatagramSeen } from '../../event/event.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { readKeys } from '../../ingest/keys.ts';
import { type Replay, replayOf } from '../../replay/replay.ts';
import { ipAddress } from '../../values/ip-address.ts';
import { spi as spiOf } from '../../values/spi.ts';
import { fromSeconds } from '../../values/timestamp.ts';
import { messageRecords } from '../../view/records/messages.ts';
import { stateRecord } from '../../view/records/state.ts';
import { emptyMap, get, set, values } from '../persistent-map.ts';
import { associationKey } from './association.ts';
import { installAssociations, type SaAgreement } from './install.ts';
import { lifeOf } from './lifetime.ts';

const key = Uint8Array.from({ length: 20 }, (_, i) => i + 1);
const [outerSpi, innerSpi, ahSpi] = [0xa0000001, 0xb0000002, 0xc0000003];

/** NULL and HMAC-SHA1-96: what is inside stands in the clear, with the trailer of RFC 4303 2.4. */
const esp = (spi: number, sequence: number, nextHeader: number, inside: Uint8Array): Uint8Array => {
  const pad = (4 - ((inside.length + 2) % 4)) % 4;
  const signed = octets(u32(spi), u32(sequence), inside, ...Array.from({ length: pad }, (_, i) => i + 1), pad, nextHeader);
  return octets(signed, nodeCrypto.hmac('sha1', key, signed).subarray(0, 12));
};

/** HMAC-SHA1-96 over the IPv4 packet with time to live, flags, checksum and the ICV as zeros: RFC 4302 3.3.3.1. */
const inAh = (spi: number, sequence: number, nextHeader: number, inside: Uint8Array, ttl = 64): Uint8Array => {
  const packet = ipv4Packet({ protocol: 51, payload: octets(nextHeader, 4, u16(0), u32(spi), u32(sequence), new Uint8Array(12), inside) });
  const muted = packet.slice();
  for (const at of [1, 6, 7, 8, 10, 11]) muted[at] = 0;
  const out = packet.slice();
  out.set(nodeCrypto.hmac('sha1', key, muted).subarray(0, 12), 32);
  out[8] = ttl;
  return out;
};

const table = (spi: number): string => `"IPv4","*","*","0x${spi.toString(16)}","NULL","","HMAC-SHA-1-96 [RFC2404]","0x${toHex(key)}"`;
const labKeys = JSON.stringify({
  ipsec_sas: [
    { protocol: 'AH', spi: `0x${ahSpi.toString(16)}`, auth_alg: 'HMAC_SHA1_96', auth_key: toHex(key), enc_alg: null },
    ...[outerSpi, innerSpi].map((spi) => ({
      protocol: 'ESP',
      spi: `0x${spi.toString(16)}`,
      enc_alg: 'NULL',
      enc_key: '',
      auth_alg: 'HMAC_SHA1_96',
      auth_key: toHex(key),
    })),
  ],
});

interface Look {
  readonly bytes: Uint8Array;
  readonly input?: number;
  readonly vantage?: string;
}

const fold = (looks: readonly (Uint8Array | Look)[], keys = labKeys, window = 64): Replay => {
  const happened = looks.map((one, i): DatagramSeen => {
    const { bytes, input = 0, vantage } = one instanceof Uint8Array ? { bytes: one } : one;
    return {
      kind: 'DatagramSeen',
      via: 'capture',
      at: fromSeconds(1000 + i, 0),
      origin: { input, number: i + 1, ...(vantage === undefined ? {} : { vantage }) },
      datagram: { form: 'frame', linkType: 1, bytes: ethernet(0x0800, bytes), wireLength: bytes.length + 14 },
    };
  });
  const log = { inputs: [{ name: 'a', kind: 'capture', detail: '' } as const], given: readKeys(keys, 0).events, happened, damage: [] };
  return replayOf(log, nodeCrypto, { replayWindow: window });
};

const records = (replay: Replay) => [...messageRecords(replay)];
const sas = (replay: Replay) => stateRecord(replay, replay.lastIndex).ipsecSas;
const plain = octets('08000000 00010001');
const echo = ipv4Packet({ protocol: 1, payload: plain, src: '10.0.0.1', dst: '10.0.0.2' });
const raw = (payload: Uint8Array): Uint8Array => ipv4Packet({ protocol: 50, payload });

describe('packets of ours inside packets of ours', () => {
  test('AH around ESP: a bundle, each with its own window and verdict', () => {
    const replay = fold([1, 2, 2].map((n) => inAh(ahSpi, n, 50, esp(outerSpi, n, 4, echo))));
    expect(records(replay).map((r) => [r.kind, r.nested, 'authenticated' in r && r.authenticated, 'replay' in r && r.replay])).toEqual([
      ['ah', undefined, true, null],
      ['esp', 1, true, null],
      ['ah', undefined, true, 'new'],
      ['esp', 1, true, 'new'],
      ['ah', undefined, true, 'replayed'],
      ['esp', 1, true, 'replayed'],
    ]);
    expect(records(replay)[1]).toMatchObject({ decrypted: true, nextHeader: 4, src: '192.0.2.1' });
    expect(sas(replay).map((sa) => [sa.protocol, sa.sequence.received, sa.sequence.replayed])).toEqual([
      ['ah', 2, 1],
      ['esp', 2, 1],
    ]);
  });

  test('ESP inside ESP is followed by the fold, and goes on being so', () => {
    const inner = (n: number) => ipv4Packet({ protocol: 50, payload: esp(innerSpi, n, 4, echo), src: '10.1.0.1', dst: '10.2.0.1' });
    const replay = fold(Array.from({ length: 40 }, (_, i) => raw(esp(outerSpi, i + 1, 4, inner(i + 1)))));
    const found = sas(replay).toSorted((a, b) => (a.spi < b.spi ? -1 : 1));
    expect(found.map((sa) => [sa.spi, sa.dst, sa.sequence.received])).toEqual([
      ['a0000001', '198.51.100.1', 40],
      ['b0000002', '10.2.0.1', 40],
    ]);
    expect(records(replay).filter((r) => r.nested === 1 && r.kind === 'esp' && r.authenticated)).toHaveLength(40);
  });

  test('inside GRE inside ESP: nested, with the tunnel named', () => {
    const gre = octets(u16(0), u16(0x0800), ipv4Packet({ protocol: 50, payload: esp(innerSpi, 1, 4, echo) }));
    expect(records(fold([raw(esp(outerSpi, 1, 47, gre))]))[1]).toMatchObject({ kind: 'esp', nested: 1, carrier: 'GRE', spi: 'b0000002' });
  });

  test('what a wrong ICV covers is not believed', () => {
    const bytes = raw(esp(outerSpi, 1, 50, esp(innerSpi, 1, 4, echo)));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect(records(fold([bytes])).map((r) => r.nested)).toEqual([undefined]);
  });

  test('depth is bounded', () => {
    let packet = esp(innerSpi, 1, 4, echo);
    for (let i = 0; i < 8; i++) packet = esp(innerSpi, 1, 50, packet);
    expect(records(fold([raw(packet)])).length).toBeLessThanOrEqual(6);
  });
});

test('AH whose packet was changed has a wrong ICV; routers may change its time to live', () => {
  const changed = inAh(ahSpi, 2, 4, echo);
  changed[50] = (changed[50] ?? 0) ^ 1;
  const verdicts = records(fold([inAh(ahSpi, 1, 4, echo, 3), changed])).map((r) => r.kind === 'ah' && r.authenticated);
  expect(verdicts).toEqual([true, false]);
});

describe('an ICMP error', () => {
  const error = (quoted: Uint8Array): Uint8Array => ipv4Packet({ protocol: 1, payload: octets(3, 4, u16(0), u16(0), u16(1400), quoted) });

  test('names the ESP packet that it quotes', () => {
    expect(records(fold([error(raw(esp(outerSpi, 9, 4, echo)).subarray(0, 28))]))).toMatchObject([
      {
        kind: 'other',
        icmp: { type: 3, code: 4, name: 'fragmentation needed', mtu: 1400 },
        quotes: { kind: 'esp', src: '192.0.2.1', dst: '198.51.100.1', spi: 'a0000001', sequence: 9 },
      },
    ]);
  });

  test('names the IKE message, as far as it is quoted', () => {
    const ike = octets('0102030405060708', '0000000000000000', 1, 0x10, 2, 0, u32(0), u32(28));
    const whole = ipv4Packet({ protocol: 17, payload: udp(500, 500, ike) });
    expect(records(fold([error(whole)]))).toMatchObject([{ kind: 'other', quotes: { kind: 'ike', ispi: '0102030405060708', dport: 500 } }]);
    expect(records(fold([error(whole.subarray(0, 28))]))).toMatchObject([{ kind: 'other', quotes: { kind: 'ike', sport: 500 } }]);
  });
});

describe('one packet at several places', () => {
  const packet = (n: number, ttl = 64): Uint8Array => {
    const bytes = raw(esp(outerSpi, n, 4, echo));
    bytes[8] = ttl;
    return bytes;
  };

  test.each([
    ['two captures', { input: 1 }],
    ['two interfaces', { vantage: 'eth1' }],
  ] as const)('%s: counted once, and the second look names the first', (_, elsewhere) => {
    const looks = [1, 2, 3].flatMap((n) => [{ bytes: packet(n) }, { bytes: packet(n), ...elsewhere }]);
    const replay = fold(looks);
    expect(records(replay).map((r) => r.sightingOf)).toEqual([undefined, 1, undefined, 3, undefined, 5]);
    expect(records(replay).map((r) => r.kind === 'esp' && r.replay)).toEqual([null, 'new', 'new', 'new', 'new', 'new']);
    expect(sas(replay)[0]).toMatchObject({ packets: 3, sequence: { received: 3, replayed: 0, old: 0 } });
  });

  test('one interface, another time to live: before and behind a router', () => {
    const replay = fold([1, 2, 3].flatMap((n) => [packet(n, 64), packet(n, 63)]));
    expect(records(replay).map((r) => r.sightingOf)).toEqual([undefined, 1, undefined, 3, undefined, 5]);
    expect(sas(replay)[0]).toMatchObject({ packets: 3, sequence: { replayed: 0 } });
  });

  test('one interface, in a tunnel and out of it', () => {
    const looks = [1, 2].flatMap((n) => [packet(n), ipv4Packet({ protocol: 4, payload: packet(n) })]);
    expect(records(fold(looks)).map((r) => [r.carrier, r.sightingOf])).toEqual([
      [undefined, undefined],
      ['IP in IP', 1],
      [undefined, undefined],
      ['IP in IP', 3],
    ]);
    expect(sas(fold(looks))[0]).toMatchObject({ packets: 2, sequence: { replayed: 0 } });
  });

  test('one interface and one time to live: a replay', () => {
    expect(sas(fold([packet(1), packet(2), packet(2)]))[0]).toMatchObject({ packets: 3, sequence: { received: 2, replayed: 1 } });
  });

  test('a copy on the wire, seen at two places, is one copy', () => {
    const here = [1, 2, 2].map((n) => ({ bytes: packet(n) }));
    const there = here.map((look) => ({ ...look, input: 1 }));
    for (const looks of [[...here, ...there], here.flatMap((look) => [look, { ...look, input: 1 }])]) {
      expect(sas(fold(looks))[0]).toMatchObject({ packets: 3, sequence: { received: 2, replayed: 1 } });
    }
  });

  test('a packet that was changed between the places is no second look', () => {
    const changed = packet(1);
    changed[40] = (changed[40] ?? 0) ^ 1;
    expect(records(fold([{ bytes: packet(1) }, { bytes: changed, input: 1 }]))[1]).toMatchObject({ authenticated: false });
    expect(records(fold([{ bytes: packet(1) }, { bytes: changed, input: 1 }]))[1]).not.toHaveProperty('sightingOf');
  });

  test('any order of two places: as many packets as numbers, and nothing replayed', () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: 20 }, (_, i) => i),
      { minLength: 20 },
    );
    fc.assert(
      fc.property(order, (looks) => {
        // Of each place in its own order, as captures are.
        const next = [0, 0];
        const mixed = looks.map((i) => {
          const input = i % 2;
          next[input] = (next[input] ?? 0) + 1;
          return { bytes: packet(next[input] ?? 0), input };
        });
        const [sa] = sas(fold(mixed));
        expect(sa).toMatchObject({ packets: 10, sequence: { received: 10, lost: 0, replayed: 0, old: 0 } });
      }),
      { numRuns: 50 },
    );
  });

  test('an IKE message seen twice is no retransmission, and sent twice is one', () => {
    const ike = octets('0102030405060708', '0000000000000000', 1, 0x10, 2, 0, u32(0), u32(28));
    const bytes = ipv4Packet({ protocol: 17, payload: udp(500, 500, ike) });
    const found = records(fold([{ bytes }, { bytes, input: 1 }, { bytes }, { bytes, input: 1 }]));
    expect(found.map((r) => [r.sightingOf, r.kind === 'ike' && r.retransmissionOf])).toEqual([
      [undefined, undefined],
      [1, undefined],
      [undefined, 1],
      [3, undefined],
    ]);
  });
});

describe('ESP in a TCP stream', () => {
  test('has its SA, and two messages of one segment are two objects of one frame', () => {
    const message = (n: number): Uint8Array => {
      const bytes = esp(outerSpi, n, 4, echo);
      return octets(u16(2 + bytes.length), bytes);
    };
    const data = octets(
      Uint8Array.from('IKETCP', (c) => c.charCodeAt(0)),
      message(1),
      message(2),
    );
    const segment = octets(u16(40_000), u16(4500), u32(1), u32(0), 0x50, 0x18, u16(512), u16(0), u16(0), data);
    const replay = fold([ipv4Packet({ protocol: 6, payload: segment })], table(outerSpi));
    expect(records(replay)).toMatchObject([
      { frame: 1, kind: 'esp', sequence: 1, udpEncap: false, authenticated: true },
      { frame: 1, kind: 'esp', sequence: 2, udpEncap: false, authenticated: true },
    ]);
    expect(sas(replay)[0]).toMatchObject({ packets: 2, sequence: { received: 2 } });
  });
});

describe('agreements', () => {
  const address = (text: string) => ipAddress(text) ?? (text as never);
  const agreement = (exchange: number): SaAgreement => ({
    negotiation: 'n',
    exchange: exchange as never,
    bundle: `n ${exchange}`,
    protocol: 'esp',
    spi: 0x1000,
    side: 'initiator',
    src: address('192.0.2.1'),
    dst: address('198.51.100.1'),
    mode: 'tunnel',
    udpEncap: false,
    suite: { transform: 12, keyBits: 128, authentication: 2, esn: false },
    selectors: { src: [], dst: [] },
    pfsGroup: null,
    lifetimeSeconds: 3600,
    lifetimeKilobytes: 10,
    keymat: null,
    encryptionKeyOctets: 16,
  });
  const ctx = { crypto: nodeCrypto, replayWindow: 64, detail: false };
  const made = installAssociations(ctx, emptyMap, [agreement(1)], 5, fromSeconds(100, 0));
  const name = associationKey('esp', address('198.51.100.1'), spiOf(0x1000));
  const first = get(made, name);
  if (!first) throw new Error('no SA');

  test('that take an SPI again leave the old SA its record', () => {
    const used = set(made, name, { ...first, packets: 3, last: 8 });
    const after = installAssociations(ctx, used, [agreement(2)], 9, null);
    expect(get(after, name)).toMatchObject({ exchange: 2, packets: 0, made: 9 });
    expect(values(after).find((a) => a.exchange === 1)).toMatchObject({ packets: 3, state: 'dead' });
    // The same agreement again, as when a message comes twice, makes no other SA; nor does one whose SA nobody used.
    expect(values(installAssociations(ctx, used, [agreement(1)], 9, null))).toMatchObject([{ packets: 3, exchange: 1 }]);
    expect(values(installAssociations(ctx, made, [agreement(2)], 9, null))).toHaveLength(1);
  });

  test('die by time and by octets, in whichever comes first', () => {
    expect(lifeOf(first, fromSeconds(3700, 0))).toMatchObject({ state: 'larval', past: null, seconds: { used: 3600, of: 3600 } });
    expect(lifeOf(first, fromSeconds(3701, 0))).toMatchObject({ state: 'dying', past: 'seconds' });
    expect(lifeOf({ ...first, bytes: 10 * 1024 + 1 }, fromSeconds(101, 0))).toMatchObject({ state: 'dying', past: 'kilobytes' });
    expect(lifeOf({ ...first, state: 'dead' }, fromSeconds(9999, 0)).state).toBe('dead');
    expect(lifeOf(first, null)).toMatchObject({ state: 'larval', seconds: null });
  });
});
