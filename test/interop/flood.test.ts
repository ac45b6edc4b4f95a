/** charon comes through while first messages from a hundred addresses arrive as fast as they are answered, and faster. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { longSuites } from '../support/long.ts';
import { missing, openLab } from './charon.ts';
import { ikewind, options, until, verifies } from './ikewind.ts';
import { ours } from './spaces.ts';

const lacks = missing();
const typed = { phase1: { encryption: 'aes', hash: 'sha1', group: 2 }, esp: { encryption: 'aes', integrity: 'sha1' } };
const seconds = 30;

describe.skipIf(lacks !== null || !longSuites)(`charon under a flood${lacks === null ? '' : `: needs ${lacks}`}`, () => {
  test('its tunnel comes up, and goes down, and the log of all of it sends the same again', async () => {
    const lab = await openLab({ ike: 'aes128-sha1-modp1024', esp: 'aes128-sha1' });
    onTestFinished(lab.end);
    // Every address of that network is the peer's own.
    lab.ip('-n', lab.them, 'route', 'add', 'local', '10.9.0.0/16', 'dev', 'lo');
    lab.ip('-n', lab.us, 'route', 'add', '10.9.0.0/16', 'via', '192.0.2.2');
    const args = options(lab, typed);
    const tunnel = { local: '10.1.0.0/16', remote: '10.2.0.0/16', esp: [typed.esp] };
    writeFileSync(join(lab.folder, 'our.json'), JSON.stringify({ phase1: [typed.phase1], tunnels: [tunnel] }));
    const run = ikewind(lab, ['listen', ...args]);
    await until(run, 'the start', () => run.said().includes('listening'));
    const flooder = lab.startThere([
      process.execPath,
      new URL('../live/flooder.ts', import.meta.url).pathname,
      '10.9',
      ours,
      '500',
      String(seconds),
    ]);
    let counted = '';
    for (const stream of [flooder.stdout, flooder.stderr]) stream?.on('data', (text: Buffer) => (counted += text.toString()));
    await until(run, 'the flood', () => run.said().split('IKE_R_MM2').length > 500);
    const started = performance.now();
    expect(lab.swanctl('--initiate', '--child', 'net')).toContain('initiate completed successfully');
    const took = performance.now() - started;
    expect(counted).toBe('');
    await until(run, 'our tunnel', () => run.said().includes('IKE_QM_PHASE2_COMPLETE'));
    lab.swanctl('--terminate', '--ike', 'conn');
    await once(flooder, 'close');
    run.process.kill('SIGINT');
    expect(await run.status).toBe(0);
    process.stdout.write(`charon's tunnel was up after ${took.toFixed(0)} ms; first messages sent and answered: ${counted}`);
    await verifies(lab);
  }, 240_000);
});
