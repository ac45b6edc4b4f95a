// Runs one program under every JavaScript runtime that matters: the machine's Node, the pinned Node, and Electron.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';
import { findRuntime, probe } from '../../scripts/electron-runtime.mjs';

const root = path.resolve(import.meta.dirname, '../..');

export interface Runtime {
  /** For names of tests, such as `Node 20` or `Electron 33`. */
  readonly name: string;
  readonly executable: string;
  readonly env: Record<string, string>;
}

export interface Run {
  readonly runtime: string;
  readonly stdout: string;
}

/** The runtimes on this machine, and why the others are not among them. */
export function runtimes(): { readonly present: readonly Runtime[]; readonly absent: readonly string[] } {
  const present: Runtime[] = [{ name: `Node ${major(process.versions.node)}`, executable: process.execPath, env: {} }];
  const absent: string[] = [];
  const machines = machinesNode();
  if (machines === undefined) absent.push("the machine's own Node: none in PATH outside node_modules");
  else if (present.some(({ name }) => name === machines.name)) absent.push(`the machine's own Node: it is ${machines.name} too`);
  else present.unshift(machines);
  const electron = findRuntime();
  const found = electron && probe(electron.executable);
  if (electron === undefined || found === undefined) absent.push('Electron: no runtime (npm run electron)');
  else if (!found.starts) absent.push(`Electron: it lacks ${found.libraries.join(', ')}`);
  else present.push({ name: `Electron ${major(found.electron)}`, executable: electron.executable, env: { ELECTRON_RUN_AS_NODE: '1' } });
  return { present, absent };
}

/**
 * Bundles a module and runs it under each runtime that is present.
 * @param entryFile path from the root of the repository, or absolute
 * @throws Error if a run does not end with status 0; the message has its standard error
 */
export async function runEverywhere(entryFile: string, args: readonly string[] = []): Promise<Run[]> {
  const folder = path.join(root, '.cache', 'runtime');
  fs.mkdirSync(folder, { recursive: true });
  const work = fs.mkdtempSync(path.join(folder, 'run-'));
  try {
    const bundle = path.join(work, 'bundle.mjs');
    const entry = path.resolve(root, entryFile);
    await build({
      entryPoints: [entry],
      outfile: bundle,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
    });
    return runtimes().present.map((runtime) => ({ runtime: runtime.name, stdout: runUnder(runtime, bundle, args) }));
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

function runUnder({ name, executable, env }: Runtime, bundle: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(executable, [bundle, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** npm puts the pinned Node first in PATH; the machine's own stands behind it. */
function machinesNode(): Runtime | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  const executable = folders.map((folder) => path.join(folder, 'node')).find((file) => fs.existsSync(file));
  if (executable === undefined) return undefined;
  const version = spawnSync(executable, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
  return { name: `Node ${major(version)}`, executable, env: {} };
}

const major = (version: string): string => version.split('.')[0] ?? version;
