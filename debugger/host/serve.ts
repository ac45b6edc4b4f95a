/** `ikewind serve`: the window for a browser, on loopback alone, with the same session and the same messages over a WebSocket. */

import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import * as NodeHttpServer from '@effect/platform-node/NodeHttpServer';
import { Data, Effect, FileSystem, Layer, Queue, type Scope } from 'effect';
import { HttpServer, HttpServerRequest, HttpServerResponse } from 'effect/http';
import { Packr } from 'msgpackr';
import type { Telling } from '../protocol/protocol.ts';
import { isOurs, makeGate } from './gate.ts';
import { pageFile, pageHeaders } from './page.ts';
import type { Session } from './session.ts';

export interface ServeOptions {
  /** The folder of the built window. */
  readonly windowDir: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The port could not be had. */
export class ServeError extends Data.TaggedError('ServeError')<{ readonly message: string; readonly cure: string }> {}

export interface Served {
  /** With the token that is good once. */
  readonly url: string;
  readonly port: number;
}

/** Serves `session` until the scope closes. Errors: the port is taken or forbidden. */
export const serve = (session: Session, options: ServeOptions): Effect.Effect<Served, ServeError, Scope.Scope | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const gate = makeGate();
    const server = createServer();
    const lines = new Set<Socket>();
    server.on('connection', (line) => {
      lines.add(line);
      line.once('close', () => lines.delete(line));
    });
    const listening = NodeHttpServer.layerServer(() => server, {
      host: '127.0.0.1',
      port: options.port,
      gracefulShutdownTimeout: 500,
      websocket: { maxPayload: largestMessage, perMessageDeflate: false },
    });
    const context = yield* Layer.build(listening).pipe(
      Effect.mapError(
        () =>
          new ServeError({
            message: `Port ${options.port} of 127.0.0.1 cannot be opened.`,
            cure: 'Name another with --port, or leave it out.',
          }),
      ),
    );
    return yield* Effect.gen(function* () {
      const http = yield* HttpServer.HttpServer;
      const port = 'port' in http.address ? http.address.port : options.port;
      const cookieName = `ikewind-${port}`;
      yield* http.serve(
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest;
          const url = targetOf(request.originalUrl);
          if (!url) return refused(400, 'This is no address.');
          const isSocket = url.pathname === '/socket';
          if (!isOurs(request.headers, port, isSocket)) return refused(403, 'This request does not come from the window.');
          if (request.method !== 'GET' && request.method !== 'HEAD') return refused(405, 'The window is only read.');
          const headers = pageHeaders([`ws://${request.headers['host']}`]);
          const token = url.searchParams.get('token');
          if (url.pathname === '/' && token !== null && !gate.knows(request.cookies[cookieName])) {
            const cookie = gate.exchange(token);
            if (cookie === undefined) return refused(403, 'This address was used before. Start ikewind serve again for a new one.');
            return HttpServerResponse.empty({
              status: 303,
              headers: { ...headers, location: '/', 'set-cookie': `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/` },
            });
          }
          if (!gate.knows(request.cookies[cookieName]))
            return refused(403, 'The address that ikewind serve printed has to be opened first.');
          // The token leaves the address bar also where the cookie was there before.
          if (token !== null) return HttpServerResponse.empty({ status: 303, headers: { ...headers, location: '/' } });
          return isSocket ? yield* talk(session, request) : yield* page(options.windowDir, url.pathname, headers);
        }),
      );
      // A window that stays connected would keep the server, and with it the program, from ending.
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          for (const line of lines) line.destroy();
        }),
      );
      return { url: `http://127.0.0.1:${port}/?token=${gate.token}`, port };
    }).pipe(Effect.provide(context));
  });

/** Octets of one message: a file that the window hands over is one message. */
const largestMessage = 2 ** 29;

const targetOf = (text: string): URL | undefined => (URL.canParse(text, 'http://loopback') ? new URL(text, 'http://loopback') : undefined);

const refused = (status: number, message: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(`${message}\n`, { status, headers: pageHeaders() });

const page = (folder: string, path: string, headers: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    // Browsers ask for it unasked; the page has none.
    if (path === '/favicon.ico') return HttpServerResponse.empty({ status: 204, headers });
    const file = pageFile(folder, path);
    if (!file) return refused(404, 'There is nothing here.');
    const fs = yield* FileSystem.FileSystem;
    const bytes = yield* fs.readFile(file.path);
    return HttpServerResponse.uint8Array(bytes, { headers, contentType: file.type });
  }).pipe(Effect.catch(() => Effect.succeed(refused(404, 'There is nothing here.'))));

/** One window: its questions in, answers and news out, until either side hangs up. */
const talk = (session: Session, request: HttpServerRequest.HttpServerRequest) =>
  Effect.gen(function* () {
    const packr = new Packr({ useRecords: false });
    const socket = yield* request.upgrade;
    const reader = yield* socket.reader;
    const writer = yield* socket.writer;
    const outgoing = yield* Queue.unbounded<Telling>();
    yield* Effect.forkScoped(
      Effect.forever(Effect.flatMap(Queue.take(outgoing), (telling) => writer.write(new Uint8Array(packr.pack(telling))))),
    );
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => session.connect((telling) => Queue.offerUnsafe(outgoing, telling))),
      ({ close }) => Effect.sync(close),
    );
    while (true) {
      for (const message of yield* reader.pull) connection.receive(unpacked(packr, message));
    }
  }).pipe(
    Effect.scoped,
    // A line that ends is the usual end of a window.
    Effect.catch(() => Effect.succeed(HttpServerResponse.empty())),
  );

const unpacked = (packr: Packr, message: Uint8Array | string): unknown => {
  if (typeof message === 'string') return undefined;
  try {
    return packr.unpack(message);
  } catch {
    return undefined;
  }
};
