/** Through a router that translates addresses, RFC 3947 and 3948: either end behind it, pings both ways, the way kept open; with charon, and with vpnc's gateway. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readLog } from '../../engine/index.ts';
import { missing, openLab, psk } from './charon.ts';
import { ikewind, type Run, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';
import { hidden, lacksNat, ours, type Spaces, theirs } from './spaces.ts';

/** `%any`: who stands behind a router names an address that nobody outside sees. */
const swanctl = (local: string, remote: string): string => `connections {
  conn {
    version = 1
    local_addrs = ${local}
    remote_addrs = ${remote}
    proposals = aes256-sha256-modp2048
    local {
      auth = psk
    }
    remote {
      auth = psk
      id = %any
    }
    children {
      net {
        local_ts = 10.2.0.0/16
        remote_ts = 10.1.0.0/16
        esp_proposals = aes256-sha256
      }
    }
  }
}
secrets {
  ike-1 {
    secret = "${psk}"
  }
}
`;

const typed = {
  phase1: [{ encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14 }],
  keepaliveSeconds: 1,
  tunnels: [{ peer: theirs, local: '10.1.0.0/16', remote: '10.2.0.0/16', esp: [{ encryption: 'aes', keyBits: 256, integrity: 'sha256' }] }],
};

const start = (spaces: Spaces, local: string, ...command: readonly string[]): Run => {
  const put = (name: string, text: string): string => {
    const file = join(spaces.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const files = ['--config', put('our.json', JSON.stringify(typed)), '--psk-file', put('our.psk', psk)];
  return ikewind(spaces, [...command, ...files, '--local', local, '--log', join(spaces.folder, 'our.ikelog')]);
};

/** Datagrams of one octet that we sent, RFC 3948 2.3. */
const keepalives = ({ folder }: Spaces): number => {
  const read = readLog(readFileSync(join(folder, 'our.ikelog')));
  const happened = read.ok ? read.log.happened : [];
  return happened.filter((e) => e.kind === 'DatagramSeen' && e.via === 'sent' && e.datagram.bytes.length === 1).length;
};

const finished = (spaces: Spaces, ...args: readonly string[]): Promise<number | null> =>
  new Promise((resolve) => spaces.startThere(args).once('close', resolve));

const lacks = missing() ?? lacksNat();

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test('we are behind the router: we ask, and keep the way open', async () => {
    const lab = await openLab({ swanctl: swanctl(theirs, ours) }, 'us');
    onTestFinished(lab.end);
    const run = start(lab, hidden, 'connect', '--peer', theirs, '--ping', '10.2.0.1', '--count', '3', '--hold');
    await until(run, 'the last answer', () => run.said().includes('seq 3 answered'));
    await until(run, 'two keepalives', () => keepalives(lab) >= 2);
    expect(lab.swanctl('--list-sas')).toContain(`remote '${hidden}' @ ${ours}[`);
    expect(await finished(lab, 'ping', '-c', '3', '-i', '0.2', '-w', '5', '-I', '10.2.0.1', '10.1.0.1')).toBe(0);
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test('it is behind the router: we are asked', async () => {
    const lab = await openLab({ swanctl: swanctl(hidden, ours) }, 'them');
    onTestFinished(lab.end);
    const run = start(lab, ours, 'listen');
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    expect(await finished(lab, 'ping', '-c', '3', '-i', '0.2', '-w', '5', '-I', '10.2.0.1', '10.1.0.1')).toBe(0);
    run.process.stdin?.write('ping 10.2.0.1 count 3\n');
    await until(run, 'the last answer', () => run.said().includes('seq 3 answered'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });
});
