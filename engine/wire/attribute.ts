/** Data attributes, RFC 2408 3.3: two octets in the short form (TV), a length and any number of octets in the long one (TLV). */
import { bytes, bytesBy, type Field, issue, readField, repeat, type Sofar, shortHex, shown, spanFrom, u16 } from '../bytes/field.ts';
import type { AttributeRow } from '../registry/attribute.ts';
import { lifeTypes } from '../registry/life-type.ts';
import { named, type Registry } from '../registry/registry.ts';

export interface Attribute {
  /** Without the format bit: 0 to 32767. */
  readonly type: number;
  readonly form: 'TV' | 'TLV';
  /** Two octets in a TV, any number in a TLV. */
  readonly value: Uint8Array;
}

/** A list of attributes up to the end of its structure. Which classes they belong to can hang on what stands before them. */
export const attributes = (classes: (sofar: Sofar) => Registry<AttributeRow>, secret?: ReadonlySet<number>): Field<readonly Attribute[]> =>
  repeat(
    shown(
      (a: Attribute, sofar) => classes(sofar).get(a.type)?.name ?? `Attribute ${a.type}`,
      attribute(classes, secret),
      (a, sofar) => (secret?.has(a.type) ? `${a.value.length} octets, secret` : attributeText(a, classes(sofar), before(sofar))),
    ),
  );

/** The value as an unsigned number; `undefined` above 6 octets, where it would not be exact. */
export const attributeNumber = (a: Attribute): number | undefined =>
  a.value.length > 6 ? undefined : a.value.reduce((n, b) => n * 256 + b, 0);

/** `3DES-CBC (5)`, `15840 s`, `256 bits`; a duration's unit is the life type directly in front of it. */
export const attributeText = (a: Attribute, classes: Registry<AttributeRow>, earlier: readonly Attribute[]): string => {
  const row = classes.get(a.type);
  const n = attributeNumber(a);
  if (n === undefined || a.value.length === 0 || row === undefined) return shortHex(a.value);
  if (row.values) return named(row.values, n);
  const name = row.name.toLowerCase();
  if (name.endsWith('life duration')) {
    const type = earlier.at(-1);
    const isLifeType = type !== undefined && classes.get(type.type)?.values === lifeTypes;
    const unit = isLifeType ? lifeTypes.get(attributeNumber(type) ?? 0)?.unit : undefined;
    return unit === undefined ? String(n) : `${n} ${unit}`;
  }
  if (name === 'key length') return `${n} bits`;
  return row.form === 'Basic' ? String(n) : shortHex(a.value);
};

const before = (sofar: Sofar): readonly Attribute[] => (Array.isArray(sofar['before']) ? (sofar['before'] as readonly Attribute[]) : []);

const short = 0x8000;
const typeField = shown('Type', u16, (n) => `${n & 0x7fff}, ${n & short ? 'short form' : 'long form'}`);
const shortValue = shown('Value', bytes(2));
const lengthField = shown('Length', u16);
const longValue = shown('Value', bytesBy('length'));
/** What stands for the value of a secret in the tree. */
export const secretValue = 'secret';
const hidden = () => secretValue;

const attribute = (classes: (sofar: Sofar) => Registry<AttributeRow>, secret?: ReadonlySet<number>): Field<Attribute> => ({
  read(r, sofar) {
    const start = r.at;
    const head = readField(r, 'type', typeField, sofar);
    const type = head & 0x7fff;
    const look = <F extends Field<Uint8Array>>(field: F): F => (secret?.has(type) ? shown('Value', field, hidden) : field);
    if (head & short) return { type, form: 'TV', value: readField(r, 'value', look(shortValue), sofar) };
    const length = readField(r, 'length', lengthField, sofar);
    const value = readField(r, 'value', look(longValue), { length });
    const row = classes(sofar).get(type);
    if (row?.form === 'Basic' && !r.failed) {
      issue(r, 'misbehaved', 'basic-attribute-long', `${row.name} is a basic attribute and comes in the long form`, spanFrom(r, start));
    }
    return { type, form: 'TLV', value };
  },
  write(out, a) {
    typeField.write(out, a.form === 'TV' ? a.type | short : a.type);
    if (a.form === 'TLV') lengthField.write(out, a.value.length);
    shortValue.write(out, a.value);
  },
});
