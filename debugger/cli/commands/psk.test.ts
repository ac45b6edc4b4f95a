import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ranRecords, run } from '../../../test/support/program.ts';
import { bundledTrace } from '../../../test/support/trace.ts';

let folder = '';
const capture = join(bundledTrace, 'capture.pcap');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewind-psk-'));
  const all = JSON.parse(readFileSync(join(bundledTrace, 'daemons.json'), 'utf8')) as { ike_sas: { dh_shared_secret: string }[] };
  const [sa] = all.ike_sas;
  writeFileSync(join(folder, 'gxy.json'), JSON.stringify({ ...all, secrets: {}, ipsec_sas: [], ike_sas: [pick(sa ?? {})] }));
  writeFileSync(join(folder, 'list'), 'one\r\n\n0x746869736973617365637265747061737377\nthisisasecretpassword\nlast');
  writeFileSync(join(folder, 'wrong'), 'one\ntwo\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pick = (sa: object): object =>
  Object.fromEntries(Object.entries(sa).filter(([name]) => /^(?:cookie|spi|initiator|responder|version|ike|dh_shared)/.test(name)));

test('the line that fits is named, the key is not', async () => {
  const { status, out } = await run(['psk', capture, '--keys', join(folder, 'gxy.json'), '--list', join(folder, 'list')]);
  expect(status).toBe(0);
  expect(out).toMatch(/the key of line 4 fits .*: it is the initiator's and the responder's\.\n$/);
  expect(out).not.toContain('thisisasecret');
});

test('asked for, it is', async () => {
  const args = ['psk', capture, '--keys', join(folder, 'gxy.json'), '--list', join(folder, 'list'), '--reveal'];
  const [record] = await ranRecords(args);
  expect(record).toMatchObject({ keys: 4, negotiations: [{ line: 4, fits: ['initiator', 'responder'], key: 'thisisasecretpassword' }] });
});

test('that none fits is an answer', async () => {
  const { out } = await run(['psk', capture, '--keys', join(folder, 'gxy.json'), '--list', join(folder, 'wrong')]);
  expect(out).toMatch(/none of 2 keys fits/);
});

test('main mode without g^xy cannot be tried, and that is said', async () => {
  const { status, out } = await run(['psk', capture, '--list', join(folder, 'wrong')]);
  expect([status, out]).toEqual([0, expect.stringMatching(/cannot be tried\. Main mode shows nothing/)]);
});

test('it can be interrupted', async () => {
  const { status } = await run(['psk', capture, '--list', join(folder, 'wrong')], AbortSignal.abort());
  expect(status).toBe(130);
});

test('standard input twice is refused', async () => {
  expect(await run(['psk', '-', '--list', '-'])).toMatchObject({ status: 2 });
});
