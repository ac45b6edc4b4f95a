import { expect, test } from 'vitest';
import type { DatagramSeen } from '../../event/event.ts';
import { readPcapng } from '../../ingest/pcapng.ts';
import { toEnd } from '../../ingest/reading.ts';
import { ipAddress } from '../../values/ip-address.ts';
import { timestamp } from '../../values/timestamp.ts';
import { pcapng } from './pcapng.ts';

const address = (text: string) => {
  const found = ipAddress(text);
  if (!found) throw new Error(text);
  return found;
};

test('what a socket handed over gets its headers back: RFC 791 3.1, RFC 8200 3, RFC 768', () => {
  const seen = (src: string, dst: string): DatagramSeen => ({
    kind: 'DatagramSeen',
    via: 'received',
    at: timestamp(1_795_288_105_600_507_123n),
    origin: { input: 0, number: 0 },
    datagram: { form: 'udp', src: address(src), sport: 500, dst: address(dst), dport: 4500, bytes: Uint8Array.of(1, 2, 3) },
  });
  const log = { inputs: [], given: [], happened: [seen('192.0.2.1', '198.51.100.1'), seen('2001:db8::1', '2001:db8::2')], damage: [] };
  const bytes = Buffer.concat([...pcapng(log)]);
  const { events, damage } = toEnd(readPcapng(new Uint8Array(bytes), 'x', 0));
  expect(damage).toEqual([]);
  const frames = events.map((e) => (e.kind === 'DatagramSeen' && e.datagram.form === 'frame' ? e.datagram : null));
  expect(events.map((e) => e.at)).toEqual(log.happened.map((e) => e.at));
  expect(frames.map((f) => f?.linkType)).toEqual([101, 101]);
  expect(frames.map((f) => Buffer.from(f?.bytes ?? []).toString('hex'))).toEqual([
    '4500001f000000004011 8e98 c0000201c6336401 01f41194000b0000 010203'.replaceAll(' ', ''),
    '60000000000b1140 20010db8000000000000000000000001 20010db8000000000000000000000002 01f41194000b0000 010203'.replaceAll(' ', ''),
  ]);
});
