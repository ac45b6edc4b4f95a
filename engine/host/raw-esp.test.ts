/** Protocol 50 between two addresses of loopback, through socat: octets arrive as they left, each packet by itself. */
import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { writeInner } from '../decide/inner/ipv4.ts';
import type { Frame } from '../decide/intent.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { openRawEsp } from './raw-esp.ts';

const lacks = !existsSync('/usr/bin/socat') ? 'socat' : process.getuid?.() !== 0 ? 'root' : null;
const [here, there] = ['127.0.0.2', '127.0.0.3'] as IpAddress[];

const frame = (src: IpAddress, dst: IpAddress, ...payload: number[]): Frame => {
  const bytes = writeInner({ src, dst, protocol: 50, payload: Uint8Array.from(payload) }) ?? new Uint8Array(0);
  return { form: 'frame', linkType: 101, bytes, wireLength: bytes.length };
};

test.skipIf(lacks !== null)(`there and back${lacks === null ? '' : `: needs ${lacks}`}`, async () => {
  if (!here || !there) throw new Error('no addresses');
  const arrived: Frame[] = [];
  const [a, b] = [
    await openRawEsp(
      here,
      (f) => arrived.push(f),
      () => undefined,
    ),
    await openRawEsp(
      there,
      (f) => arrived.push(f),
      () => undefined,
    ),
  ];
  onTestFinished(() => {
    a.close();
    b.close();
  });
  a.expect(there);
  b.expect(here);
  const [first, second, third] = [
    frame(there, here, 1, 2, 3, 4, 0, 0, 0, 1, 5),
    frame(here, there, 9, 9, 9, 9),
    frame(here, there, 9, 9, 9, 8),
  ];
  // Each resolves when the helper of that side is there: this one may come too early for the other.
  expect(await a.send(frame(here, there, 0))).toBeNull();
  for (const sent of [first]) expect(await b.send(sent)).toBeNull();
  for (const sent of [second, third]) expect(await a.send(sent)).toBeNull();
  await expect.poll(() => arrived, { timeout: 5000 }).toEqual(expect.arrayContaining([first, second, third]));
});

test('where socat is not to be found the reason is told', async () => {
  const path = process.env['PATH'];
  onTestFinished(() => {
    process.env['PATH'] = path;
  });
  process.env['PATH'] = '/nonexistent';
  // A shell is found, and finds nothing.
  await expect(
    openRawEsp(
      '127.0.0.2' as IpAddress,
      () => undefined,
      () => undefined,
    ),
  ).rejects.toThrow('socat');
});
