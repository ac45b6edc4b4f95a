// A virtual X display of our own, so that no test needs a screen.
import { spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Display {
  /** The value of DISPLAY, such as `:7`. */
  readonly name: string;
  stop(): Promise<void>;
}

/** Whether Xvfb is installed (Debian: xvfb). */
export const hasXvfb = spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined;

/**
 * Starts Xvfb on a display that it finds free.
 * @param size in pixels
 * @throws Error if the server ends before it is ready
 */
export async function startDisplay(size = { width: 1440, height: 900 }): Promise<Display> {
  const screen = `${size.width}x${size.height}x24`;
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let complaint = '';
  server.stderr?.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`Xvfb ended at once: ${complaint}`)));
    let answer = '';
    (server.stdio[3] as Readable).on('data', (text: Buffer) => {
      answer += text.toString();
      if (answer.endsWith('\n')) resolve(answer.trim());
    });
  });
  return {
    name: `:${number}`,
    stop: () => {
      server.kill();
      return ended;
    },
  };
}
