/** `ikewind show crypto ...`: what the device would print at a moment, in its own columns. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { type ShowCommand, showLines } from '../../../engine/index.ts';
import { resolveAt } from '../at.ts';
import { side, speakerOf } from '../device.ts';
import { failOnLog, type Named, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { type Format, printRecord } from '../output.ts';
import { harmless } from '../text/paint.ts';
import { timeOfEvent } from '../text/time.ts';

const asked = { ...options.reading, at: options.at('end'), side, format: options.format };

const ios = Flag.Literals('ios', ['12.3', 'later'] as const).pipe(
  Flag.withDescription('Columns of IOS 12.3, or those of the releases after it'),
  Flag.withMetavar('12.3|later'),
  Flag.withDefault('later' as const),
);

interface Asked extends Named {
  readonly window: number;
  readonly failOn: readonly string[];
  readonly at: string;
  readonly side: 'responder' | 'initiator';
  readonly format: Format;
}

const answer = (given: Asked, command: ShowCommand) =>
  Effect.gen(function* () {
    const replay = yield* readReplay(given);
    const index = yield* resolveAt(replay, given.at);
    const lines = showLines(replay, speakerOf(replay, given.side), index, command);
    const record = { event: index, time: timeOfEvent(replay.log, index), side: given.side, command: `show crypto ${command.what}`, lines };
    yield* printRecord(record, given.format, () => lines.map(tabbed));
    yield* failOnLog(given.failOn, replay);
  });

/** Tabs are IOS's own indentation. */
export const tabbed = (line: string): string => line.split('\t').map(harmless).join('\t');

const isakmpSa = Command.make('sa', { ...asked, ios }, (given) => answer(given, { what: 'isakmp sa', detail: false, ios: given.ios })).pipe(
  Command.withDescription('ISAKMP SAs: ends, state, connection id'),
  Command.withExamples([
    { command: 'ikewind show crypto isakmp sa capture.pcap --keys keys.json --at 6', description: 'After the sixth event' },
  ]),
  Command.withSubcommands([
    Command.make('detail', asked, (given) => answer(given, { what: 'isakmp sa', detail: true, ios: 'later' })).pipe(
      Command.withDescription('The same with algorithms, lifetimes and capabilities'),
    ),
  ]),
);

const ipsecSa = Command.make('sa', asked, (given) => answer(given, { what: 'ipsec sa', detail: false })).pipe(
  Command.withDescription('IPsec SAs by flow: counters, SPIs, transforms, lifetimes'),
  Command.withExamples([
    { command: 'ikewind show crypto ipsec sa capture.pcap --keys keys.json', description: 'At the end of the capture' },
  ]),
  Command.withSubcommands([
    Command.make('detail', asked, (given) => answer(given, { what: 'ipsec sa', detail: true })).pipe(
      Command.withDescription('The same with refused packets by reason'),
    ),
  ]),
);

const map = Command.make('map', asked, (given) => answer(given, { what: 'map' })).pipe(
  Command.withDescription('Crypto maps, as configured or as the negotiations show them'),
);

const session = Command.make('session', asked, (given) => answer(given, { what: 'session', detail: false })).pipe(
  Command.withDescription('Each peer with its SAs and flows'),
  Command.withSubcommands([
    Command.make('detail', asked, (given) => answer(given, { what: 'session', detail: true })).pipe(
      Command.withDescription('The same with counters, lifetimes and capabilities'),
    ),
  ]),
);

const showCrypto = Command.make('crypto').pipe(
  Command.withDescription('What the device shows of IKE and IPsec'),
  Command.withSubcommands([
    Command.make('isakmp').pipe(Command.withDescription('ISAKMP SAs'), Command.withSubcommands([isakmpSa])),
    Command.make('ipsec').pipe(Command.withDescription('IPsec SAs'), Command.withSubcommands([ipsecSa])),
    map,
    session,
  ]),
);

export const show = Command.make('show').pipe(
  Command.withDescription('What the device would print at a moment: show crypto isakmp sa, ipsec sa, map, session'),
  Command.withSubcommands([showCrypto]),
  Command.withExamples([
    { command: 'ikewind show crypto isakmp sa capture.pcap --keys keys.json --at 6', description: 'ISAKMP SAs of the responder' },
    { command: 'ikewind show crypto ipsec sa capture.pcap --keys keys.json --side initiator', description: 'IPsec SAs of the other end' },
  ]),
);
