/**
 * Octets made small enough to post. Posting a view posts all of the memory behind it: the 100 octets of one frame would take the whole
 * capture along. Everything else is passed on as it is.
 */
export const compact = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return value.byteLength === value.buffer.byteLength ? value : value.slice();
  if (Array.isArray(value)) return mapped(value, (list) => list.map(compact));
  if (typeof value === 'object' && value !== null) {
    return mapped(value, (record) => Object.fromEntries(Object.entries(record).map(([key, member]) => [key, compact(member)])));
  }
  return value;
};

// Most of a model holds no octets at all, so a copy is made only where a view was found inside.
const mapped = <T extends object>(value: T, copy: (value: T) => unknown): unknown => (holdsView(value) ? copy(value) : value);

const holdsView = (value: unknown): boolean => {
  if (value instanceof Uint8Array) return value.byteLength !== value.buffer.byteLength;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsView);
};
