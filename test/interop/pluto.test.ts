/**
 * libreswan's pluto, both ways, as far as it goes where the kernel has no ESP: phase 1 stands, quick mode ends when it installs the SA. It keeps its
 * keys to itself; that it reads our quick mode shows that they are ours. Its package cannot stand beside strongSwan's, so it is unpacked
 * (`dpkg -x`, with libldns3, libevent-pthreads-2.1-7 and libnss3-tools) into the folder that IKEWIND_LIBRESWAN names.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { psk } from './charon.ts';
import { ikewind, type Run, until, verifies } from './ikewind.ts';
import { lacksSpaces, openSpaces, ours, type Spaces, theirs } from './spaces.ts';

const root = process.env['IKEWIND_LIBRESWAN'] ?? '';
const programs = `${root}/usr/libexec/ipsec`;
const certutil = `${root}/usr/bin/certutil`;
const env = { ...process.env, LD_LIBRARY_PATH: `${root}/usr/lib/x86_64-linux-gnu` };

const lacks = [`${programs}/pluto`, certutil].every(existsSync) ? lacksSpaces() : 'libreswan, unpacked where IKEWIND_LIBRESWAN says';

interface Case {
  readonly name: string;
  readonly phase1: object;
  readonly ike: string;
  readonly isAggressive: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'main mode, AES-256, SHA-256, group 14',
    phase1: { encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14 },
    ike: 'aes256-sha2_256;modp2048',
    isAggressive: false,
  },
  {
    name: 'main mode, 3DES, SHA-1, group 5',
    phase1: { encryption: '3des', hash: 'sha1', group: 5 },
    ike: '3des-sha1;modp1536',
    isAggressive: false,
  },
  {
    name: 'aggressive mode, AES-128, SHA-512, group 14',
    phase1: { encryption: 'aes', hash: 'sha512', group: 14 },
    ike: 'aes128-sha2_512;modp2048',
    isAggressive: true,
  },
];

const configuration = ({ ike, isAggressive }: Case): string => `config setup
  ikev1-policy=accept
conn net
  authby=secret
  ikev2=no
  aggressive=${isAggressive ? 'yes' : 'no'}
  left=${theirs}
  leftsubnet=10.2.0.0/16
  right=${ours}
  rightsubnet=10.1.0.0/16
  ike=${ike}
  esp=aes256-sha2_256
  pfs=no
  auto=add
`;

interface Pluto {
  readonly said: () => string;
  readonly whack: (...args: readonly string[]) => void;
}

const startPluto = async (spaces: Spaces, of: Case): Promise<Pluto> => {
  const at = (name: string): string => join(spaces.folder, name);
  for (const name of ['nss', 'run']) mkdirSync(at(name));
  writeFileSync(at('ipsec.conf'), configuration(of));
  writeFileSync(at('ipsec.secrets'), `${theirs} ${ours} : PSK "${psk}"\n`, { mode: 0o600 });
  execFileSync(certutil, ['-N', '-d', `sql:${at('nss')}`, '--empty-password'], { env, stdio: 'ignore' });
  // The place of its programs is compiled in: in the namespace's own mounts that place is where they were unpacked.
  const place = root === '' ? '' : `mount -t tmpfs none /usr/libexec && ln -s ${programs} /usr/libexec/ipsec &&`;
  const files = `--config ${at('ipsec.conf')} --secretsfile ${at('ipsec.secrets')} --nssdir ${at('nss')} --rundir ${at('run')}`;
  const command = `${place} exec env LD_LIBRARY_PATH=${env.LD_LIBRARY_PATH} ${programs}/pluto ${files} --nofork --stderrlog --no-dnssec`;
  const child = spaces.startThere(['sh', '-c', command]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  await until({ said: () => said }, "pluto's start", () => said.includes('loading secrets'));
  const whack = (...args: readonly string[]): void => {
    const control = ['--rundir', at('run'), '--ctlsocket', at('run/pluto.ctl')];
    execFileSync('ip', ['netns', 'exec', spaces.them, `${programs}/whack`, ...control, ...args], { env, stdio: 'ignore' });
  };
  return { said: () => said, whack };
};

const typed = ({ phase1, isAggressive }: Case): object => ({
  phase1: [phase1],
  aggressive: { begin: isAggressive, answer: isAggressive },
  tunnels: [{ peer: theirs, local: '10.1.0.0/16', remote: '10.2.0.0/16', esp: [{ encryption: 'aes', keyBits: 256, integrity: 'sha256' }] }],
});

const start = (spaces: Spaces, of: Case, ...command: readonly string[]): Run => {
  const put = (name: string, text: string): string => {
    const file = join(spaces.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const files = ['--config', put('our.json', JSON.stringify(typed(of))), '--psk-file', put('our.psk', psk)];
  return ikewind(spaces, [...command, ...files, '--local', ours, '--log', join(spaces.folder, 'our.ikelog')]);
};

const withSpaces = (): Spaces => {
  const spaces = openSpaces();
  onTestFinished(spaces.end);
  return spaces;
};

const some = longSuites ? cases : cases.slice(0, 1);

describe.skipIf(lacks !== null)(`pluto${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(some)('we ask: $name', async (of) => {
    const spaces = withSpaces();
    const pluto = await startPluto(spaces, of);
    const run = start(spaces, of, 'connect', '--peer', theirs);
    await until(run, 'phase 1', () => run.said().includes('IKE_P1_COMPLETE'));
    await until({ said: pluto.said }, 'what pluto cannot do', () => pluto.said().includes('netlink response for Add SA'));
    expect(pluto.said()).toContain('IKE SA established');
    expect(pluto.said()).toContain('the peer proposed: 10.2.0.0/16 -<all>-> 10.1.0.0/16');
    run.process.kill('SIGINT');
    await run.status;
    await until({ said: pluto.said }, 'our delete', () => pluto.said().includes('received Delete SA payload: self-deleting ISAKMP State'));
    await verifies(spaces);
  });

  test.each(some)('we are asked: $name', async (of) => {
    const spaces = withSpaces();
    const pluto = await startPluto(spaces, of);
    const run = start(spaces, of, 'listen');
    await until(run, 'the start', () => run.said().includes('listening'));
    pluto.whack('--initiate', '--name', 'net', '--asynchronous');
    await until(run, 'our answer in quick mode', () => run.said().includes('IKE_QM_R_QM2'));
    await until({ said: pluto.said }, 'what pluto cannot do', () => pluto.said().includes('netlink response for Add SA'));
    expect(pluto.said()).toContain('IKE SA established');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await verifies(spaces);
  });
});
