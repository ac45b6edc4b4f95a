/** All commands under one roof, and how each way to end becomes an exit status. */
import * as NodeServices from '@effect/platform-node/NodeServices';
import { Cause, Effect, Exit } from 'effect';
import { CliConfig, CliError, CliOutput, Command, GlobalFlag } from 'effect/cli';
import { faultPlaces } from '../host/fault.ts';
import type { LiveError } from '../host/live-error.ts';
import type { LoadError } from '../host/load-error.ts';
import type { ServeError } from '../host/serve.ts';
import { certificates } from './commands/certificates.ts';
import { connect } from './commands/connect.ts';
import { debug } from './commands/debug.ts';
import { diagnose } from './commands/diagnose.ts';
import { diff } from './commands/diff.ts';
import { events } from './commands/events.ts';
import { explain } from './commands/explain.ts';
import { exportLog } from './commands/export.ts';
import { importInputs } from './commands/import.ts';
import { keys } from './commands/keys.ts';
import { listen } from './commands/listen.ts';
import { losses } from './commands/losses.ts';
import { messages } from './commands/messages.ts';
import { open } from './commands/open.ts';
import { psk } from './commands/psk.ts';
import { redactInputs } from './commands/redact.ts';
import { replay } from './commands/replay.ts';
import { serve } from './commands/serve.ts';
import { show } from './commands/show.ts';
import { simulate } from './commands/simulate.ts';
import { state } from './commands/state.ts';
import { step } from './commands/step.ts';
import { timing } from './commands/timing.ts';
import type { StartedProgram } from './failure.ts';
import { version } from './installation.ts';
import { answer, Io, remark, type Streams } from './io.ts';
import { Leave } from './leave.ts';
import { withinColumns } from './text/columns.ts';

export const status = { done: 0, matched: 1, wrongUsage: 2, unreadable: 3, ours: 70, interrupted: 130 } as const;

const root = Command.make('ikewind').pipe(
  Command.withDescription('Steps through IKE and IPsec negotiations: from captures to an event log, to every state and key at every event'),
  Command.withSubcommands([
    open,
    serve,
    importInputs,
    events,
    messages,
    replay,
    state,
    diagnose,
    losses,
    psk,
    timing,
    certificates,
    diff,
    exportLog,
    redactInputs,
    step,
    keys,
    explain,
    show,
    debug,
    connect,
    listen,
    simulate,
  ]),
  Command.withExamples([
    { command: 'ikewind open capture.pcap --keys keys.json', description: 'Look at a capture in the window' },
    { command: 'ikewind step capture.pcap --keys keys.json', description: 'The same in the terminal' },
  ]),
);

const run = Command.runWith(root, { version, renderErrors: false });

const ended = (exit: number) => (why: { readonly message: string }) => Effect.as(remark(why.message), exit);
const unreadable = ended(status.unreadable);

/** Every way to end other than well, by the tag of its error. */
const endings = {
  ReaderGone: () => Effect.succeed<number>(status.done),
  Differing: () => Effect.succeed<number>(status.matched),
  Matched: ended(status.matched),
  WrongUsage: ended(status.wrongUsage),
  Unreadable: unreadable,
  LoadError: ({ title, message, cure }: LoadError) => unreadable({ message: `${title}. ${message} ${cure}` }),
  LiveError: ({ message, cure }: LiveError) => unreadable({ message: `${message} ${cure}` }),
  ServeError: ({ message, cure }: ServeError) => unreadable({ message: `${message} ${cure}` }),
  StartedProgram: (program: StartedProgram) => Effect.succeed(program.status),
};

/** Help is an answer when it was asked for; what was wrong is said in a line, not under a page of help. */
const presenter = (streams: Streams): CliOutput.Presenter => {
  const formatter = CliOutput.defaultFormatter({ colors: streams.out.isTerminal && !streams.env['NO_COLOR'] });
  return {
    present: (event) => {
      if (event._tag === 'Version') return Effect.ignore(Effect.provideService(answer(`ikewind ${event.version}\n`), Io, streams));
      if (event._tag !== 'Help' || event.reason !== 'Requested') return Effect.void;
      return Effect.ignore(
        Effect.provideService(answer(`${withinColumns(spaced(formatter.formatHelpDoc(event.helpDoc)))}\n`), Io, streams),
      );
    },
  };
};

/** The formatter leaves no line free between commands and examples. */
const spaced = (help: string): string => help.replace(/([^\n])\n((?:\p{Cc}\[[\d;]*m)*EXAMPLES)/u, '$1\n\n$2');

/** Runs one command to its end. Resolves with the exit status, whatever happens; `signal` interrupts. */
export const runProgram = async (args: readonly string[], streams: Streams, signal?: AbortSignal): Promise<number> => {
  const leave = { status: status.interrupted as number };
  const program = run(args).pipe(
    Effect.as<number>(status.done),
    Effect.catchTags(endings),
    Effect.catchIf(CliError.isCliError, (error) => Effect.as(remark(sentenceOf(error)), status.wrongUsage)),
    Effect.provideService(Io, streams),
    Effect.provideService(Leave, leave),
    Effect.provideService(CliConfig.CliConfig, CliConfig.make({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })),
    Effect.provideService(CliOutput.Presenter, presenter(streams)),
    Effect.provide(NodeServices.layer),
  );
  const exit = await Effect.runPromiseExit(program, signal ? { signal } : {});
  if (Exit.isSuccess(exit)) return exit.value;
  if (Cause.hasInterruptsOnly(exit.cause)) return leave.status;
  await streams.err.write(`ikewind: this is a fault of ikewind itself (${faultPlaces(exit.cause)})\n`).catch(() => undefined);
  return status.ours;
};

/** What was wrong with the words, and where to read on. */
const sentenceOf = (error: CliError.CliError): string => {
  if (error._tag !== 'ShowHelp') return oneLine(error.message);
  const [first] = error.errors;
  const help = `${error.commandPath.join(' ')} --help`;
  return first ? `${oneLine(first.message)} (see ${help})` : `a command is missing (see ${help})`;
};

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');
