// Whether an Electron executable starts on this machine, and if not, which shared libraries and Debian packages it lacks.
import { spawnSync } from 'node:child_process';

/** Debian and Ubuntu packages by the library that Electron asks the loader for. */
const packageOf = {
  'libasound.so.2': 'libasound2',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcairo.so.2': 'libcairo2',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libexpat.so.1': 'libexpat1',
  'libgbm.so.1': 'libgbm1',
  'libgdk-3.so.0': 'libgtk-3-0',
  'libgdk_pixbuf-2.0.so.0': 'libgdk-pixbuf-2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgtk-3.so.0': 'libgtk-3-0',
  'libnspr4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libpangocairo-1.0.so.0': 'libpangocairo-1.0-0',
  'libsmime3.so': 'libnss3',
  'libudev.so.1': 'libudev1',
  'libX11.so.6': 'libx11-6',
  'libxcb.so.1': 'libxcb1',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libXrandr.so.2': 'libxrandr2',
};

/**
 * Starts the executable as a plain Node, which loads all its libraries but needs no display.
 * @param {string} executable
 * @returns {{starts: true, electron: string, node: string} | {starts: false, libraries: string[], packages: string[], said: string}}
 */
export function probe(executable) {
  const run = spawnSync(executable, ['-p', 'JSON.stringify(process.versions)'], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    timeout: 60_000,
  });
  if (run.status === 0) {
    const { electron, node } = JSON.parse(run.stdout);
    return { starts: true, electron, node };
  }
  const said = `${run.error?.message ?? ''}${run.stderr ?? ''}`.trim();
  const libraries = missingLibraries(executable, said);
  const packages = [...new Set(libraries.map((library) => packageOf[library]).filter((name) => name !== undefined))];
  return { starts: false, libraries, packages, said };
}

/** The loader names one missing library; `ldd`, where it is installed, names them all. */
function missingLibraries(executable, said) {
  const listed = spawnSync('ldd', [executable], { encoding: 'utf8' });
  const all = [...(listed.stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  const first = /loading shared libraries: (\S+?):/.exec(said)?.[1];
  return all.length > 0 ? all : [first].filter((name) => name !== undefined);
}
