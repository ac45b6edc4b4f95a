// Names in DER as RFC 4514 writes them. The octets are of RFC 4514's own grammar and of X.690, put together by hand.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { octets } from '../../../test/support/frames.ts';
import { distinguishedName } from './distinguished-name.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = octets(...parts);
  return body.length < 128 ? octets(tag, body.length, body) : octets(tag, 0x82, body.length >> 8, body.length & 255, body);
};
const pair = (oid: string, value: Uint8Array, tag = 0x0c): Uint8Array => der(0x30, der(0x06, octets(oid)), der(tag, value));
const name = (...relative: readonly (readonly Uint8Array[])[]): Uint8Array => der(0x30, ...relative.map((pairs) => der(0x31, ...pairs)));

test.each([
  [
    'C=CH, O=Example, CN=gw.example.org',
    name([pair('550406', ascii('CH'), 0x13)], [pair('55040a', ascii('Example'))], [pair('550403', ascii('gw.example.org'))]),
  ],
  ['DC=example+E=a@b', name([pair('0992268993f22c640119', ascii('example')), pair('2a864886f70d010901', ascii('a@b'), 0x16)])],
  ['O=Sue\\, Grabbit', name([pair('55040a', ascii('Sue, Grabbit'))])],
  ['CN=Lučić', name([pair('550403', ascii('Lučić'))])],
  ['CN=Ł', name([pair('550403', octets(0x01, 0x41), 0x1e)])],
  ['OID.2b0601=x', name([pair('2b0601', ascii('x'))])],
  ['', name()],
])('%s', (text, bytes) => {
  expect(distinguishedName(bytes)).toBe(text);
});

test('a long name needs a long length', () => {
  expect(distinguishedName(name([pair('550403', ascii('x'.repeat(300)))]))).toBe(`CN=${'x'.repeat(300)}`);
});

test('what is cut, or goes on behind the name, is none', () => {
  const whole = name([pair('550403', ascii('gw'))]);
  for (let n = 0; n < whole.length; n++) expect(distinguishedName(whole.subarray(0, n))).toBeUndefined();
  expect(distinguishedName(octets(whole, 0))).toBeUndefined();
});

test('any octets: text or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(['string', 'undefined']).toContain(typeof distinguishedName(bytes));
      expect(['string', 'undefined']).toContain(typeof distinguishedName(octets(0x30, bytes.length & 127, bytes)));
    }),
  );
});
