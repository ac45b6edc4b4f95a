/** Messages of the lab's main mode, read and written back; and any octets at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes/hex.ts';
import type { TreeNode } from '../bytes/tree.ts';
import { looksLikeIke } from './ike-header.ts';
import { type IkeMessage, readIke, readOpened, writeIke } from './ike-message.ts';
import vectors from './ike-message.vectors.json' with { type: 'json' };
import { readChain, writeChain } from './payload-chain.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const read = (hex: string): IkeMessage => {
  const bytes = octets(hex);
  const message = readIke(bytes, 0, bytes.length, 'wire');
  if (message === undefined) throw new Error('no header in the vector');
  return message;
};
const vector = (n: number): string => vectors.messages[n]?.hex ?? '';
const lines = (nodes: readonly TreeNode[], depth = 0): string[] =>
  nodes.flatMap((n) => [
    `${'  '.repeat(depth)}${n.name}${n.value === undefined ? '' : `: ${n.value}`}`,
    ...lines(n.children ?? [], depth + 1),
  ]);
const leaves = (nodes: readonly TreeNode[]): TreeNode[] => nodes.flatMap((n) => (n.children?.length ? leaves(n.children) : [n]));

/** Leaves follow each other without gap or overlap, and every parent spans exactly its children. */
const expectTiling = (nodes: readonly TreeNode[], start: number, end: number): void => {
  let at = start;
  for (const leaf of leaves(nodes)) {
    expect(leaf.span.start).toBe(at);
    expect(leaf.span.end).toBeGreaterThan(at);
    at = leaf.span.end;
  }
  expect(at).toBe(end);
  const parents = (list: readonly TreeNode[]): void => {
    for (const n of list) {
      if (!n.children?.length) continue;
      expect([n.children[0]?.span.start, n.children.at(-1)?.span.end]).toEqual([n.span.start, n.span.end]);
      parents(n.children);
    }
  };
  parents(nodes);
};

describe('recorded messages', () => {
  test.each(vectors.messages)('$name', (v) => {
    const message = read(v.hex);
    expect(message.header).toMatchObject({
      initiatorCookie: v.initiatorCookie,
      responderCookie: v.responderCookie,
      exchangeType: v.exchangeType,
      messageId: v.messageId,
      length: v.length,
      flags: v.flags,
      major: 1,
      minor: 0,
    });
    expect(message.payloads.map((p) => p.type)).toEqual(v.payloadTypes);
    expect(message.encrypted !== null).toBe(v.encrypted);
    expect(message.issues).toEqual([]);
    expect(looksLikeIke(octets(v.hex), 0, v.length)).toBe(true);
    expectTiling(message.nodes, 0, v.length);
    const body = message.encrypted ? octets(v.hex).subarray(28) : writeChain(message.payloads);
    expect(toHex(writeIke(message.header, body))).toBe(v.hex);
  });

  test.each(vectors.opened.chains)('opened: $name', (v) => {
    const bytes = octets(v.hex);
    const chain = readOpened(v.first, bytes, 'decrypted', 1);
    expect(chain.payloads.map((p) => p.type)).toEqual(v.payloadTypes);
    expect(chain.issues).toEqual([]);
    expectTiling(chain.nodes, 0, bytes.length);
    expect(toHex(writeChain(chain.payloads))).toBe(v.hex.slice(0, 2 * chain.end));
  });

  test('the offer of main mode says what the daemons were configured to say', () => {
    const [sa, ...rest] = read(vector(0)).payloads;
    expect(lines(sa ? [sa.node] : [])).toEqual([
      'Security Association: 1 proposal',
      '  Next payload: Vendor ID (13)',
      '  Reserved: 00',
      '  Length: 52',
      '  DOI: IPSEC (1)',
      '  Situation: SIT_IDENTITY_ONLY (1)',
      '  Proposal 1: ISAKMP, 1 transform',
      '    Next payload: None (0)',
      '    Reserved: 00',
      '    Length: 40',
      '    Proposal number: 1',
      '    Protocol ID: ISAKMP (1)',
      '    SPI size: 0',
      '    Number of transforms: 1',
      '    Transform 1: KEY_IKE',
      '      Next payload: None (0)',
      '      Reserved: 00',
      '      Length: 32',
      '      Transform number: 1',
      '      Transform ID: KEY_IKE (1)',
      '      Reserved: 0000',
      ...[
        ['Encryption algorithm: 3DES-CBC (5)', '1, short form', '0005'],
        ['Hash algorithm: SHA (2)', '2, short form', '0002'],
        ['Group description: MODP-1024 (2)', '4, short form', '0002'],
        ['Authentication method: pre-shared key (1)', '3, short form', '0001'],
        ['Life type: seconds (1)', '11, short form', '0001'],
        ['Life duration: 15840 s', '12, short form', '3de0'],
      ].flatMap(([line, type, value]) => [`      ${line}`, `        Type: ${type}`, `        Value: ${value}`]),
    ]);
    expect(rest.map((p) => p.node.value)).toEqual([
      'XAUTH',
      'RFC 3706 DPD',
      'IKE fragmentation',
      'RFC 3947 NAT-T',
      'draft-ietf-ipsec-nat-t-ike-02 (with newline)',
    ]);
  });

  test('the opened fifth message: who, proof, initial contact', () => {
    const v = vectors.opened.chains[0];
    const chain = readOpened(v?.first ?? 0, octets(v?.hex ?? ''), 'decrypted', 1);
    expect(lines(chain.nodes)).toEqual([
      'Identification: 192.0.2.1',
      '  Next payload: Hash (8)',
      '  Reserved: 00',
      '  Length: 12',
      '  Type: ID_IPV4_ADDR (1)',
      '  Protocol ID: any (0)',
      '  Port: any (0)',
      '  Data: 192.0.2.1',
      'Hash',
      '  Next payload: Notification (11)',
      '  Reserved: 00',
      '  Length: 24',
      '  Hash data: d1fd4de7…c95e',
      'Notification: INITIAL-CONTACT',
      '  Next payload: None (0)',
      '  Reserved: 00',
      '  Length: 28',
      '  DOI: IPSEC (1)',
      '  Protocol ID: ISAKMP (1)',
      '  SPI size: 16',
      '  Type: INITIAL-CONTACT (24578)',
      '  SPI: e2ac4822…74a3',
      'Padding: 0000000000000000',
    ]);
    expect(chain.payloads[0]?.body).toEqual({ buffer: 'decrypted', start: 4, end: 12 });
  });

  test('the opened first message of quick mode: tunnel, lifetimes, subnets', () => {
    const v = vectors.opened.chains[2];
    const chain = readOpened(v?.first ?? 0, octets(v?.hex ?? ''), 'decrypted', 1);
    const text = lines(chain.nodes).map((l) => l.trim());
    for (const line of [
      'Proposal 1: ESP, 1 transform',
      'SPI: c185666e',
      'Transform ID: ESP_3DES (3)',
      'Authentication algorithm: HMAC-SHA (2)',
      'Encapsulation mode: Tunnel (1)',
      'SA life type: seconds (1)',
      'SA life duration: 3960 s',
      'Identification: 10.1.0.0/16',
      'Identification: 10.2.0.0/16',
    ]) {
      expect(text).toContain(line);
    }
  });
});

describe('messages that lie', () => {
  const patched = (hex: string, at: number, ...values: number[]): Uint8Array => {
    const bytes = octets(hex);
    bytes.set(values, at);
    return bytes;
  };
  const codes = (bytes: Uint8Array): string[] => readIke(bytes, 0, bytes.length, 'wire')?.issues.map((i) => i.code) ?? [];

  test('less than a header is no message', () => {
    expect(readIke(new Uint8Array(27), 0, 27, 'wire')).toBeUndefined();
    expect(looksLikeIke(new Uint8Array(27), 0, 27)).toBe(false);
  });

  test('a payload length below its own header ends the chain and keeps what stands before', () => {
    const bytes = patched(vector(2), 28 + 132 + 2, 0, 3);
    const message = readIke(bytes, 0, bytes.length, 'wire');
    expect(message?.payloads.map((p) => [p.type, p.content.kind])).toEqual([
      [4, 'keyExchange'],
      [10, 'unknown'],
    ]);
    expect(message?.issues.map((i) => i.code)).toEqual(['payload-length']);
    expectTiling(message?.nodes ?? [], 0, bytes.length);
  });

  test('a payload that claims too much is read as far as it goes', () => {
    const bytes = patched(vector(2), 28 + 2, 0xff, 0xff);
    expect(codes(bytes)).toEqual(['payload-length']);
    expectTiling(readIke(bytes, 0, bytes.length, 'wire')?.nodes ?? [], 0, bytes.length);
  });

  test('a chain of the smallest payloads is cut at its limit', () => {
    const bytes = new Uint8Array(28 + 4 * 1500);
    bytes.set(octets(vector(0)).subarray(0, 28));
    bytes.set([13], 16);
    new DataView(bytes.buffer).setUint32(24, bytes.length);
    for (let at = 28; at < bytes.length; at += 4) bytes.set([13, 0, 0, 4], at);
    const message = readIke(bytes, 0, bytes.length, 'wire');
    expect(message?.payloads.length).toBe(1000);
    expect(message?.issues.map((i) => i.code)).toEqual(['too-many-payloads']);
    expectTiling(message?.nodes ?? [], 0, bytes.length);
  });

  test('octets after the message, octets missing, and a length that cannot be', () => {
    const whole = octets(vector(1));
    const longer = Uint8Array.from([...whole, 1, 2]);
    expect(readIke(longer, 0, longer.length, 'wire')?.trailing).toEqual({ buffer: 'wire', start: whole.length, end: whole.length + 2 });
    expect(codes(longer)).toEqual(['trailing-octets']);
    expect(codes(whole.subarray(0, 100))).toContain('truncated');
    expect(codes(patched(vector(1), 24, 0, 0, 0, 5))).toEqual(['message-length']);
    const absurd = patched(vector(1), 24, 0xff, 0, 0, 0);
    expect(codes(absurd)).toEqual(['truncated']);
    expect(readIke(absurd, 0, absurd.length, 'wire')?.payloads).toEqual([]);
    expect(looksLikeIke(longer, 0, longer.length)).toBe(false);
    expect(looksLikeIke(whole.subarray(0, 100), 0, 100)).toBe(false);
    expect(looksLikeIke(whole.subarray(0, 100), 0, 100, true)).toBe(true);
  });

  test('reserved octets are kept, and are an issue', () => {
    const bytes = patched(vector(0), 29, 7);
    bytes.set([9], 28 + 4 + 8 + 8 + 6); // second reserved octet pair of the transform
    const message = readIke(bytes, 0, bytes.length, 'wire');
    expect(message?.issues.map((i) => [i.blame, i.code])).toEqual([
      ['misbehaved', 'reserved-not-zero'],
      ['misbehaved', 'reserved-not-zero'],
    ]);
    expect(toHex(writeIke(message?.header ?? read(vector(0)).header, writeChain(message?.payloads ?? [])))).toBe(toHex(bytes));
  });

  test('IKEv2: the encrypted payload ends the chain, and names the first one inside', () => {
    // RFC 7296 3.14: SK (46) whose next payload is IDi (35); octets made by hand.
    const chain = readChain(46, Uint8Array.of(35, 0, 0, 8, 1, 2, 3, 4), 0, 8, 'wire', 2);
    expect(chain.payloads.map((p) => [p.type, p.next])).toEqual([[46, 35]]);
    expect(chain.issues).toEqual([]);
    expect(toHex(writeChain(chain.payloads))).toBe('2300000801020304');
  });
});

describe('any octets', () => {
  const wellHeaded = fc
    .tuple(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(1, 4, 5, 11, 12, 13, 14, 20, 21, 33, 41, 132))
    .map(([tail, first]) => {
      const bytes = new Uint8Array(28 + tail.length);
      bytes.set(octets(vector(0)).subarray(0, 28));
      bytes.set(tail, 28);
      bytes[16] = first;
      return bytes;
    });
  const mutated = fc
    .tuple(fc.constantFrom(...vectors.messages.map((m) => m.hex)), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }))
    .map(([hex, changes]) => {
      const bytes = octets(hex);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    });
  const anyMessage = fc.oneof(fc.uint8Array({ maxLength: 400 }), wellHeaded, mutated);

  test('never throw, and tile', () => {
    fc.assert(
      fc.property(anyMessage, (bytes) => {
        const message = readIke(bytes, 0, bytes.length, 'wire');
        if (bytes.length < 28) expect(message).toBeUndefined();
        else expectTiling(message?.nodes ?? [], 0, bytes.length);
      }),
      { numRuns: 3000 },
    );
  });

  test('what parses cleanly is written back alike', () => {
    fc.assert(
      fc.property(anyMessage, (bytes) => {
        const message = readIke(bytes, 0, bytes.length, 'wire');
        if (message === undefined || message.issues.some((i) => i.blame === 'malformed')) return;
        const body = message.encrypted ? bytes.subarray(28) : writeChain(message.payloads);
        expect(toHex(writeIke(message.header, body))).toBe(toHex(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  test('decrypted with a wrong key: a tree all the same', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.uint8Array({ maxLength: 200 }), fc.constantFrom(1, 2), (first, bytes, major) => {
        expectTiling(readOpened(first, bytes, 'decrypted', major).nodes, 0, bytes.length);
      }),
      { numRuns: 2000 },
    );
  });
});
