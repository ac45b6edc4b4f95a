import { describe, expect, test } from 'vitest';
import { octets } from '../../test/support/frames.ts';
import { span } from '../bytes/span.ts';
import { readAh } from './ah.ts';
import { readEsp } from './esp.ts';

describe('ESP, RFC 4303 2', () => {
  const bytes = octets('ffff c185666e 00000001 a1a2a3a4');

  test('SPI, sequence number, the rest', () => {
    const esp = readEsp(bytes, span('wire', 2, 14), true);
    expect(esp).toMatchObject({ spi: 0xc185666e, sequence: 1, encrypted: span('wire', 10, 14), issues: [] });
    expect(esp?.nodes.map((n) => [n.name, n.value, n.span.start, n.span.end])).toEqual([
      ['SPI', '0xc185666e', 2, 6],
      ['Sequence number', '1', 6, 10],
      ['Encrypted payload and ICV', '4 octets', 10, 14],
    ]);
    expect(readEsp(bytes, span('wire', 2, 14), false)?.nodes).toEqual([]);
    expect(readEsp(bytes, span('wire', 2, 9), true)).toBeUndefined();
  });

  test('a reserved SPI is read, and said', () => {
    expect(readEsp(octets('0000000a ffffffff'), span('datagram', 0, 8), false)).toMatchObject({
      spi: 10,
      sequence: 0xffff_ffff,
      issues: [{ blame: 'misbehaved', code: 'reserved-spi', span: span('datagram', 0, 4) }],
    });
  });
});

describe('AH, RFC 4302 2', () => {
  test('all fields; the payload behind the ICV', () => {
    const ah = readAh(octets('32 04 0000 604816f6 00000002 0102030405060708090a0b0c c1856600'), span('wire', 0, 28), true);
    expect(ah).toMatchObject({ nextHeader: 50, payloadLength: 4, spi: 0x604816f6, sequence: 2, issues: [] });
    expect(ah?.icv).toEqual(span('wire', 12, 24));
    expect(ah?.nodes.map((n) => [n.name, n.span.start, n.span.end])).toEqual([
      ['Next header', 0, 1],
      ['Payload length', 1, 2],
      ['Reserved', 2, 4],
      ['SPI', 4, 8],
      ['Sequence number', 8, 12],
      ['ICV', 12, 24],
      ['Payload', 24, 28],
    ]);
  });

  test.each([
    ['a header longer than what is there', '3204 0000 604816f6 00000002 0102', ['payload-length'], [12, 14]],
    ['a header shorter than its fixed fields', '3200 0000 604816f6 00000002 0102', ['payload-length'], [12, 12]],
    ['reserved bits', '3201 0001 604816f6 00000002', ['reserved-not-zero'], [12, 12]],
  ])('%s', (_, hex, codes, icv) => {
    const bytes = octets(hex);
    const ah = readAh(bytes, span('wire', 0, bytes.length), true);
    expect(ah?.issues.map((i) => i.code)).toEqual(codes);
    expect([ah?.icv.start, ah?.icv.end]).toEqual(icv);
    expect(ah?.nodes.at(-1)?.span.end).toBe(bytes.length);
  });

  test('fewer than 12 octets are none', () =>
    expect(readAh(octets('3204 0000 604816f6 000000'), span('wire', 0, 11), false)).toBeUndefined());
});
