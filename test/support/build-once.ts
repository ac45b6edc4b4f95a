// Vitest global setup: dist/ is as new as the sources before a test starts the command or a window.
import { buildIfStale } from '../../scripts/build.mjs';

export async function setup(): Promise<void> {
  await buildIfStale();
}
