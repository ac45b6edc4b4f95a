// What an engine sent under one runtime, engines under all others send again, octet for octet.
import { expect, test } from 'vitest';
import { addresses, ikewind, makeEnds, until } from '../live/processes.ts';
import { runEverywhere, runtimes } from './everywhere.ts';

const names = runtimes().present.map(({ name }) => name);

test(`the logs of both ends are verified under ${names.join(', ')}`, async () => {
  const { options, log } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  expect(await ikewind('connect', ...options('a'), '--peer', addresses.b).status).toBe(0);
  await until(listening, 'IKE_DEST_SA');
  listening.process.kill('SIGINT');
  expect(await listening.status).toBe(0);
  const runs = await runEverywhere('test/runtime/verify-program.ts', [log('a'), log('b')]);
  const [first] = runs;
  expect(first?.stdout.match(/"divergence":null/g)).toHaveLength(2);
  expect(runs).toEqual(names.map((runtime) => ({ runtime, stdout: first?.stdout })));
}, 180_000);
