// Folds a trace and prints its timeline, the digest of the final state at its end: every runtime must print the same.
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { timelineOf } from '../support/timeline.ts';
import { loadTrace } from '../support/trace.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which trace?');
process.stdout.write(timelineOf(replayOf(loadTrace(folder), nodeCrypto)));
