/**
 * Two network namespaces on one wire, ours and a peer's, with a router that hides one of them where that is asked for, and a folder for both: all of
 * it made here and taken away again. RFC 5737 addresses.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ours = '192.0.2.1';
export const theirs = '192.0.2.2';

/** Address of whoever stands behind the router, which has the address that it is known by. */
export const hidden = '203.0.113.2';
const routerInside = '203.0.113.1';

/** What is missing for any peer in a namespace; `null` where nothing is. */
export const lacksSpaces = (): string | null => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'root on Linux';
  if (!existsSync('/dev/net/tun')) return '/dev/net/tun';
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'iproute2 with network namespaces';
  }
};

/** Beside that, what a router needs that translates addresses. */
export const lacksNat = (): string | null => (existsSync('/usr/sbin/nft') ? lacksSpaces() : 'nftables');

export interface Spaces {
  readonly folder: string;
  readonly behind: 'us' | 'them' | null;
  /** Name of our namespace. */
  readonly us: string;
  /** Name of the peer's namespace. */
  readonly them: string;
  readonly ip: (...args: readonly string[]) => void;
  /** Starts a program in our namespace. */
  readonly start: (args: readonly string[]) => ChildProcess;
  /** The same in the peer's. */
  readonly startThere: (args: readonly string[]) => ChildProcess;
  readonly end: () => Promise<void>;
}

const ip = (...args: readonly string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

interface End {
  readonly space: string;
  readonly address: string;
}

/** A device by one name in both spaces, since a space holds one end of one wire; a router has two. */
const wire = (a: End, b: End, [nameA, nameB]: readonly [string, string] = ['wire0', 'wire0']): void => {
  ip('link', 'add', nameA, 'netns', a.space, 'type', 'veth', 'peer', 'name', nameB, 'netns', b.space);
  for (const [{ space, address }, device] of [[a, nameA] as const, [b, nameB] as const]) {
    ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', device);
    ip('-n', space, 'link', 'set', device, 'up');
  }
};

/** Source addresses and ports of what comes from inside become the router's own, RFC 3022. */
const masquerade = `table ip nat {
  chain post {
    type nat hook postrouting priority srcnat
    oifname "outside" masquerade
  }
}`;

const hide = (inner: string, router: string, known: string, outer: End): void => {
  wire({ space: inner, address: hidden }, { space: router, address: routerInside }, ['wire0', 'inside']);
  wire({ space: router, address: known }, outer, ['outside', 'wire0']);
  ip('-n', inner, 'route', 'add', 'default', 'via', routerInside);
  ip('netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  execFileSync('ip', ['netns', 'exec', router, 'nft', '-f', '-'], { input: masquerade, stdio: ['pipe', 'ignore', 'pipe'] });
};

const ended = async (process: ChildProcess): Promise<void> => {
  for (let i = 0; i < 100 && process.exitCode === null && process.signalCode === null; i++) await sleep(50);
};

/** `behind`: who stands behind a router that translates addresses. */
export const openSpaces = (behind: Spaces['behind'] = null): Spaces => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-interop-'));
  const tag = folder.slice(-6);
  const [us, them, router] = [`ikewind-${tag}-a`, `ikewind-${tag}-b`, `ikewind-${tag}-r`];
  const started: ChildProcess[] = [];
  const start = (namespace: string, args: readonly string[]): ChildProcess => {
    const process = spawn('ip', ['netns', 'exec', namespace, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    started.push(process);
    return process;
  };
  const remove = (): void => {
    for (const name of [us, them, router]) {
      try {
        ip('netns', 'delete', name);
      } catch {
        // It was never made.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const end = async (): Promise<void> => {
    for (const process of started) process.kill('SIGTERM');
    for (const process of started) await ended(process);
    remove();
  };
  try {
    for (const name of behind === null ? [us, them] : [us, them, router]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    const [a, b] = [
      { space: us, address: ours },
      { space: them, address: theirs },
    ];
    if (behind === null) wire(a, b);
    else if (behind === 'us') hide(us, router, ours, b);
    else hide(them, router, theirs, a);
  } catch (fault) {
    remove();
    throw fault;
  }
  return { folder, behind, us, them, ip, start: (args) => start(us, args), startThere: (args) => start(them, args), end };
};
