// What is said of an event is true for this very packet: opened or closed, proven or not, believed or not.
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import {
  authenticated,
  carrying,
  dropped,
  edited,
  espAt,
  firstIvOf,
  flipped,
  fold,
  framed,
  frameOf,
  inserted,
  keysOf,
  knowing,
  messageOf,
  payload,
  readdressed,
  repeated,
  sealed,
  seenAt,
  since,
  tail,
  until,
  withoutSecrets,
} from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import type { Explanation, PacketNode } from './models.ts';
import { moment } from './moment.ts';

const log = loadTrace(bundledTrace);
const keys = keysOf(log);
const at = (given: Log, event: number) => moment(fold(given), event, { reveal: [], negotiation: null });
const said = (given: Log, event: number): string =>
  at(given, event)
    .explanation.sentences.map((s) => s.text)
    .join(' ');
const lead = (given: Log, event: number): string | undefined => at(given, event).explanation.sentences.find((s) => s.strong)?.text;

/** The message of an event with nothing in its HASH payload but zeros, sealed as it ought to be. */
const wronglyProven = (event: number): Log => {
  const opened = seenAt(fold(log), event).ike?.opened;
  const hash = opened?.chain.payloads.find((p) => p.type === 8);
  if (!opened || !hash) throw new Error(`event ${event} opens`);
  const plain = opened.bytes.slice(0, opened.chain.end);
  plain.fill(0, hash.body.start, hash.body.end);
  const own = messageOf(log, event);
  const header = new DataView(own.buffer);
  const messageId = header.getUint32(20);
  const first = messageId !== 0 && event !== 8 && event !== 9;
  const iv = first ? firstIvOf(log, keys, messageId) : opened.iv.value;
  const message = sealed(keys, own, iv, { exchangeType: own[18] ?? 0, messageId, first: own[16] ?? 0 }, plain);
  return edited(log, event, carrying(message));
};

describe('the negotiation as it was', () => {
  test('one sentence leads, every event has an explanation, and what it points at is there', () => {
    const replay = fold(log);
    const ids = (nodes: readonly PacketNode[]): string[] => nodes.flatMap((n) => [n.id, ...ids(n.children)]);
    for (let event = 0; event <= 19; event++) {
      const m = moment(replay, event, { reveal: [], negotiation: null });
      const { sentences, rfcs } = m.explanation;
      expect(sentences.filter((s) => s.strong)).toHaveLength(1);
      if (event > 0) expect(rfcs.length).toBeGreaterThan(0);
      const known = new Set(m.packet ? ids(m.packet.nodes) : []);
      for (const s of sentences) {
        if (s.node !== null) expect([event, s.node, known.has(s.node)]).toEqual([event, s.node, true]);
        if (s.key !== null && m.keys.nodes.length > 0)
          expect([event, s.key, m.keys.nodes.some((k) => k.id === s.key)]).toEqual([event, s.key, true]);
      }
    }
  });

  test('who proves what', () => {
    expect(lead(log, 5)).toBe('The initiator proves that it knows the pre-shared key.');
    expect(lead(log, 6)).toBe('The responder proves the same, and phase 1 is complete.');
    expect(said(log, 6)).toContain('Both ends are authenticated; the responder is 198.51.100.1.');
    expect(lead(log, 9)).toBe('The initiator proves that it is alive, and quick mode is complete.');
    expect(said(log, 8)).toContain('KEYMAT of both directions is now known');
    expect(said(log, 7)).toContain('the identities say which traffic is meant');
    expect(lead(log, 18)).toBe('The initiator deletes an IPsec SA.');
    expect(lead(log, 19)).toBe('The initiator deletes the ISAKMP SA.');
  });
});

describe('closed messages', () => {
  test.each([
    [5, 'The initiator sends its identity and proof, encrypted.'],
    [6, 'The responder sends its identity and proof, encrypted.'],
    [7, 'The initiator asks for IPsec SAs.'],
    [9, 'The initiator sends the last message, and quick mode is complete.'],
    [18, 'The initiator sends an informational message.'],
  ])('#%i claims no proof and says what is missing', (event, text) => {
    expect(lead(withoutSecrets(log), event)).toBe(text);
    expect(said(withoutSecrets(log), event)).toContain('It stays closed here: Ka is missing: the pre-shared key and g^xy would give it.');
    expect(said(withoutSecrets(log), event)).not.toContain('HASH');
  });

  test('the responder alone is authenticated where MM5 did not open', () => {
    expect(lead(edited(log, 5, flipped(42 + 28 + 1, 0xff)), 6)).toBe(
      'The responder proves that it knows the pre-shared key, and phase 1 is complete.',
    );
    expect(said(edited(log, 5, flipped(42 + 28 + 1, 0xff)), 6)).toContain('So the identity 198.51.100.1 is authenticated.');
  });
});

describe('messages that open and cannot be checked', () => {
  const ka = knowing(log, 'encryptionKey');

  test('give a proof that nobody here can check', () => {
    expect(lead(ka, 5)).toBe('The initiator sends its proof of the pre-shared key.');
    expect(said(ka, 5)).toContain('HASH_I cannot be checked here, since SKEYID or an input of it is not known.');
    expect(said(ka, 5)).not.toContain('authenticated');
    expect(lead(ka, 9)).toBe('The initiator sends its proof that it is alive, and quick mode is complete.');
    expect(said(ka, 8)).toContain('KEYMAT cannot be computed here: SKEYID_d is not known.');
    expect(at(ka, 9).keys.note).toBe('Not derivable: KEYMAT. Missing: SKEYID_d.');
  });
});

describe('messages whose hash is wrong', () => {
  test.each([
    [5, 'The initiator fails to prove that it knows the pre-shared key.'],
    [6, 'The responder fails to prove that it knows the pre-shared key.'],
    [8, 'A message in the name of the responder answers.'],
    [9, 'A message in the name of the initiator fails to prove that it is alive.'],
    [18, 'A message in the name of the initiator deletes an IPsec SA.'],
    [19, 'A message in the name of the initiator deletes the ISAKMP SA.'],
  ])('#%i says so', (event, text) => {
    const given = wronglyProven(event);
    expect(lead(given, event)).toBe(text);
    expect(said(given, event)).toContain('is another value than the one in the packet');
    expect(said(given, event)).not.toMatch(/complete|now known|So the identity/);
  });
});

describe('keys at MM4', () => {
  test.each([
    ['both roots', knowing(log, 'preSharedKey', 'dhSharedSecret'), /With what was given, SKEYID and SKEYID_d/],
    ['SKEYID and g^xy', knowing(log, 'skeyid', 'dhSharedSecret'), /SKEYID was given; SKEYID_d/],
    ['SKEYID_e', knowing(log, 'skeyidE'), /SKEYID_e was given, and the cipher key Ka follows/],
    ['Ka', knowing(log, 'encryptionKey'), /The cipher key Ka was given/],
    ['SKEYID', knowing(log, 'skeyid'), /cannot be computed: g\^xy would be needed/],
    ['nothing', withoutSecrets(log), /cannot be computed: the pre-shared key and g\^xy would be needed/],
    ['no MM2', dropped(log, 2), /cannot be computed: the suite is not known/],
  ])('given %s', (name, given, text) => {
    expect(said(given, name === 'no MM2' ? 3 : 4)).toMatch(text);
  });
});

describe('NAT-D', () => {
  test.each([
    ['matches', log, 'so no NAT stands between'],
    ['does not match', edited(log, 3, readdressed({ sport: 1024 })), 'so a NAT stands between'],
    ['cannot be checked', dropped(log, 2), 'they cannot be checked here'],
  ])('%s', (_, given, text) => {
    expect(said(given, given.happened.length === 19 ? 3 : 2)).toContain(text);
  });
});

describe('other events', () => {
  const between = (message: Uint8Array, like = 5): Log => inserted(log, 17, carrying(message)(frameOf(log, like)));
  const cookies = messageOf(log, 2).slice(0, 16);

  test('a retransmission', () => {
    expect(lead(repeated(log, 3), 4)).toBe('The initiator sends a message again.');
    expect(said(repeated(log, 3), 4)).toContain('It equals the one at #3 octet for octet');
  });

  test('a fourth message of a quick mode', () => {
    const messageId = 0x3e1e0daa;
    const connected = payload(0, octets(u32(1), 3, 0, u16(16384)));
    const fourth = authenticated(
      keys,
      messageOf(log, 6),
      tail(messageOf(log, 9), 8),
      { exchangeType: 32, messageId, first: 11 },
      connected,
    );
    expect(lead(between(fourth, 6), 18)).toBe('The responder says that its SAs are ready.');
  });

  test('a delete that names another ISAKMP SA', () => {
    const body = payload(0, octets(u32(1), 1, 16, u16(1), new Uint8Array(16).fill(3)));
    const other = authenticated(keys, messageOf(log, 6), firstIvOf(log, keys, 77), { exchangeType: 5, messageId: 77, first: 12 }, body);
    expect(lead(between(other), 18)).toBe('The initiator deletes another ISAKMP SA.');
  });

  test('a notify in the clear', () => {
    const clear = octets(cookies, 11, 0x10, 5, 0, u32(0x77), u32(0), payload(0, octets(u32(1), 1, 0, u16(14))));
    expect(said(between(clear), 18)).toBe('The initiator notifies: NO-PROPOSAL-CHOSEN. It is in the clear: nothing proves who sent it.');
  });

  test('a protected packet', () => {
    expect(said(log, 10)).toContain('is new to the replay window. Its ICV is right');
    expect(said(repeated(log, 12), 13)).toContain('came before: a receiver drops it');
    expect(said(edited(log, 12, flipped(espAt + 40)), 12)).toContain('Its ICV is wrong');
    expect(said(withoutSecrets(log), 10)).toContain('No quick mode that could be read here made this SA; its keys are not known.');
    const table = since(log, 10);
    expect(said(table, 1)).toContain('sets the replay window. Its ICV is right');
    expect(said(table, 1)).toContain('its keys were given');
    expect(said(edited(table, 1, flipped(espAt + 40)), 1)).toContain('is the first that is seen. Its ICV is wrong');
    expect(said(inserted(log, 19, frameOf(log, 17)), 20)).toContain('Its SA had been deleted');
  });

  test.each<[string, Uint8Array, string]>([
    [
      'IKEv2',
      ethernet(
        0x0800,
        ipv4Packet({ protocol: 17, payload: udp(500, 500, octets('aaaaaaaaaaaaaaaa 0000000000000000 00 20 22 08', u32(0), u32(28))) }),
      ),
      'The initiator sends a message of an exchange that this version shows but does not follow.',
    ],
    ['a keepalive', ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(4500, 4500, octets(0xff)) })), 'A NAT keepalive.'],
    ['a short ESP', framed(frameOf(log, 10), octets('00112233')), 'Too short for IPsec.'],
    ['a short IKE', ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(500, 500, octets('00112233')) })), 'Too short for IKE.'],
    ['anything else', ethernet(0x0806, new Uint8Array(28)), 'Neither IKE nor IPsec.'],
  ])('%s', (_, bytes, text) => {
    expect(lead(inserted(log, 17, bytes), 18)).toBe(text);
  });

  test('before the first packet', () => {
    expect(said(withoutSecrets(log), 0)).toContain('No secrets were given');
    expect(said(log, 0)).toContain('11 secrets known from the start');
  });
});

test('a capture of one message has an explanation too', () => {
  const e: Explanation = at(until(log, 1), 1).explanation;
  expect(e.sentences[1]?.text).toBe('It sends 1 proposal with 1 transform and a cookie of its own; nothing is secret yet.');
});
