/** What `connect` and `listen` share: their options, the configuration with its secrets, and a line for each thing that happens. */
import { Effect, Option } from 'effect';
import { Flag } from 'effect/cli';
import { type Event, impairmentsGiven, ipAddress, type News, type Plan, timestampText } from '../../engine/index.ts';
import { readGiven } from '../host/files.ts';
import { readImpairments } from '../host/impairments.ts';
import { givenByFile } from '../host/live-files.ts';
import { planOf } from '../host/live-plan.ts';
import { WrongUsage } from './failure.ts';
import { preSharedKey } from './inputs.ts';
import * as options from './options.ts';

const lastPort = 65_535;
/** A timer of Node counts no further. */
const mostSeconds = 2_147_483;

const port = (name: string, usually: number, what: string) =>
  Flag.Int(name).pipe(
    Flag.withDescription(what),
    Flag.withMetavar('N'),
    Flag.withDefault(usually),
    Flag.filter(
      (n) => n >= 1 && n <= lastPort,
      (n) => `A port is 1 to ${lastPort}, not ${n}`,
    ),
  );

export const address = (name: string, what: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(what),
    Flag.withMetavar('ADDR'),
    Flag.filterMap(
      (text) => Option.fromNullishOr(ipAddress(text)),
      (text) => `${text} is no IP address`,
    ),
  );

export const taking = {
  config: Flag.String('config').pipe(
    Flag.withDescription('An IOS configuration, or the typed form as JSON; known by its content'),
    Flag.withMetavar('FILE'),
  ),
  local: address('local', 'Our own address'),
  log: Flag.String('log').pipe(Flag.withDescription('The event log to write; it holds secrets'), Flag.withMetavar('OUT.ikelog')),
  resume: Flag.Boolean('resume').pipe(Flag.withDescription('Go on with that log, after a crash or an end'), Flag.withDefault(false)),
  port: port('port', 500, 'Our port for IKE (the peer is expected on the same)'),
  natPort: port('nat-port', 4500, 'Our port where a NAT is between us'),
  rawEsp: Flag.Boolean('raw-esp').pipe(
    Flag.withDescription('Send ESP without UDP too, through socat; needs the right to open raw sockets'),
    Flag.withDefault(false),
  ),
  impair: Flag.String('impair').pipe(
    Flag.withDescription('Lose, repeat, delay, change or badly make messages on purpose, as this JSON says'),
    Flag.withMetavar('FILE'),
    Flag.optional,
  ),
  forSeconds: Flag.Int('for').pipe(
    Flag.withDescription('End after so many seconds'),
    Flag.withMetavar('SECONDS'),
    Flag.filter(
      (n) => n >= 1 && n <= mostSeconds,
      (n) => `The time is 1 to ${mostSeconds} seconds, not ${n}`,
    ),
    Flag.optional,
  ),
  pskFile: options.pskFile,
  format: Flag.Literals('format', ['text', 'ndjson'] as const).pipe(
    Flag.withDescription('What the lines look like'),
    Flag.withMetavar('text|ndjson'),
    Flag.withDefault('text' as const),
  ),
};

interface Given {
  readonly config: string;
  readonly local: Plan['local'];
  readonly peer?: Plan['local'];
  readonly port: number;
  readonly natPort: number;
  readonly rawEsp: boolean;
  readonly pskFile: Option.Option<string>;
  readonly impair: Option.Option<string>;
}

const isV6 = (of: Plan['local']): boolean => of.includes(':');

/** Of options that are right each by itself. */
const wrongTogether = ({ port, natPort, local, peer }: Given): string | null => {
  if (port === natPort) return '--port and --nat-port cannot be the same';
  if (local === '0.0.0.0' || local === '::') return `--local ${local} is every address: name the one that peers know`;
  if (peer === local) return '--peer is our own address';
  if (peer !== undefined && isV6(peer) !== isV6(local)) return '--local and --peer are not of the same version of IP';
  return null;
};

/** The plan, and what is given for the whole log: the configuration without keys, and the keys. */
export const prepared = (given: Given) =>
  Effect.gen(function* () {
    const wrong = wrongTogether(given);
    if (wrong !== null) return yield* new WrongUsage({ message: wrong });
    const { bytes } = yield* readGiven(given.config);
    const configured = yield* givenByFile(given.config, new TextDecoder().decode(bytes));
    const refs = configured.filter((e) => e.kind === 'SecretLearned').length;
    const typed = (yield* preSharedKey(given)).map(
      ({ octets }, i): Event => ({
        kind: 'SecretLearned',
        at: null,
        origin: { input: 0, number: 0 },
        about: { what: 'preSharedKey' },
        ref: refs + i,
        value: octets,
      }),
    );
    const impaired = Option.isNone(given.impair)
      ? []
      : [impairmentsGiven(yield* readImpairments(new TextDecoder().decode((yield* readGiven(given.impair.value)).bytes)))];
    const all = [...configured, ...typed, ...impaired];
    return { plan: yield* planOf(all, given), given: all };
  });

/** Never, where nobody said how long. */
export const timeUp = ({ forSeconds }: { readonly forSeconds: Option.Option<number> }): Effect.Effect<void> =>
  Option.match(forSeconds, { onNone: () => Effect.never, onSome: (n) => Effect.sleep(`${n} seconds`) });

/** One line: `{time, negotiation, exchange, state, message}`, or the same for people. */
export const lineOf = ({ at, negotiation, exchange, state, message }: News, format: 'text' | 'ndjson'): string => {
  const time = at === null ? null : timestampText(at);
  if (format === 'ndjson') return `${JSON.stringify({ time, negotiation, exchange, state, message })}\n`;
  const where = exchange === null ? '' : ` ${exchange.toString(16).padStart(8, '0')}`;
  return `${time ?? ''} ${negotiation ?? '-'}${where} ${state === null ? '' : `${state}  `}${message}\n`;
};
