/** charon's lines as reports: each form by its example, times and heads of every kind of log, and the lab's logs to the last line. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceReported } from '../../event/event.ts';
import { isReport } from '../../event/report.ts';
import { toEnd } from '../reading.ts';
import { readLines } from '../text/read.ts';
import { charon } from './dialect.ts';
import { childRows, messageRows } from './messages.ts';

const events = (text: string): readonly DeviceReported[] =>
  toEnd(readLines([charon], text, 'charon.log', 0)).events.filter((e) => e.kind === 'DeviceReported');

test.each([...messageRows, ...childRows].map((r) => [r.example, r] as const))('%s', (example, own) => {
  expect(own.form.test(example)).toBe(true);
  const report = charon.read(`05[IKE] <conn|7> ${example}`);
  expect(isReport(report)).toBe(true);
  const said: unknown = JSON.parse(JSON.stringify(own.says(own.form.exec(example)?.groups ?? {}, example)));
  expect(report).toMatchObject({ ...(said as object), connection: 7, tunnel: 'conn' });
});

test.each([
  ['Nov 21 19:08:25 05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
  ['2026-11-21T19:08:25.900 05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
  ['Nov 21 19:08:25 gw charon: 05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
  ['Nov 21 19:08:25 gw charon-systemd[812]: 05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
  ['Nov 21 19:08:25 gw ipsec[812]: 05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
  ['<30>Nov 21 19:08:25 gw charon[812]: 05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
  ['05[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED'],
])('%s', (line) => {
  expect(events(line)).toMatchObject([
    { recognised: true, report: { says: 'transition', from: 'CONNECTING', to: 'ESTABLISHED', connection: 1 } },
  ]);
});

test('a negotiation at the default level', () => {
  const says = events(`05[IKE] <conn|1> initiating Main Mode IKE_SA conn[1] to 198.51.100.1
05[ENC] <conn|1> generating ID_PROT request 0 [ SA V V V V V ]
05[NET] <conn|1> sending packet: from 192.0.2.1[500] to 198.51.100.1[500] (180 bytes)
06[NET] <conn|1> received packet: from 198.51.100.1[500] to 192.0.2.1[500] (56 bytes)
06[ENC] <conn|1> parsed INFORMATIONAL_V1 request 1234567 [ N(NO_PROP) ]
06[IKE] <conn|1> received NO_PROPOSAL_CHOSEN error notify`).map((e) => e.report);
  expect(says).toEqual([
    { says: 'exchange', began: 'main', peer: '198.51.100.1', side: 'initiator', connection: 1, tunnel: 'conn' },
    {
      says: 'packet',
      way: 'sent',
      exchange: 'ID_PROT',
      label: 'request',
      messageId: 0,
      payloads: ['SA', 'V', 'V', 'V', 'V', 'V'],
      connection: 1,
      tunnel: 'conn',
    },
    {
      says: 'packet',
      way: 'sent',
      local: '192.0.2.1',
      peer: '198.51.100.1',
      localPort: 500,
      peerPort: 500,
      length: 180,
      connection: 1,
      tunnel: 'conn',
    },
    {
      says: 'packet',
      way: 'received',
      local: '192.0.2.1',
      peer: '198.51.100.1',
      localPort: 500,
      peerPort: 500,
      length: 56,
      connection: 1,
      tunnel: 'conn',
    },
    {
      says: 'packet',
      way: 'received',
      exchange: 'INFORMATIONAL_V1',
      label: 'request',
      messageId: 1234567,
      payloads: ['N(NO_PROP)'],
      connection: 1,
      tunnel: 'conn',
    },
    { says: 'notify', way: 'received', notify: 'NO_PROPOSAL_CHOSEN', connection: 1, tunnel: 'conn' },
  ]);
});

test('any text gives events whose reports are reports', () => {
  const example = fc.constantFrom(...[...messageRows, ...childRows].map((r) => `05[IKE] <a|1> ${r.example}`));
  const cut = fc
    .tuple(example, fc.nat(120), fc.string({ maxLength: 8 }))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(cut, { maxLength: 10 }).map((l) => l.join('\n')),
      ),
      (text) => {
        for (const event of events(text)) expect(event.report === undefined || isReport(event.report)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

const lab = '../shared/captures/lab';
const logs = existsSync(lab)
  ? readdirSync(lab)
      .flatMap((name) => [`${name}/initiator.log`, `${name}/responder.log`])
      .filter((name) => existsSync(`${lab}/${name}`) && readFileSync(`${lab}/${name}`, 'utf8').includes('charon daemon'))
  : [];
describe.skipIf(logs.length === 0)(`the lab's logs (needs ${lab})`, () => {
  test('every line is understood', () => {
    const unknown = logs.flatMap((name) =>
      events(readFileSync(`${lab}/${name}`, 'utf8'))
        .filter((e) => e.recognised === false)
        .map((e) => `${name}:${e.line} ${e.text}`),
    );
    expect(unknown).toEqual([]);
  });

  test('packets sent and received are as many as the capture has of that host', () => {
    const trace = 'mm-psk-3des-sha1-modp1024';
    const { ike_messages } = JSON.parse(readFileSync(`${lab}/${trace}/summary.json`, 'utf8')) as {
      ike_messages: readonly { src: string; length: number }[];
    };
    const packets = events(readFileSync(`${lab}/${trace}/initiator.log`, 'utf8')).flatMap((e) =>
      e.report?.says === 'packet' && e.report.length !== undefined ? [e.report] : [],
    );
    const seen = (src: string) => ike_messages.filter((m) => m.src === src).map((m) => m.length);
    expect(packets.filter((p) => p.way === 'sent').map((p) => p.length)).toEqual(seen('192.0.2.1'));
    expect(packets.filter((p) => p.way === 'received').map((p) => p.length)).toEqual(seen('198.51.100.1'));
  });
});
