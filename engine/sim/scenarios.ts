/** The scenarios that come with the engine: small groups and short keys, so that thousands of runs take a minute. */
import { connectRequest } from '../decide/decide.ts';
import { noShares, type Shares } from '../decide/impairments.ts';
import { type Configuring, type Plan, type Tunnel, usual } from '../decide/plan.ts';
import type { Event } from '../event/event.ts';
import type { AddressRange, IsakmpPolicy } from '../event/policy.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { Act, Scenario, SimulatedEnd } from './scenario.ts';

/** RFC 5737. */
const places = {
  west: '192.0.2.1' as IpAddress,
  east: '198.51.100.1' as IpAddress,
  north: '203.0.113.1' as IpAddress,
  nat: '203.0.113.9' as IpAddress,
};
type Place = 'west' | 'east' | 'north';
const networks: Readonly<Record<Place, AddressRange>> = {
  west: { address: '10.1.0.0' as IpAddress, mask: '255.255.0.0' as IpAddress },
  east: { address: '10.2.0.0' as IpAddress, mask: '255.255.0.0' as IpAddress },
  north: { address: '10.3.0.0' as IpAddress, mask: '255.255.0.0' as IpAddress },
};

/** Everything that can go wrong, about as often as makes a negotiation hard and not hopeless. */
export const everything: Shares = {
  loss: 0.4,
  duplication: 0.4,
  reordering: 0.3,
  delay: 0.5,
  corruption: 0.3,
  rebinding: 0.2,
  wrongHash: 0.2,
  missingPayload: 0.2,
  wrongLength: 0.2,
};

const policy: IsakmpPolicy = {
  priority: 1,
  encryption: 5,
  keyBits: null,
  hash: 2,
  authentication: 1,
  group: 1,
  lifetimeSeconds: 86_400,
  defaulted: [],
  line: null,
};

const tunnelTo = (from: Place, to: Place, peer: IpAddress | null, pfsGroup: number | null): Tunnel => ({
  peer,
  transformSets: [{ name: 'T', esp: 12, keyBits: 128, espAuthentication: 2, ah: null, ipcomp: null, mode: 'tunnel', line: null }],
  pfsGroup,
  lifetimeSeconds: 3600,
  lifetimeKilobytes: null,
  flows: [{ action: 'permit', protocol: 0, source: networks[from], sourcePort: 0, destination: networks[to], destinationPort: 0, line: 1 }],
});

const keyOf = (text: string): readonly Event[] => [
  {
    kind: 'SecretLearned',
    at: null,
    origin: { input: 0, number: 0 },
    about: { what: 'preSharedKey' },
    ref: 0,
    value: new TextEncoder().encode(text),
  },
];
const key = keyOf('known to all who simulate');

const end = (name: Place, tunnels: readonly Tunnel[], more: Partial<Plan> = {}, behind: IpAddress | null = null): SimulatedEnd => ({
  name,
  plan: { ...usual, local: places[name], policies: [policy], tunnels, ...more },
  given: key,
  behind,
});

const pair = (more: Partial<Plan> = {}, pfsGroup: number | null = null): readonly SimulatedEnd[] => [
  end('west', [tunnelTo('west', 'east', places.east, pfsGroup)], more),
  end('east', [tunnelTo('east', 'west', places.west, pfsGroup)], more),
];

const common = { shares: everything, crashes: 2, calmAfter: 60, within: 15 };
const asks = (name: Place, to: Place) => ({ at: 0, end: name, request: connectRequest(places[to]) });

const pings = (name: Place, target: string, ...at: readonly number[]): readonly Act[] =>
  at.map((seconds) => ({ at: seconds, end: name, request: `ping ${target} count 5` }));

const hasty: Partial<Plan> = {
  policies: [{ ...policy, lifetimeSeconds: 40 }],
  dpd: { idleSeconds: 4, retrySeconds: 2, tries: 3 },
  keepaliveSeconds: 7,
};
const shortLived = (tunnel: Tunnel): Tunnel => ({ ...tunnel, lifetimeSeconds: 25 });

/** draft-beaulieu-ike-xauth-02 7.2. */
const xauthPreShared = 65_001;

const withPassword = (of: SimulatedEnd): SimulatedEnd => ({
  ...of,
  given: [
    ...of.given,
    {
      kind: 'SecretLearned',
      at: null,
      origin: { input: 0, number: 0 },
      about: { what: 'xauthPassword', user: 'alice' },
      ref: of.given.length,
      value: new TextEncoder().encode('open sesame'),
    },
  ],
});

const gateway: Configuring = {
  role: 'server',
  addresses: [1, 2, 3, 4, 5, 6, 7, 8].map((host) => `10.9.0.${host}` as IpAddress),
  netmask: null,
  dns: [],
  banner: null,
  split: [networks.east],
  push: false,
};

export const scenarios: readonly Scenario[] = [
  {
    ...common,
    name: 'pair',
    about: 'two ends, main mode with a pre-shared key, one tunnel',
    ends: pair(),
    acts: [asks('west', 'east')],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'pfs',
    about: 'the same with PFS',
    ends: pair({}, 1),
    acts: [asks('west', 'east')],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'both-begin',
    about: 'both ends begin at the same moment',
    ends: pair(),
    acts: [asks('west', 'east'), asks('east', 'west')],
    wants: [
      { from: 'west', to: 'east' },
      { from: 'east', to: 'west' },
    ],
  },
  {
    ...common,
    name: 'nat',
    about: 'the asking end is behind a NAT, which may forget',
    ends: [end('west', [tunnelTo('west', 'east', places.east, null)], {}, places.nat), end('east', [tunnelTo('east', 'west', null, null)])],
    acts: [asks('west', 'east')],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'hub',
    about: 'two ends ask a third at once',
    ends: [
      end('west', [tunnelTo('west', 'east', places.east, null)]),
      end('north', [tunnelTo('north', 'east', places.east, null)]),
      end('east', [tunnelTo('east', 'west', places.west, null), tunnelTo('east', 'north', places.north, null)]),
    ],
    acts: [asks('west', 'east'), asks('north', 'east')],
    wants: [
      { from: 'west', to: 'east' },
      { from: 'north', to: 'east' },
    ],
  },
  {
    ...common,
    name: 'aggressive',
    about: 'aggressive mode, which both ends want',
    ends: pair({ aggressive: { begin: true, answer: true } }),
    acts: [asks('west', 'east')],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'pieces',
    about: 'messages so long that they go in pieces',
    ends: pair({ fragmentOctets: 100 }),
    acts: [asks('west', 'east')],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'clear',
    about: 'operators of both ends take down what stands, and ask for it again',
    ends: pair(),
    acts: [
      asks('west', 'east'),
      { at: 3, end: 'east', request: 'clear crypto sa' },
      { ...asks('east', 'west'), at: 5 },
      { at: 7, end: 'west', request: 'clear crypto isakmp' },
      { ...asks('west', 'east'), at: 9 },
    ],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'strangers',
    about: 'ends that hold different keys: nothing may come about',
    ends: pair().map((e) => (e.name === 'east' ? { ...e, given: keyOf('not known to west') } : e)),
    acts: [asks('west', 'east'), asks('east', 'west')],
    wants: [],
  },
  {
    ...common,
    name: 'rekey',
    about: 'lifetimes of seconds, dead peer detection and pings behind a NAT: all is renewed while it is in use',
    within: 45,
    // Behind a NAT ESP goes in UDP, which the simulated network carries.
    ends: [
      end('west', [shortLived(tunnelTo('west', 'east', places.east, 1))], hasty, places.nat),
      end('east', [shortLived(tunnelTo('east', 'west', null, 1))], hasty),
    ],
    acts: [asks('west', 'east'), ...pings('west', '10.2.0.1', 3, 17, 30)],
    wants: [{ from: 'west', to: 'east' }],
  },
  {
    ...common,
    name: 'xauth',
    about: 'a user proves itself beside its group, and is given an address inside',
    ends: [
      withPassword(
        end('west', [tunnelTo('west', 'east', places.east, null)], {
          policies: [{ ...policy, authentication: xauthPreShared }],
          xauth: { role: 'client', user: 'alice' },
          configuring: { role: 'client' },
        }),
      ),
      withPassword(
        end('east', [tunnelTo('east', 'west', null, null)], {
          policies: [{ ...policy, authentication: xauthPreShared }],
          xauth: { role: 'server', users: ['alice'] },
          configuring: gateway,
        }),
      ),
    ],
    acts: [asks('west', 'east')],
    wants: [{ from: 'west', to: 'east' }],
  },
];

export const undisturbed = (scenario: Scenario): Scenario => ({ ...scenario, shares: noShares, crashes: 0 });
