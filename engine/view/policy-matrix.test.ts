/** The matrix as it is drawn: the article's router from its configuration, from its log alone, and from both. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PhaseOneAttributes } from '../event/policy.ts';
import { ciscoIos } from '../ingest/cisco-debug/dialect.ts';
import { readConfiguration } from '../ingest/ios-config/read.ts';
import { toEnd } from '../ingest/reading.ts';
import { readLines } from '../ingest/text/read.ts';
import { policyChecks } from '../state/ike/policy-checks.ts';
import { policyMatrix } from './policy-matrix.ts';
import { transformMatrix } from './transform-matrix.ts';

const transform = (encryption: number, hash: number, group: number): PhaseOneAttributes => ({
  encryption,
  keyBits: null,
  hash,
  authentication: 1,
  group,
  lifetimeSeconds: 86_400,
});
const offered = [transform(5, 2, 2), transform(1, 1, 1), transform(5, 2, 2), transform(5, 1, 2)].map((attributes, i) => ({
  number: i + 1,
  attributes,
}));
const { isakmp } = readConfiguration(`crypto isakmp policy 1
 encr 3des
 authentication pre-share
 group 5
crypto isakmp policy 4
 encr 3des
 authentication pre-share
 group 2`).policy;

/** Two checks as IOS prints them. */
const log = `*Mar  1 00:01:00.000: ISAKMP:(0):Checking ISAKMP transform 1 against priority 1 policy
*Mar  1 00:01:00.000: ISAKMP:      encryption AES-CBC
*Mar  1 00:01:00.000: ISAKMP:      keylength of 256
*Mar  1 00:01:00.000: ISAKMP:      hash SHA256
*Mar  1 00:01:00.000: ISAKMP:      default group 14
*Mar  1 00:01:00.000: ISAKMP:      auth pre-share
*Mar  1 00:01:00.000: ISAKMP:      life type in seconds
*Mar  1 00:01:00.000: ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80
*Mar  1 00:01:00.000: ISAKMP:(0):Diffie-Hellman group offered does not match policy!
*Mar  1 00:01:00.000: ISAKMP:(0):atts are not acceptable. Next payload is 0
*Mar  1 00:01:00.000: ISAKMP:(0):Checking ISAKMP transform 1 against priority 10 policy
*Mar  1 00:01:00.000: ISAKMP:      encryption AES-CBC
*Mar  1 00:01:00.000: ISAKMP:      keylength of 256
*Mar  1 00:01:00.000: ISAKMP:      hash SHA256
*Mar  1 00:01:00.000: ISAKMP:      default group 14
*Mar  1 00:01:00.000: ISAKMP:      auth pre-share
*Mar  1 00:01:00.000: ISAKMP:      life type in seconds
*Mar  1 00:01:00.000: ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80
*Mar  1 00:01:00.000: ISAKMP:(0):atts are acceptable. Next payload is 0
`;

const checksOf = (text: string) => {
  const { events } = toEnd(readLines([ciscoIos], text, 'debug.txt', 0));
  return policyChecks(events.flatMap((e, i) => (e.kind === 'DeviceReported' && e.report ? [{ index: i + 1, report: e.report }] : [])));
};

test('from a configuration and an offer', () => {
  const view = policyMatrix({ offered, policies: isakmp, checks: [], offers: '200.100.1.1', decides: '200.56.4.1' });
  expect(view).toMatchObject({
    title: 'Policy 4 accepts transform 1, on the 5th comparison',
    common: 'pre-shared key, 86,400 s',
    accepted: { row: 1, column: 0 },
    sources: null,
  });
  expect(view?.columns[2]).toEqual({
    label: 'Transform 3',
    note: 'same as 1',
    attributes: [
      { name: 'Encryption', value: '3DES' },
      { name: 'Hash', value: 'SHA' },
      { name: 'Group', value: '2' },
    ],
  });
  expect(view?.cells[0]?.[0]).toMatchObject({
    verdict: 'refused',
    label: 'Group',
    offered: '2',
    wanted: '5',
    order: 1,
    place: 'comparison 1 of 5',
    comparison: [
      { attribute: 'Encryption', mark: 'equal', isDefault: false },
      { attribute: 'Hash', mark: 'equal', isDefault: true },
      { attribute: 'Authentication', mark: 'equal' },
      { attribute: 'Group', offered: '2', wanted: '5', mark: 'first' },
      { attribute: 'Lifetime', offered: '86,400 s', mark: 'ignored', isDefault: true },
    ],
  });
  expect(view?.cells[0]?.[0]?.remedies.map((r) => [r.device, r.attributes])).toEqual([
    ['200.100.1.1', 1],
    ['200.56.4.1', 1],
  ]);
  expect(view?.cells[1]?.map((c) => c.label)).toEqual(['Accepted', 'Encryption', 'Would match', 'Hash']);
});

test('from a log alone: what a refusal proves about the policy is known, the rest is not claimed', () => {
  const view = policyMatrix({ offered: [], policies: null, checks: checksOf(log) });
  expect(view?.title).toBe('Policy 10 accepts transform 1, on the 2nd comparison');
  expect(view?.rows.map((r) => r.attributes.map((a) => a.value))).toEqual([
    ['AES 256', 'SHA2-256', 'not known'],
    ['AES 256', 'SHA2-256', '14'],
  ]);
  expect(view?.cells[0]?.[0]).toMatchObject({ verdict: 'refused', label: 'Group', offered: '14', wanted: 'another', remedies: [] });
});

test('a configuration that is not the log’s is told so', () => {
  const view = policyMatrix({ offered: [], policies: isakmp, checks: checksOf(log) });
  expect(view?.sources?.agree).toBe(false);
});

test('quick mode: transform sets against proposals', () => {
  const esp = { esp: 12, keyBits: 256, espAuthentication: 2, ah: null, ipcomp: null, mode: 1, pfsGroup: 2 };
  const view = transformMatrix({
    offered: [esp],
    sets: [
      { name: 'OLD', attributes: { ...esp, esp: 3, keyBits: null } },
      { name: 'NEW', attributes: { ...esp, pfsGroup: 14 } },
    ],
  });
  expect(view?.cells.map((row) => row.map((c) => [c.label, c.offered, c.wanted]))).toEqual([
    [['Encryption', 'AES', '3DES']],
    [['PFS group', '2', '14']],
  ]);
  expect(view?.title).toBe('No transform set accepts any proposal');
});

const folder = '../shared/captures/cisco-text';
describe.skipIf(!existsSync(folder))(`the article's log and configuration (needs ${folder})`, () => {
  const checks = () => checksOf(readFileSync(`${folder}/seed-linksys-to-ios-debug.txt`, 'utf8'));
  const policies = () => readConfiguration(readFileSync(`${folder}/seed-running-config-3725.txt`, 'utf8')).policy.isakmp;

  test('thirteen checks, the same from log, configuration and both', () => {
    const both = policyMatrix({ offered: [], policies: policies(), checks: checks() });
    expect(checks()).toHaveLength(13);
    expect(both?.title).toBe('Policy 4 accepts transform 1, on the 13th comparison');
    expect(both?.sources).toMatchObject({ agree: true, detail: expect.stringContaining('12 times and one match') });
    const alone = policyMatrix({ offered: [], policies: null, checks: checks() });
    const made = (view: typeof both) =>
      view?.cells.map((row) => row.flatMap((c) => (c.order === null ? [] : [`${c.order} ${c.label} ${c.offered}`])));
    expect(made(alone)).toEqual(made(both));
    // What the log proves of policies 1 and 3 without having seen them.
    expect(alone?.rows.map((r) => r.attributes.map((a) => a.value).join(' '))).toEqual([
      '3DES SHA not known',
      '3DES MD5 not known',
      'DES not known not known',
      '3DES SHA 2',
    ]);
  });
});
