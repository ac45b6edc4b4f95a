import { describe, expect, test } from 'vitest';
import { octets, pcapFile, pcapng } from '../../test/support/frames.ts';
import { recognise } from './recognise.ts';

const text = (s: string) => new TextEncoder().encode(s);

describe('recognise', () => {
  test.each([
    ['pcap', pcapFile('big', 0xa1b2c3d4, 1, [])],
    ['pcap', pcapFile('little', 0xa1b23c4d, 1, [])],
    ['pcap', octets('34cdb2a1')],
    ['pcapng', pcapng('little').section()],
    ['gzip', octets('1f8b0800')],
    ['ikelog', octets(text('ikewind'), 0, 1)],
    ['keys-json', text('\ufeff {"format": 1, "secrets": {}}')],
    ['keys-json', text('{\n "esp_sa" : []}')],
    ['wireshark-keys', text('# comment\n\ne2ac48224b9fbe1e,7b0b095116c24770\n')],
    ['wireshark-keys', text('"IPv4","*","*","0xc185666e","NULL","","NULL",""')],
    ['text', text('{"a": 1}')],
    ['text', text('Nov 21 19:59:01.123: ISAKMP:(0): processing SA payload. message ID = 0')],
    ['unknown', octets()],
    ['unknown', octets('00010203')],
    ['unknown', octets('0102030405060708 0e0f')],
  ])('%s', (kind, bytes) => expect(recognise(bytes)).toBe(kind));
});
