import { expect, test } from 'vitest';
import { looksLikeKeys, shouldAdd } from './given-files.ts';

const file = (text: string) => ({ name: 'x', bytes: new TextEncoder().encode(text) });
const capture = { name: 'keys.json', bytes: Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0) };

test('keys are told from the content, never from the name', () => {
  expect(looksLikeKeys(file('  {"ike_sas": []}'))).toBe(true);
  expect(looksLikeKeys(file('e2ac48224b9fbe1e,7b0b095116c2\n'))).toBe(true);
  expect(looksLikeKeys(file('# esp_sa\n"IPv4","192.0.2.1","198.51.100.1","0xc50d31e3","TripleDES-CBC [RFC2451]","0x00"\n'))).toBe(true);
  expect(looksLikeKeys(capture)).toBe(false);
  expect(looksLikeKeys(file('ISAKMP (0:1): processing SA payload'))).toBe(false);
  expect(looksLikeKeys(file(''))).toBe(false);
});

test('keys are added to what is open, all else takes its place', () => {
  const keys = file('{}');
  expect(shouldAdd([keys], true, false)).toBe(true);
  expect(shouldAdd([keys], false, false)).toBe(false);
  expect(shouldAdd([keys, capture], true, false)).toBe(false);
  expect(shouldAdd([capture], true, true)).toBe(true);
});
