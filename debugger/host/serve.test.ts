import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as tcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Effect, Exit, Scope } from 'effect';
import { Packr } from 'msgpackr';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Telling } from '../protocol/protocol.ts';
import { serve } from './serve.ts';
import type { Session } from './session.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewind-serve-'));
  mkdirSync(join(folder, 'window'));
  writeFileSync(join(folder, 'window', 'index.html'), '<p>the window</p>');
  writeFileSync(join(folder, 'secret.txt'), 'not for the page');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers every question with what was asked. */
const echo: Session = {
  connect: (tell) => ({
    receive: (value) => tell({ tell: 'answer', id: 1, answer: value } satisfies Telling),
    close: () => {
      closed += 1;
    },
  }),
  openPaths: () => Effect.succeed(true),
  openBundled: () => Effect.succeed(true),
  attach: () => Effect.void,
  follow: () => Effect.void,
};
let closed = 0;

let scope: Scope.Closeable;
let port = 0;
let token = '';
beforeEach(async () => {
  closed = 0;
  scope = await Effect.runPromise(Scope.make());
  const served = await Effect.runPromise(
    serve(echo, { windowDir: join(folder, 'window'), port: 0 }).pipe(Scope.provide(scope), Effect.provide(NodeFileSystem.layer)),
  );
  port = served.port;
  token = new URL(served.url).searchParams.get('token') ?? '';
});
afterEach(() => Effect.runPromise(Scope.close(scope, Exit.void)));

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

// By hand, because fetch neither sends a Host of choice nor leaves a path alone.
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });

const enter = async (): Promise<string> => {
  const { headers } = await get(`/?token=${token}`);
  return String(headers['set-cookie']).split(';')[0] ?? '';
};

describe('the page', () => {
  test('the token is exchanged for a cookie, once, and the address is cleaned of it', async () => {
    const first = await get(`/?token=${token}`);
    expect(first.status).toBe(303);
    expect(first.headers['location']).toBe('/');
    expect(String(first.headers['set-cookie'])).toMatch(/^ikewind-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(String(first.headers['set-cookie'])).not.toContain(token);
    expect((await get(`/?token=${token}`)).status).toBe(403);
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    const page = await get('/', { cookie });
    expect(page).toMatchObject({ status: 200, body: '<p>the window</p>' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await get('/', { cookie })).status).toBe(200);
    // Who has the cookie and comes by the old address is let in all the same.
    expect(await get(`/?token=${token}`, { cookie })).toMatchObject({ status: 303 });
  });

  test.each([
    ['no token', '/', {}],
    ['a wrong token', `/?token=${'A'.repeat(43)}`, {}],
    ['a wrong cookie', '/', { cookie: `ikewind=${'A'.repeat(43)}` }],
    ['an empty token', '/?token=', {}],
  ])('%s: 403', async (_, path, headers) => expect((await get(path, headers)).status).toBe(403));

  test('a wrong token does not use the right one up', async () => {
    await get('/?token=wrong');
    expect((await get(`/?token=${token}`)).status).toBe(303);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'Host %s: 403, cookie or not',
    async (host) => {
      const cookie = await enter();
      expect((await get('/', { cookie, host })).status).toBe(403);
    },
  );

  test('another Origin: 403; our own: served', async () => {
    const cookie = await enter();
    expect((await get('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/', { cookie, origin: 'null' })).status).toBe(403);
    expect((await get('/', { cookie, origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/x/../../secret.txt',
    '/index.html%00.txt',
    '//secret.txt',
    '/no.js',
  ])('%s is nothing', async (path) => {
    const { status, body } = await get(path, { cookie: await enter() });
    expect(status).toBe(404);
    expect(body).not.toContain('not for the page');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s: 405', async (method) =>
    expect((await get('/', { cookie: await enter() }, method)).status).toBe(405),
  );

  test('nothing that is no HTTP brings it down', async () => {
    await new Promise<void>((resolve) => {
      const line = tcp(port, '127.0.0.1', () => line.end('\0\xff nonsense\r\n\r\n'));
      line.on('close', () => resolve());
      line.on('error', () => resolve());
      line.resume();
    });
    expect((await get('//[', { cookie: await enter() })).status).toBeGreaterThanOrEqual(400);
    expect((await get('/', {})).status).toBe(403);
  });
});

describe('the socket', () => {
  const packr = new Packr({ useRecords: false });
  const open = (headers: Record<string, string>): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      // Node's WebSocket takes headers beside what the standard has.
      const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, { headers } as unknown as string[]);
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => resolve(socket);
      socket.onerror = () => reject(new Error('refused'));
    });
  const next = (socket: WebSocket): Promise<unknown> =>
    new Promise((resolve) => {
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => resolve(packr.unpack(new Uint8Array(data)));
    });

  test('questions in, answers out, octets as octets', async () => {
    const socket = await open({ cookie: await enter(), origin: `http://127.0.0.1:${port}` });
    const answered = next(socket);
    socket.send(
      new Uint8Array(packr.pack({ id: 1, name: 'open', ask: { files: [{ name: 'a', bytes: Uint8Array.of(1, 2) }], add: false } })),
    );
    expect(await answered).toMatchObject({
      tell: 'answer',
      answer: { name: 'open', ask: { files: [{ name: 'a', bytes: Uint8Array.of(1, 2) }] } },
    });
    const nonsense = next(socket);
    socket.send(Uint8Array.of(0xc1, 0xff, 0x00));
    expect(await nonsense).toMatchObject({ tell: 'answer' });
    socket.close();
    await expect.poll(() => closed).toBe(1);
  });

  test('without the cookie, without an Origin, with another Origin: refused', async () => {
    const cookie = await enter();
    const origin = `http://127.0.0.1:${port}`;
    await expect(open({ origin })).rejects.toThrow('refused');
    await expect(open({ cookie })).rejects.toThrow('refused');
    await expect(open({ cookie, origin: 'http://evil.example' })).rejects.toThrow('refused');
    await expect(open({ cookie, origin: 'http://localhost:1' })).rejects.toThrow('refused');
    (await open({ cookie, origin })).close();
  });
});

test('it ends while a window is connected', async () => {
  const cookie = await enter();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, {
    headers: { cookie, origin: `http://127.0.0.1:${port}` },
  } as unknown as string[]);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  const ended = new Promise((resolve) => {
    socket.onclose = resolve;
  });
  await Effect.runPromise(Scope.close(scope, Exit.void));
  await ended;
  expect(closed).toBe(1);
});

test('a port that is taken is said so', async () => {
  const again = serve(echo, { windowDir: folder, port }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer), Effect.result);
  expect(await Effect.runPromise(again)).toMatchObject({ _tag: 'Failure', failure: { _tag: 'ServeError' } });
});
