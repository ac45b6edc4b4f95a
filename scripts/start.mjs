// `npm start [inputs] [--keys FILE]`: opens the debugger's window, in Electron where that can run, else in a browser.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';
import { obtainRuntime, probe } from './electron-runtime.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const calledFrom = process.env.INIT_CWD ?? process.cwd(); // npm changes to the project's folder before it starts us
const trace = path.join(root, 'traces', 'mm-psk-3des-sha1-modp1024');
const bundled = [path.join(trace, 'capture.pcap'), '--keys', path.join(trace, 'keys.json')];

const say = (line) => console.error(`ikewind: ${line}`);

/** What keeps the Electron window from opening, in words that say how to cure it; empty where nothing does. */
async function obstacles() {
  let runtime;
  try {
    runtime = await obtainRuntime({ say });
  } catch (error) {
    return { missing: [error.message] };
  }
  return { runtime, missing: [...withoutLibraries(probe(runtime.executable)), ...withoutDisplay()] };
}

function withoutLibraries(found) {
  if (found.starts) return [];
  if (found.libraries.length === 0) return [`Electron does not start: ${found.said}`];
  const packages = found.packages.length > 0 ? `; on Debian: apt-get install ${found.packages.join(' ')}` : '';
  return [`Electron needs libraries that are not installed: ${found.libraries.join(', ')}${packages}`];
}

function withoutDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return [];
  return [
    'there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set; ' +
      'for a virtual one on Debian: apt-get install xvfb xauth, then xvfb-run -a npm start',
  ];
}

function openWindow(runtime, args) {
  const asRoot = process.getuid?.() === 0;
  if (asRoot) say('running as root, where Chromium has no sandbox: starting Electron with --no-sandbox');
  say(`starting Electron from ${runtime.folder}`);
  // What stands after `--` is ours: Chromium takes none of it for a switch of its own.
  return [runtime.executable, [...(asRoot ? ['--no-sandbox'] : []), root, '--', ...args]];
}

function serveInstead(missing, args) {
  say('the Electron window cannot open here:');
  for (const line of missing) say(`  ${line}`);
  say('serving the same window to a browser instead');
  return [process.execPath, [path.join(root, 'dist', 'cli', 'ikewind.js'), 'serve', ...args]];
}

/** Runs in the foreground: its signals are passed on, its exit status is ours. */
function run([command, args]) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(command, args, { cwd: calledFrom, stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

await buildIfStale();
const given = process.argv.slice(2);
const args = given.length > 0 || !fs.existsSync(trace) ? given : bundled;
const { runtime, missing } = await obstacles();
run(missing.length === 0 ? openWindow(runtime, args) : serveInstead(missing, args));
