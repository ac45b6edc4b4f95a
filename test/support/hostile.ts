// Inputs made to cost much: each is a way to let a reader look again and again at what it has seen. `n` is how many of the thing there are.
import type { Event } from '../../engine/event/event.ts';
import type { Log } from '../../engine/log/log.ts';
import { timestamp } from '../../engine/values/timestamp.ts';
import { ethernet, ipv4Packet, octets, pcapFile, pcapng, u16, u32, udp } from './frames.ts';
import { logLines } from './samples.ts';
import { bundledTrace, loadTrace } from './trace.ts';

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
/** `octets` for many parts: it goes through them one by one, which is slow for large ones and says nothing of the engine. */
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const payloadOf = (next: number, body: Uint8Array): Uint8Array => joined([octets(next, 0, u16(4 + body.length)), body]);

interface Header {
  readonly first: number;
  readonly initiator?: number;
  readonly responder?: number;
  readonly exchange?: number;
  readonly flags?: number;
  readonly id?: number;
}

export const ike = (h: Header, body: Uint8Array): Uint8Array =>
  joined([
    octets(hex(h.initiator ?? 1, 16), hex(h.responder ?? 0, 16), h.first, 0x10, h.exchange ?? 2, h.flags ?? 0),
    octets(u32(h.id ?? 0), u32(28 + body.length)),
    body,
  ]);

/** One message of `n` payloads. */
const payloads = (type: number, n: number, body: (i: number) => Uint8Array): Uint8Array =>
  ike({ first: type }, joined(times(n, (i) => payloadOf(i + 1 < n ? type : 0, body(i)))));

const attribute = (type: number, value: number): Uint8Array => octets(u16(0x8000 | type), u16(value));
const transform = (more: boolean, number: number, attributes: Uint8Array): Uint8Array =>
  joined([octets(more ? 3 : 0, 0, u16(8 + attributes.length), number & 255, 1, 0, 0), attributes]);
const suite = joined([attribute(1, 5), attribute(2, 2), attribute(3, 1), attribute(4, 2)]);
const proposal = (more: boolean, number: number, count: number, transforms: Uint8Array): Uint8Array =>
  joined([octets(more ? 2 : 0, 0, u16(8 + transforms.length), number & 255, 1, 0, count & 255), transforms]);
const association = (proposals: Uint8Array): Uint8Array => ike({ first: 1 }, payloadOf(0, joined([octets(u32(1), u32(1)), proposals])));

/** One message, in which something stands `n` times; 8 times the smallest n still fits a datagram. */
export const hostileMessages: Readonly<Record<string, (n: number) => Uint8Array>> = {
  'payloads of four octets': (n) => payloads(13, n, () => new Uint8Array()),
  'vendor IDs without end': (n) => payloads(13, n, (i) => octets(hex(i, 32))),
  'NAT-D payloads': (n) => payloads(20, n, (i) => octets(hex(i, 40))),
  notifies: (n) => payloads(11, n, () => octets(u32(1), 1, 16, u16(24578), hex(1, 32))),
  proposals: (n) => association(joined(times(n, (i) => proposal(i + 1 < n, i, 1, transform(false, 1, suite))))),
  transforms: (n) => association(proposal(false, 1, n, joined(times(n, (i) => transform(i + 1 < n, i, suite))))),
  attributes: (n) => association(proposal(false, 1, 1, transform(false, 1, joined(times(n, (i) => attribute(1 + (i % 16), i)))))),
  'life types and durations': (n) =>
    association(proposal(false, 1, 1, transform(false, 1, joined(times(n, (i) => attribute(11 + (i % 2), 1)))))),
  'SPIs in one delete': (n) =>
    ike({ first: 12, exchange: 5, id: 9 }, payloadOf(0, joined([octets(u32(1), 3, 4, u16(n)), ...times(n, (i) => u32(i))]))),
  'parts of a name': (n) => {
    const part = octets('310a3008060355040a130141');
    const body = joined([octets(9, 0, 0, 0), octets(0x30, 0x82, u16(n * part.length)), ...times(n, () => part)]);
    return ike({ first: 5 }, payloadOf(0, body));
  },
  'configuration attributes': (n) =>
    ike({ first: 14, exchange: 6, id: 9 }, payloadOf(0, joined([octets(1, 0, u16(7)), ...times(n, (i) => octets(u16(i % 20), u16(0)))]))),
};

const seen = (bytes: Uint8Array, i: number, linkType = 1): Event => ({
  kind: 'DatagramSeen',
  via: 'capture',
  at: timestamp(BigInt(i) * 10_000_000n),
  origin: { input: 0, number: i + 1 },
  datagram: { form: 'frame', linkType, bytes, wireLength: bytes.length },
});

const logOf = (frames: readonly Uint8Array[], given: readonly Event[] = []): Log => ({
  inputs: [{ name: 'hostile', kind: 'capture', detail: 'made to cost much' }],
  given,
  happened: frames.map((bytes, i) => seen(bytes, i)),
  damage: [],
});

/** With a frame a minute after the last: what had no answer by then has none. */
const longAfter = (log: Log): Log => ({
  ...log,
  happened: [...log.happened, seen(onUdp(new Uint8Array([0xff])), log.happened.length + 6000)],
});

const back = { src: '198.51.100.1', dst: '192.0.2.1' };
const onUdp = (data: Uint8Array, answer = false, port = 500): Uint8Array =>
  ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(port, port, data), ...(answer ? back : {}) }));

const offer = (initiator: number): Uint8Array =>
  ike({ first: 1, initiator }, payloadOf(0, joined([octets(u32(1), u32(1)), proposal(false, 1, 1, transform(false, 1, suite))])));
const answer = (initiator: number, responder: number): Uint8Array => {
  const bytes = offer(initiator);
  bytes.set(octets(hex(responder, 16)), 8);
  return bytes;
};
const esp = (spi: number, sequence: number): Uint8Array =>
  ethernet(0x0800, ipv4Packet({ protocol: 50, payload: joined([u32(spi), u32(sequence), new Uint8Array(40)]) }));

const fragment = (id: number, offset: number, more: boolean, size = 8): Uint8Array =>
  ethernet(0x0800, ipv4Packet({ protocol: 17, id, fragment: (more ? 0x2000 : 0) | offset, payload: new Uint8Array(size).fill(id & 255) }));

const part = (id: number, number: number, last: boolean): Uint8Array =>
  onUdp(ike({ first: 132, responder: 2 }, payloadOf(0, joined([u16(id), octets(number, last ? 1 : 0), new Uint8Array(32)]))));

const tcp = (sequence: number, data: Uint8Array): Uint8Array =>
  ethernet(
    0x0800,
    ipv4Packet({
      protocol: 6,
      payload: joined([octets(u16(40000), u16(4500), u32(sequence), u32(0), 0x50, 0x10, u16(1000), u32(0)), data]),
    }),
  );

/** The bundled negotiation with its keys, and `more` behind it. */
const negotiated = (more: (frame: (event: number) => Uint8Array) => readonly Uint8Array[]): Log => {
  const log = loadTrace(bundledTrace);
  const frames = log.happened.map((e) => (e.kind === 'DatagramSeen' && e.datagram.form === 'frame' ? e.datagram.bytes : new Uint8Array()));
  return logOf([...frames.slice(0, 9), ...more((event) => (frames[event - 1] ?? new Uint8Array()).slice())], log.given);
};
const ikeAt = 42;
const espAt = 34;
const changed = (frame: Uint8Array, at: number, value: number): Uint8Array => {
  new DataView(frame.buffer).setUint32(at, value);
  return frame;
};

/** Frames, of which there are about `n`. */
export const hostileCaptures: Readonly<Record<string, (n: number) => Log>> = {
  'negotiations begun': (n) => longAfter(logOf(times(n, (i) => onUdp(offer(i + 1))))),
  'negotiations answered': (n) => logOf(times(n, (i) => (i % 2 === 0 ? onUdp(offer(i + 2)) : onUdp(answer(i + 1, i + 1), true)))),
  'answers to one offer': (n) => logOf([onUdp(offer(1)), ...times(n, (i) => onUdp(answer(1, i + 1), true))]),
  'one offer again and again': (n) => logOf(times(n, () => onUdp(offer(1)))),
  'sealed messages of nobody': (n) =>
    logOf(times(n, (i) => onUdp(ike({ first: 8, initiator: 7, responder: 8, exchange: 5, flags: 1, id: i + 1 }, new Uint8Array(64))))),
  'quick modes under one key': (n) => negotiated((frame) => times(n, (i) => changed(frame(7), ikeAt + 20, i + 1))),
  'informational exchanges under one key': (n) => negotiated((frame) => times(n, (i) => changed(frame(18), ikeAt + 20, i + 1))),
  'quick mode again and again': (n) => negotiated((frame) => times(n, () => frame(7))),
  'unequal copies of one quick mode': (n) => negotiated((frame) => times(n, (i) => changed(frame(7), ikeAt + 40, i))),
  'ESP, one SPI each': (n) => logOf(times(n, (i) => esp(256 + i, 1))),
  'ESP of one SPI': (n) => logOf(times(n, (i) => esp(256, i + 1))),
  'ESP with wild leaps': (n) => logOf(times(n, (i) => esp(256, (Math.imul(i, 0x9e3779b1) >>> 0) + 1))),
  'ESP of a known SA, forged': (n) => negotiated((frame) => times(n, (i) => changed(frame(10), espAt + 4, i + 1))),
  'ESP of SPIs unlike each other': (n) => negotiated((frame) => times(n, (i) => changed(frame(10), espAt, 256 + i))),
  'IP fragments of one datagram, backwards': (n) => logOf(times(n, (i) => fragment(1, 8000 - i, true))),
  'IP fragments that overlap': (n) => logOf(times(n, (i) => fragment(1, i, true, 16))),
  'IP fragments of many datagrams': (n) => logOf(times(n, (i) => fragment(i, 0, true))),
  'IKE fragments that end nowhere': (n) => logOf(times(n, (i) => part(1, 1 + (i % 40), false))),
  'IKE fragments of many messages': (n) => logOf(times(n, (i) => part(i, 2, false))),
  'TCP segments out of order': (n) => logOf(times(n, (i) => tcp(100_000 - 20 * i, new Uint8Array(20).fill(i)))),
  'TCP of one octet each': (n) => logOf([tcp(0, octets('494b45544350')), ...times(n, (i) => tcp(6 + i, Uint8Array.of(i & 1)))]),
  'tunnels in tunnels': (n) => {
    let inside = ipv4Packet({ protocol: 50, payload: joined([u32(256), u32(1), new Uint8Array(40)]) });
    for (let i = 0; i < n / 2; i++) inside = ipv4Packet({ protocol: 4, payload: inside });
    return logOf([ethernet(0x0800, inside)]);
  },
};

const json = (value: unknown): string => JSON.stringify(value);
const lines = (n: number, line: (i: number) => string): string => times(n, line).join('\n');

/** Key files, `n` of the thing in each. */
export const hostileKeys: Readonly<Record<string, (n: number) => string>> = {
  'JSON, objects in objects': (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`,
  'JSON, lists that never close': (n) => `{"ike_sas":${'['.repeat(n)}`,
  'JSON, SAs of one name': (n) => json({ ike_sas: times(n, () => ({ ike_version: 1, initiator_cookie: hex(1, 16), skeyid: 'aa' })) }),
  'JSON, SAs': (n) => json({ ike_sas: times(n, (i) => ({ ike_version: 1, initiator_cookie: hex(i + 1, 16), skeyid: 'aa', psk: 'x' })) }),
  'JSON, IPsec SAs': (n) =>
    json({ ipsec_sas: times(n, (i) => ({ protocol: 'ESP', spi: hex(i + 256, 8), enc_alg: 'AES', enc_key: 'aabb', message_id: i })) }),
  'JSON, every value wrong': (n) => `{"ike_sas":[\n${lines(n, (i) => `{"initiator_cookie":${i},"psk":[]}`).replaceAll('\n', ',\n')}]}`,
  'one key, very long': (n) => json({ ike_sas: [{ ike_version: 1, initiator_cookie: hex(1, 16), skeyid: 'ab'.repeat(50 * n) }] }),
  'private keys': (n) => lines(n, () => '-----BEGIN RSA PRIVATE KEY-----\nMIIC\n-----END RSA PRIVATE KEY-----'),
  'private keys that never end': (n) => lines(n, () => '-----BEGIN RSA PRIVATE KEY-----'),
  'table lines': (n) => lines(n, (i) => `"${hex(i + 1, 16)}","0x0011"`),
  'quotation marks': (n) => `"${hex(1, 16)}",${'"'.repeat(8 * n)}`,
  'one line of commas': (n) => `"IPv4"${',*'.repeat(8 * n)}`,
  'a daemon’s dumps': (n) => lines(n, () => '05[IKE] <1> SKEYID => 18 bytes @ 0x7f6d2c00cf90\n05[IKE] <1>    0: A0 B1 C2 D3    ....'),
  'a dump without end': (n) =>
    `05[IKE] <1> SKEYID => 99999 bytes @ 0x7f6d2c00cf90\n${lines(n, () => '05[IKE] <1>   16: 00 01 02 03 04 05 06 07  ........')}`,
};

let kinds: string | undefined;
/** A line of each kind that is known, all of them `turns` times. */
const known = (turns: number): string => {
  kinds ??= logLines().join('\n');
  return times(Math.ceil(turns), () => kinds).join('\n');
};
const ios = (i: number): string => `*Mar  1 00:00:01.000: ISAKMP (0:${i % 9}): `;

/** Text logs, of `n` lines or some hundred characters of one line for each `n`. */
export const hostileTexts: Readonly<Record<string, (n: number) => string>> = {
  'one line of letters': (n) => 'a'.repeat(100 * n),
  'one line of spaces': (n) => ' '.repeat(100 * n),
  'spaces behind a head': (n) => `${ios(0)}${' '.repeat(100 * n)}x`,
  'one line of brackets': (n) => '('.repeat(100 * n),
  'one line of digits and colons': (n) => '00:'.repeat(33 * n),
  'heads without end in one line': (n) => ios(0).repeat(2 * n),
  'messages glued into one line': (n) => `${ios(0)}received packet from 192.0.2.1 dport 500 sport 500`.repeat(n),
  'lines of one letter': (n) => lines(n, () => 'x'),
  'empty lines': (n) => '\n'.repeat(n),
  'carriage returns': (n) => '\r'.repeat(n),
  'continuation lines of one message': (n) => `${ios(1)}ID payload\n${lines(n, () => '        next-payload : 8')}`,
  'every kind of line': (n) => known(n / 100),
  'state changes': (n) => lines(n, (i) => `${ios(i)}Old State = IKE_READY  New State = IKE_R_MM1`),
  'connections of their own': (n) =>
    lines(n, (i) => `*Mar  1 00:00:01.000: ISAKMP (0:${i}): received packet from 192.0.2.1 dport 500 sport 500 Global (N) NEW SA`),
  'peers of their own': (n) =>
    lines(
      n,
      (i) => `%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=192.0.${i >> 8}.${i & 255}, prot=50`,
    ),
  'transforms checked': (n) => lines(n, (i) => `${ios(1)}Checking ISAKMP transform ${i} against priority 1 policy`),
  'lines of a daemon': (n) =>
    lines(n, (i) => `Nov 21 19:08:25 gw charon: 05[IKE] <c|${i}> initiating Main Mode IKE_SA c[${i}] to 192.0.2.1`),
  'halves of a table': (n) => lines(n, (i) => `192.0.2.1       198.51.100.1    QM_IDLE           ${i}    0 ACTIVE`),
  'SAs of show crypto ipsec sa': (n) =>
    lines(
      n,
      () => '   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)\n    #pkts encaps: 4, #pkts encrypt: 4\n     spi: 0x1(1)',
    ),
  'certificates that end nowhere': (n) => lines(n, () => '-----BEGIN CERTIFICATE-----'),
};

/** Configurations, `n` of the thing in each. */
export const hostileConfigurations: Readonly<Record<string, (n: number) => string>> = {
  policies: (n) => lines(n, (i) => `crypto isakmp policy ${i + 1}\n encr 3des\n authentication pre-share`),
  'access lists of one line': (n) => lines(n, (i) => `access-list ${i} permit ip 10.0.0.0 0.0.0.255 any`),
  'one access list': (n) => `crypto isakmp policy 1\n${lines(n, (i) => `access-list 101 permit ip host 10.0.${i >> 8}.${i & 255} any`)}`,
  'crypto map entries': (n) =>
    lines(n, (i) => `crypto map M ${i + 1} ipsec-isakmp\n set peer 192.0.2.1\n set transform-set T\n match address 101`),
  keys: (n) => `crypto isakmp policy 1\n${lines(n, (i) => `crypto isakmp key k${i} address 10.0.${i >> 8}.${i & 255}`)}`,
  'transform sets': (n) => lines(n, (i) => `crypto ipsec transform-set T${i} esp-3des esp-sha-hmac`),
  'interfaces with the map': (n) => lines(n, (i) => `interface Tunnel${i}\n ip address 10.0.0.1 255.0.0.0\n crypto map M`),
  'one policy, set again and again': (n) => `crypto isakmp policy 1\n${lines(n, () => ' encr 3des')}`,
};

/** Capture files of `n` records or blocks. */
export const hostileFiles: Readonly<Record<string, (n: number) => Uint8Array>> = {
  'pcap, empty records': (n) =>
    pcapFile(
      'little',
      0xa1b2c3d4,
      1,
      times(n, () => ({ seconds: 0, fraction: 0, bytes: new Uint8Array() })),
    ),
  'pcapng, sections': (n) => joined(times(n, () => pcapng('little').section())),
  'pcapng, interfaces': (n) => joined([pcapng('little').section(), ...times(n, () => pcapng('little').describe(1, 65535))]),
  'pcapng, options of one interface': (n) => {
    const ng = pcapng('little');
    return joined([ng.section(), ng.describe(1, 65535, ...times(n, () => ng.name('abcd')))]);
  },
  'pcapng, unknown blocks': (n) => joined([pcapng('little').section(), ...times(n, () => pcapng('little').block(0xbad))]),
};
