import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceReported } from '../../event/event.ts';
import { isReport } from '../../event/report.ts';
import { timestampText } from '../../values/timestamp.ts';
import { toEnd } from '../reading.ts';
import { readText, recogniseText } from '../text.ts';
import { splitLines } from './lines.ts';

const read = (text: string, year?: number): readonly DeviceReported[] =>
  toEnd(readText(text, 'device.log', 3, { year })).events.filter((e) => e.kind === 'DeviceReported');

/** Line, whether it was recognised, what had to be mended, and what it says. */
const brief = (text: string) => read(text).map((e) => [e.line, e.recognised, e.repaired?.join(' ') ?? '', e.report?.says ?? '']);

test('an event is a line with its time, its input and what it says', () => {
  expect(read('Feb  6 21:43:04.394 GMT: ISAKMP (0:709): Old State = IKE_READY  New State = IKE_R_MM1', 2005)).toEqual([
    {
      kind: 'DeviceReported',
      at: 1107726184394000000n,
      timeBasis: 'year-assumed',
      origin: { input: 3, number: 1 },
      line: 1,
      text: 'Feb  6 21:43:04.394 GMT: ISAKMP (0:709): Old State = IKE_READY  New State = IKE_R_MM1',
      recognised: true,
      report: { says: 'transition', from: 'IKE_READY', to: 'IKE_R_MM1', connection: 709 },
    },
  ]);
});

test('a year in the line is not assumed, and a time since start-up is none', () => {
  const [dated, since, untimed] = read('*Mar  1 2002 00:00:01.000: ISAKMP: x\n00:27:07: ISAKMP: x\nISAKMP: x');
  expect(dated).not.toHaveProperty('timeBasis');
  expect(dated?.at && timestampText(dated.at)).toBe('1014940801.000000000');
  expect([since?.at, untimed?.at]).toEqual([null, null]);
});

test('lines that a device prints below a message belong to it', () => {
  const text = [
    '*Mar  1 00:00:01.000: ISAKMP (0:5): ID payload',
    '        next-payload : 8',
    '        type         : 1',
    '        address      : 192.0.2.1',
    '        protocol     : 17',
    '        port         : 500',
    '        length       : 12',
    '*Mar  1 00:00:01.000: IPSEC(sa_request): ,',
    '  (key eng. msg.) OUTBOUND local= 192.0.2.1, remote= 192.0.2.2,',
    '',
    '    protocol= ESP, transform= esp-aes 256 esp-sha-hmac  (Tunnel),',
    'R1#',
  ].join('\n');
  expect(brief(text)).toEqual([
    [1, true, '', 'identity'],
    [8, true, '', 'proposal'],
    [12, 'noise', '', ''],
  ]);
  expect(read(text)[0]?.report).toEqual({
    says: 'identity',
    connection: 5,
    nextPayload: 8,
    idType: '1',
    value: '192.0.2.1',
    protocol: 17,
    port: 500,
    length: 12,
  });
  expect(read(text)[1]?.report).toMatchObject({
    direction: 'outbound',
    protocol: 'esp',
    transform: 'esp-aes 256 esp-sha-hmac',
    mode: 'Tunnel',
  });
});

test('what a terminal adds: prompts, typed commands, pings, glued and wrapped lines', () => {
  const text = [
    'R1#ping 10.0.0.1',
    'Type escape sequence to abort.',
    '.!!!!',
    'R1#*Mar  1 00:00:01.000: ISAKMP:(1001):SA has been authenticated with 192.0.2.2',
    'ins.ert sa successfully sa = 66825864',
    '*Mar  1 00:00:01.100: ISAKMP:(1001):Old State = .IKE_I_MM2  New State = IKE_I_MM3',
    '*Mar  1 00:00:01.200: ISAKMP:(1001):processing KE payload. message ID = 0*Mar  1 00:00:01.300: ISAKMP:(1001):SKEYID state generated',
    '000123: *Mar  1 00:00:01.400 UTC: ISAKMP:(1001):sending packet to 192.0.2.2',
    'my_port 500 peer_port 500 (I) MM_KEY_EXCH',
    '! here it stops',
    'Now, the tunnel should be completely set up.',
    'nobody knows what this is',
  ].join('\n');
  expect(brief(text)).toEqual([
    [1, 'noise', '', ''],
    [2, 'noise', '', ''],
    [3, 'noise', '', ''],
    [4, true, 'prompt', 'authentication'],
    [5, true, 'ping', 'ikeSa'],
    [6, true, 'ping', 'transition'],
    [7, true, 'glued', 'payload'],
    [7, true, 'glued', 'note'],
    [8, true, 'wrapped', 'packet'],
    [10, 'noise', '', ''],
    [11, 'noise', '', ''],
    [12, false, '', ''],
  ]);
  expect(read(text)[8]?.report).toMatchObject({ peer: '192.0.2.2', localPort: 500, side: 'initiator', word: 'MM_KEY_EXCH' });
});

test('relays put their own heads before the device: the device has the last word on time', () => {
  const [relayed, modern] = read(
    [
      'Oct  7 03:10:05 192.0.2.7 91: R1: *Oct  7 03:10:04.123: ISAKMP:(1001):Total payload length: 12',
      '<189>1 2021-05-05T10:11:12.5Z r1 - - - - %CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer 192.0.2.2:500       Id: 192.0.2.2',
    ].join('\n'),
    2020,
  );
  expect(relayed?.at && timestampText(relayed.at)).toBe('1602040204.123000000');
  const [turned] = read('2021-01-01T00:00:01Z r1 45: *Dec 31 23:59:59.000: ISAKMP:(1001):Total payload length: 12');
  expect(turned).not.toHaveProperty('timeBasis');
  expect(turned?.at && timestampText(turned.at)).toBe('1609459199.000000000');
  expect(modern).toMatchObject({ at: 1620209472500000000n, report: { says: 'ikeSa', doing: 'established', peer: '192.0.2.2' } });
});

test('several devices in one file', () => {
  const text = [
    '2005-02-06 22:29:39 IKE[1] Tx >> MM_I1 : 192.0.2.1 SA',
    '%ASA-5-713119: Group = 192.0.2.2, IP = 192.0.2.2, PHASE 1 COMPLETED',
    'ISAKMP:(0):beginning Main Mode exchange',
  ].join('\n');
  expect(read(text).map((e) => e.report)).toEqual([
    { says: 'packet', way: 'sent', label: 'MM_I1', peer: '192.0.2.1', payloads: ['SA'], side: 'initiator', tunnel: '1' },
    { says: 'ikeSa', doing: 'established', tunnel: '192.0.2.2', peer: '192.0.2.2' },
    { says: 'exchange', began: 'main', text: 'beginning Main Mode exchange', connection: 0 },
  ]);
  expect(recogniseText(text)).toBe('mixed');
  expect(recogniseText('IKE[1] Tx >> MM_I1 : 192.0.2.1 SA\nIKE[1] Rx << MM_R1 : 192.0.2.1 SA')).toBe('linksys');
  expect(recogniseText('Dear all,\nit does not work.')).toBe('unknown');
});

const fragments = fc.constantFrom(
  'ISAKMP (0:709): ',
  'ISAKMP:(1001):',
  '*Mar  1 00:00:01.000: ',
  'Feb  6 21:43:04.394 GMT: ',
  '<189>91: ',
  'R1#',
  'IPSEC(create_sa): sa created,',
  '  (sa) sa_dest= ',
  '%ASA-7-713236: ',
  'IKE[1] Tx >> ',
  'processing NOTIFY ',
  'Old State = ',
  '\u00d7',
  '\u2026',
  '.!!!!',
  '\n',
  '\r',
  '\n\n',
  ' '.repeat(40),
  'IKEv2:(SESSION ID = 1,SA ID = 1):',
  'address : ',
  '0x52B905BC(',
);
const anyLog = fc
  .array(fc.oneof(fragments, fc.string({ unit: 'binary', maxLength: 30 })), { maxLength: 60 })
  .map((parts) => parts.join(''));

test('any text is read without an exception, and every line is in exactly one event', () => {
  fc.assert(
    fc.property(anyLog, (text) => {
      const events = read(text);
      // Pieces of one line stand one behind the other; lines of one event stand behind line feeds.
      const lines: string[] = [];
      for (const event of events) {
        event.text.split('\n').forEach((part, i) => {
          lines[event.line - 1 + i] = (lines[event.line - 1 + i] ?? '') + part;
        });
        expect(event.report === undefined || isReport(event.report)).toBe(true);
        expect(event.recognised === true).toBe(event.report !== undefined);
      }
      expect(lines).toEqual(splitLines(text));
    }),
    { numRuns: 500 },
  );
});

test('any octets are read without an exception', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => toEnd(readText(bytes, 'x', 0)).events.length >= 0));
});

/** Lines made to keep patterns busy: what a row asks for, over and over, and never its end. */
const hostile = [
  `ISAKMP:(1001):ID payload ${'address : '.repeat(2000)}`,
  `IPSEC(create_sa): sa created, ${'sa_dest= '.repeat(2000)}`,
  `%ASA-7-713236: IP = 192.0.2.2, IKE_DECODE RECEIVED Message (msgid=0) with payloads : ${'HDR + '.repeat(3000)}`,
  `IKE[1] ESP_SA ${' '.repeat(20_000)}`,
  `${'ISAKMP:(0):'.repeat(2000)}`,
  '\r'.repeat(20_000),
  `${' '.repeat(20_000)}--More--`,
  '\u001b]'.repeat(10_000),
];

test('work is linear: twice the lines take about twice as long', () => {
  const took = (text: string): number => {
    // The processor's time, not the clock's: other work on the machine does not count.
    const begin = process.cpuUsage();
    read(text);
    return process.cpuUsage(begin).user / 1000;
  };
  for (const line of hostile) {
    const text = `${line}\n`.repeat(20);
    took(text);
    const once = Math.min(took(text), took(text));
    const four = took(text.repeat(4));
    // Squared work would take sixteen times as long; machines that are busy with other things get the rest.
    expect({ line: line.slice(0, 40), linear: four < 10 * once + 50 }).toEqual({ line: line.slice(0, 40), linear: true });
  }
  expect(took('  continues forever\n'.repeat(20_000))).toBeLessThan(5000);
  expect(took(`ISAKMP:(1):x\n${'  y: ,\n'.repeat(50_000)}`)).toBeLessThan(5000);
});
