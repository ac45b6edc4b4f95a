/** The debugger at a run that takes part: `--debug` serves the window on it, `--paused` and `--break-at` hold it from the start. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Effect } from 'effect';
import { Flag } from 'effect/cli';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { type Event, operation, type Plan } from '../../engine/index.ts';
import { makeAttachment } from '../host/attached.ts';
import type { Live, LiveOptions } from '../host/live.ts';
import { serve } from '../host/serve.ts';
import { makeSession } from '../host/session.ts';
import { Unreadable, WrongUsage } from './failure.ts';
import { tracesFolder, version, windowFolder } from './installation.ts';
import { remark } from './io.ts';

const lastPort = 65_535;

export const debugging = {
  debug: Flag.Boolean('debug').pipe(
    Flag.withDescription('Serve the debugger on this run: prints an address for a browser on this machine, and stays until Ctrl+C'),
    Flag.withDefault(false),
  ),
  debugPort: Flag.Int('debug-port').pipe(
    Flag.withDescription('Its port on 127.0.0.1; without it a free one'),
    Flag.withMetavar('N'),
    Flag.withDefault(0),
    Flag.filter(
      (n) => n >= 0 && n <= lastPort,
      (n) => `A port is 1 to ${lastPort}, not ${n}`,
    ),
  ),
  paused: Flag.Boolean('paused').pipe(
    Flag.withDescription('With --debug: nothing leaves before somebody says continue in the window'),
    Flag.withDefault(false),
  ),
  breakAt: Flag.String('break-at').pipe(
    Flag.withDescription('With --debug: hold at a message or a state, as MM5 or IKE_I_MM4; may be given several times'),
    Flag.withMetavar('WHERE'),
    Flag.atLeast(0),
  ),
};

interface Given {
  readonly debug: boolean;
  readonly debugPort: number;
  readonly paused: boolean;
  readonly breakAt: readonly string[];
}

/** What a run has of its debugger; without one, nothing of it does anything. */
export interface Debugging {
  readonly watch: Pick<LiveOptions, 'watch' | 'earlier'>;
  /** Holds the engine as the options say, before anything else is asked of it. */
  readonly begin: (live: Live) => void;
  /** The engine ended: who looks at it goes on looking. */
  readonly end: (why: string) => Effect.Effect<void>;
}

const none: Debugging = { watch: {}, begin: () => undefined, end: () => Effect.void };

/** `name`: what the window calls the run. Until the scope closes. */
export const debuggerOf = (name: string, plan: Plan, events: readonly Event[], given: Given) =>
  Effect.gen(function* () {
    const requests = [...given.breakAt.map((at) => `break at ${at}`), ...(given.paused ? ['pause'] : [])];
    const wrong = requests.find((request) => operation(request) === null);
    if (wrong !== undefined) return yield* new WrongUsage({ message: `--break-at: "${wrong}" names no message and no state` });
    if (!given.debug) {
      return requests.length > 0
        ? yield* new WrongUsage({ message: '--paused and --break-at need --debug: else nobody could go on' })
        : none;
    }
    if (!existsSync(join(windowFolder, 'index.html'))) {
      return yield* new Unreadable({ message: 'the window is not built: run npm run build' });
    }
    const attachment = makeAttachment(name, plan, events);
    const session = yield* makeSession({ crypto: nodeCrypto, version, shell: 'browser', tracesDir: tracesFolder });
    const { url } = yield* serve(session, { windowDir: windowFolder, port: given.debugPort });
    const debugged: Debugging = {
      watch: { watch: attachment.watch, earlier: attachment.earlier },
      begin: ({ request }) => {
        attachment.engine(request);
        for (const text of requests) request(text);
      },
      end: (why) =>
        Effect.gen(function* () {
          attachment.end(why);
          yield* Effect.never;
        }),
    };
    yield* Effect.forkScoped(session.attach(attachment));
    yield* remark(`debugger: ${url}`);
    return debugged;
  });
