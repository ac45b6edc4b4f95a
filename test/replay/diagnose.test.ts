// Every folder of traces/ comes to its expected.diagnose: a change there is reviewed line by line, never copied from our own output.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { diagnose } from '../../engine/view/diagnose/diagnose.ts';
import { diagnosisText } from '../support/diagnosis.ts';
import { loadTrace, tracesFolder } from '../support/trace.ts';

const traces = readdirSync(tracesFolder).filter((name) => existsSync(join(tracesFolder, name, 'capture.pcap')));

test.each(traces)('%s', (name) => {
  const folder = join(tracesFolder, name);
  const ours = diagnosisText(diagnose(replayOf(loadTrace(folder), nodeCrypto)));
  expect(ours.split('\n')).toEqual(readFileSync(join(folder, 'expected.diagnose'), 'utf8').split('\n'));
});
