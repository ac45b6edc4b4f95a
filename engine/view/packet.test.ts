// The packet tree against the octets: nothing left out, nothing twice, each proof as it would be computed by hand.
import { createHmac } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { octets } from '../../test/support/frames.ts';
import { bundledTrace, loadTrace, sharedFolder } from '../../test/support/trace.ts';
import {
  carrying,
  edited,
  espAt,
  flipped,
  fold,
  frameOf,
  ikeAt,
  inserted,
  keysOf,
  knowing,
  messageOf,
  payload,
  repeated,
  sealed,
  seenAt,
  snapped,
  withoutSecrets,
} from '../../test/support/what-if.ts';
import keysFile from '../../traces/mm-psk-3des-sha1-modp1024/daemons.json' with { type: 'json' };
import { fromHex, toHex } from '../bytes/hex.ts';
import type { Log } from '../log/log.ts';
import type { Replay } from '../replay/replay.ts';
import type { PacketNode, PacketView } from './models.ts';
import { moment } from './moment.ts';

const log = loadTrace(bundledTrace);
const options = { reveal: [], negotiation: null };
const packetAt = (replay: Replay, event: number): PacketView => {
  const { packet } = moment(replay, event, options);
  if (!packet) throw new Error(`event ${event} has no packet`);
  return packet;
};
const flat = (nodes: readonly PacketNode[]): PacketNode[] => nodes.flatMap((n) => [n, ...flat(n.children)]);
const nodeOf = (view: PacketView, id: string): PacketNode => {
  const node = flat(view.nodes).find((n) => n.id === id);
  if (!node) throw new Error(`no node ${id} among ${flat(view.nodes).map((n) => n.id)}`);
  return node;
};

/** A node without children in its own buffer is a leaf of that buffer. */
const leavesOf = (nodes: readonly PacketNode[]): PacketNode[] =>
  nodes.flatMap((n) => {
    const below = leavesOf(n.children);
    return n.children.some((c) => c.place.buffer === n.place.buffer) ? below : [n, ...below];
  });

/** What is wrong with a view; empty where the leaves tile every buffer and ids are unique. */
const faultsOf = (view: PacketView): string[] => {
  const faults: string[] = [];
  const ids = flat(view.nodes).map((n) => n.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) faults.push(`two nodes ${id}`);
  for (const buffer of view.buffers) {
    const leaves = leavesOf(view.nodes)
      .filter((n) => n.place.buffer === buffer.name && n.place.end > n.place.start)
      .sort((a, b) => a.place.start - b.place.start);
    let at = 0;
    for (const { id, place } of leaves) {
      if (place.start !== at) faults.push(`${buffer.name}: ${id} begins at ${place.start}, not ${at}`);
      at = place.end;
    }
    if (at !== buffer.bytes.length) faults.push(`${buffer.name}: leaves end at ${at} of ${buffer.bytes.length}`);
    let tagged = 0;
    for (const t of buffer.tags) {
      if (t.start < tagged || t.end > buffer.bytes.length || t.end <= t.start) faults.push(`${buffer.name}: tag ${t.label} at ${t.start}`);
      tagged = t.end;
    }
  }
  return faults;
};
const allFaults = (given: Log): string[] => {
  const replay = fold(given);
  const out: string[] = [];
  for (let event = 1; event <= replay.lastIndex; event++) {
    const { packet } = moment(replay, event, options);
    if (packet) out.push(...faultsOf(packet).map((f) => `#${event} ${f}`));
  }
  return out;
};

describe('leaves tile every buffer, ids are unique, tags stand in order', () => {
  test.each<[string, Log]>([
    ['opened', log],
    ['closed', withoutSecrets(log)],
    ['with Ka alone', knowing(log, 'encryptionKey')],
    ['repeated', repeated(repeated(log, 5), 12)],
    ['damaged ciphertext', edited(edited(log, 5, flipped(ikeAt + 40)), 12, flipped(espAt + 40))],
    ['a payload length that lies', edited(log, 1, flipped(ikeAt + 28 + 2, 0x7f))],
    ['a message length that lies', edited(log, 3, flipped(ikeAt + 26, 0x7f))],
    ['cut by the capture', [1, 5, 12].reduce((l, event) => snapped(l, event, frameOf(l, event).length - 20), log)],
  ])('%s', (_, given) => {
    expect(allFaults(given)).toEqual([]);
  });

  test('every octet of every message inverted, one at a time', () => {
    let many: Log = log;
    for (const event of [1, 5, 9, 10]) {
      const frame = frameOf(log, event);
      for (let at = 0; at < frame.length; at += 3) many = inserted(many, many.happened.length, flipped(at, 0xff)(frame), event);
    }
    expect(allFaults(many)).toEqual([]);
  });

  const lab = join(sharedFolder, 'captures/lab');
  const traces = existsSync(lab) ? readdirSync(lab).filter((name) => existsSync(join(lab, name, 'capture.pcap'))) : [];
  describe.skipIf(traces.length === 0)('the traces of ../shared/captures/lab (skipped where they are missing)', () => {
    test.each(traces)('%s', (name) => {
      const given = loadTrace(join(lab, name));
      // Of a long run the first packets are like the others.
      expect(allFaults({ ...given, happened: given.happened.slice(0, 400) })).toEqual([]);
    });
  });
});

describe('the fields of a message', () => {
  const replay = fold(log);

  test('a payload stands under the ciphertext that carries it, in the octets that came out of it', () => {
    const view = packetAt(replay, 5);
    expect(view.title).toBe('frame 5, MM5, 100 B');
    const hash = nodeOf(view, 'Encrypted data/Hash/HASH_I');
    expect(hash.place.buffer).toBe('decrypted');
    const decrypted = view.buffers.find((b) => b.name === 'decrypted');
    expect(toHex(decrypted?.bytes.slice(hash.place.start, hash.place.end) ?? new Uint8Array())).toBe(keysFile.ike_sas[0]?.hash_i);
    expect(decrypted?.tags.map((t) => t.label)).toEqual(['ID', 'HASH', 'N', 'pad']);
  });

  test.each([
    [3, 'Key Exchange', 'g^xi', 'ke_i'],
    [3, 'Nonce', 'Ni_b', 'nonce_i'],
    [4, 'Key Exchange', 'g^xr', 'ke_r'],
    [4, 'Nonce', 'Nr_b', 'nonce_r'],
  ] as const)('#%i: %s is %s of the keys', (event, payload, key, field) => {
    const view = packetAt(replay, event);
    const node = flat(view.nodes).find((n) => n.key === key);
    expect(node?.id.startsWith(payload)).toBe(true);
    const wire = view.buffers.find((b) => b.name === 'wire');
    expect(toHex(wire?.bytes.slice(node?.place.start, node?.place.end) ?? new Uint8Array())).toBe(keysFile.ike_sas[0]?.[field]);
  });

  test('an octet of the inside is carried by the cipher block around it', () => {
    for (const [event, at, block] of [
      [5, ikeAt + 28, 8],
      [10, espAt + 8 + 8, 8],
    ] as const) {
      const inside = packetAt(replay, event).buffers.find((b) => b.name === 'decrypted');
      expect(inside?.carriedBy).toEqual({ buffer: 'wire', start: at, block });
      expect(at + (inside?.bytes.length ?? 0)).toBeLessThanOrEqual(frameOf(log, event).length);
    }
  });

  test('a closed message says why, and which key is missing', () => {
    const view = packetAt(fold(withoutSecrets(log)), 5);
    expect(nodeOf(view, 'Encrypted data').mark).toMatchObject({ text: 'closed' });
    expect(view.missing).toMatchObject({ ways: ['the pre-shared key and g^xy'], messages: 7 });
    expect(view.buffers.map((b) => b.name)).toEqual(['wire']);
  });

  test('what does not parse is marked where it stands', () => {
    const view = packetAt(fold(edited(log, 1, flipped(ikeAt + 28 + 2, 0x7f))), 1);
    expect(
      flat(view.nodes)
        .filter((n) => n.mark?.tone === 'warning')
        .map((n) => n.mark?.text),
    ).toContain('payload length');
  });
});

describe('proofs', () => {
  const replay = fold(log);
  const daemon = keysFile.ike_sas[0];
  const keyNamed = (name: string): Uint8Array => {
    const sa = keysFile.ipsec_sas.find((s) => name === `integrity key ${s.spi.slice(2)}`);
    const hex = sa ? sa.auth_key : name === 'SKEYID' ? daemon?.skeyid : daemon?.skeyid_a;
    return fromHex(hex ?? '') ?? new Uint8Array();
  };
  const proven = Array.from({ length: 19 }, (_, i) => i + 1).flatMap((event) =>
    flat(packetAt(replay, event).nodes).flatMap((n) => (n.proof ? [[event, n.proof.name, n.proof] as const] : [])),
  );

  test('there is one in each message that has a hash or an ICV', () => {
    expect(proven.map(([event, name]) => `${event} ${name}`)).toEqual([
      '5 HASH_I',
      '6 HASH_R',
      '7 HASH(1)',
      '8 HASH(2)',
      '9 HASH(3)',
      ...[10, 11, 12, 13, 14, 15, 16, 17].map((e) => `${e} ICV`),
      '18 HASH(1)',
      '19 HASH(1)',
    ]);
  });

  test.each(proven)('#%i %s: its inputs, in their order, under its key make the value expected, which is the one seen', (_, __, proof) => {
    const mac = createHmac('sha1', keyNamed(proof.keyedWith));
    for (const input of proof.inputs) {
      expect(input.hex).not.toBeNull();
      expect(input.length).toBe((input.hex ?? '').length / 2);
      mac.update(Buffer.from(input.hex ?? '', 'hex'));
    }
    const made = mac.digest('hex').slice(0, proof.seen.length);
    expect([proof.verdict, proof.expected, proof.seen]).toEqual(['equal', made, made]);
  });

  test('an input that names a place is what stands there', () => {
    for (const [event, , proof] of proven) {
      for (const { place, hex } of proof.inputs) {
        if (!place) continue;
        const buffer = packetAt(replay, event).buffers.find((b) => b.name === place.buffer);
        expect(toHex(buffer?.bytes.slice(place.start, place.end) ?? new Uint8Array())).toBe(hex);
      }
    }
  });

  test('a HASH payload with nothing in it: the proof stands at the payload, and no other field is taken for it', () => {
    const id = seenAt(replay, 5).ike?.opened;
    const plain = octets(id?.bytes.slice(0, id.chain.payloads[0]?.span.end) ?? '', payload(0, new Uint8Array()));
    const message = sealed(
      keysOf(log),
      messageOf(log, 5),
      id?.iv.value ?? new Uint8Array(8),
      { exchangeType: 2, messageId: 0, first: 5 },
      plain,
    );
    const view = packetAt(fold(edited(log, 5, carrying(message))), 5);
    expect(
      flat(view.nodes)
        .filter((n) => n.proof)
        .map((n) => [n.id, n.proof?.verdict]),
    ).toEqual([['Encrypted data/Hash', 'differs']]);
  });

  test('a wrong ICV is marked, with both values', () => {
    const view = packetAt(fold(edited(log, 12, flipped(frameOf(log, 12).length - 1))), 12);
    const icv = nodeOf(view, 'ICV');
    expect(icv.mark).toMatchObject({ tone: 'bad', text: 'differs' });
    expect(icv.proof?.verdict).toBe('differs');
    expect(icv.proof?.expected?.slice(0, -2)).toBe(icv.proof?.seen.slice(0, -2));
    expect(icv.proof?.expected).not.toBe(icv.proof?.seen);
  });
});
