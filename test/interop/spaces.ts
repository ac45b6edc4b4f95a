/** Two network namespaces on one wire, ours and a peer's, and a folder for both: all of it made here and taken away again. RFC 5737 addresses. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ours = '192.0.2.1';
export const theirs = '192.0.2.2';

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

export interface Spaces {
  readonly folder: string;
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

const wire = (us: string, them: string): void => {
  ip('netns', 'add', us);
  ip('netns', 'add', them);
  ip('link', 'add', 'wire0', 'netns', us, 'type', 'veth', 'peer', 'name', 'wire0', 'netns', them);
  ip('-n', us, 'addr', 'add', `${ours}/24`, 'dev', 'wire0');
  ip('-n', them, 'addr', 'add', `${theirs}/24`, 'dev', 'wire0');
  for (const name of [us, them]) for (const device of ['lo', 'wire0']) ip('-n', name, 'link', 'set', device, 'up');
};

const ended = async (process: ChildProcess): Promise<void> => {
  for (let i = 0; i < 100 && process.exitCode === null && process.signalCode === null; i++) await sleep(50);
};

export const openSpaces = (): Spaces => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-interop-'));
  const tag = folder.slice(-6);
  const [us, them] = [`ikewind-${tag}-a`, `ikewind-${tag}-b`];
  const started: ChildProcess[] = [];
  const start = (namespace: string, args: readonly string[]): ChildProcess => {
    const process = spawn('ip', ['netns', 'exec', namespace, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    started.push(process);
    return process;
  };
  const remove = (): void => {
    for (const name of [us, them]) {
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
    wire(us, them);
  } catch (fault) {
    remove();
    throw fault;
  }
  return { folder, us, them, ip, start: (args) => start(us, args), startThere: (args) => start(them, args), end };
};
