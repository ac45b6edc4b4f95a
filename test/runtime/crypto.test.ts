// One set of vectors, every runtime: Node's crypto stands on OpenSSL, Electron's on BoringSSL.
import { expect, test } from 'vitest';
import { runEverywhere, runtimes } from './everywhere.ts';

test(`the vectors agree under ${runtimes()
  .present.map(({ name }) => name)
  .join(', ')}`, async () => {
  const runs = await runEverywhere('test/runtime/crypto-program.ts');
  expect(runs).toEqual(runs.map(({ runtime }) => ({ runtime, stdout: 'every vector agrees\n' })));
});
