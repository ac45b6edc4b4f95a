// Bundles the command, the Electron processes and the window into dist/: what `npm ci`, `npm run build` and `npm run dev` call.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');
const hashbang = '#!/usr/bin/env node';

/** CommonJS packages inside an ES module bundle still ask for Node's own modules with `require`. */
const requireForBundledCommonJs = [
  "import { createRequire as ikewindCreateRequire } from 'node:module';",
  'const require = ikewindCreateRequire(import.meta.url);',
].join('\n');

const shared = { bundle: true, sourcemap: 'linked', metafile: true, legalComments: 'external', logLevel: 'warning' };
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: requireForBundledCommonJs },
  minifySyntax: true,
  minifyWhitespace: true, // names stay, so that a stack trace can be read
};

/** One row per bundle. `--version` must not wait for the whole program, so the command is split into chunks. */
const bundles = [
  {
    source: 'debugger/cli/main.ts',
    output: 'cli/ikewind.js',
    executable: true,
    options: { ...node, splitting: true, chunkNames: 'cli/chunk-[hash]' },
  },
  { source: 'debugger/main/main.ts', output: 'main/main.js', options: { ...node, external: ['electron'] } },
  {
    source: 'debugger/preload/preload.ts',
    output: 'preload/preload.cjs', // a sandboxed preload is CommonJS
    options: { ...node, format: 'cjs', banner: {}, external: ['electron'] },
  },
  { source: 'debugger/host/worker.ts', output: 'host/worker.js', options: { ...node, external: ['electron'] } },
  {
    source: 'debugger/window/index.tsx',
    output: 'window/index.js',
    copies: ['index.html', 'design/fonts/LICENSE-inter.txt', 'design/fonts/LICENSE-jetbrains-mono.txt'],
    options: {
      ...shared,
      minify: true,
      platform: 'browser',
      target: ['chrome130', 'firefox128', 'safari17'],
      format: 'esm',
      jsx: 'automatic',
      loader: { '.woff2': 'file', '.svg': 'file' },
      assetNames: 'window/assets/[name]-[hash]',
      define: { 'process.env.NODE_ENV': '"production"' },
    },
  },
];

const parse = (output) => ({ name: output.slice(0, -path.extname(output).length), extension: path.extname(output) });

function optionsOf({ source, output, executable, options }) {
  const { name, extension } = parse(output);
  const banner = options.banner?.js ?? '';
  const hasHashbang = fs.readFileSync(path.join(root, source), 'utf8').startsWith('#!');
  return {
    ...options,
    absWorkingDir: root,
    entryPoints: [{ in: source, out: name }],
    outdir: dist,
    outExtension: { '.js': extension },
    banner: executable && !hasHashbang ? { js: `${hashbang}\n${banner}` } : (options.banner ?? {}),
  };
}

/** What esbuild does not do by itself: static files beside the bundle, and the executable bit. */
function finish({ source, output, executable, copies = [] }) {
  const target = path.join(dist, output);
  const copied = copies.map((name) => ({
    from: path.join(root, path.dirname(source), name),
    to: path.join(path.dirname(target), path.basename(name)),
  }));
  for (const { from, to } of copied) fs.copyFileSync(from, to);
  if (executable) fs.chmodSync(target, 0o755);
  return copied.map(({ to }) => to);
}

/** Removes what an earlier build left, last, so that a running window or test never finds an empty folder. */
function removeAllBut(wanted) {
  for (const entry of fs.readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !wanted.has(file)) fs.rmSync(file);
  }
}

/** A bundle without its source is a mistake of ours. */
function present() {
  const gone = bundles.find(({ source }) => !fs.existsSync(path.join(root, source)));
  if (gone) throw new Error(`build: ${gone.source} is missing`);
  return bundles;
}

async function loadEsbuild() {
  try {
    return await import('esbuild');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('build: esbuild is not installed; run npm ci with the development dependencies (without --omit=dev)');
  }
}

/**
 * Builds everything into `dist/`.
 * @param {{sizes?: boolean}} [wish] `sizes` prints what each bundle is made of
 */
export async function build({ sizes = false } = {}) {
  const started = performance.now();
  const esbuild = await loadEsbuild();
  const rows = present();
  fs.mkdirSync(dist, { recursive: true });
  const results = await Promise.all(rows.map((bundle) => esbuild.build(optionsOf(bundle))));
  const copied = rows.flatMap(finish);
  if (sizes) for (const { metafile } of results) console.log(await esbuild.analyzeMetafile(metafile));
  const outputs = results.flatMap(({ metafile }) => Object.entries(metafile.outputs));
  const kilobytes = Math.round(outputs.reduce((sum, [file, { bytes }]) => sum + (file.endsWith('.map') ? 0 : bytes), 0) / 1000);
  removeAllBut(new Set([...outputs.map(([file]) => path.join(root, file)), ...copied]));
  fs.writeFileSync(stamp, '');
  console.log(`build: ${rows.length} bundles, ${kilobytes} kB, ${Math.round(performance.now() - started)} ms`);
}

/** Rebuilds on every change until interrupted. */
async function watch() {
  const esbuild = await loadEsbuild();
  for (const bundle of present()) {
    const again = { name: 'finish', setup: (on) => on.onEnd(({ errors }) => errors.length > 0 || announce(bundle)) };
    const context = await esbuild.context({ ...optionsOf(bundle), minify: false, plugins: [again] });
    await context.watch();
  }
}

function announce(bundle) {
  finish(bundle);
  console.log(`build: ${bundle.output}`);
}

/** The newest change, in milliseconds since the epoch, of any source that goes into a bundle. */
function newestSource() {
  const folders = ['engine', 'debugger'].flatMap((folder) =>
    fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }),
  );
  const files = folders.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  const others = ['package.json', 'package-lock.json', 'scripts/build.mjs'].map((name) => path.join(root, name));
  return Math.max(...[...files, ...others].map((file) => fs.statSync(file).mtimeMs));
}

/** Builds if a source is newer than the last complete build. */
export async function buildIfStale() {
  if (!fs.existsSync(stamp) || fs.statSync(stamp).mtimeMs < newestSource()) await build();
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const wishes = process.argv.slice(2);
  try {
    await (wishes.includes('--watch') ? watch() : build({ sizes: wishes.includes('--sizes') }));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
