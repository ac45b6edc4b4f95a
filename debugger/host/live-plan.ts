/** From a configuration to what the engine that takes part wants: IOS syntax, or this project's own typed form as JSON. */
import { Effect } from 'effect';
import { configurationEvents, type Event, ipAddress, type Log, type Plan, readConfiguration, usual } from '../../engine/index.ts';
import { impairmentsIn } from './impairments.ts';
import type { LiveError } from './live-error.ts';
import { iosWants } from './live-ios.ts';
import { typedWants, wrong } from './live-typed.ts';

/** Where the engine stands; recorded as the first request, so that a log says all that a plan needs. */
export interface Stand {
  readonly local: Plan['local'];
  readonly port: number;
  readonly natPort: number;
  /** Beside what the configuration says, which in IOS's form knows no such thing. */
  readonly rawEsp?: boolean;
}

export const standRequest = ({ local, port, natPort, rawEsp }: Stand): string =>
  `stand at ${local} port ${port} nat-port ${natPort}${rawEsp ? ' raw-esp' : ''}`;

const standOf = (request: string): Stand | undefined => {
  const [, address = '', port, natPort, raw] = /^stand at (\S+) port (\d{1,5}) nat-port (\d{1,5})( raw-esp)?$/.exec(request) ?? [];
  const local = ipAddress(address);
  return local && { local, port: Number(port), natPort: Number(natPort), rawEsp: raw !== undefined };
};

export const isTyped = (text: string): boolean => text.trimStart().startsWith('{');

/** A configuration as events that are given for the whole log: its text with keys masked, and the keys. */
export const givenBy = (text: string): readonly Event[] =>
  isTyped(text)
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

const configurations: ReadonlySet<string> = new Set(['ikewind', 'ios']);

/** The plan of a configuration that is among the events. */
export const planOf = (given: readonly Event[], stand: Stand): Effect.Effect<Plan, LiveError> => {
  const configured = given.find((e) => e.kind === 'PolicyConfigured' && configurations.has(e.syntax));
  if (configured?.kind !== 'PolicyConfigured') return Effect.fail(wrong('There is no configuration.', 'Name one with --config.'));
  const wants =
    configured.syntax === 'ikewind'
      ? typedWants(configured.text)
      : Effect.succeed(iosWants(readConfiguration(configured.text).policy, stand.local));
  return Effect.flatMap(wants, (wanted) => {
    if (wanted.policies.length === 0)
      return Effect.fail(wrong('The configuration has no ISAKMP policy.', 'Write one: crypto isakmp policy 10.'));
    if (wanted.tunnels.length === 0) {
      return Effect.fail(
        wrong(
          'The configuration protects no traffic.',
          'Write a crypto map with a peer, a transform set and an access list that permits something.',
        ),
      );
    }
    const { local, port, natPort, rawEsp } = stand;
    return Effect.map(impairmentsIn(given), (impairments) => ({
      ...usual,
      ...wanted,
      local,
      port,
      natPort,
      rawEsp: rawEsp === true || wanted.rawEsp === true,
      impairments,
    }));
  });
};
