/** Runs the built command as a user's shell would, and gives what it wrote and how it ended. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = join(root, 'dist', 'cli', 'ikewind.js');
const traceFolder = join(root, 'traces', 'mm-psk-3des-sha1-modp1024');

/** The bundled negotiation: a capture of 19 frames, and every key of it. */
export const trace = { capture: join(traceFolder, 'capture.pcap'), keys: join(traceFolder, 'keys.json') };

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent once something was written to standard output. */
  readonly signal?: NodeJS.Signals;
  /** Standard output is closed after its first octets, as `head` does. */
  readonly hangUp?: boolean;
}

export const ikewind = (args: readonly string[], { input, env = {}, signal, hangUp = false }: Surroundings = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { IKEWIND_PSK: _, NO_COLOR: __, ...inherited } = process.env;
    const child = spawn(process.execPath, [bundle, ...args], { env: { ...inherited, ...env } });
    const written = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written.stdout += text;
      if (signal) child.kill(signal);
      if (hangUp) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      written.stderr += text;
    });
    // A command that ends before it read everything closes the pipe on us.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...written }));
  });

export type Json = Readonly<Record<string, unknown>>;

/** The objects of an `ndjson` answer; fails where the command did. */
export const records = async <R = Json>(args: readonly string[], surroundings?: Surroundings): Promise<readonly R[]> => {
  const { status, stdout, stderr } = await ikewind([...args, '--format', 'ndjson'], surroundings);
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as R);
};

/** A folder of its own for one test, gone after it. */
export const scratch = (): Disposable & {
  readonly path: (name: string) => string;
  readonly write: (name: string, data: string | Uint8Array) => string;
} => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-cli-'));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, data) => {
      writeFileSync(path(name), data);
      return path(name);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
};
