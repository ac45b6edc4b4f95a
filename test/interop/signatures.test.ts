/** Signatures with certificates against strongSwan's charon, as initiator and as responder: RFC 2409 5.1, RFC 4754. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import pems from '../live/credentials.json' with { type: 'json' };
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, ours, theirs } from './charon.ts';
import { ikewind, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';

type Name = Exclude<keyof typeof pems, 'about'>;

interface Case {
  readonly name: string;
  readonly authentication: string;
  readonly aggressive?: boolean;
  readonly ours: readonly Name[];
  readonly ourKey: Name;
  readonly theirs: readonly Name[];
  readonly theirKey: Name;
  readonly anchor: Name;
  readonly identity?: object | string;
  /** Octets of the longest message in one piece, on both sides. */
  readonly pieces?: number;
  /** How charon knows us. */
  readonly id?: string;
  readonly theirId?: string;
}

const rsa = { authentication: 'rsa-signature', ours: ['a'], ourKey: 'aKey', theirs: ['b'], theirKey: 'bKey', anchor: 'ca' } as const;
const subject = { identity: 'subject', id: '"C=CH, O=Example, CN=a.example"', theirId: '"C=CH, O=Example, CN=b.example"' };

const cases: readonly Case[] = [
  { name: 'RSA, by address and host name', ...rsa },
  { name: 'RSA, by the subjects of the certificates', ...rsa, ...subject },
  { name: 'RSA in aggressive mode', ...rsa, aggressive: true },
  { name: 'RSA, in pieces of 400 octets', ...rsa, pieces: 400 },
  { name: 'RSA, their certificate over another authority', ...rsa, theirs: ['bByBranch', 'intermediate'] },
  {
    name: 'ECDSA on P-256',
    authentication: 'ecdsa-256',
    ours: ['ecA'],
    ourKey: 'ecAKey',
    theirs: ['ecB'],
    theirKey: 'ecBKey',
    anchor: 'ecCa',
  },
];

const swanctl = ({ aggressive = false, theirs: [own = 'b'], id = ours, theirId = 'b.example' }: Case): string => `connections {
  conn {
    version = 1
    aggressive = ${aggressive ? 'yes' : 'no'}
    local_addrs = ${theirs}
    remote_addrs = ${ours}
    proposals = aes256-sha256-modp2048
    local {
      auth = pubkey
      certs = ${own}.pem
      id = ${theirId}
    }
    remote {
      auth = pubkey
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
`;

const open = async (c: Case): Promise<Lab> => {
  const file = (folder: string) => (name: Name) => [`${folder}/${name}.pem`, pems[name]] as const;
  const files = Object.fromEntries([
    ...c.theirs.slice(0, 1).map(file('x509')),
    ...[c.anchor, ...c.theirs.slice(1)].map(file('x509ca')),
    file('private')(c.theirKey),
  ]);
  const lab = await openLab({ swanctl: swanctl(c), files, ...(c.pieces !== undefined && { daemon: `fragment_size = ${c.pieces}` }) });
  onTestFinished(lab.end);
  return lab;
};

const options = (lab: Lab, c: Case): string[] => {
  for (const name of [...c.ours, c.ourKey, c.anchor]) writeFileSync(join(lab.folder, `${name}.pem`), pems[name], { mode: 0o600 });
  const pem = (name: Name): string => `${name}.pem`;
  const config = join(lab.folder, 'our.json');
  const typed = {
    phase1: [{ encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14, authentication: c.authentication }],
    tunnels: [
      { peer: theirs, local: '10.1.0.0/16', remote: '10.2.0.0/16', esp: [{ encryption: 'aes', keyBits: 256, integrity: 'sha256' }] },
    ],
    aggressive: { begin: c.aggressive === true, answer: c.aggressive === true },
    certificates: c.ours.map(pem),
    anchors: [pem(c.anchor)],
    privateKey: pem(c.ourKey),
    ...(c.identity !== undefined && { identity: c.identity }),
    ...(c.pieces !== undefined && { fragmentOctets: c.pieces }),
  };
  writeFileSync(config, JSON.stringify(typed));
  return ['--config', config, '--local', ours, '--log', join(lab.folder, 'our.ikelog')];
};

const lacks = missing();
const some = (usual: number): readonly Case[] => (longSuites ? cases : cases.slice(usual, usual + 1));

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(some(0))('we ask: $name', async (c) => {
    const lab = await open(c);
    const run = ikewind(lab, ['connect', ...options(lab, c), '--peer', theirs, '--hold']);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    await until(run, "charon's tunnel", () => lab.swanctl('--list-sas').includes('INSTALLED, TUNNEL'));
    // Certificates alone can make a message of charon's so long that it cuts it unasked.
    if (c.pieces !== undefined)
      for (const said of [/received fragment #/, /splitting IKE message/]) expect(said.test(lab.log())).toBe(true);
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.each(some(1))('we are asked: $name', async (c) => {
    const lab = await open(c);
    const run = ikewind(lab, ['listen', ...options(lab, c)]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    await until(run, 'our tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    lab.swanctl('--terminate', '--ike', 'conn');
    await until(run, 'the delete', () => run.said().includes('IKE_DEST_SA'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  const doubtful: readonly (readonly [string, Case, string])[] = [
    ['signed by an authority of the same name', { name: '', ...rsa, theirs: ['bByOther'] }, 'nobody whose word we take'],
    ['out of date', { name: '', ...rsa, theirs: ['bExpired'] }, 'not valid at this time'],
  ];

  test.runIf(longSuites).each(doubtful)('their certificate is %s: we do not believe it, and tell them', async (_name, c, why) => {
    const lab = await open(c);
    const run = ikewind(lab, ['connect', ...options(lab, c), '--peer', theirs]);
    expect([await run.status, run.said()]).toEqual([1, expect.stringContaining(why)]);
    expect(lab.log()).toContain('received AUTHENTICATION_FAILED error notify');
    expect(lab.swanctl('--list-sas')).not.toContain('INSTALLED');
    await verifies(lab);
  });

  test.runIf(longSuites)('we sign with another key than that of our certificate: status 1, and nothing is up', async () => {
    const c: Case = { name: '', ...rsa, ourKey: 'bKey' };
    const lab = await open(c);
    const run = ikewind(lab, ['connect', ...options(lab, c), '--peer', theirs, '--for', '8']);
    expect([await run.status, run.said()]).toEqual([1, expect.stringContaining('AUTHENTICATION-FAILED')]);
    await verifies(lab);
  });
});
