import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkQuestion, checkTelling } from './validate.ts';

const octets = Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1);

describe('checkQuestion', () => {
  test.each([
    ['hello', {}],
    ['cancel', {}],
    ['open', { files: [{ name: 'a.pcap', bytes: octets }], add: false }],
    ['openBundled', { id: 'mm-psk' }],
    ['givePsk', { psk: 'x', negotiation: null, side: 'initiator' }],
    ['giveDhSecret', { hex: '00ff', negotiation: 'a' }],
    ['ladder', { from: 0, to: 50, unfolded: [10] }],
    ['rowOf', { event: 7, unfolded: [] }],
    ['moment', { event: 7, reveal: ['SKEYID'], negotiation: null }],
    ['moment', { event: 7, reveal: 'all', negotiation: 'a' }],
    ['find', { query: 'MM5' }],
    ['espChart', { tunnel: null, event: 7, columns: 900, from: null, to: 12.5 }],
    ['espFilm', { sa: 'esp 192.0.2.1 7', event: 7, rows: 22 }],
    ['cases', {}],
    ['case', { negotiation: null, finding: 0 }],
    ['policy', { negotiation: 'a' }],
    ['logLines', { at: 1, lines: 9, side: 'responder' }],
    ['timing', {}],
    ['certificates', {}],
    ['save', { withSecrets: true }],
  ])('%s is taken', (name, ask) => {
    expect(checkQuestion({ id: 1, name, ask })).toEqual({ ok: true, question: { id: 1, name, ask } });
  });

  test.each([
    ['open', { files: [], add: false }],
    ['open', { files: [{ name: 'a', bytes: [1, 2] }], add: false }],
    ['open', { files: [{ name: 'a', bytes: octets, path: '/etc/passwd' }] }],
    ['givePsk', { psk: '', negotiation: null, side: null }],
    ['givePsk', { psk: 'x', negotiation: null, side: 'both' }],
    ['ladder', { from: 5, to: 4, unfolded: [] }],
    ['ladder', { from: 0, to: 1e9, unfolded: [] }],
    ['ladder', { from: 0, to: 1, unfolded: ['10'] }],
    ['ladder', { from: 0, to: Number.POSITIVE_INFINITY, unfolded: [] }],
    ['rowOf', { event: 1.5, unfolded: [] }],
    ['moment', { event: 1, reveal: 'some', negotiation: null }],
    ['moment', { event: 1, reveal: [1], negotiation: null }],
    ['find', { query: 'x'.repeat(10_001) }],
    ['espChart', { tunnel: null, event: 7, columns: 0, from: null, to: null }],
    ['espChart', { tunnel: null, event: 7, columns: 9, from: Number.NaN, to: null }],
    ['espFilm', { sa: 7, event: 7, rows: 22 }],
    ['espFilm', { sa: null, event: 7, rows: 1e9 }],
    ['case', { negotiation: 7, finding: 0 }],
    ['case', { negotiation: 'a', finding: -1 }],
    ['logLines', { at: 9, lines: 1e9, side: 'responder' }],
    ['logLines', { at: 1, lines: 9, side: 'both' }],
    ['save', {}],
    ['constructor', {}],
    ['__proto__', {}],
  ])('%s with %j is refused by its number', (name, ask) => {
    expect(checkQuestion({ id: 3, name, ask })).toMatchObject({ ok: false, id: 3 });
  });

  test('what is not asked for does not ride along', () => {
    const checked = checkQuestion({ id: 1, name: 'rowOf', ask: { event: 7, unfolded: [], extra: 1 }, more: 2 });
    expect(checked).toEqual({ ok: true, question: { id: 1, name: 'rowOf', ask: { event: 7, unfolded: [] } } });
  });

  test('octets of a Buffer become plain octets', () => {
    const checked = checkQuestion({ id: 1, name: 'open', ask: { files: [{ name: 'a', bytes: Buffer.from(octets) }], add: false } });
    if (!checked.ok || checked.question.name !== 'open') throw new Error('refused');
    expect(Object.getPrototypeOf(checked.question.ask.files[0]?.bytes)).toBe(Uint8Array.prototype);
  });

  test('any value gives an answer', () => {
    fc.assert(fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true }), (v) => typeof checkQuestion(v).ok === 'boolean'));
  });
});

describe('checkTelling', () => {
  test.each([
    { tell: 'answer', id: 1, answer: null },
    { tell: 'refused', id: 1, message: 'no' },
    { tell: 'progress', what: 'a.pcap', done: 1, total: 2, negotiations: 0 },
    { tell: 'failed', title: 'a', message: 'b', cure: 'c' },
    { tell: 'stopped', message: 'a', restarting: true },
    { tell: 'closed' },
    { tell: 'command', command: 'find' },
  ])('$tell is taken', (telling) => expect(checkTelling(telling)).toEqual(telling));

  test('any value gives an answer, and nothing unknown is let through', () => {
    fc.assert(fc.property(fc.anything(), (v) => checkTelling(v) === undefined));
  });
});
