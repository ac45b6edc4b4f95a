/** Configurations read as a device takes them: defaults, order, damage, and back to lines. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configurationLines } from '../../event/policy-lines.ts';
import { isConfiguration, readConfiguration } from './read.ts';

const site = `hostname west
crypto isakmp policy 20
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp policy 10
 auth pre
 gr 2
crypto isakmp key 0 hello there address 198.51.100.1
crypto isakmp key hello address 198.51.100.0 255.255.255.0 no-xauth
crypto isakmp identity hostname
!
crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac
 mode transport
crypto ipsec transform-set OLD ah-md5-hmac esp-3des
crypto ipsec security-association lifetime seconds 7200
crypto map VPN 20 ipsec-isakmp
 set peer 198.51.100.1
 set peer 198.51.100.2
 set transform-set STRONG OLD
 set pfs group14
 set security-association lifetime kilobytes 100000
 match address TO-EAST
crypto map VPN 10 ipsec-isakmp
 ! incomplete
!
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.0
 crypto map VPN
ip access-list extended TO-EAST
 10 permit ip 10.1.0.7 0.0.255.255 host 10.2.0.1
 20 permit tcp any eq 80 any
 deny udp 10.0.0.0 0.255.255.255 any eq isakmp
access-list 101 permit gre host 192.0.2.1 host 198.51.100.1
`;

describe('IOS', () => {
  const { policy, keys, issues } = readConfiguration(site);

  test('policies come by priority, and what is not written is the default of IOS', () => {
    expect(policy.isakmp).toEqual([
      {
        priority: 10,
        encryption: 1,
        keyBits: null,
        hash: 2,
        authentication: 1,
        group: 2,
        lifetimeSeconds: 86400,
        defaulted: ['encryption', 'hash', 'lifetimeSeconds'],
        line: 8,
      },
      { priority: 20, encryption: 7, keyBits: 256, hash: 4, authentication: 1, group: 14, lifetimeSeconds: 28800, defaulted: [], line: 2 },
    ]);
    expect(policy).toMatchObject({ dialect: 'ios', hostname: 'west', identity: 'hostname' });
  });

  test('transform sets, maps, lists and the interface that carries the map', () => {
    expect(policy.transformSets).toMatchObject([
      { name: 'STRONG', esp: 12, keyBits: 256, espAuthentication: 5, ah: null, mode: 'transport' },
      { name: 'OLD', esp: 3, keyBits: null, espAuthentication: null, ah: 2, mode: 'tunnel' },
    ]);
    expect(policy.maps[1]).toMatchObject({
      sequence: 20,
      peers: ['198.51.100.1', '198.51.100.2'],
      transformSets: ['STRONG', 'OLD'],
      pfsGroup: 14,
      lifetimeSeconds: null,
      lifetimeKilobytes: 100_000,
      accessList: 'TO-EAST',
    });
    expect(policy.ipsecLifetime).toEqual({ seconds: 7200, kilobytes: 4_608_000 });
    expect(policy.interfaces).toMatchObject([{ name: 'GigabitEthernet0/0', addresses: [{ address: '192.0.2.1' }], cryptoMap: 'VPN' }]);
    expect(policy.accessLists.map((l) => [l.name, l.entries.length])).toEqual([
      ['TO-EAST', 3],
      ['101', 1],
    ]);
    expect(policy.accessLists[0]?.entries[0]).toMatchObject({
      source: { address: '10.1.0.0', mask: '255.255.0.0' },
      destination: { address: '10.2.0.1', mask: '255.255.255.255' },
    });
    expect(policy.accessLists[0]?.entries[1]).toMatchObject({ protocol: 6, sourcePort: 80 });
    expect(policy.accessLists[0]?.entries[2]).toMatchObject({ action: 'deny', destinationPort: 500 });
  });

  test('keys stand apart from the policy, and a fault in a line is told with its place and cure', () => {
    expect(JSON.stringify(policy)).not.toContain('hello');
    expect(keys).toEqual([
      { peer: '', value: null, line: 11, column: 21, length: 11 },
      { peer: { address: '198.51.100.0', mask: '255.255.255.0' }, value: 'hello', line: 12, column: 19, length: 5 },
    ]);
    expect(policy.keys[0]?.noXauth).toBe(true);
    expect(issues.map(({ line, code }) => [line, code])).toEqual([
      [11, 'missing-peer'],
      [26, 'incomplete-map'],
      [26, 'incomplete-map'],
      [26, 'incomplete-map'],
    ]);
    expect(issues[0]?.column).toBe(27);
    expect(JSON.stringify(issues)).not.toContain('hello');
  });

  test('without indentation it means the same', () => {
    const flat = readConfiguration(site.replace(/^ +/gm, ''));
    expect(flat.policy).toEqual(policy);
  });

  test('what is written back is read alike', () => {
    const again = readConfiguration(configurationLines(policy).join('\n')).policy;
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (name, v) => (name === 'line' || name === 'defaulted' ? undefined : v)));
    for (const part of ['isakmp', 'transformSets', 'maps', 'accessLists'] as const) expect(plain(again[part])).toEqual(plain(policy[part]));
  });
});

test.each([
  ['crypto isakmp policy 0', 1, 22, 'bad-priority'],
  ['crypto isakmp policy 1\n group 3', 2, 8, 'unknown-group'],
  ['crypto isakmp policy 1\n encr rot13', 2, 7, 'unknown-cipher'],
  ['crypto isakmp policy 1\n lifetime 5', 2, 11, 'bad-lifetime'],
  ['crypto ipsec transform-set T esp-4des', 1, 30, 'unknown-transform'],
  ['ip access-list extended A\n permit ip 10.1.0.0 255.255.0.0 any', 2, 21, 'mask-with-holes'],
  ['ip access-list extended A\n permit ip 10.1.0.0.0.0.255.255 any', 2, 12, 'not-an-address'],
  ['crypto isakmp key abcdef address east', 1, 34, 'not-an-address'],
])('%s', (text, line, column, code) => {
  const { issues } = readConfiguration(text);
  expect(issues[0]).toMatchObject({ line, column, code });
  expect(issues[0]?.cure).not.toBe('');
});

test('a wildcard mask written as a subnet mask gets the right mask as its cure', () => {
  expect(readConfiguration('access-list 101 permit ip 10.1.0.0 255.255.0.0 any').issues[0]?.cure).toContain('0.0.255.255');
});

test('the ASA: policies of ikev1, one-line crypto maps, subnet masks, objects, tunnel groups', () => {
  const { policy, keys, issues } = readConfiguration(`ASA Version 9.1(2)
interface GigabitEthernet0/0
 nameif outside
 ip address 192.0.2.9 255.255.255.0
object network east
 subnet 10.2.0.0 255.255.0.0
access-list L2L extended permit ip 10.1.0.0 255.255.0.0 object east
crypto ipsec ikev1 transform-set T esp-aes-256 esp-sha-hmac
crypto map OUT 10 match address L2L
crypto map OUT 10 set pfs
crypto map OUT 10 set peer 198.51.100.1 198.51.100.2
crypto map OUT 10 set ikev1 transform-set T
crypto map OUT interface outside
crypto ikev1 policy 10
 authentication pre-share
 encryption aes-256
 hash sha
 group 5
 lifetime 28800
tunnel-group 198.51.100.1 type ipsec-l2l
tunnel-group 198.51.100.1 ipsec-attributes
 ikev1 pre-shared-key *****
`);
  expect(issues).toEqual([]);
  expect(policy.dialect).toBe('asa');
  expect(policy.isakmp).toMatchObject([{ priority: 10, encryption: 7, keyBits: 256, hash: 2, group: 5, lifetimeSeconds: 28_800 }]);
  expect(policy.maps).toMatchObject([{ peers: ['198.51.100.1', '198.51.100.2'], pfsGroup: 2, transformSets: ['T'], accessList: 'L2L' }]);
  expect(policy.interfaces).toMatchObject([{ cryptoMap: 'OUT' }]);
  expect(policy.accessLists[0]?.entries[0]?.destination).toEqual({ address: '10.2.0.0', mask: '255.255.0.0' });
  expect(keys).toMatchObject([{ value: null }]);
});

test('a map without policies in the text gets those that IOS has by itself', () => {
  const { policy } = readConfiguration('crypto ipsec transform-set T esp-3des esp-sha-hmac');
  expect(policy.isakmp.map((p) => p.priority)).toEqual([65507, 65508, 65509, 65510, 65511, 65512, 65513, 65514]);
  expect(policy.isakmp[1]).toMatchObject({ encryption: 7, keyBits: 128, hash: 2, authentication: 1, group: 5, line: null });
});

test('prose is no configuration, one policy line is', () => {
  expect(isConfiguration('Then type crypto isakmp and press return')).toBe(false);
  expect(isConfiguration('R1#show run\ncrypto isakmp policy 1\n')).toBe(true);
});

const seed = '../shared/captures/cisco-text/seed-running-config-3725.txt';
test.skipIf(!existsSync(seed))(`the 3725 of the article (needs ${seed})`, () => {
  const { policy } = readConfiguration(readFileSync(seed, 'utf8'));
  expect(policy.isakmp.map((p) => [p.priority, p.encryption, p.hash, p.group])).toEqual([
    [1, 5, 2, 5],
    [2, 5, 1, 5],
    [3, 1, 2, 5],
    [4, 5, 2, 2],
  ]);
  expect(policy.maps.map((m) => [m.sequence, m.pfsGroup])).toEqual([
    [5, null],
    [10, null],
    [15, 5],
    [30, null],
    [40, null],
    [50, null],
    [60, null],
  ]);
  expect(policy.maps[6]).toMatchObject({ peers: ['200.100.1.1'], transformSets: ['Default'], accessList: 'SITEB_to_SITEA' });
  expect(policy.interfaces.find((i) => i.cryptoMap === 'IPSEC')?.addresses[0]?.address).toBe('200.56.4.1');
});

test('any text gives a policy', () => {
  const word = fc.constantFrom(
    ...'crypto isakmp policy key address map ipsec-isakmp set peer match transform-set T esp-3des 10 ip access-list extended permit any host 1.2.3.4 0.0.0.255 interface ! eq group5 pfs lifetime seconds object network tunnel-group ipsec-attributes pre-shared-key'.split(
      ' ',
    ),
    '\n',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(word, { maxLength: 60 }).map((w) => w.join(' ')),
      ),
      (text) => {
        const { issues } = readConfiguration(text);
        for (const issue of issues) expect(issue.line >= 1 && issue.column >= 1 && issue.cure !== '').toBe(true);
      },
    ),
    { numRuns: 400 },
  );
});
