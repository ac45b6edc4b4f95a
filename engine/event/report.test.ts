import { expect, test } from 'vitest';
import { isReport } from './report.ts';

test.each([
  { says: 'transition', from: 'IKE_READY', to: 'IKE_R_MM1' },
  { says: 'transition', from: 'IKE_READY', to: 'IKE_R_MM1', connection: 709, peer: '192.0.2.2', messageId: 0xffff_ffff, side: 'responder' },
  { says: 'associations', doing: 'created', associations: [{ direction: 'inbound', spi: 1 }, {}] },
  { says: 'packet', way: 'sent', payloads: ['SA', 'KE'], word: undefined },
])('%j is a report', (value) => {
  expect(isReport(value)).toBe(true);
});

test.each([
  null,
  'transition',
  [],
  {},
  { says: 'toString' },
  { says: '__proto__' },
  { says: 'transition', from: 'IKE_READY' },
  { says: 'transition', from: 'IKE_READY', to: 7 },
  { says: 'transition', from: 'IKE_READY', to: 'IKE_R_MM1', surprise: 1 },
  { says: 'transition', from: 'IKE_READY', to: 'IKE_R_MM1', connection: -1 },
  { says: 'packet', way: 'lost' },
  { says: 'packet', way: 'sent', payloads: ['SA', 4] },
  { says: 'associations', doing: 'created', associations: [{ spi: 'c0ffee' }] },
])('%j is none', (value) => {
  expect(isReport(value)).toBe(false);
});
