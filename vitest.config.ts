// Four projects, by what they need: only this process; a built dist/; other runtimes; the window (one file at a time).
import { defineConfig } from 'vitest/config';
import { Counts } from './test/support/counts.ts';

const command = 'test/{cli,docs}/**/*.test.ts';
const runtimes = 'test/runtime/**/*.test.ts';
const windows = 'test/ui/**/*.test.ts';
const built = 'test/support/build-once.ts';
const electron = 'test/support/electron-once.ts';
const patience = { testTimeout: 60_000, hookTimeout: 120_000 };
const morePatience = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    reporters: ['default', new Counts()],
    coverage: { include: ['engine/**', 'debugger/**'], exclude: ['**/*.test.*'] },
    projects: [
      {
        test: {
          name: 'engine',
          include: ['engine/**/*.test.ts', 'debugger/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
          exclude: [command, runtimes, windows],
          ...patience,
        },
      },
      { test: { name: 'command', include: [command], globalSetup: [built], ...patience } },
      { test: { name: 'runtimes', include: [runtimes], globalSetup: [electron], ...patience } },
      { test: { name: 'windows', include: [windows], globalSetup: [built, electron], fileParallelism: false, ...morePatience } },
    ],
  },
});
