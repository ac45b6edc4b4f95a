/** XAUTH and mode config against strongSwan's charon: as its client, and as its gateway. The keys are those of its log, and each log sends the same again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import pems from '../live/credentials.json' with { type: 'json' };
import { longSuites } from '../support/long.ts';
import { type Lab, missing, openLab, ours, psk, theirs } from './charon.ts';
import { ikewind, until, verifies } from './ikewind.ts';
import { keysAgree } from './keys.ts';

const password = 'open sesame';

interface Side {
  /** Lines of charon's connection, beside those that both roles have. */
  readonly connection: string;
  readonly child: string;
  readonly more?: string;
}

const swanctl = ({ connection, child, more = '' }: Side, signs: boolean): string => `connections {
  conn {
    version = 1
    local_addrs = ${theirs}
    remote_addrs = ${ours}
    proposals = aes256-sha256-modp2048
    local {
      ${signs ? 'auth = pubkey\n certs = b.pem\n id = b.example' : `auth = psk\n id = ${theirs}`}
    }
    remote {
      ${signs ? 'auth = pubkey' : 'auth = psk'}
      id = ${ours}
    }
    ${connection}
    children {
      net {
        ${child}
        esp_proposals = aes256-sha256
      }
    }
  }
}
secrets {
  ike-1 {
    secret = "${psk}"
  }
  xauth-1 {
    id = alice
    secret = "${password}"
  }
}
${more}
`;

/** charon's pool is this one address. */
const gateway = (pull: boolean): Side => ({
  connection: `remote-2 {
      auth = xauth
    }
    pull = ${pull ? 'yes' : 'no'}
    pools = inside`,
  child: 'local_ts = 10.2.0.0/16',
  more: 'pools {\n  inside {\n    addrs = 10.9.0.7\n    dns = 10.2.0.53\n  }\n}\n',
});

const client = (pull: boolean): Side => ({
  connection: `local-2 {
      auth = xauth
      xauth_id = alice
    }
    pull = ${pull ? 'yes' : 'no'}
    vips = 0.0.0.0`,
  child: 'remote_ts = 10.2.0.0/16',
});

const common = {
  phase1: [{ encryption: 'aes', keyBits: 256, hash: 'sha256', group: 14, authentication: 'xauth-psk' }],
};
const tunnel = { esp: [{ encryption: 'aes', keyBits: 256, integrity: 'sha256' }] };

const asClient = {
  ...common,
  xauth: { role: 'client', user: 'alice', passwordFile: 'password' },
  modeConfig: { role: 'client' },
  tunnels: [{ ...tunnel, peer: theirs, local: '0.0.0.0/0', remote: '10.2.0.0/16' }],
};
const asGateway = {
  ...common,
  xauth: { role: 'server', users: [{ user: 'alice', passwordFile: 'password' }] },
  modeConfig: { role: 'server', addresses: ['10.9.0.1', '10.9.0.2'], dns: ['10.2.0.53'] },
  tunnels: [{ ...tunnel, local: '10.2.0.0/16', remote: '10.9.0.0/24' }],
};

/** Both ends sign; the user proves himself by his password all the same. */
const signing = {
  phase1: common.phase1.map((policy) => ({ ...policy, authentication: 'xauth-rsa-signature' })),
  certificates: ['a.pem'],
  anchors: ['ca.pem'],
  privateKey: 'aKey.pem',
};

const options = (lab: Lab, typed: object, secret = password): string[] => {
  const put = (name: string, text: string): string => {
    const file = join(lab.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  put('password', secret);
  for (const name of ['a', 'aKey', 'ca'] as const) put(`${name}.pem`, pems[name]);
  const [config, pskFile] = [put('our.json', JSON.stringify(typed)), put('our.psk', psk)];
  return ['--config', config, '--psk-file', pskFile, '--local', ours, '--log', join(lab.folder, 'our.ikelog')];
};

const open = async (side: Side, signs = false): Promise<Lab> => {
  const files = signs ? { 'x509/b.pem': pems.b, 'x509ca/ca.pem': pems.ca, 'private/bKey.pem': pems.bKey } : {};
  const lab = await openLab({ swanctl: swanctl(side, signs), plugins: 'xauth-generic attr unity', files });
  onTestFinished(lab.end);
  return lab;
};

const lacks = missing();

describe.skipIf(lacks !== null)(`charon${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test.each(longSuites ? [true, false] : [true])('we are its client, and have the address that it gives; asked for: %s', async (pull) => {
    const lab = await open(gateway(pull));
    const run = ikewind(lab, ['connect', ...options(lab, asClient), '--peer', theirs, '--hold']);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    expect(run.said()).toContain('our inner address is 10.9.0.7');
    await until(run, "charon's tunnel", () => lab.swanctl('--list-sas').includes('INSTALLED, TUNNEL-in-UDP'));
    expect(lab.swanctl('--list-sas')).toContain('remote 10.9.0.7/32');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.runIf(longSuites)('we are its client, and keep the address when phase 1 is made anew', async () => {
    const lab = await open(gateway(true));
    const phase1 = asClient.phase1.map((policy) => ({ ...policy, lifetimeSeconds: 6 }));
    const run = ikewind(lab, ['connect', ...options(lab, { ...asClient, phase1 }), '--peer', theirs, '--hold']);
    await until(run, 'the second ISAKMP SA', () => run.said().split('our inner address is 10.9.0.7').length === 3);
    await until(run, 'the end of the first', () => run.said().includes('IKE_DEST_SA'));
    expect(lab.swanctl('--list-sas')).toContain('remote 10.9.0.7/32');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await verifies(lab);
  });

  test.each(longSuites ? [true, false] : [true])('we are its gateway, and give it an address; asked for: %s', async (pull) => {
    const lab = await open(client(pull));
    const modeConfig = { ...asGateway.modeConfig, push: !pull };
    const run = ikewind(lab, ['listen', ...options(lab, { ...asGateway, modeConfig })]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    await until(run, 'our tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    expect(run.said()).toContain('XAUTH: the user alice is believed');
    expect(lab.swanctl('--list-sas')).toContain('local  10.9.0.1/32');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.runIf(longSuites)('with RSA signatures: we are its client', async () => {
    const lab = await open(gateway(true), true);
    const run = ikewind(lab, ['connect', ...options(lab, { ...asClient, ...signing }), '--peer', theirs, '--hold']);
    await until(run, 'the tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    expect(lab.log()).toContain('XAuthInitRSA');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.runIf(longSuites)('with RSA signatures: we are its gateway', async () => {
    const lab = await open(client(true), true);
    const run = ikewind(lab, ['listen', ...options(lab, { ...asGateway, ...signing })]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    await until(run, 'our tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    keysAgree(lab);
    await verifies(lab);
  });

  test.runIf(longSuites)('its gateway believes no other password: status 1 with the reason', async () => {
    const lab = await open(gateway(true));
    const run = ikewind(lab, ['connect', ...options(lab, asClient, 'open barley'), '--peer', theirs]);
    expect([await run.status, run.said()]).toEqual([1, expect.stringContaining('XAUTH failed')]);
    await verifies(lab);
  });

  test.runIf(longSuites)('we believe no other password: nothing is up', async () => {
    const lab = await open(client(true));
    const run = ikewind(lab, ['listen', ...options(lab, asGateway, 'open barley')]);
    await until(run, 'the start', () => run.said().includes('listening'));
    expect(() => lab.swanctl('--initiate', '--child', 'net')).toThrow();
    await until(run, 'the end', () => run.said().includes('XAUTH: the user alice is not believed'));
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    await verifies(lab);
    expect(readFileSync(join(lab.folder, 'charon.log'), 'utf8')).not.toContain('CHILD_SA net{1} established');
  });
});
