// Vitest global setup: an Electron is prepared before a test looks for one. Where none can be had, those tests skip by name.
import { obtainRuntime } from '../../scripts/electron-runtime.mjs';

export async function setup(): Promise<void> {
  try {
    await obtainRuntime({ say: (line) => console.error(`electron: ${line}`), own: false });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
