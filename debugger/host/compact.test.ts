import { expect, test } from 'vitest';
import { compact } from './compact.ts';

test('a view of a large file is posted without the file', () => {
  const file = new Uint8Array(1_000_000).fill(7);
  const model = { buffers: [{ name: 'wire', bytes: file.subarray(10, 110) }], whole: Uint8Array.of(1) };
  const small = compact(model) as typeof model;
  expect(small).toEqual(model);
  expect(small.buffers[0]?.bytes.buffer.byteLength).toBe(100);
  expect(small.whole).toBe(model.whole);
});

test('what holds no octets is passed on as it is', () => {
  const model = { a: [1, 'x', null, undefined, { b: true }] };
  expect(compact(model)).toBe(model);
  expect(compact(null)).toBe(null);
});
