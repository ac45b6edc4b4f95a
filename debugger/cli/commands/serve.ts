/** `ikewind serve`: the window for a browser, on loopback alone, behind a token that is good once. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { nodeCrypto } from '../../../engine/host/node-crypto.ts';
import { toHex } from '../../../engine/index.ts';
import { serve as serveSession } from '../../host/serve.ts';
import { makeSession, type Session } from '../../host/session.ts';
import type { Telling } from '../../protocol/protocol.ts';
import { Unreadable } from '../failure.ts';
import { octetsOf } from '../follow.ts';
import { type Named, preSharedKey } from '../inputs.ts';
import { tracesFolder, version, windowFolder } from '../installation.ts';
import { answer, remark, warn } from '../io.ts';
import * as options from '../options.ts';

const lastPort = 65535;

const port = Flag.Int('port').pipe(
  Flag.withDescription('The port on 127.0.0.1; without it a free one'),
  Flag.withMetavar('N'),
  Flag.withDefault(0),
  Flag.filter(
    (n) => n >= 0 && n <= lastPort,
    (n) => `A port is 1 to ${lastPort}, not ${n}`,
  ),
);

const { keys, pskFile, window } = options.reading;

export const serve = Command.make(
  'serve',
  { inputs: options.optionalInputs, keys, pskFile, window, follow: options.follow, port },
  (given) => servePage(given),
).pipe(
  Command.withDescription('The debugger window for a browser on this machine: prints an address that is good once'),
  Command.withExamples([{ command: 'ikewind serve capture.pcap --keys keys.json', description: 'Open the printed address in a browser' }]),
);

/** Until somebody interrupts. Nothing is served where the inputs cannot be read. */
export const servePage = (given: Named & { readonly port: number; readonly follow: boolean; readonly window: number }) =>
  Effect.gen(function* () {
    if (!existsSync(join(windowFolder, 'index.html'))) {
      return yield* new Unreadable({ message: 'the window is not built: run npm run build' });
    }
    const session = yield* makeSession({
      crypto: nodeCrypto,
      version,
      shell: 'browser',
      tracesDir: tracesFolder,
      replayWindow: given.window,
    });
    if (given.follow) yield* followIn(session, given);
    else if (given.inputs.length > 0) yield* openIn(session, given);
    const { url } = yield* serveSession(session, { windowDir: windowFolder, port: given.port });
    yield* answer(`${url}\n`);
    yield* remark('open the address in a browser on this machine; Ctrl+C ends');
    return yield* Effect.never;
  }).pipe(Effect.scoped);

/** In the background: the page is served at once, and shows what has come so far. */
const followIn = (session: Session, given: Named) =>
  Effect.gen(function* () {
    const { name, octets } = yield* octetsOf(given);
    const [psk] = yield* preSharedKey(given);
    const what = { name, octets, keys: given.keys, psk: psk && `0x${toHex(psk.octets)}` };
    const told = Effect.catch(session.follow(what), ({ title, message, cure }) => warn(`${title}. ${message} ${cure}`));
    yield* Effect.forkScoped(told);
  });

/** The session tells its windows what came of it; until there is a window, that is us. */
const openIn = (session: Session, given: Named) =>
  Effect.gen(function* () {
    const [psk] = yield* preSharedKey(given);
    const told: Telling[] = [];
    const connection = session.connect((telling) => told.push(telling));
    const opened = yield* session.openPaths({ paths: given.inputs, keys: given.keys, psk: psk && `0x${toHex(psk.octets)}` });
    connection.close();
    for (const telling of told) {
      if (telling.tell === 'failed') return yield* new Unreadable({ message: `${telling.title}. ${telling.message} ${telling.cure}` });
      if (telling.tell !== 'opened') continue;
      for (const { input, offset, message } of telling.overview.damage) yield* warn(`${input}, offset ${offset}: ${message}`);
    }
    if (!opened) return yield* new Unreadable({ message: `${given.inputs.join(', ')} could not be opened` });
  });
