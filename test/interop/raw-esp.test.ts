/** ESP straight in IP between two of us, without a NAT to put it in UDP: through socat, each in a namespace of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ikewind, until, verifies } from './ikewind.ts';
import { lacksSpaces, openSpaces, ours, type Spaces, theirs } from './spaces.ts';

const lacks = lacksSpaces() ?? (existsSync('/usr/bin/socat') ? null : 'socat');

const options = ({ folder }: Spaces, name: string, local: string, peer: string, networks: readonly [string, string]): string[] => {
  const [config, secret] = [join(folder, `${name}.json`), join(folder, 'psk')];
  const [near, far] = networks;
  writeFileSync(
    config,
    JSON.stringify({
      phase1: [{ encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14 }],
      tunnels: [{ peer, local: near, remote: far, esp: [{ encryption: 'aes-gcm', keyBits: 256 }] }],
      esn: true,
    }),
  );
  writeFileSync(secret, 'a secret between two of us');
  return ['--config', config, '--psk-file', secret, '--local', local, '--log', join(folder, `${name}.ikelog`), '--raw-esp'];
};

const networks = ['10.1.0.0/16', '10.2.0.0/16'] as const;

test.skipIf(lacks !== null)(`pings in protocol 50, with extended numbers${lacks === null ? '' : `: needs ${lacks}`}`, async () => {
  const spaces = openSpaces();
  onTestFinished(spaces.end);
  const listener = ikewind({ start: spaces.startThere }, ['listen', ...options(spaces, 'their', theirs, ours, [networks[1], networks[0]])]);
  await until(listener, 'the start', () => listener.said().includes('listening'));
  const asks = ['--peer', theirs, '--ping', '10.2.0.1', '--count', '2'];
  const asker = ikewind(spaces, ['connect', ...options(spaces, 'our', ours, theirs, networks), ...asks]);
  expect([await asker.status, asker.said()]).toEqual([0, expect.stringContaining('seq 2 answered')]);
  listener.process.kill('SIGINT');
  expect(await listener.status).toBe(0);
  await verifies(spaces);
  // The helpers end with us.
  const still = execFileSync('ip', ['netns', 'pids', spaces.them], { encoding: 'utf8' });
  expect(still).toBe('');
});

test.skipIf(lacks !== null)('without --raw-esp the ping is refused, and why', async () => {
  const spaces = openSpaces();
  onTestFinished(spaces.end);
  const without = (options: string[]): string[] => options.filter((o) => o !== '--raw-esp');
  const listener = ikewind({ start: spaces.startThere }, [
    'listen',
    ...without(options(spaces, 'their', theirs, ours, [networks[1], networks[0]])),
  ]);
  await until(listener, 'the start', () => listener.said().includes('listening'));
  const asks = ['--peer', theirs, '--ping', '10.2.0.1', '--count', '2'];
  const asker = ikewind(spaces, ['connect', ...without(options(spaces, 'our', ours, theirs, networks)), ...asks]);
  expect([await asker.status, asker.said()]).toEqual([1, expect.stringContaining('bare ESP is not sent')]);
});
