/** strongSwan's charon in a network namespace of its own, beside one for us: all of it made here and taken away again. RFC 5737 addresses. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lacksSpaces, openSpaces, ours, type Spaces, theirs } from './spaces.ts';

export { ours, theirs } from './spaces.ts';

const charon = '/usr/lib/ipsec/charon';
const swanctl = '/usr/sbin/swanctl';

/** What is missing for these tests; `null` where nothing is. */
export const missing = (): string | null => {
  if (!existsSync(charon) || !existsSync(swanctl)) return 'strongswan-charon and strongswan-swanctl';
  if (!existsSync('/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so')) return 'libcharon-extra-plugins';
  return lacksSpaces();
};

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
  /** Certificates and keys, by their places beside the configuration: `x509/b.pem`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines of the daemon's own configuration. */
  readonly daemon?: string;
  /** Keeps no log, for who measures. */
  readonly isQuiet?: boolean;
}

export interface Lab extends Spaces {
  readonly swanctl: (...args: readonly string[]) => string;
  readonly log: () => string;
}

const plugins =
  'random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints revocation aes sha1 sha2 md5 gmp hmac kdf xcbc cmac ctr ccm gcm drbg kernel-libipsec kernel-netlink socket-default vici updown';

const strongswanConf = (folder: string, { plugins: more = '', daemon = '', isQuiet = false }: Setting): string => `charon {
  load = ${plugins} ${more}
  retransmit_timeout = 2.0
  ${daemon}
  i_dont_care_about_security_and_use_aggressive_mode_psk = yes
  filelog {
    main {
      path = ${folder}/charon.log
      flush_line = yes
      ${isQuiet ? 'default = -1' : 'default = 1\n      ike = 4\n      chd = 4\n      mgr = 2'}
    }
  }
  plugins {
    vici {
      socket = unix://${folder}/run/charon.vici
    }
  }
}
`;

/** `questions`: what charon asks of a silent peer. */
export const swanctlConf = ({ ike, esp }: Suite, questions = 'dpd_delay = 2s'): string => `connections {
  conn {
    version = 1
    local_addrs = ${theirs}
    remote_addrs = ${ours}
    proposals = ${ike}
    ${questions}
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
const route = ({ ip, them, behind }: Spaces): void => {
  ip('-n', them, 'addr', 'add', '10.2.0.1/16', 'dev', 'lo');
  if (behind !== 'them') ip('-n', them, 'route', 'add', 'default', 'via', ours);
};

/** Two namespaces, charon in one of them with its configuration loaded. */
export const openLab = async (asked: Suite | Setting, behind: Spaces['behind'] = null): Promise<Lab> => {
  const spaces = openSpaces(behind);
  const { folder } = spaces;
  for (const name of ['run', 'swanctl']) mkdirSync(join(folder, name));
  const setting: Setting = 'swanctl' in asked ? asked : { swanctl: swanctlConf(asked) };
  writeFileSync(join(folder, 'strongswan.conf'), strongswanConf(folder, setting));
  for (const [place, text] of Object.entries({ 'swanctl.conf': setting.swanctl, ...setting.files })) {
    const file = join(folder, 'swanctl', place);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  }
  const vici = `unix://${join(folder, 'run', 'charon.vici')}`;
  const ask = (...args: readonly string[]): string =>
    execFileSync(swanctl, [...args, '--uri', vici], {
      encoding: 'utf8',
      env: { ...process.env, SWANCTL_DIR: join(folder, 'swanctl') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    route(spaces);
    // charon's path for its pid is compiled in: `ip netns exec` gives it mounts of its own, so that it can have its own /run.
    const command = `mount --bind ${folder}/run /run && exec env STRONGSWAN_CONF=${folder}/strongswan.conf ${charon}`;
    spaces.startThere(['sh', '-c', command]);
    for (let i = 0; i < 100 && !existsSync(join(folder, 'run', 'charon.vici')); i++) await sleep(50);
    ask('--load-all', '--noprompt');
  } catch (fault) {
    await spaces.end();
    throw fault;
  }
  return { ...spaces, swanctl: ask, log: () => readFileSync(join(folder, 'charon.log'), 'utf8') };
};
