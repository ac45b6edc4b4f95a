/** Files that a typed configuration names, as what is given for the whole log: certificates into its text, keys and passwords beside it. */
import { dirname, resolve } from 'node:path';
import { Effect, type FileSystem } from 'effect';
import type { Event, SecretAbout } from '../../engine/index.ts';
import { readGiven } from './files.ts';
import type { LiveError } from './live-error.ts';
import { givenBy, isTyped } from './live-plan.ts';
import { readTyped, type Typed, wrong } from './live-typed.ts';

const masked = '*****';
const isPem = (text: string): boolean => text.includes('-----BEGIN ');

/** `path`: the configuration's own, beside which others are looked for. The text that is kept holds no secret. */
export const givenByFile = (path: string, text: string): Effect.Effect<readonly Event[], LiveError, FileSystem.FileSystem> =>
  isTyped(text) ? Effect.flatMap(readTyped(text), (typed) => given(path, typed)) : Effect.succeed(givenBy(text));

const given = (path: string, typed: Typed): Effect.Effect<readonly Event[], LiveError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const octetsOf = (name: string, at: string) =>
      readGiven(resolve(dirname(path), name), largestFile).pipe(
        Effect.map(({ bytes }) => bytes),
        Effect.mapError((e) => wrong(`${at}: ${e.title}.`, e.cure)),
      );
    const pem = (text: string, at: string) =>
      isPem(text) ? Effect.succeed(text) : Effect.map(octetsOf(text, at), (bytes) => new TextDecoder().decode(bytes));
    const pems = (texts: readonly string[], at: string) => Effect.forEach(texts, (text, i) => pem(text, `${at}[${i}]`));

    const secrets: { about: SecretAbout; value: Uint8Array }[] = [];
    if (typed.privateKey !== undefined) {
      const text = yield* pem(typed.privateKey, 'privateKey');
      if (!isPem(text)) return yield* wrong('privateKey holds no PEM text.', 'Name a file with an unencrypted private key.');
      secrets.push({ about: { what: 'signaturePrivateKey' }, value: new TextEncoder().encode(text) });
    }
    for (const [at, { user, passwordFile }] of usersOf(typed)) {
      if (passwordFile === undefined) return yield* wrong(`${at} has no passwordFile.`, 'Name a file that holds the password alone.');
      const octets = yield* octetsOf(passwordFile, `${at}.passwordFile`);
      secrets.push({ about: { what: 'xauthPassword', user }, value: withoutLineEnd(octets) });
    }
    const kept = {
      ...typed,
      ...(typed.certificates && { certificates: yield* pems(typed.certificates, 'certificates') }),
      ...(typed.anchors && { anchors: yield* pems(typed.anchors, 'anchors') }),
      ...(typed.privateKey !== undefined && { privateKey: masked }),
    };
    return [
      ...givenBy(JSON.stringify(kept, null, 2)),
      ...secrets.map(
        ({ about, value }, ref): Event => ({ kind: 'SecretLearned', at: null, origin: { input: 0, number: 0 }, about, ref, value }),
      ),
    ];
  });

const usersOf = ({ xauth }: Typed): [string, { readonly user: string; readonly passwordFile?: string }][] =>
  xauth === undefined ? [] : xauth.role === 'client' ? [['xauth', xauth]] : xauth.users.map((user, i) => [`xauth.users[${i}]`, user]);

const largestFile = 1_000_000;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const withoutLineEnd = (bytes: Uint8Array): Uint8Array =>
  bytes.at(-1) !== lineFeed ? bytes : bytes.subarray(0, bytes.at(-2) === carriageReturn ? -2 : -1);
