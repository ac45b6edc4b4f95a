// The two shells that show the window: the real Electron, and Chromium on what `ikewind serve` serves. Each gives a Playwright page.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ElectronApplication, Page } from 'playwright-core';
import { missingForChromium, openChromium } from '../support/chromium.ts';
import { missingForElectron, openElectron } from '../support/electron.ts';

const root = resolve(import.meta.dirname, '../..');
const size = { width: 1280, height: 800 };

export interface Shown {
  readonly page: Page;
  /** Only in Electron. */
  readonly app?: ElectronApplication;
  /** What the page said on its console that was an error, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export interface Shell {
  readonly name: 'electron' | 'chromium';
  /** What is missing on this machine; `undefined` where nothing is. */
  readonly missing: string | undefined;
  /** Shows the window, with inputs and options as on a command line. */
  readonly show: (args: readonly string[]) => Promise<Shown>;
}

const listen = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
};

export const electron: Shell = {
  name: 'electron',
  missing: missingForElectron(),
  show: async (args) => {
    // Settings of their own, so that no test finds what another left.
    const settings = mkdtempSync(join(tmpdir(), 'ikewind-settings-'));
    const { app, page, close } = await openElectron([...args, '--size', `${size.width}x${size.height}`], {
      env: { XDG_CONFIG_HOME: settings },
    });
    const complaints = listen(page);
    return {
      page,
      app,
      complaints,
      close: async () => {
        await close();
        rmSync(settings, { recursive: true, force: true });
      },
    };
  },
};

export const chromium: Shell = {
  name: 'chromium',
  missing: missingForChromium,
  show: async (args) => {
    const { url, stop } = await startServe(args);
    const browser = await openChromium();
    const page = await browser.newPage({ viewport: size });
    const complaints = listen(page);
    await page.goto(url);
    return {
      page,
      complaints,
      close: async () => {
        await browser.close();
        await stop();
      },
    };
  },
};

/** Runs `ikewind serve` as a person does, and waits for the address that it prints. */
export const startServe = async (args: readonly string[]): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const child = spawn(process.execPath, [join(root, 'dist/cli/ikewind.js'), 'serve', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((found, failed) => {
    createInterface({ input: child.stdout }).once('line', found);
    child.once('exit', (code) => failed(new Error(`ikewind serve ended with ${code}`)));
  });
  return {
    url,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
};
