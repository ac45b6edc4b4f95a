/** From a configuration to what the engine that takes part wants: IOS syntax, or this project's own typed form as JSON. */
import { Effect, Schema } from 'effect';
import {
  configurationEvents,
  type Event,
  ipAddress,
  type Log,
  type Plan,
  readConfiguration,
  type Tunnel,
  usual,
} from '../../engine/index.ts';
import { LiveError } from './live-error.ts';

type Policy = ReturnType<typeof readConfiguration>['policy'];
type Range = Tunnel['flows'][number]['source'];

/** Where the engine stands; recorded as the first request, so that a log says all that a plan needs. */
export interface Stand {
  readonly local: Plan['local'];
  readonly port: number;
  readonly natPort: number;
}

export const standRequest = ({ local, port, natPort }: Stand): string => `stand at ${local} port ${port} nat-port ${natPort}`;

const standOf = (request: string): Stand | undefined => {
  const [, address = '', port, natPort] = /^stand at (\S+) port (\d{1,5}) nat-port (\d{1,5})$/.exec(request) ?? [];
  const local = ipAddress(address);
  return local && { local, port: Number(port), natPort: Number(natPort) };
};

const wrong = (message: string, cure: string): LiveError => new LiveError({ reason: 'configuration', message, cure });

/** A configuration as events that are given for the whole log: its text with keys masked, and the keys. */
export const givenBy = (text: string): readonly Event[] =>
  text.trimStart().startsWith('{')
    ? [{ kind: 'PolicyConfigured', at: null, origin: { input: 0, number: 1 }, syntax: 'ikewind', text }]
    : configurationEvents(text, 0).events;

/** The plan that a log's own configuration gives. Errors: no configuration, one that says nothing of use, a log that is not of a live run. */
export const planOfLog = (log: Log): Effect.Effect<Plan, LiveError> => {
  const request = log.happened.find((e) => e.kind === 'OperatorRequested');
  const stand = request?.kind === 'OperatorRequested' ? standOf(request.request) : undefined;
  return stand
    ? planOf(log.given, stand)
    : Effect.fail(
        wrong('The log is not that of a live run: it does not say where the engine stood.', 'Name a log that connect or listen wrote.'),
      );
};

/** The plan of a configuration that is among the events. */
export const planOf = (given: readonly Event[], stand: Stand): Effect.Effect<Plan, LiveError> => {
  const configured = given.find((e) => e.kind === 'PolicyConfigured');
  if (configured?.kind !== 'PolicyConfigured') return Effect.fail(wrong('There is no configuration.', 'Name one with --config.'));
  const parts =
    configured.syntax === 'ikewind'
      ? typedParts(configured.text)
      : Effect.succeed(iosParts(readConfiguration(configured.text).policy, stand));
  return Effect.flatMap(parts, ({ policies, tunnels }) => {
    if (policies.length === 0) return Effect.fail(wrong('The configuration has no ISAKMP policy.', 'Write one: crypto isakmp policy 10.'));
    if (tunnels.length === 0) {
      return Effect.fail(
        wrong(
          'The configuration protects no traffic.',
          'Write a crypto map with a peer, a transform set and an access list that permits something.',
        ),
      );
    }
    return Effect.succeed({ ...usual, ...stand, policies, tunnels });
  });
};

type Parts = Pick<Plan, 'policies' | 'tunnels'>;

/** The map on the interface that has our address, or all of them where no interface says. */
const iosParts = (policy: Policy, { local }: Stand): Parts => {
  const applied = policy.interfaces.find((i) => i.cryptoMap !== null && i.addresses.some((a) => a.address === local))?.cryptoMap;
  const entries = policy.maps.filter((m) => (m.kind === 'ipsec-isakmp' || m.kind === 'dynamic') && (applied == null || m.map === applied));
  const tunnels = entries.flatMap((entry): Tunnel[] => {
    const flows = policy.accessLists.find((list) => list.name === entry.accessList)?.entries.filter((e) => e.action === 'permit') ?? [];
    const transformSets = entry.transformSets.flatMap((name) => policy.transformSets.find((s) => s.name === name) ?? []);
    const peers = entry.kind === 'dynamic' && entry.peers.length === 0 ? [null] : entry.peers.flatMap((p) => ipAddress(p) ?? []);
    if (flows.length === 0 || transformSets.length === 0) return [];
    return peers.map((peer) => ({
      peer,
      transformSets,
      pfsGroup: entry.pfsGroup,
      lifetimeSeconds: entry.lifetimeSeconds ?? policy.ipsecLifetime.seconds,
      lifetimeKilobytes: entry.lifetimeKilobytes ?? policy.ipsecLifetime.kilobytes,
      flows,
    }));
  });
  return { policies: policy.isakmp, tunnels };
};

/** Numbers of RFC 2409 App. A and RFC 2407 4.4 by the names that people write. */
const ciphers = { des: 1, '3des': 5, aes: 7 } as const;
const hashes = { md5: 1, sha1: 2, sha256: 4, sha384: 5, sha512: 6 } as const;
const espCiphers = { des: 2, '3des': 3, aes: 12, 'aes-gcm': 20 } as const;
const integrities = { md5: 1, sha1: 2, sha256: 5, sha384: 6, sha512: 7 } as const;
const names = <T extends object>(table: T) => Schema.Literals(Object.keys(table) as (keyof T & string)[]);

const Typed = Schema.Struct({
  phase1: Schema.Array(
    Schema.Struct({
      encryption: names(ciphers),
      keyBits: Schema.optional(Schema.Number),
      hash: names(hashes),
      group: Schema.Number,
      lifetimeSeconds: Schema.optional(Schema.Number),
    }),
  ),
  tunnels: Schema.Array(
    Schema.Struct({
      peer: Schema.optional(Schema.String),
      local: Schema.String,
      remote: Schema.String,
      esp: Schema.Array(
        Schema.Struct({
          encryption: names(espCiphers),
          keyBits: Schema.optional(Schema.Number),
          integrity: Schema.optional(names(integrities)),
        }),
      ),
      pfsGroup: Schema.optional(Schema.Number),
      lifetimeSeconds: Schema.optional(Schema.Number),
    }),
  ),
});
const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Typed));

const anHour = 3600;
const aDay = 86_400;

const typedParts = (text: string): Effect.Effect<Parts, LiveError> =>
  Effect.gen(function* () {
    const typed = yield* Effect.mapError(decode(text), (e) =>
      wrong(`The configuration is not of the form it should have: ${oneLine(e.message)}.`, 'Mend that place.'),
    );
    const policies = typed.phase1.map((p, i): Plan['policies'][number] => ({
      priority: i + 1,
      encryption: ciphers[p.encryption],
      keyBits: p.keyBits ?? (p.encryption === 'aes' ? 128 : null),
      hash: hashes[p.hash],
      authentication: 1,
      group: p.group,
      lifetimeSeconds: p.lifetimeSeconds ?? aDay,
      defaulted: [],
      line: null,
    }));
    const tunnels = yield* Effect.forEach(typed.tunnels, (t, i) =>
      Effect.gen(function* () {
        const at = `tunnels[${i}]`;
        const peer = t.peer === undefined ? null : ipAddress(t.peer);
        if (peer === undefined)
          return yield* wrong(`${at}.peer is no address.`, 'Write one, for example 198.51.100.1, or leave it out for any peer.');
        const flow = {
          action: 'permit' as const,
          line: 0,
          protocol: 0,
          source: yield* rangeIn(t.local, `${at}.local`),
          sourcePort: 0,
          destination: yield* rangeIn(t.remote, `${at}.remote`),
          destinationPort: 0,
        };
        const transformSets = t.esp.map((s, k) => ({
          name: `${at}.esp[${k}]`,
          esp: espCiphers[s.encryption],
          keyBits: s.keyBits ?? (s.encryption.startsWith('aes') ? 128 : null),
          espAuthentication: s.integrity === undefined ? null : integrities[s.integrity],
          ah: null,
          ipcomp: null,
          mode: 'tunnel' as const,
          line: null,
        }));
        return {
          peer,
          transformSets,
          pfsGroup: t.pfsGroup ?? null,
          lifetimeSeconds: t.lifetimeSeconds ?? anHour,
          lifetimeKilobytes: null,
          flows: [flow],
        };
      }),
    );
    return { policies, tunnels };
  });

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ', ');

const rangeIn = (text: string, at: string): Effect.Effect<Range, LiveError> => {
  const [host = '', bits = '32', more] = text.split('/');
  const address = ipAddress(host);
  const n = Number(bits);
  const ones = n === 0 ? 0 : (0xffff_ffff << (32 - n)) >>> 0;
  const mask = ipAddress([24, 16, 8, 0].map((shift) => (ones >>> shift) & 255).join('.'));
  return address && mask && !address.includes(':') && more === undefined && /^\d{1,2}$/.test(bits) && n <= 32
    ? Effect.succeed({ address, mask })
    : Effect.fail(wrong(`${at} is no IPv4 network.`, 'Write one, for example 10.1.0.0/16.'));
};
