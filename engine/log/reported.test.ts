import { expect, test } from 'vitest';
import type { DeviceReported } from '../event/event.ts';
import { timestamp } from '../values/timestamp.ts';
import { eventBody, readEvent } from './record.ts';

const line = {
  kind: 'DeviceReported',
  at: timestamp(5n),
  origin: { input: 0, number: 7 },
  line: 7,
  text: 'ISAKMP (0:709): has spi 0\u00d752B905BC',
  recognised: true,
  timeBasis: 'year-assumed',
  repaired: ['typography', 'ping'],
  report: { says: 'association', doing: 'detail', spi: 0x52b905bc },
} as const satisfies DeviceReported;

test.each([[line], [{ ...line, recognised: 'noise' as const, report: undefined, timeBasis: undefined, repaired: undefined }]])(
  'a line with what it says goes through a record unchanged',
  (event) => {
    const { report, timeBasis, repaired, ...rest } = event;
    const present = { ...rest, ...(report && { report }), ...(timeBasis && { timeBasis }), ...(repaired && { repaired }) };
    expect(readEvent(eventBody(present), () => null)).toStrictEqual(present);
  },
);

test.each([
  ['a report that is no JSON', '{'],
  ['a report of an unknown kind', '{"says":"miracle"}'],
  ['a report with a wrong member', '{"says":"association","doing":"detail","spi":"many"}'],
  ['a report that is no text', 5],
])('%s makes the record bad', (_, report) => {
  const body = [...eventBody(line)];
  expect(readEvent([...body.slice(0, -1), report], () => null)).toBeUndefined();
});

test('repairs of a later version make the record bad', () => {
  const body = [...eventBody(line)];
  expect(readEvent([...body.slice(0, -2), ['magic'], null], () => null)).toBeUndefined();
});
