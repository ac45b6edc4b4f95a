/** Aggressive mode with a pre-shared key against strongSwan's charon, as initiator and as responder: RFC 2409 5.4. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, ours, psk, theirs } from './charon.ts';
import { ikewind, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';

interface Case {
  readonly name: string;
  readonly ike: string;
  readonly phase1: object;
  /** Who we say that we are. */
  readonly id?: string;
  readonly identity?: object;
}

const cases: readonly Case[] = [
  {
    name: 'AES-256, SHA-256, group 14',
    ike: 'aes256-sha256-modp2048',
    phase1: { encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14 },
  },
  {
    name: '3DES, SHA-1, group 2, by a host name',
    ike: '3des-sha1-modp1024',
    phase1: { encryption: '3des', hash: 'sha1', group: 2 },
    id: 'branch.example',
    identity: { identity: { fqdn: 'branch.example' } },
  },
  {
    name: 'AES-128, MD5, group 19, by a group name',
    ike: 'aes128-md5-ecp256',
    phase1: { encryption: 'aes', hash: 'md5', group: 19 },
    id: 'keyid:branches',
    identity: { identity: { keyId: 'branches' } },
  },
];

const swanctl = ({ ike, id = ours }: Case): string => `connections {
  conn {
    version = 1
    aggressive = yes
    local_addrs = ${theirs}
    remote_addrs = ${ours}
    proposals = ${ike}
    local {
      auth = psk
      id = ${theirs}
    }
    remote {
      auth = psk
      id = ${id}
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

const options = (lab: Lab, { phase1, identity = {} }: Case, secret = psk, aggressive: object = { begin: true, answer: true }): string[] => {
  const put = (name: string, text: string): string => {
    const file = join(lab.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const esp = [{ encryption: 'aes', keyBits: 256, integrity: 'sha256' }];
  const tunnels = [{ peer: theirs, local: '10.1.0.0/16', remote: '10.2.0.0/16', esp }];
  const config = put('our.json', JSON.stringify({ phase1: [phase1], aggressive, tunnels, ...identity }));
  return ['--config', config, '--psk-file', put('our.psk', secret), '--local', ours, '--log', join(lab.folder, 'our.ikelog')];
};

const open = async (c: Case): Promise<Lab> => {
  const lab = await openLab({ swanctl: swanctl(c) });
  onTestFinished(lab.end);
  return lab;
};

const lacks = missing();
const some = (usual: number): readonly Case[] => (longSuites ? cases : cases.slice(usual, usual + 1));

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(some(0))('we ask: $name', async (c) => {
    const lab = await open(c);
    const run = ikewind(lab, ['connect', ...options(lab, c), '--peer', theirs, '--hold']);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    await until(run, "charon's tunnel", () => lab.swanctl('--list-sas').includes('INSTALLED, TUNNEL'));
    expect(lab.log()).toContain('parsed AGGRESSIVE request');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.each(some(1))('we are asked: $name', async (c) => {
    const lab = await open({ ...c, id: ours });
    const run = ikewind(lab, ['listen', ...options(lab, { ...c, identity: {} })]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    await until(run, 'our tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    expect(lab.log()).toContain('generating AGGRESSIVE request');
    lab.swanctl('--terminate', '--ike', 'conn');
    await until(run, 'the delete', () => run.said().includes('IKE_DEST_SA'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.runIf(longSuites)('we are asked, and answer no aggressive mode: nothing is up on either side', async () => {
    const [c] = cases;
    if (!c) return;
    const lab = await open(c);
    const run = ikewind(lab, ['listen', ...options(lab, c, psk, { begin: false, answer: false })]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(() => lab.swanctl('--initiate', '--child', 'net')).toThrow();
    // UNSUPPORTED-EXCHANGE-TYPE, which charon has no name for.
    expect(lab.log()).toContain('received (29) error notify');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await verifies(lab);
  });

  test.runIf(longSuites)('another pre-shared key: status 1, and nothing is up', async () => {
    const [c] = cases;
    if (!c) return;
    const lab = await open(c);
    const run = ikewind(lab, ['connect', ...options(lab, c, 'another secret'), '--peer', theirs, '--for', '8']);
    expect([await run.status, run.said()]).toEqual([1, expect.stringContaining('did not prove itself')]);
    expect(lab.swanctl('--list-sas')).not.toContain('ESTABLISHED');
    await verifies(lab);
  });
});
