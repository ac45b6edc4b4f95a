/** strongSwan's charon in a network namespace of its own, beside one for us: all of it made here and taken away again. RFC 5737 addresses. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const charon = '/usr/lib/ipsec/charon';
const swanctl = '/usr/sbin/swanctl';

/** What is missing for these tests; `null` where nothing is. */
export const missing = (): string | null => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'root on Linux';
  if (!existsSync(charon) || !existsSync(swanctl)) return 'strongswan-charon and strongswan-swanctl';
  if (!existsSync('/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so')) return 'libcharon-extra-plugins';
  if (!existsSync('/dev/net/tun')) return '/dev/net/tun';
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'iproute2 with network namespaces';
  }
};

export const ours = '192.0.2.1';
export const theirs = '192.0.2.2';
export const psk = 'an interop secret';

export interface Suite {
  /** In strongSwan's notation. */
  readonly ike: string;
  readonly esp: string;
}

/** A configuration of charon's own, whole, for what a suite does not say. */
export interface Setting {
  readonly swanctl: string;
  /** Beside the usual ones. */
  readonly plugins?: string;
}

export interface Lab {
  readonly folder: string;
  /** Starts a program in our namespace. */
  readonly start: (args: readonly string[]) => ChildProcess;
  /** The same in charon's. */
  readonly startThere: (args: readonly string[]) => ChildProcess;
  readonly swanctl: (...args: readonly string[]) => string;
  readonly log: () => string;
  readonly end: () => Promise<void>;
}

const run = (...args: readonly string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const plugins =
  'random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints revocation aes sha1 sha2 md5 gmp hmac kdf xcbc cmac ctr ccm gcm drbg kernel-libipsec kernel-netlink socket-default vici updown';

const strongswanConf = (folder: string, more: string): string => `charon {
  load = ${plugins} ${more}
  retransmit_timeout = 2.0
  filelog {
    main {
      path = ${folder}/charon.log
      flush_line = yes
      default = 1
      ike = 4
      chd = 4
      mgr = 2
    }
  }
  plugins {
    vici {
      socket = unix://${folder}/run/charon.vici
    }
  }
}
`;

const swanctlConf = ({ ike, esp }: Suite): string => `connections {
  conn {
    version = 1
    local_addrs = ${theirs}
    remote_addrs = ${ours}
    proposals = ${ike}
    dpd_delay = 2s
    local {
      auth = psk
      id = ${theirs}
    }
    remote {
      auth = psk
      id = ${ours}
    }
    children {
      net {
        local_ts = 10.2.0.0/16
        remote_ts = 10.1.0.0/16
        esp_proposals = ${esp}
        mode = tunnel
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

/** Without a route to the other network, and an address in its own, charon's userspace data plane cannot install what was negotiated. */
const wire = (us: string, them: string): void => {
  run('netns', 'add', us);
  run('netns', 'add', them);
  run('link', 'add', 'wire0', 'netns', us, 'type', 'veth', 'peer', 'name', 'wire0', 'netns', them);
  run('-n', us, 'addr', 'add', `${ours}/24`, 'dev', 'wire0');
  run('-n', them, 'addr', 'add', `${theirs}/24`, 'dev', 'wire0');
  run('-n', them, 'addr', 'add', '10.2.0.1/16', 'dev', 'lo');
  for (const name of [us, them]) for (const device of ['lo', 'wire0']) run('-n', name, 'link', 'set', device, 'up');
  run('-n', them, 'route', 'add', 'default', 'via', ours);
};

const ended = async (process: ChildProcess): Promise<void> => {
  for (let i = 0; i < 100 && process.exitCode === null && process.signalCode === null; i++) await sleep(50);
};

/** Two namespaces, charon in one of them with its configuration loaded. */
export const openLab = async (asked: Suite | Setting): Promise<Lab> => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-interop-'));
  const tag = folder.slice(-6);
  const [us, them] = [`ikewind-${tag}-a`, `ikewind-${tag}-b`];
  for (const name of ['run', 'swanctl']) mkdirSync(join(folder, name));
  const setting: Setting = 'swanctl' in asked ? asked : { swanctl: swanctlConf(asked) };
  writeFileSync(join(folder, 'strongswan.conf'), strongswanConf(folder, setting.plugins ?? ''));
  writeFileSync(join(folder, 'swanctl', 'swanctl.conf'), setting.swanctl, { mode: 0o600 });
  const started: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const process of started) process.kill('SIGTERM');
    for (const process of started) await ended(process);
    for (const name of [us, them]) {
      try {
        run('netns', 'delete', name);
      } catch {
        // It was never made.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (namespace: string, args: readonly string[]): ChildProcess => {
    const process = spawn('ip', ['netns', 'exec', namespace, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(process);
    return process;
  };
  const vici = `unix://${join(folder, 'run', 'charon.vici')}`;
  const ask = (...args: readonly string[]): string =>
    execFileSync(swanctl, [...args, '--uri', vici], {
      encoding: 'utf8',
      env: { ...process.env, SWANCTL_DIR: join(folder, 'swanctl') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    wire(us, them);
    // charon's path for its pid is compiled in: `ip netns exec` gives it mounts of its own, so that it can have its own /run.
    const command = `mount --bind ${folder}/run /run && exec env STRONGSWAN_CONF=${folder}/strongswan.conf ${charon}`;
    start(them, ['sh', '-c', command]);
    for (let i = 0; i < 100 && !existsSync(join(folder, 'run', 'charon.vici')); i++) await sleep(50);
    ask('--load-all', '--noprompt');
  } catch (fault) {
    await end();
    throw fault;
  }
  return {
    folder,
    start: (args) => start(us, args),
    startThere: (args) => start(them, args),
    swanctl: ask,
    log: () => readFileSync(join(folder, 'charon.log'), 'utf8'),
    end,
  };
};
