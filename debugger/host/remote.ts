/**
 * The session of a run elsewhere on this machine (`connect --debug`, `listen --debug`), for windows of ours: the same messages, over the WebSocket
 * that its address leads to. The address is good once; what it is exchanged for stays here.
 */
import * as NodeWS from '@effect/platform-node/NodeWS';
import { Effect } from 'effect';
import { Socket } from 'effect/socket';
import { Packr } from 'msgpackr';
import type { Greeting, Telling } from '../protocol/protocol.ts';
import { checkQuestion, checkTelling } from '../protocol/validate.ts';
import type { Connection } from './connection.ts';

export interface Remote {
  readonly connect: (tell: (telling: Telling) => void) => Connection;
}

/** What stands in an address that `--debug` prints: ours is loopback alone. */
const isAddress = (url: URL): boolean =>
  url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname) && url.port !== '' && url.searchParams.has('token');

/** Beyond the numbers that a window gives its questions. */
const ownQuestion = Number.MAX_SAFE_INTEGER;

/** `WebSocket.OPEN`. */
const isOpen = 1;

const gone = 'The engine that ran elsewhere is gone.';

/** A sentence where it cannot be reached. */
export const reach = async (address: string): Promise<Remote | string> => {
  if (!URL.canParse(address) || !isAddress(new URL(address)))
    return 'This is no address as --debug prints it: http://127.0.0.1:PORT/?token=...';
  const url = new URL(address);
  try {
    const answer = await fetch(url, { redirect: 'manual' });
    const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0];
    if (answer.status !== 303 || cookie === undefined)
      return 'The address was used before, or is another program’s. Start the run again for a new one.';
    return { connect: (tell) => connectTo(url.host, cookie, tell) };
  } catch {
    return 'Nobody answers at that address.';
  }
};

/** Node's own takes no headers in every release, and Electron's processes have none. */
const openSocket = Effect.runSync(
  Effect.provide(
    Effect.gen(function* () {
      return yield* Socket.WebSocketConstructor;
    }),
    NodeWS.layerWebSocketConstructor,
  ),
);

const connectTo = (host: string, cookie: string, tell: (telling: Telling) => void): Connection => {
  const packr = new Packr({ useRecords: false });
  const socket = Object.assign(openSocket(`ws://${host}/socket`, { headers: { origin: `http://${host}`, cookie } }), {
    binaryType: 'arraybuffer',
  });
  const waiting: unknown[] = [];
  const send = (question: unknown): void => {
    if (socket.readyState === isOpen) socket.send(new Uint8Array(packr.pack(question)));
    else waiting.push(question);
  };
  let isClosing = false;
  let live: Greeting['live'] = null;
  const hand = (telling: Telling): void => {
    if (telling.tell === 'live') live = telling.live;
    if (telling.tell !== 'answer' || telling.id !== ownQuestion) {
      tell(telling);
      return;
    }
    const greeting = telling.answer as Greeting;
    live = greeting.live;
    if (greeting.overview) tell({ tell: 'opened', overview: greeting.overview, at: greeting.overview.lastIndex });
    else tell({ tell: 'closed' });
    tell({ tell: 'live', live });
  };
  socket.addEventListener('open', () => {
    send({ id: ownQuestion, name: 'hello', ask: {} });
    for (const question of waiting.splice(0)) send(question);
  });
  socket.addEventListener('message', ({ data }) => {
    const telling = data instanceof ArrayBuffer ? checkTelling(packr.unpack(new Uint8Array(data))) : undefined;
    if (telling) hand(telling);
  });
  socket.addEventListener('close', () => {
    if (isClosing) return;
    if (live)
      tell({ tell: 'live', live: { ...live, engine: { ...live.engine, status: 'ended', why: 'its program is gone', pending: null } } });
    tell({ tell: 'failed', title: gone, message: 'What is drawn stays as it was.', cure: 'Open its log to look further.' });
  });
  return {
    receive: (value) => {
      if (socket.readyState <= isOpen) {
        send(value);
        return;
      }
      const checked = checkQuestion(value);
      const id = checked.ok ? checked.question.id : checked.id;
      if (id !== null) tell({ tell: 'refused', id, message: gone });
    },
    close: () => {
      isClosing = true;
      socket.close();
    },
  };
};
