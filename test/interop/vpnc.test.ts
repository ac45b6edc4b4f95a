/**
 * vpnc with us as its gateway: aggressive mode with a group, XAUTH, mode config, and packets through its TUN. The keys are those of its log, and ours
 * sends the same octets again.
 */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { ikewind, until, verifies } from './ikewind.ts';
import { packetsTo, recordedKeys } from './keys.ts';
import { lacksNat, openSpaces, ours, type Spaces, theirs } from './spaces.ts';

const vpnc = '/usr/sbin/vpnc';
const group = 'a group secret';
const password = 'open sesame';

interface Case {
  readonly name: string;
  readonly phase1: object;
  readonly esp: object;
  readonly pfsGroup?: number;
  readonly split: readonly string[];
  /** Lines of vpnc's configuration. */
  readonly theirs: string;
  /** It stands behind a router that translates addresses. */
  readonly isHidden?: boolean;
}

const aes = { encryption: 'aes', keyBits: 256 };
const cases: readonly Case[] = [
  { name: 'AES-256, SHA-1', phase1: { ...aes, hash: 'sha1' }, esp: { ...aes, integrity: 'sha1' }, split: ['10.2.0.0/16'], theirs: '' },
  {
    name: 'AES-128, MD5, with PFS, all traffic',
    phase1: { encryption: 'aes', hash: 'md5' },
    esp: { encryption: 'aes', integrity: 'md5' },
    pfsGroup: 2,
    split: [],
    theirs: 'Enable weak authentication\nPerfect Forward Secrecy dh2\n',
  },
  {
    name: '3DES, SHA-1',
    phase1: { encryption: '3des', hash: 'sha1' },
    esp: { encryption: '3des', integrity: 'sha1' },
    split: ['10.2.0.0/16'],
    theirs: 'Enable weak encryption\n',
  },
  {
    name: 'AES-256, SHA-1, behind a NAT',
    phase1: { ...aes, hash: 'sha1' },
    esp: { ...aes, integrity: 'sha1' },
    split: ['10.2.0.0/16'],
    theirs: '',
    isHidden: true,
  },
];

const gateway = ({ phase1, esp, pfsGroup, split }: Case): object => ({
  phase1: [{ ...phase1, group: 2, authentication: 'xauth-psk' }],
  aggressive: { answer: true },
  xauth: { role: 'server', users: [{ user: 'alice', passwordFile: 'password' }] },
  modeConfig: { role: 'server', addresses: ['10.9.0.1'], netmask: '255.255.255.0', dns: ['10.2.0.53'], banner: 'for a test', split },
  tunnels: [{ local: '10.2.0.0/16', remote: '10.9.0.0/24', esp: [esp], ...(pfsGroup && { pfsGroup }) }],
});

/** What vpnc calls when the tunnel is there: notes what it was told, and gives the TUN its address. */
const script = (folder: string): string => `#!/bin/sh
env >> ${folder}/told.txt
[ "$reason" = connect ] || exit 0
sysctl -qw "net.ipv6.conf.$TUNDEV.disable_ipv6=1"
ip link set dev "$TUNDEV" up mtu 1400
ip addr add "$INTERNAL_IP4_ADDRESS/32" dev "$TUNDEV"
ip route add 10.2.0.0/16 dev "$TUNDEV"
`;

/** Without a NAT `force-natt` has it claim one: its other way is raw ESP. */
const configuration = (folder: string, secret: string, { theirs, isHidden }: Case): string => `IPSec gateway ${ours}
IPSec ID labgroup
IPSec secret ${group}
IKE Authmode psk
Xauth username alice
Xauth password ${secret}
Local Port 500
NAT Traversal Mode ${isHidden ? 'natt' : 'force-natt'}
Script ${folder}/script
Pidfile ${folder}/pid
Debug 99
No Detach
${theirs}`;

const put = (spaces: Spaces, name: string, text: string): string => {
  const file = join(spaces.folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};

const listen = (spaces: Spaces, of: Case) => {
  put(spaces, 'password', password);
  const [config, psk] = [put(spaces, 'our.json', JSON.stringify(gateway(of))), put(spaces, 'our.psk', group)];
  return ikewind(spaces, ['listen', '--config', config, '--psk-file', psk, '--local', ours, '--log', join(spaces.folder, 'our.ikelog')]);
};

const saidBy = (process: ChildProcess): (() => string) => {
  let said = '';
  for (const stream of [process.stdout, process.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  return () => said;
};

const startVpnc = (spaces: Spaces, secret: string, of: Case) => {
  chmodSync(put(spaces, 'script', script(spaces.folder)), 0o700);
  const process = spaces.startThere([vpnc, '--non-inter', put(spaces, 'vpnc.conf', configuration(spaces.folder, secret, of))]);
  return { process, said: saidBy(process) };
};

const finished = (process: ChildProcess): Promise<number | null> => new Promise((resolve) => process.once('close', resolve));

const lacks = existsSync(vpnc) ? lacksNat() : 'vpnc';

describe.skipIf(lacks !== null)(`vpnc${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(longSuites ? cases : cases.slice(0, 1))('$name: comes up, and pings go through', async (of) => {
    const spaces = openSpaces(of.isHidden ? 'them' : null);
    onTestFinished(spaces.end);
    const run = listen(spaces, of);
    await until(run, 'the start', () => run.said().includes('listening'));
    const client = startVpnc(spaces, password, of);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    expect(run.said()).toContain('XAUTH: the user alice is believed');
    const told = readFileSync(join(spaces.folder, 'told.txt'), 'utf8');
    for (const line of ['INTERNAL_IP4_ADDRESS=10.9.0.1', 'INTERNAL_IP4_DNS=10.2.0.53', 'CISCO_BANNER=for a test'])
      expect(told).toContain(line);
    const ping = spaces.startThere(['ping', '-c', '3', '-i', '0.2', '-w', '5', '10.2.0.1']);
    const pinged = saidBy(ping);
    expect([await finished(ping), pinged()]).toEqual([0, expect.stringContaining('3 received')]);
    run.process.stdin?.write('ping 10.9.0.1 count 3\n');
    await until(run, 'the answers', () => run.said().includes('seq 3 answered'));
    const counters = spaces.startThere([
      'sh',
      '-c',
      'cat /sys/class/net/tun*/statistics/tx_packets /sys/class/net/tun*/statistics/rx_packets',
    ]);
    const counted = saidBy(counters);
    await finished(counters);
    client.process.kill('SIGINT');
    await until(run, 'the delete', () => run.said().includes('IKE_DEST_SA'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    // Three questions and three answers each way: by its device's counters, and by our log.
    expect(counted().trim().split(/\s+/).map(Number)).toEqual([6, 6]);
    expect([packetsTo(spaces, ours), packetsTo(spaces, theirs)]).toEqual([6, 6]);
    // Phase 1 as vpnc prints it, in words of eight digits. Of the IPsec SAs it prints the octets of a packet alone.
    const printed = client.said().replace(/\s/g, '');
    expect(recordedKeys(spaces).ike.filter((key) => key.length < 32 || !printed.includes(key))).toEqual([]);
    await verifies(spaces);
  });

  test('another password: it is told, and sent away', async () => {
    const [of] = cases;
    if (!of) return;
    const spaces = openSpaces();
    onTestFinished(spaces.end);
    const run = listen(spaces, of);
    await until(run, 'the start', () => run.said().includes('listening'));
    const client = startVpnc(spaces, 'open barley', of);
    expect(await finished(client.process)).not.toBe(0);
    await until(run, 'the decision', () => run.said().includes('XAUTH: the user alice is not believed'));
    expect(client.said()).toContain('authentication unsuccessful');
    expect(run.said()).not.toContain('IPsec SA');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await verifies(spaces);
  });
});
