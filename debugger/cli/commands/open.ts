/** `ikewind open`: the debugger's window. Where Electron cannot run, the same window in a browser, with the reason. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Effect, Option } from 'effect';
import { Command } from 'effect/cli';
import { StartedProgram, Unreadable } from '../failure.ts';
import { startScript } from '../installation.ts';
import { remark } from '../io.ts';
import * as options from '../options.ts';
import { servePage } from './serve.ts';

const { keys, pskFile, window } = options.reading;

export const open = Command.make('open', { inputs: options.optionalInputs, keys, pskFile, window, follow: options.follow }, (given) =>
  Effect.gen(function* () {
    // The window takes its files by path, and a secret is never an argument.
    const why =
      given.inputs.includes('-') && !given.follow
        ? 'standard input cannot be handed to it, except with --follow'
        : Option.isSome(given.pskFile)
          ? 'a pre-shared key from a file cannot be handed to it'
          : existsSync(startScript)
            ? null
            : `this installation has no ${startScript}`;
    if (why === null)
      return yield* runStart([
        ...['--window', `${given.window}`, ...(given.follow ? ['--follow'] : [])],
        ...given.keys.flatMap((file) => ['--keys', file]),
        ...given.inputs,
      ]);
    yield* remark(`the Electron window cannot open: ${why}; serving the same window to a browser instead`);
    yield* servePage({ ...given, port: 0 });
  }),
).pipe(
  Command.withDescription('Opens the debugger window; where Electron cannot run, serves it to a browser and says why'),
  Command.withExamples([{ command: 'ikewind open capture.pcap --keys keys.json', description: 'The window, on this capture' }]),
);

/** The script says what is missing and serves instead, by itself; an interruption is passed on to it. */
const runStart = (args: readonly string[]): Effect.Effect<void, StartedProgram | Unreadable> =>
  Effect.callback<void, StartedProgram | Unreadable>((resume) => {
    // INIT_CWD is how npm tells where it was called from; here it is this folder.
    const env = { ...process.env, INIT_CWD: process.cwd() };
    const child = spawn(process.execPath, [startScript, ...args], { stdio: 'inherit', env });
    child.on('error', (fault) => resume(Effect.fail(new Unreadable({ message: `the window cannot be started: ${fault.message}` }))));
    child.on('exit', (code) => resume(code === 0 ? Effect.void : Effect.fail(new StartedProgram({ status: code ?? 130 }))));
    return Effect.sync(() => child.kill('SIGTERM'));
  });
