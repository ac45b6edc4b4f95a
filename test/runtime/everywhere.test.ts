// The harness itself: programs really run under different runtimes, and say what they are.
import { describe, expect, test } from 'vitest';
import { runEverywhere, runtimes } from './everywhere.ts';

const { present, absent } = runtimes();

describe('every runtime', () => {
  test('runs the same bundle and answers with its own versions', async () => {
    const runs = await runEverywhere('test/runtime/which-runtime.ts');
    expect(runs.map(({ runtime }) => runtime)).toEqual(present.map(({ name }) => name));
    expect(runs.map(({ stdout }) => stdout.trim())).toEqual(present.map(({ name }) => name));
  });

  for (const reason of absent) test.skip(`without ${reason}`, () => undefined);
});
