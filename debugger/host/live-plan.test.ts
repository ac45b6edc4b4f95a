/** Configurations in both forms as plans: what is offered, what is accepted, and errors that name the place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Effect, Exit } from 'effect';
import { describe, expect, test } from 'vitest';
import { ipAddress, type Plan } from '../../engine/index.ts';
import { givenBy, planOf, type Stand, standRequest } from './live-plan.ts';
import { Typed } from './live-typed.ts';

const local = ipAddress('192.0.2.1');
const stand: Stand = { local: local as Plan['local'], port: 500, natPort: 4500 };
const plan = (text: string): Plan => Effect.runSync(planOf(givenBy(text), stand));
const fault = (text: string): string => {
  const exit = Effect.runSyncExit(planOf(givenBy(text), stand));
  return Exit.isFailure(exit) ? String(exit.cause) : 'no fault';
};

const ios = `crypto isakmp policy 20
 encr 3des
 authentication pre-share
 group 2
crypto isakmp policy 10
 encr aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 28800
crypto isakmp key example-only address 198.51.100.1
crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac
crypto map OFFICE 10 ipsec-isakmp
 set peer 198.51.100.1
 set transform-set STRONG
 set pfs group14
 match address 101
crypto map OTHER 10 ipsec-isakmp
 set peer 198.51.100.9
 set transform-set STRONG
 match address 101
interface FastEthernet0/0
 ip address 192.0.2.1 255.255.255.0
 crypto map OFFICE
access-list 101 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
access-list 101 deny ip any any
`;

describe('IOS', () => {
  test('policies by priority, the map of the interface that has our address, its permitted traffic', () => {
    const { policies, tunnels } = plan(ios);
    expect(
      policies.map(({ priority, encryption, keyBits, hash, group, lifetimeSeconds }) => [
        priority,
        encryption,
        keyBits,
        hash,
        group,
        lifetimeSeconds,
      ]),
    ).toEqual([
      [10, 7, 256, 4, 14, 28_800],
      [20, 5, null, 2, 2, 86_400],
    ]);
    expect(tunnels).toMatchObject([
      { peer: '198.51.100.1', pfsGroup: 14, lifetimeSeconds: 3600, flows: [{ source: { address: '10.1.0.0' } }] },
    ]);
    expect(tunnels[0]?.transformSets).toMatchObject([{ esp: 12, keyBits: 256, espAuthentication: 5, mode: 'tunnel' }]);
  });

  test('the key is a secret beside the text, which does not hold it', () => {
    const [configured, key] = givenBy(ios);
    expect(JSON.stringify(configured)).not.toContain('example-only');
    expect(key).toMatchObject({ kind: 'SecretLearned', about: { what: 'preSharedKey', peer: '198.51.100.1' } });
  });

  test('without traffic to protect', () => {
    expect(fault('crypto isakmp policy 10\n authentication pre-share\n')).toContain('protects no traffic');
  });
});

const typed = (tunnel: object): string =>
  JSON.stringify({
    phase1: [{ encryption: '3des', hash: 'sha1', group: 2 }],
    tunnels: [{ local: '10.1.0.0/16', remote: '0.0.0.0/0', esp: [{ encryption: 'aes', integrity: 'sha1' }], ...tunnel }],
  });

describe('the typed form', () => {
  test('networks, defaults, any peer', () => {
    expect(plan(typed({}))).toMatchObject({
      policies: [{ encryption: 5, hash: 2, group: 2, authentication: 1, lifetimeSeconds: 86_400 }],
      tunnels: [
        {
          peer: null,
          pfsGroup: null,
          transformSets: [{ esp: 12, keyBits: 128, espAuthentication: 2 }],
          flows: [{ source: { address: '10.1.0.0', mask: '255.255.0.0' }, destination: { address: '0.0.0.0', mask: '0.0.0.0' } }],
        },
      ],
    });
  });

  test.each([
    ['a peer that is no address', typed({ peer: 'gateway' }), 'tunnels[0].peer'],
    ['a network that is none', typed({ local: '10.1.0.0/33' }), 'tunnels[0].local'],
    ['a cipher that there is not', typed({ esp: [{ encryption: 'rot13' }] }), '["tunnels"][0]["esp"][0]["encryption"]'],
    ['no JSON', '{ phase1', 'not of the form'],
  ])('%s', (_what, text, place) => {
    expect(fault(text)).toContain(place);
  });
});

test('where the engine stands is a request of its own', () => {
  expect(standRequest(stand)).toBe('stand at 192.0.2.1 port 500 nat-port 4500');
});

describe('all that the typed form can say', () => {
  const base = JSON.parse(typed({})) as object;
  const wants = (more: object): Plan => plan(JSON.stringify({ ...base, ...more }));

  test('identity, aggressive mode, XAUTH, mode config, pauses, limits', () => {
    const full = wants({
      identity: { keyId: 'group' },
      aggressive: { begin: true },
      xauth: { role: 'client', user: 'alice' },
      modeConfig: { role: 'server', addresses: ['10.9.0.10', '10.9.0.11'], netmask: '255.255.255.0', split: ['10.2.0.0/16'] },
      dpd: { idleSeconds: 2, tries: 3 },
      retransmission: { firstMilliseconds: 500 },
      keepaliveSeconds: false,
      rekeyAt: 0.5,
      fragmentOctets: 576,
      mostHalfOpen: 10,
      esn: true,
    });
    expect(full).toMatchObject({
      identity: { kind: 'written', idType: 11, value: new TextEncoder().encode('group') },
      aggressive: { begin: true, answer: false },
      xauth: { role: 'client', user: 'alice' },
      configuring: { addresses: ['10.9.0.10', '10.9.0.11'], netmask: '255.255.255.0', dns: [], split: [{ address: '10.2.0.0' }] },
      dpd: { idleSeconds: 2, retrySeconds: 5, tries: 3 },
      patience: { firstMilliseconds: 500, factor: 1.8, tries: 5 },
      keepaliveSeconds: null,
      rekeyAt: 0.5,
      fragmentOctets: 576,
      mostHalfOpen: 10,
      esn: true,
      rawEsp: false,
    });
  });

  test.each([
    ['a word that means nothing', { aggresive: {} }, 'aggresive'],
    ['a share above one', { rekeyAt: 2 }, 'rekeyAt is 2.'],
    ['half a try', { dpd: { idleSeconds: 5, tries: 1.5 } }, 'dpd.tries is 1.5.'],
    ['a subject without a certificate', { identity: 'subject' }, 'there is none'],
    ['a certificate that is none', { certificates: ['-----BEGIN NOTHING-----'] }, 'certificates[0] holds no certificate'],
    ['an address that is none', { modeConfig: { role: 'server', addresses: ['pool'] } }, 'modeConfig.addresses[0] is no address'],
  ])('%s', (_what, more, place) => {
    expect(fault(JSON.stringify({ ...base, ...more }))).toContain(place);
  });
});

test('every name of the typed form is told of in docs/configuration.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  expect(Object.keys(Typed.fields).filter((name) => !page.includes(`\`${name}\``) && !page.includes(`"${name}"`))).toEqual([]);
});

describe('what IOS sets for all peers', () => {
  const extra = `crypto isakmp keepalive 10 3 periodic
crypto isakmp nat keepalive 15
crypto isakmp fragmentation
crypto isakmp identity hostname
hostname gateway
crypto isakmp profile MOBILE
 initiate mode aggressive
`;

  test('keepalives, fragmentation, identity, aggressive mode', () => {
    expect(plan(ios + extra)).toMatchObject({
      dpd: { idleSeconds: 10, retrySeconds: 3 },
      keepaliveSeconds: 15,
      fragmentOctets: 1280,
      identity: { kind: 'written', idType: 2, value: new TextEncoder().encode('gateway') },
      aggressive: { begin: true, answer: true },
    });
  });

  test('nothing of it by itself', () => {
    expect(plan(ios)).toMatchObject({
      dpd: null,
      keepaliveSeconds: 20,
      fragmentOctets: null,
      identity: { kind: 'address' },
      aggressive: { begin: false, answer: false },
    });
  });
});
