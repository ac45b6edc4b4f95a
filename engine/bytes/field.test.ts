/** The combinators on a layout made for the purpose. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytesBy,
  type Field,
  mapped,
  readField,
  reading,
  repeat,
  reserved,
  rest,
  shown,
  sizeOf,
  struct,
  total,
  u8,
  u16,
  u32,
  u64,
  type ValueOf,
  when,
} from './field.ts';
import { fromHex, toHex } from './hex.ts';

const item = struct({ length: total(u8), value: rest });
const layout = struct({
  kind: shown('Kind', u8, (n) => `kind ${n}`, 'RFC 0 1'),
  reserved: reserved(2),
  size: sizeOf('name', shown('Name size', u8)),
  name: shown('Name', bytesBy('size')),
  wide: when((sofar) => sofar['kind'] === 2, u32),
  count: sizeOf('items', u16),
  items: repeat(shown('Item', item), 'count'),
  tail: rest,
});
type Layout = ValueOf<typeof layout>;

const read = (hex: string) => {
  const bytes = fromHex(hex) ?? new Uint8Array(0);
  const r = reading(bytes, 'wire', 0, bytes.length);
  const value = readField(r, 'Whole', layout, {});
  return { value, issues: r.issues, nodes: r.nodes };
};
const write = <T>(field: Field<T>, value: T): string => {
  const out: number[] = [];
  field.write(out, value);
  return toHex(Uint8Array.from(out));
};

describe('one list, both directions', () => {
  const hex = '020000026162000001000002' + '03aabb' + '01' + 'ff';
  test('values, without what can be computed and without reserved zeros', () => {
    const { value, issues } = read(hex);
    const wanted: Layout = {
      kind: 2,
      name: Uint8Array.of(0x61, 0x62),
      wide: 256,
      items: [{ value: Uint8Array.of(0xaa, 0xbb) }, { value: new Uint8Array(0) }],
      tail: Uint8Array.of(0xff),
    };
    expect(value).toEqual(wanted);
    expect(issues).toEqual([]);
    expect(write(layout, wanted)).toBe(hex);
  });

  test('nodes with names, words, sections and octets; lists stand among their siblings', () => {
    const [whole] = read(hex).nodes;
    expect(whole?.children?.map((n) => [n.name, n.value, n.span.start, n.span.end])).toEqual([
      ['Kind', 'kind 2', 0, 1],
      ['Reserved', '0000', 1, 3],
      ['Name size', '2', 3, 4],
      ['Name', '6162', 4, 6],
      ['wide', '256', 6, 10],
      ['count', '2', 10, 12],
      ['Item', undefined, 12, 15],
      ['Item', undefined, 15, 16],
      ['tail', 'ff', 16, 17],
    ]);
    expect(whole?.children?.[0]?.rfc).toBe('RFC 0 1');
  });

  test('reserved octets that are not zero are kept and blamed on the sender', () => {
    const { value, issues } = read('01beef00' + '0000');
    expect(value.reserved).toBe(0xbeef);
    expect(issues).toMatchObject([{ blame: 'misbehaved', code: 'reserved-not-zero', span: { start: 1, end: 3 } }]);
    expect(write(layout, value)).toBe('01beef000000');
  });
});

describe('octets that do not suffice', () => {
  test('the field at the break takes what is left', () => {
    const { issues, nodes } = read('0100000561');
    expect(issues).toEqual([
      { blame: 'malformed', code: 'truncated', message: 'needs 5 octets, 1 is left', span: { buffer: 'wire', start: 4, end: 5 } },
    ]);
    expect(nodes[0]?.children?.at(-1)).toMatchObject({ name: 'Name', value: 'truncated', span: { start: 4, end: 5 } });
  });

  test('a length that reaches beyond, or back into what was read', () => {
    expect(read('010000000001' + '05aa').issues.map((i) => i.code)).toEqual(['payload-length']);
    expect(read('010000000001' + '00aa').issues.map((i) => i.code)).toEqual(['payload-length']);
  });

  test('an item without octets is not repeated for ever', () => {
    const endless = struct({
      count: u32,
      items: repeat(
        bytesBy(() => 0),
        'count',
      ),
    });
    const r = reading(Uint8Array.of(255, 255, 255, 255), 'wire', 0, 4);
    expect(endless.read(r, {}).items).toEqual([]);
  });
});

describe('numbers', () => {
  test('are big-endian', () => {
    expect(write(u16, 0x0102)).toBe('0102');
    expect(write(u32, 0xfffefdfc)).toBe('fffefdfc');
    expect(write(u64, 0x0102030405060708n)).toBe('0102030405060708');
  });

  test('come back as they went', () => {
    const bothWays = <T>(field: Field<T>, value: T): T => {
      const bytes = fromHex(write(field, value)) ?? new Uint8Array(0);
      return field.read(reading(bytes, 'wire', 0, bytes.length), {});
    };
    fc.assert(fc.property(fc.nat(0xffffffff), (n) => bothWays(u32, n) === n));
    fc.assert(fc.property(fc.bigInt(0n, 0xffffffffffffffffn), (n) => bothWays(u64, n) === n));
    fc.assert(
      fc.property(
        fc.boolean(),
        (b) =>
          bothWays(
            mapped(u8, (n) => n === 1, Number),
            b,
          ) === b,
      ),
    );
  });
});

test('any octets: no exception, and clean ones are written back alike', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const { value, issues } = read(toHex(bytes));
      if (!issues.some((i) => i.blame === 'malformed')) expect(write(layout, value)).toBe(toHex(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('a length that is less than what was read leaves a node for what follows it', () => {
  const bytes = Uint8Array.of(7, 1, 9, 9, 9);
  const r = reading(bytes, 'wire', 0, bytes.length);
  readField(r, 'Whole', struct({ kind: u8, length: total(u8), value: rest }), {});
  const leaves = (r.nodes[0]?.children ?? []).map(({ name, span }) => [name, span.start, span.end]);
  expect(leaves).toEqual([
    ['kind', 0, 1],
    ['length', 1, 2],
    ['Unread octets', 2, 5],
  ]);
  expect(r.issues.map(({ code }) => code)).toEqual(['payload-length']);
});
