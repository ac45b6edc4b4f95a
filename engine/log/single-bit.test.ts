/** Every single bit of a record is found again; nothing else is taken for one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileHeader, writeEntry } from './file.ts';
import { flippedBit } from './single-bit.ts';

const record = writeEntry({ entry: 'input', input: { name: 'live', kind: 'live', detail: 'somewhere' } });
const at = fileHeader().length;
/** With others before and behind. */
const file = Uint8Array.of(...fileHeader(), ...record, ...record);

test('each bit of a record, its length and its checksum among them', () => {
  for (let i = 0; i < record.length * 8; i++) {
    const damaged = file.slice();
    const offset = at + (i >>> 3);
    damaged[offset] = (damaged[offset] ?? 0) ^ (1 << (i & 7));
    expect(flippedBit(damaged, at), `bit ${i}`).toEqual({ offset, actual: damaged[offset], expected: file[offset] });
  }
});

test('a sound record has none, and any octets give an answer', () => {
  expect(flippedBit(file, at)).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (octets, from) => void flippedBit(octets, from)));
});
