// What stands inside the pings of the bundled trace, as summary.json has it from two other decoders.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { replayOf, walk } from '../../replay/replay.ts';
import { ipv4 } from '../../values/ip-address.ts';
import { get } from '../persistent-map.ts';
import type { Association } from './association.ts';
import { openPacket } from './open.ts';

interface Ping {
  readonly frame: number;
  readonly inner: {
    readonly src: string;
    readonly dst: string;
    readonly proto: number;
    readonly icmp_type: number;
    readonly icmp_seq: number;
  };
}

const { esp_packets: pings } = JSON.parse(readFileSync(join(bundledTrace, 'summary.json'), 'utf8')) as { esp_packets: Ping[] };
const replay = replayOf(loadTrace(bundledTrace), nodeCrypto);

/** The packet of a frame and its SA. */
const packetAt = (frame: number) => {
  for (const { state, seen } of walk(replay, frame, frame)) {
    const association = seen.ipsec && get(state.associations, seen.ipsec.association);
    if (association && seen.packet) return { association, packet: seen.packet };
  }
  throw new Error(`frame ${frame} is no ESP packet`);
};

test.each(pings)('frame $frame holds the ping that others see in it', ({ frame, inner }) => {
  const { association, packet } = packetAt(frame);
  const opened = openPacket(replay.context, association, packet);
  const ip = opened?.plain.subarray(0, opened.payloadLength) ?? new Uint8Array();
  expect(opened).toMatchObject({ nextHeader: 4, paddingAsExpected: true });
  expect([ipv4(ip, 12), ipv4(ip, 16), ip[9], ip[20], ip[27]]).toEqual([inner.src, inner.dst, inner.proto, inner.icmp_type, inner.icmp_seq]);
});

describe('stays closed', () => {
  const { association, packet } = packetAt(10);
  const closed = (change: Partial<Association>) => openPacket(replay.context, { ...association, ...change }, packet);

  test('without its key, with one of another length, without a suite, and with an algorithm that we do not have', () => {
    expect(closed({})).not.toBeNull();
    expect(closed({ encryptionKey: null })).toBeNull();
    expect(closed({ encryptionKey: { value: new Uint8Array(16), since: 0, basis: 'supplied' } })).toBeNull();
    expect(closed({ suite: null })).toBeNull();
    expect(closed({ suite: { transform: 21, keyBits: null, authentication: 2, esn: false } })).toBeNull();
    expect(closed({ protocol: 'ah' })).toBeNull();
  });

  test('where the capture cut it', () => {
    expect(openPacket(replay.context, association, { ...packet, cut: true })).toBeNull();
  });
});
