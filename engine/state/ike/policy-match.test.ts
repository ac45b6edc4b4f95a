/** Offers against policies: the article's router, recomputed, and what the rules of IOS say of other cases. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IsakmpPolicy, PhaseOneAttributes } from '../../event/policy.ts';
import { readConfiguration } from '../../ingest/ios-config/read.ts';
import { matchConfigurations } from './configuration-match.ts';
import { covers, matchPhaseTwo, type PhaseTwoAttributes } from './ipsec-match.ts';
import { acceptedPriority, matchPhaseOne } from './policy-match.ts';
import { addedPolicy, remediesFor, smallestChange } from './policy-remedy.ts';

/** What a Linksys of 2005 offers: 3DES/SHA/2, DES/MD5/1, 3DES/SHA/2 again, 3DES/MD5/2; as the article's router logs it. */
const transform = (encryption: number, hash: number, group: number): PhaseOneAttributes => ({
  encryption,
  keyBits: null,
  hash,
  authentication: 1,
  group,
  lifetimeSeconds: 86_400,
});
const linksys = [transform(5, 2, 2), transform(1, 1, 1), transform(5, 2, 2), transform(5, 1, 2)];

const router = `crypto isakmp policy 1
encr 3des
authentication pre-share
group 5
crypto isakmp policy 2
encr 3des
hash md5
authentication pre-share
group 5
crypto isakmp policy 3
authentication pre-share
group 5
crypto isakmp policy 4
encr 3des
authentication pre-share
group 2
`;
const policies = readConfiguration(router).policy.isakmp;

describe('a router with four policies and an offer of four transforms', () => {
  const match = matchPhaseOne(policies, linksys);

  test('twelve refusals, each with its reason, and policy 4 takes transform 1', () => {
    const reasons = match.cells.map((row) =>
      row.map((cell) => (cell.order === null ? '-' : (cell.differences[0]?.attribute ?? 'accepted'))),
    );
    expect(reasons).toEqual([
      ['group', 'encryption', 'group', 'hash'],
      ['hash', 'encryption', 'hash', 'group'],
      ['encryption', 'hash', 'encryption', 'encryption'],
      ['accepted', '-', '-', '-'],
    ]);
    expect(match.comparisons).toBe(13);
    expect(acceptedPriority(match, policies)).toBe(4);
    expect(match.accepted?.offer).toBe(0);
  });

  test('pairs that the router never came to are known all the same', () => {
    expect(match.cells[3]?.map((cell) => cell.differences.map((d) => d.attribute))).toEqual([
      [],
      ['encryption', 'hash', 'group'],
      [],
      ['hash'],
    ]);
  });

  test('policy 1 and transform 1 need one attribute; moving the offer protects better than moving the policy', () => {
    const remedies = remediesFor(policies, linksys, { policy: 0, offer: 0 });
    expect(remedies.map((r) => [r.at, r.agreed.group])).toEqual([
      ['offer', 5],
      ['policy', 2],
    ]);
    expect(remedies[1]?.lines.map((l) => l.sign + l.text)).toEqual([
      ' crypto isakmp policy 1',
      '  encr 3des',
      '  authentication pre-share',
      '- group 5',
      '+ group 2',
    ]);
  });

  test('without policy 4 the smallest change is one attribute, and the strongest of those that are', () => {
    const three = policies.slice(0, 3);
    const [best] = smallestChange(matchPhaseOne(three, linksys), three, linksys);
    expect(best).toMatchObject({ policy: 0, offer: 0, changes: [{ attribute: 'group', offered: 2, wanted: 5 }] });
    expect(smallestChange(match, policies, linksys)).toEqual([]);
    expect(addedPolicy(three, linksys[0] as PhaseOneAttributes).map((l) => l.text)).toEqual([
      'crypto isakmp policy 10',
      ' encr 3des',
      ' authentication pre-share',
      ' group 2',
    ]);
  });
});

test('a longer key than the policy has is a difference of its own', () => {
  const offer = { ...transform(7, 2, 14), keyBits: 256 };
  const policy = readConfiguration('crypto isakmp policy 1\n encr aes\n authentication pre-share\n group 14').policy.isakmp;
  expect(matchPhaseOne(policy, [offer]).cells[0]?.[0]?.differences).toEqual([{ attribute: 'keyBits', offered: 256, wanted: 128 }]);
  const [first] = remediesFor(policy, [offer], { policy: 0, offer: 0 });
  expect(first?.lines.map((l) => l.sign + l.text)).toEqual([
    ' crypto isakmp policy 1',
    '- encr aes',
    '+ encr aes 256',
    '  authentication pre-share',
    '  group 14',
  ]);
});

test('lifetimes need not agree, unless the documented rule is asked for', () => {
  const long = { ...transform(5, 2, 2), lifetimeSeconds: 90_000 };
  const policy = [transform(5, 2, 2)];
  expect(matchPhaseOne(policy, [long]).accepted).not.toBeNull();
  const strict = matchPhaseOne(policy, [long], { lifetimes: 'offer-at-most' });
  expect(strict.cells[0]?.[0]?.differences).toEqual([{ attribute: 'lifetimeSeconds', offered: 90_000, wanted: 86_400 }]);
});

test('a change leads to agreement, whatever was offered', () => {
  const attributes = fc.record({
    encryption: fc.constantFrom(1, 5, 7),
    keyBits: fc.constant(null),
    hash: fc.constantFrom(1, 2, 4),
    authentication: fc.constantFrom(1, 3),
    group: fc.constantFrom(1, 2, 5, 14),
    lifetimeSeconds: fc.constantFrom(3600, 86_400),
  });
  const policy = fc
    .record({ priority: fc.nat(65_535), at: attributes })
    .map(({ priority, at }): IsakmpPolicy => ({ ...at, priority, defaulted: [], line: 1 }));
  fc.assert(
    fc.property(
      fc.array(policy, { minLength: 1, maxLength: 4 }),
      fc.array(attributes, { minLength: 1, maxLength: 4 }),
      (wanted, offers) => {
        const match = matchPhaseOne(wanted, offers);
        const remedies = smallestChange(match, wanted, offers);
        expect(remedies.length === 0).toBe(match.accepted !== null);
        for (const r of remedies) {
          const after =
            r.at === 'policy'
              ? matchPhaseOne([r.agreed], [offers[r.offer] as PhaseOneAttributes])
              : matchPhaseOne([wanted[r.policy] as IsakmpPolicy], [r.agreed]);
          expect(after.accepted).not.toBeNull();
          expect(match.cells.flat().every((c) => c.differences.length >= r.changes.length)).toBe(true);
        }
      },
    ),
  );
});

describe('phase 2', () => {
  const aes: PhaseTwoAttributes = { esp: 12, keyBits: 128, espAuthentication: 2, ah: null, ipcomp: null, mode: 1, pfsGroup: null };

  test('a map without PFS takes any group, one with a group wants that', () => {
    expect(matchPhaseTwo([aes], [{ ...aes, pfsGroup: 2 }]).accepted).not.toBeNull();
    const match = matchPhaseTwo([{ ...aes, pfsGroup: 14 }], [{ ...aes, pfsGroup: 2 }, aes]);
    expect(match.cells[0]?.map((c) => c.differences[0])).toEqual([
      { attribute: 'pfsGroup', offered: 2, wanted: 14 },
      { attribute: 'pfsGroup', offered: null, wanted: 14 },
    ]);
  });

  const east = (list: string): string => `crypto isakmp policy 1
 encr aes
 authentication pre-share
 group 14
crypto isakmp key k address 192.0.2.1
crypto ipsec transform-set T esp-aes esp-sha-hmac
crypto map M 10 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set T
 match address L
interface G0
 ip address 198.51.100.1 255.255.255.0
 crypto map M
ip access-list extended L
 ${list}
`;
  const west = `crypto isakmp policy 5
 encr aes
 authentication pre-share
 group 14
crypto isakmp key k address 198.51.100.0 255.255.255.0
crypto ipsec transform-set A esp-3des esp-md5-hmac
crypto ipsec transform-set B esp-aes esp-sha-hmac
crypto map M 10 ipsec-isakmp
 set peer 198.51.100.1
 set transform-set A B
 match address L
interface G0
 ip address 192.0.2.1 255.255.255.0
 crypto map M
access-list 9 permit any
ip access-list extended L
 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
`;
  const against = (list: string) => matchConfigurations(readConfiguration(west).policy, readConfiguration(east(list)).policy);

  test('two configurations that mirror each other agree in all', () => {
    const both = against('permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255');
    expect(both.phaseOne.accepted).not.toBeNull();
    expect(both.keys).toEqual({ initiator: true, responder: true });
    expect(both.phaseTwo?.accepted).toMatchObject({ policy: 0, offer: 1 });
    expect(both.flows.map((f) => f.verdict)).toEqual(['equal']);
    expect(both.flowRemedy).toEqual([]);
  });

  test.each([
    ['permit ip 10.2.0.0 0.0.255.255 any', 'narrower', []],
    [
      'permit ip 10.2.3.0 0.0.0.255 10.1.0.0 0.0.255.255',
      'wider',
      ['- permit ip 10.2.3.0 0.0.0.255 10.1.0.0 0.0.255.255', '+ permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255'],
    ],
    ['permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255', 'different', ['+ permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255']],
  ])('%s is %s', (list, verdict, lines) => {
    const both = against(list);
    expect(both.flows.map((f) => f.verdict)).toEqual([verdict]);
    expect(both.flowRemedy.map((l) => `${l.sign} ${l.text}`)).toEqual(lines);
  });
});

test('a range covers another where its bits are among the other’s and agree', () => {
  const range = (address: string, mask: string) => ({ address, mask }) as Parameters<typeof covers>[0];
  expect(covers(range('10.0.0.0', '255.0.0.0'), range('10.1.0.0', '255.255.0.0'))).toBe(true);
  expect(covers(range('10.1.0.0', '255.255.0.0'), range('10.0.0.0', '255.0.0.0'))).toBe(false);
  expect(covers(range('0.0.0.0', '0.0.0.0'), range('192.0.2.1', '255.255.255.255'))).toBe(true);
});

const seedConfig = '../shared/captures/cisco-text/seed-running-config-3725.txt';
const seedLog = '../shared/captures/cisco-text/seed-linksys-to-ios-debug.normalized.txt';
describe.skipIf(!existsSync(seedConfig) || !existsSync(seedLog))(`the article's configuration and its log (needs ${seedConfig})`, () => {
  test('the configuration alone gives the log’s thirteen checks, one by one', () => {
    const words: Record<string, string> = {
      'Encryption algorithm': 'encryption',
      'Hash algorithm': 'hash',
      'Diffie-Hellman group': 'group',
    };
    const logged: string[] = [];
    let check = '';
    let reason = '';
    for (const line of readFileSync(seedLog, 'utf8').split('\n')) {
      const begun = /Checking ISAKMP transform (\d+) against priority (\d+) policy/.exec(line);
      if (begun) check = `${begun[2]}/${begun[1]}`;
      reason = words[/: (\w.*) offered does not match policy!/.exec(line)?.[1]?.replace(/^.*\): /, '') ?? ''] ?? reason;
      if (line.includes('atts are not acceptable')) logged.push(`${check} ${reason}`);
      else if (line.includes('atts are acceptable. Next payload')) logged.push(`${check} accepted`);
    }
    const device = readConfiguration(readFileSync(seedConfig, 'utf8')).policy;
    const match = matchPhaseOne(device.isakmp, linksys);
    const computed = match.cells
      .flat()
      .filter((c) => c.order !== null)
      .map((c) => `${device.isakmp[c.policy]?.priority}/${c.offer + 1} ${c.differences[0]?.attribute ?? 'accepted'}`);
    expect(computed).toHaveLength(13);
    expect(computed).toEqual(logged);
  });
});
