/**
 * The scenarios that come along, each the text that a file would have: the log of every end then holds the configuration that made its plan, and
 * `replay --verify` needs nothing else. Small groups and short keys, so that thousands of runs take a minute.
 */
import type { ScenarioText, TypedText } from './scenario-form.ts';

type Place = 'west' | 'east' | 'north';

/** RFC 5737. */
const addresses: Readonly<Record<Place, string>> = { west: '192.0.2.1', east: '198.51.100.1', north: '203.0.113.1' };
const nat = '203.0.113.9';
const networks: Readonly<Record<Place, string>> = { west: '10.1.0.0/16', east: '10.2.0.0/16', north: '10.3.0.0/16' };

/** Everything that can go wrong, about as often as makes a negotiation hard and not hopeless. */
const everything = {
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
const common = { impairments: everything, crashes: 2, calmAfter: 60, within: 15 };

type Policy = TypedText['phase1'][number];
type Tunnel = TypedText['tunnels'][number];
type End = ScenarioText['ends'][number];
type Act = NonNullable<ScenarioText['acts']>[number];

const policy: Policy = { encryption: '3des', hash: 'sha1', group: 1 };

/** `peer`: `null` for any. */
const tunnel = (from: Place, to: Place, peer: string | null = addresses[to], more: Partial<Tunnel> = {}): Tunnel => ({
  ...(peer !== null && { peer }),
  local: networks[from],
  remote: networks[to],
  esp: [{ encryption: 'aes', integrity: 'sha1' }],
  ...more,
});

const end = (name: Place, tunnels: readonly Tunnel[], config: Partial<TypedText> = {}, more: Partial<End> = {}): End => ({
  name,
  address: addresses[name],
  preSharedKey: 'known to all who simulate',
  config: { phase1: [policy], tunnels, ...config },
  ...more,
});

const pair = (config: Partial<TypedText> = {}, more: Partial<Tunnel> = {}): readonly [End, End] => [
  end('west', [tunnel('west', 'east', undefined, more)], config),
  end('east', [tunnel('east', 'west', undefined, more)], config),
];

const asks = (name: Place, to: Place, at = 0): Act => ({ at, end: name, request: `connect ${addresses[to]}` });
const westToEast = [{ from: 'west', to: 'east' }];
const pings = (name: Place, target: string, ...at: readonly number[]): readonly Act[] =>
  at.map((seconds) => ({ at: seconds, end: name, request: `ping ${target} count 5` }));

const hasty: Partial<TypedText> = {
  phase1: [{ ...policy, lifetimeSeconds: 40 }],
  dpd: { idleSeconds: 4, retrySeconds: 2, tries: 3 },
  keepaliveSeconds: 7,
};
const shortLived: Partial<Tunnel> = { pfsGroup: 1, lifetimeSeconds: 25 };

const withPassword: Partial<End> = { passwords: { alice: 'open sesame' } };
const xauth: Policy = { ...policy, authentication: 'xauth-psk' };

const bundled = {
  pair: { ...common, about: 'two ends, main mode with a pre-shared key, one tunnel', ends: pair(), wants: westToEast },
  pfs: { ...common, about: 'the same with PFS', ends: pair({}, { pfsGroup: 1 }), wants: westToEast },
  'both-begin': {
    ...common,
    about: 'both ends begin at the same moment',
    ends: pair(),
    wants: [...westToEast, { from: 'east', to: 'west' }],
  },
  nat: {
    ...common,
    about: 'the asking end is behind a NAT, which may forget',
    ends: [end('west', [tunnel('west', 'east')], {}, { behind: nat }), end('east', [tunnel('east', 'west', null)])],
    wants: westToEast,
  },
  hub: {
    ...common,
    about: 'two ends ask a third at once',
    ends: [
      end('west', [tunnel('west', 'east')]),
      end('north', [tunnel('north', 'east')]),
      end('east', [tunnel('east', 'west'), tunnel('east', 'north')]),
    ],
    wants: [...westToEast, { from: 'north', to: 'east' }],
  },
  aggressive: {
    ...common,
    about: 'aggressive mode, which both ends want',
    ends: pair({ aggressive: { begin: true, answer: true } }),
    wants: westToEast,
  },
  pieces: { ...common, about: 'messages so long that they go in pieces', ends: pair({ fragmentOctets: 100 }), wants: westToEast },
  clear: {
    ...common,
    about: 'operators of both ends take down what stands, and ask for it again',
    ends: pair(),
    acts: [
      asks('west', 'east'),
      { at: 3, end: 'east', request: 'clear crypto sa' },
      asks('east', 'west', 5),
      { at: 7, end: 'west', request: 'clear crypto isakmp' },
      asks('west', 'east', 9),
    ],
    wants: westToEast,
  },
  strangers: {
    ...common,
    about: 'ends that hold different keys: nothing may come about',
    ends: pair().map((e) => (e.name === 'east' ? { ...e, preSharedKey: 'not known to west' } : e)),
    acts: [asks('west', 'east'), asks('east', 'west')],
    wants: [],
  },
  rekey: {
    ...common,
    about: 'lifetimes of seconds, dead peer detection and pings behind a NAT: all is renewed while it is in use',
    within: 45,
    // Behind a NAT ESP goes in UDP, which the simulated network carries.
    ends: [
      end('west', [tunnel('west', 'east', undefined, shortLived)], hasty, { behind: nat }),
      end('east', [tunnel('east', 'west', null, shortLived)], hasty),
    ],
    acts: [asks('west', 'east'), ...pings('west', '10.2.0.1', 3, 17, 30)],
    wants: westToEast,
  },
  xauth: {
    ...common,
    about: 'a user proves itself beside its group, and is given an address inside',
    ends: [
      end(
        'west',
        [tunnel('west', 'east')],
        { phase1: [xauth], xauth: { role: 'client', user: 'alice' }, modeConfig: { role: 'client' } },
        withPassword,
      ),
      end(
        'east',
        [tunnel('east', 'west', null)],
        {
          phase1: [xauth],
          xauth: { role: 'server', users: [{ user: 'alice' }] },
          modeConfig: {
            role: 'server',
            addresses: [1, 2, 3, 4, 5, 6, 7, 8].map((host) => `10.9.0.${host}`),
            split: [networks.east],
          },
        },
        withPassword,
      ),
    ],
    wants: westToEast,
  },
} satisfies Readonly<Record<string, ScenarioText>>;

export const bundledNames: readonly string[] = Object.keys(bundled);

/** As a file would have it. */
export const bundledText = (name: string): string | null =>
  Object.hasOwn(bundled, name) ? JSON.stringify(bundled[name as keyof typeof bundled]) : null;
