/** Where this program stands on the disk, and which version it is. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

export const version: string = manifest.version;

/** The folder that holds `package.json`: bundled or not, we are below it. */
export const root: string = above(dirname(fileURLToPath(import.meta.url)));

/** The built window. */
export const windowFolder: string = join(root, 'dist', 'window');

/** The traces that ship with the program. */
export const tracesFolder: string = join(root, 'traces');

/** Starts Electron, in a checkout; a packaged program is Electron already. */
export const startScript: string = join(root, 'scripts', 'start.mjs');

function above(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return above(dirname(folder));
}
