// The real window: this checkout in a real Electron on a virtual display, driven by Playwright.
import * as path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { findRuntime, probe } from '../../scripts/electron-runtime.mjs';
import { hasXvfb, startDisplay } from './display.ts';

export interface DrivenWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  close(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');

/**
 * What is missing to drive the window; `undefined` where nothing is. For the name of a suite that is skipped:
 * `describe.skipIf(missing)(missing ? `window (skipped: ${missing})` : 'window', ...)`.
 */
export function missingForElectron(): string | undefined {
  if (!hasXvfb) return 'no Xvfb (Debian: xvfb)';
  const runtime = findRuntime();
  if (!runtime) return 'no Electron runtime (npm run electron)';
  const found = probe(runtime.executable);
  return found.starts ? undefined : `Electron lacks ${found.libraries.join(', ')} (Debian: chromium brings them)`;
}

/**
 * Opens the debugger as `npm start` does and waits for its first window.
 * @param args what stands after `--`: inputs and options
 */
export async function openElectron(
  args: readonly string[] = [],
  { size = { width: 1440, height: 900 }, env = {} }: { size?: { width: number; height: number }; env?: Record<string, string> } = {},
): Promise<DrivenWindow> {
  const runtime = findRuntime();
  if (!runtime) throw new Error(missingForElectron());
  const display = await startDisplay(size);
  // Without `executablePath` Playwright asks the electron package, which reads this variable, and preloads the loader
  // that holds back `ready`: with it a launch now and then hangs.
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = runtime.folder;
  try {
    const app = await _electron.launch({
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--', ...args],
      cwd: root,
      env: { ...definedEnvironment(), ...env, DISPLAY: display.name },
      chromiumSandbox: process.getuid?.() !== 0,
      timeout: 60_000,
    });
    const close = async (): Promise<void> => {
      await app.close();
      await display.stop();
    };
    return { app, page: await app.firstWindow({ timeout: 60_000 }), close };
  } catch (error) {
    await display.stop();
    throw error;
  }
}

function definedEnvironment(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
