// Drives a live log again and prints what came of it, with a digest of all that was sent: every runtime must print the same.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Effect } from 'effect';
import { planOfLog } from '../../debugger/host/live-plan.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { readLog, redrive } from '../../engine/index.ts';

for (const name of process.argv.slice(2)) {
  const read = readLog(new Uint8Array(readFileSync(name)));
  if (!read.ok || read.damage) throw new Error('the log is not whole');
  const { log } = read;
  const digest = createHash('sha256');
  for (const e of log.happened) if (e.kind === 'DatagramSeen' && e.via === 'sent') digest.update(e.datagram.bytes);
  const driven = redrive({ crypto: nodeCrypto, replayWindow: 64, detail: true }, Effect.runSync(planOfLog(log)), log);
  process.stdout.write(`${JSON.stringify(driven)} ${digest.digest('hex')}\n`);
}
