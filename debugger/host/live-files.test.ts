/** Files beside a configuration: certificates go into what is kept, keys and passwords go where secrets go. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeServices } from '@effect/platform-node';
import { Effect, Exit } from 'effect';
import { afterAll, describe, expect, test } from 'vitest';
import { givenByFile } from './live-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'ikewind-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pem = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
writeFileSync(join(folder, 'own.pem'), pem('CERTIFICATE', 'MAA='));
writeFileSync(join(folder, 'own.key'), pem('PRIVATE KEY', 'c2VjcmV0'));
writeFileSync(join(folder, 'alice.txt'), 'correct horse\n');

const base = {
  phase1: [{ encryption: 'aes', hash: 'sha256', group: 14, authentication: 'rsa-signature' }],
  tunnels: [{ local: '10.1.0.0/16', remote: '10.2.0.0/16', esp: [{ encryption: 'aes', integrity: 'sha256' }] }],
};

describe('files that a configuration names', () => {
  test('stand beside it', async () => {
    const config = {
      ...base,
      certificates: ['own.pem'],
      privateKey: 'own.key',
      xauth: { role: 'client', user: 'alice', passwordFile: 'alice.txt' },
    };
    const events = await Effect.runPromise(
      givenByFile(join(folder, 'config.json'), JSON.stringify(config)).pipe(Effect.provide(NodeServices.layer)),
    );
    const [configured, ...secrets] = events;
    expect(configured?.kind === 'PolicyConfigured' && JSON.parse(configured.text)).toMatchObject({
      certificates: [pem('CERTIFICATE', 'MAA=')],
      privateKey: '*****',
    });
    expect(JSON.stringify(configured)).not.toMatch(/c2VjcmV0|correct horse/);
    expect(secrets).toMatchObject([
      { about: { what: 'signaturePrivateKey' }, ref: 0 },
      { about: { what: 'xauthPassword', user: 'alice' }, ref: 1, value: new TextEncoder().encode('correct horse') },
    ]);
  });

  test.each([
    ['a file that is not there', { certificates: ['none.pem'] }, 'certificates[0]'],
    ['a user without a password', { xauth: { role: 'server', users: [{ user: 'bob' }] } }, 'xauth.users[0] has no passwordFile'],
  ])('%s', async (_what, more, place) => {
    const config = JSON.stringify({ ...base, ...more });
    const exit = await Effect.runPromiseExit(givenByFile(join(folder, 'config.json'), config).pipe(Effect.provide(NodeServices.layer)));
    expect(Exit.isFailure(exit) && String(exit.cause)).toContain(place);
  });
});
