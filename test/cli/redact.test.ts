/** `ikewind redact`: what is written, and what is said of it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ikewind, records, scratch, trace } from './command.ts';

const secrets = (readFileSync(trace.keys, 'utf8').match(/"[0-9a-f]{32,}"/g) ?? []).map((s) => s.slice(1, -1));

test('the log that is written has no key and no address, and tells the same transitions', async () => {
  using folder = scratch();
  const to = folder.path('x.ikelog');
  const { status, stdout, stderr } = await ikewind(['redact', trace.capture, '--keys', trace.keys, '-o', to]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`${to}: 19 events, redacted\n`);
  expect(stdout).toMatch(/ 2 {2}IPv4 addresses\n/);
  expect(stdout).toContain('What can no longer be checked:');
  expect(stdout).not.toMatch(/192\.0\.2\.1|198\.51\.100\.1/);
  const file = readFileSync(to);
  expect(secrets.length).toBeGreaterThan(0);
  for (const secret of secrets) expect(file.includes(Buffer.from(secret, 'hex'))).toBe(false);
  for (const address of [
    [192, 0, 2, 1],
    [198, 51, 100, 1],
  ]) {
    expect(file.includes(Buffer.from(address))).toBe(false);
    expect(file.includes(address.join('.'))).toBe(false);
  }
  expect(await records(['replay', to])).toEqual(await records(['replay', trace.capture]));
});

test('as JSON it says the same', async () => {
  using folder = scratch();
  const [record] = await records<{ events: number; replaced: unknown; lost: readonly string[] }>([
    'redact',
    trace.capture,
    '-o',
    folder.path('x.ikelog'),
  ]);
  expect(record).toMatchObject({ events: 19, replaced: expect.arrayContaining([{ what: 'IPv4 addresses', count: 2 }]) });
  expect(record?.lost.length).toBeGreaterThan(0);
});

test('an output that is an input: status 2, and it is left alone', async () => {
  using folder = scratch();
  const input = folder.write('x.pcap', readFileSync(trace.capture));
  expect((await ikewind(['redact', input, '-o', input])).status).toBe(2);
  expect(readFileSync(input).equals(readFileSync(trace.capture))).toBe(true);
});
