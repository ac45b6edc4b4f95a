/** `ikewind simulate`: answers, statuses, and what it leaves in a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ikewind, scratch } from './command.ts';

const end = (name: string, address: string, peer: string, group: number) => ({
  name,
  address,
  preSharedKey: 'example only',
  config: {
    phase1: [{ encryption: '3des', hash: 'sha1', group }],
    tunnels: [
      {
        peer,
        local: name === 'a' ? '10.1.0.0/16' : '10.2.0.0/16',
        remote: name === 'a' ? '10.2.0.0/16' : '10.1.0.0/16',
        esp: [{ encryption: 'aes', integrity: 'sha1' }],
      },
    ],
  },
});

type Folder = ReturnType<typeof scratch>;

const scenario = (folder: Folder, groups: readonly [number, number], more: object = {}): string => {
  const ends = [end('a', '192.0.2.1', '198.51.100.1', groups[0]), end('b', '198.51.100.1', '192.0.2.1', groups[1])];
  return folder.write('scenario.json', JSON.stringify({ ends, wants: [{ from: 'a', to: 'b' }], ...more }));
};

describe('simulate', () => {
  test('a scenario that comes along: status 0', async () => {
    const { status, stdout } = await ikewind(['simulate', 'pair', '--runs', '3', '--format', 'json']);
    expect([status, JSON.parse(stdout)]).toEqual([0, { scenario: 'pair', seed: 1, runs: 3, failed: [] }]);
  });

  test('a name that there is not: the names that there are', async () => {
    const { status, stderr } = await ikewind(['simulate', 'pear']);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/pear was not found.* pair, .*xauth/)]);
  });

  test('one that comes along: its logs say all that driving them again needs', async () => {
    using folder = scratch();
    expect(await ikewind(['simulate', 'xauth', '--runs', '2', '-o', folder.path('run')])).toMatchObject({ status: 0 });
    const { status, stdout } = await ikewind(['replay', '--verify', folder.path('run/west.ikelog'), folder.path('run/east.ikelog')]);
    expect(status).toBe(0);
    expect(stdout.match(/octet for octet/g)).toHaveLength(2);
  });

  test('one of our own: its logs are driven again', async () => {
    using folder = scratch();
    const file = scenario(folder, [1, 1], { impairments: { loss: 0.4, wrongHash: 0.3 }, crashes: 1 });
    expect(await ikewind(['simulate', file, '--runs', '5', '-o', folder.path('run')])).toMatchObject({ status: 0 });
    expect(readdirSync(folder.path('run')).sort()).toEqual(['a.ikelog', 'b.ikelog', 'decisions.json', 'wire.ikelog']);
    const { status, stdout } = await ikewind(['replay', '--verify', folder.path('run/a.ikelog'), folder.path('run/b.ikelog')]);
    expect(status).toBe(0);
    expect(stdout.match(/octet for octet/g)).toHaveLength(2);
  });

  test('what cannot come about: status 1, the command that repeats it, and nothing that is not needed for it', async () => {
    using folder = scratch();
    const file = scenario(folder, [1, 2], { impairments: { loss: 0.4 } });
    const { status, stdout, stderr } = await ikewind([
      'simulate',
      file,
      '--seed',
      '2',
      '--runs',
      '1',
      '--minimise',
      '-o',
      folder.path('run'),
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain('1 of 1 runs broke a rule');
    expect(stdout).toContain(`again: ikewind simulate ${file} --seed 2 --runs 1`);
    expect(JSON.parse(readFileSync(folder.path('run/decisions.json'), 'utf8')).length).toBeLessThanOrEqual(1);
    expect(await ikewind(['simulate', file, '--seed', '2', '--repeat', folder.path('run/decisions.json')])).toMatchObject({ status: 1 });
  });

  test.each([
    ['a share above 1', { impairments: { loss: 2 } }, /\["impairments"\]\["loss"\]/],
    ['a word that means nothing', { impairment: {} }, /"impairment"/],
    ['an end that is not there', { wants: [{ from: 'a', to: 'c' }] }, /wants\[0\]/],
  ])('%s: the place is named', async (_what, more, place) => {
    using folder = scratch();
    const { status, stderr } = await ikewind(['simulate', scenario(folder, [1, 1], more)]);
    expect(status).toBe(3);
    expect(stderr).toMatch(place);
  });
});
