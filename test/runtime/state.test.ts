// The same events give the same states under every runtime, to the last octet: the digest covers all that a state holds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledTrace } from '../support/trace.ts';
import { runEverywhere, runtimes } from './everywhere.ts';

test(`the bundled trace has one digest under ${runtimes()
  .present.map(({ name }) => name)
  .join(', ')}`, async () => {
  const runs = await runEverywhere('test/runtime/state-program.ts', [bundledTrace]);
  const [first] = runs;
  expect(runs).toEqual(runs.map(({ runtime }) => ({ runtime, stdout: first?.stdout })));
  expect(first?.stdout).toBe(readFileSync(join(bundledTrace, 'expected.timeline'), 'utf8'));
});
