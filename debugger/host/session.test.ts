import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Effect, Exit, Scope } from 'effect';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import type { Answer, Ask, AskName, GivenFile, Telling } from '../protocol/protocol.ts';
import type { Connection } from './connection.ts';
import { makeSession, type Session } from './session.ts';

const tracesDir = resolve(import.meta.dirname, '../../traces');
const trace = 'mm-psk-3des-sha1-modp1024';
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(tracesDir, trace, name)));
const capture: GivenFile = { name: 'capture.pcap', bytes: read('capture.pcap') };
const keys: GivenFile = { name: 'keys.json', bytes: read('keys.json') };
const known = JSON.parse(new TextDecoder().decode(read('daemons.json'))) as {
  ike_sas: { psk: string; dh_shared_secret: string; skeyid: string }[];
};
const secret = known.ike_sas[0] ?? { psk: '', dh_shared_secret: '', skeyid: '' };

/** Every value in the key file under a name that is a secret's. */
const secretsOf = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' && /^(psk|dh_shared_secret|skeyid(_[ade])?|enc_key|auth_key)$/.test(name) ? [member] : secretsOf(member),
  );
};

/** A window that keeps what it is told. */
class Window {
  readonly told: Telling[] = [];
  private asked = 0;
  private readonly waiting = new Map<number, (telling: Telling) => void>();
  private readonly connection: Connection;

  constructor(session: Session) {
    this.connection = session.connect((telling) => {
      this.told.push(telling);
      if (telling.tell === 'answer' || telling.tell === 'refused') this.waiting.get(telling.id)?.(telling);
    });
  }

  send(value: unknown): void {
    this.connection.receive(value);
  }

  async ask<N extends AskName>(name: N, ask: Ask<N>): Promise<Answer<N>> {
    const id = ++this.asked;
    const telling = await new Promise<Telling>((done) => {
      this.waiting.set(id, done);
      this.send({ id, name, ask });
    });
    if (telling.tell !== 'answer') throw new Error(telling.tell === 'refused' ? telling.message : telling.tell);
    return telling.answer as Answer<N>;
  }

  last<T extends Telling['tell']>(tell: T): Extract<Telling, { tell: T }> {
    const found = this.told.findLast((t) => t.tell === tell);
    if (!found) throw new Error(`never told: ${tell}`);
    return found as Extract<Telling, { tell: T }>;
  }
}

const begun = (replayWindow?: number): Promise<Session> =>
  Effect.runPromise(
    makeSession({ crypto: nodeCrypto, version: '0.0.0', shell: 'browser', tracesDir, replayWindow }).pipe(
      Scope.provide(scope),
      Effect.provide(NodeFileSystem.layer),
    ),
  );

let scope: Scope.Closeable;
let session: Session;
let window: Window;
beforeEach(async () => {
  scope = await Effect.runPromise(Scope.make());
  session = await begun();
  window = new Window(session);
});
afterEach(() => Effect.runPromise(Scope.close(scope, Exit.void)));

describe('opening', () => {
  test('at first nothing is open, and the bundled traces are named', async () => {
    const greeting = await window.ask('hello', {});
    expect(greeting).toMatchObject({ version: '0.0.0', overview: null, shell: 'browser' });
    expect(greeting.bundled).toContainEqual(
      expect.objectContaining({ id: trace, title: 'Main mode, pre-shared key, 3DES, SHA-1, group 2', packets: 19 }),
    );
    await expect(window.ask('moment', { event: 0, reveal: [], negotiation: null })).rejects.toThrow('Nothing is open.');
  });

  test('a bundled trace opens whole, and every window hears of it', async () => {
    const other = new Window(session);
    expect(await window.ask('openBundled', { id: trace })).toEqual({ ok: true });
    const { overview, at } = window.last('opened');
    expect(overview).toMatchObject({ name: `${trace}.pcap`, lastIndex: 19, damage: [], missing: [] });
    expect(at).toBe(1);
    expect(other.last('opened').overview).toEqual(overview);
    expect((await other.ask('hello', {})).overview).toEqual(overview);
  });

  test.each(['no-such-trace', '..', '../traces', '', 'mm-psk/../mm-psk'])('there is no bundled trace %j', async (id) => {
    expect(await window.ask('openBundled', { id })).toEqual({ ok: false });
    expect(window.last('failed').title).toBe('There is no such bundled trace');
  });

  test('gzipped or not is all the same', async () => {
    expect(
      await window.ask('open', { files: [{ name: 'c.pcap.gz', bytes: new Uint8Array(gzipSync(capture.bytes)) }, keys], add: false }),
    ).toEqual({ ok: true });
    expect(window.last('opened').overview).toMatchObject({ name: 'c.pcap.gz', lastIndex: 19, damage: [], missing: [] });
  });

  test('a cut capture opens as far as it goes, and the place is named', async () => {
    expect(await window.ask('open', { files: [{ ...capture, bytes: capture.bytes.slice(0, 1000) }], add: false })).toEqual({ ok: true });
    const { overview } = window.last('opened');
    expect(overview.lastIndex).toBeGreaterThan(0);
    expect(overview.lastIndex).toBeLessThan(19);
    expect(overview.damage).toEqual([expect.objectContaining({ input: 'capture.pcap', offset: expect.any(Number) })]);
  });

  test('a cut gzip file too', async () => {
    const zipped = gzipSync(capture.bytes);
    await window.ask('open', { files: [{ name: 'c.gz', bytes: new Uint8Array(zipped.subarray(0, zipped.length - 300)) }], add: false });
    const { overview } = window.last('opened');
    expect(overview.lastIndex).toBeGreaterThan(0);
    expect(overview.damage.map(({ message }) => message).join()).toMatch(/gzip data ends too early/);
  });

  test.each([
    ['an empty file', { name: 'a', bytes: new Uint8Array() }, 'a is empty'],
    ['a picture', { name: 'b.pcap', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3) }, 'b.pcap is not understood'],
    ['keys alone', keys, 'These are keys alone'],
    ['a capture without packets', { name: 'd.pcap', bytes: capture.bytes.slice(0, 24) }, 'd.pcap holds no packets'],
    ['gzip in gzip', { name: 'e.gz', bytes: new Uint8Array(gzipSync(gzipSync('x'))) }, 'e.gz is not understood'],
  ])('%s is refused in words, and what was open stays open', async (_, file, title) => {
    await window.ask('openBundled', { id: trace });
    if (title === 'These are keys alone') await window.ask('close', {});
    expect(await window.ask('open', { files: [file], add: false })).toEqual({ ok: false });
    expect(window.last('failed')).toMatchObject({ title, cure: expect.stringMatching(/\.$/) });
    const { overview } = await window.ask('hello', {});
    expect(overview?.lastIndex ?? null).toBe(title === 'These are keys alone' ? null : 19);
  });

  test('paths from the menu or the arguments open with the place to stand', async () => {
    const folder = join(tracesDir, trace);
    const open = (at: string) =>
      Effect.runPromise(session.openPaths({ paths: [join(folder, 'capture.pcap')], keys: [join(folder, 'keys.json')], at }));
    for (const [at, event] of [
      ['end', 19],
      ['7', 7],
      ['900', 19],
      ['0', 0],
    ] as const) {
      expect(await open(at)).toBe(true);
      expect(window.last('opened').at).toBe(event);
    }
    expect(await Effect.runPromise(session.openPaths({ paths: [folder] }))).toBe(false);
    expect(window.last('failed').title).toContain('is a folder');
  });
});

describe('keys', () => {
  test('a key file that comes later opens what was closed, and moves no index', async () => {
    await window.ask('open', { files: [capture], add: false });
    const before = window.last('opened').overview;
    expect(before.missing).toHaveLength(1);
    expect(await window.ask('open', { files: [keys], add: false })).toEqual({ ok: true });
    expect(window.last('opened')).toMatchObject({ at: null, overview: { name: 'capture.pcap', lastIndex: before.lastIndex, missing: [] } });
  });

  test('the pre-shared key and g^xy, typed, are enough', async () => {
    await window.ask('open', { files: [capture], add: false });
    const negotiation = window.last('opened').overview.missing[0]?.negotiation ?? '';
    expect(await window.ask('givePsk', { psk: secret.psk, negotiation, side: null })).toEqual({ ok: true });
    expect(window.last('opened').overview.missing).toHaveLength(1);
    const spaced = secret.dh_shared_secret.replace(/(..)(?=.)/g, '$1:');
    expect(await window.ask('giveDhSecret', { hex: spaced, negotiation })).toMatchObject({ ok: true });
    expect(window.last('opened').overview.missing).toEqual([]);
  });

  test('a key that was mistyped can be typed again', async () => {
    await window.ask('open', { files: [capture], add: false });
    const negotiation = window.last('opened').overview.missing[0]?.negotiation ?? '';
    await window.ask('giveDhSecret', { hex: secret.dh_shared_secret, negotiation });
    await window.ask('givePsk', { psk: 'not the key', negotiation, side: null });
    await window.ask('givePsk', { psk: secret.psk, negotiation, side: null });
    expect(window.last('opened').overview.missing).toEqual([]);
    expect(window.last('opened').overview.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each(['', '12345', 'not hex', '0x'])('%j is no g^xy', async (hex) => {
    await window.ask('open', { files: [capture], add: false });
    const negotiation = window.last('opened').overview.missing[0]?.negotiation ?? '';
    const { ok, message } = await window.ask('giveDhSecret', { hex, negotiation });
    expect(ok).toBe(false);
    expect(message).toMatch(/\.$/);
  });

  test('without an open log, or for a negotiation that is not there, they are not taken', async () => {
    expect(await window.ask('givePsk', { psk: 'x', negotiation: null, side: null })).toEqual({ ok: false });
    await window.ask('open', { files: [capture], add: false });
    expect(await window.ask('givePsk', { psk: 'x', negotiation: 'none', side: null })).toEqual({ ok: false });
    expect(await window.ask('giveDhSecret', { hex: '00'.repeat(128), negotiation: 'none' })).toMatchObject({ ok: false });
  });
});

describe('asking', () => {
  test('rows, moments and searches of every event', async () => {
    await window.ask('openBundled', { id: trace });
    const { ladderRows, lastIndex } = window.last('opened').overview;
    expect(await window.ask('ladder', { from: 0, to: ladderRows, unfolded: [] })).toHaveLength(ladderRows);
    for (let event = 0; event <= lastIndex; event++) {
      expect(await window.ask('moment', { event, reveal: [], negotiation: null })).toMatchObject({ event });
      expect(await window.ask('rowOf', { event, unfolded: [] })).toBeLessThan(ladderRows);
    }
    await expect(window.ask('moment', { event: lastIndex + 1, reveal: [], negotiation: null })).rejects.toThrow(
      'The log ends at event 19.',
    );
    expect((await window.ask('find', { query: 'MM5' })).hits.map(({ event }) => event)).toContain(5);
  });

  test('charts, films, cases, policies and lines of an open log', async () => {
    await window.ask('openBundled', { id: trace });
    const chart = await window.ask('espChart', { tunnel: null, event: 1, columns: 800, from: null, to: null });
    expect(chart.series.map(({ packets }) => packets)).toEqual([4, 4]);
    const sa = chart.series[1]?.id ?? null;
    expect(await window.ask('espFilm', { sa, event: 19, rows: 22 })).toMatchObject({ sa: { id: sa }, rows: { length: 4 } });
    const { rows } = await window.ask('cases', {});
    const negotiation = rows[0]?.id ?? null;
    expect(await window.ask('case', { negotiation, finding: 0 })).toMatchObject({ verdict: 'up', tone: 'good' });
    expect(await window.ask('case', { negotiation: 'none', finding: 0 })).toBeNull();
    expect(await window.ask('policy', { negotiation })).toMatchObject({
      sheets: [],
      missing: expect.stringContaining('running configuration'),
    });
    const { lines } = await window.ask('logLines', { at: 5, lines: 4000, side: 'responder' });
    expect(lines.at(0)?.event).toBe(1);
    expect(lines.at(-1)?.event).toBe(19);
  });

  test('times, and certificates where there are any', async () => {
    await window.ask('openBundled', { id: 'am-rsasig' });
    expect(window.last('opened').overview.certificates).toBe(true);
    expect((await window.ask('certificates', {})).map(({ side, identityCheck }) => [side, identityCheck])).toEqual([
      ['initiator', 'good'],
      ['responder', 'good'],
    ]);
    await window.ask('openBundled', { id: trace });
    expect(window.last('opened').overview.certificates).toBe(false);
    expect(await window.ask('certificates', {})).toEqual([]);
    const { negotiations, losses } = await window.ask('timing', {});
    expect(negotiations.shown[0]?.handshakes.shown.map(({ name }) => name)).toEqual(['Phase 1', 'Quick mode']);
    expect(losses).toBeNull();
  });

  test('the replay window is as wide as somebody said, else 64 packets', async () => {
    const narrow = new Window(await begun(32));
    for (const [one, size] of [
      [window, 64],
      [narrow, 32],
    ] as const) {
      await one.ask('openBundled', { id: trace });
      expect(await one.ask('espFilm', { sa: null, event: 17, rows: 4 })).toMatchObject({ size });
    }
  });

  test('no secret leaves the host unless it was asked for', async () => {
    await window.ask('openBundled', { id: trace });
    const secrets = secretsOf(JSON.parse(new TextDecoder().decode(read('daemons.json'))));
    expect(secrets.length).toBeGreaterThan(10);
    const held = (value: unknown): readonly string[] => {
      const text = JSON.stringify(value, (_, v: unknown) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v));
      return secrets.filter((octets) => text.includes(octets));
    };
    expect(held(await window.ask('hello', {}))).toEqual([]);
    expect(held(await window.ask('ladder', { from: 0, to: window.last('opened').overview.ladderRows, unfolded: [] }))).toEqual([]);
    const [first] = (await window.ask('cases', {})).rows;
    for (let finding = 0; finding < 4; finding++)
      expect(held(await window.ask('case', { negotiation: first?.id ?? null, finding }))).toEqual([]);
    for (const side of ['initiator', 'responder'] as const)
      expect(held(await window.ask('logLines', { at: 1, lines: 4000, side }))).toEqual([]);
    expect(held(await window.ask('espFilm', { sa: null, event: 17, rows: 20 }))).toEqual([]);
    const ids = new Set<string>();
    for (let event = 0; event <= 19; event++) {
      const moment = await window.ask('moment', { event, reveal: [], negotiation: null });
      expect(held(moment)).toEqual([]);
      for (const { id, secret: isSecret } of moment.keys.nodes) if (isSecret) ids.add(id);
    }
    expect(ids).toContain('SKEYID');
    expect(held(await window.ask('moment', { event: 19, reveal: ['SKEYID'], negotiation: null }))).toEqual([known.ike_sas[0]?.skeyid]);
    expect(held(await window.ask('moment', { event: 19, reveal: 'all', negotiation: null })).length).toBeGreaterThan(5);
  });

  test('a saved log opens again with all there was, or without its secrets', async () => {
    await window.ask('openBundled', { id: trace });
    const before = window.last('opened').overview;
    const whole = await window.ask('save', { withSecrets: true });
    expect(whole.name).toBe(`${trace}.ikelog`);
    await window.ask('open', { files: [whole], add: false });
    expect(window.last('opened').overview).toEqual({ ...before, name: whole.name });
    const split = await window.ask('save', { withSecrets: false });
    const hex = Buffer.from(split.bytes).toString('hex');
    expect(Buffer.from(whole.bytes).toString('hex')).toContain(secret.dh_shared_secret);
    expect(hex).not.toContain(secret.dh_shared_secret);
    expect(hex).not.toContain(Buffer.from(secret.psk).toString('hex'));
    await window.ask('open', { files: [split], add: false });
    expect(window.last('opened').overview.missing).not.toEqual([]);
  });

  test('what is no question is refused by its number, or not at all', () => {
    window.send({ id: 900, name: 'format-disk', ask: {} });
    expect(window.last('refused')).toMatchObject({ id: 900 });
    const told = window.told.length;
    for (const value of [null, 1, 'x', [], {}, new Uint8Array(3)]) window.send(value);
    expect(window.told).toHaveLength(told);
  });

  test('closing closes', async () => {
    await window.ask('openBundled', { id: trace });
    await window.ask('close', {});
    window.last('closed');
    expect((await window.ask('hello', {})).overview).toBe(null);
  });
});

describe('long work', () => {
  const frames = capture.bytes.subarray(24);
  const copies = 3000;
  const long = new Uint8Array(24 + frames.length * copies);
  long.set(capture.bytes.subarray(0, 24));
  for (let i = 0; i < copies; i++) long.set(frames, 24 + i * frames.length);
  const file: GivenFile = { name: 'long.pcap', bytes: long };

  test('it tells how far it is, not too often; cancelling keeps what was read', async () => {
    const opening = window.ask('open', { files: [file], add: false });
    await expect
      .poll(() => window.told.some((t) => t.tell === 'progress' && t.what.startsWith('Following') && t.done > 0), { interval: 5 })
      .toBe(true);
    const first = await Promise.race([window.ask('hello', {}).then(() => 'answered'), opening.then(() => 'opened')]);
    expect(first).toBe('answered');
    await window.ask('cancel', {});
    expect(await opening).toEqual({ ok: true });
    const { overview } = window.last('opened');
    expect(overview.lastIndex).toBeGreaterThan(0);
    expect(overview.lastIndex).toBeLessThan(19 * copies);
    expect(overview.damage[0]?.message).toMatch(/^Reading was cancelled after \d+ of 57000 events/);
  });

  test('what is added waits for what it is added to', async () => {
    const first = window.ask('open', { files: [file], add: false });
    const second = window.ask('open', { files: [keys], add: false });
    expect([await first, await second]).toEqual([{ ok: true }, { ok: true }]);
    const opened = window.told.flatMap((t) => (t.tell === 'opened' ? [t.overview] : []));
    expect(opened.map(({ lastIndex, missing }) => [lastIndex, missing.length])).toEqual([
      [19 * copies, 1],
      [19 * copies, 0],
    ]);
  });

  test('what is opened next takes the place of what is being opened', async () => {
    const first = window.ask('open', { files: [file], add: false });
    await expect.poll(() => window.told.some((t) => t.tell === 'progress'), { interval: 5 }).toBe(true);
    expect(await window.ask('openBundled', { id: trace })).toEqual({ ok: true });
    expect(await first).toEqual({ ok: false });
    expect((await window.ask('hello', {})).overview?.lastIndex).toBe(19);
  });
});

test('any octets open or are refused in words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-any-'));
  const mutated = fc.tuple(fc.nat(capture.bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, octets]) => {
    const bytes = capture.bytes.slice();
    bytes.set(octets.subarray(0, bytes.length - at), at);
    return bytes;
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), async (bytes) => {
      writeFileSync(join(folder, 'any'), bytes);
      const told = window.told.length;
      const opened = await Effect.runPromise(session.openPaths({ paths: [join(folder, 'any')] }));
      const news = window.told.slice(told);
      expect(news.some(({ tell }) => tell === (opened ? 'opened' : 'failed'))).toBe(true);
      expect(news.every((t) => t.tell !== 'failed' || !t.message.includes('ours'))).toBe(true);
    }),
    { numRuns: 60 },
  );
  rmSync(folder, { recursive: true });
});
