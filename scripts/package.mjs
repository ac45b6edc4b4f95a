// `npm run package`: the unpacked Linux application in release/, with release fuses, from the Electron that is at hand.
// `--inspectable` leaves the one fuse on that a test driver needs; such a package is for tests only.
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { obtainRuntime, probe } from './electron-runtime.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js');

await build();
const runtime = await obtainRuntime({ say: (line) => console.error(`electron: ${line}`) });
const found = probe(runtime.executable);
if (!found.starts) throw new Error(`${runtime.executable} does not start: ${found.said}`);

const settings = [`electronDist=${runtime.folder}`, `electronVersion=${found.electron}`];
if (process.argv.includes('--inspectable'))
  settings.push('electronFuses.enableNodeCliInspectArguments=true', 'directories.output=release/inspectable');
const { status } = spawnSync(
  process.execPath,
  [builder, '--linux', 'dir', '--publish', 'never', ...settings.map((setting) => `-c.${setting}`)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
