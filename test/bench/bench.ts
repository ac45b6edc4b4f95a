/**
 * What the engine costs, in one run on one machine: absolute figures for orientation, ratios to rely on. `npm run bench [-- EVENTS]`.
 * The yardsticks are one HMAC a packet, which no observer with keys can do without, and tshark where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { readConfiguration } from '../../engine/ingest/ios-config/read.ts';
import { readKeys } from '../../engine/ingest/keys.ts';
import { toEnd } from '../../engine/ingest/reading.ts';
import { readText } from '../../engine/ingest/text.ts';
import { readLog, writeLog } from '../../engine/log/file.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf, stateAt } from '../../engine/replay/replay.ts';
import { stateHash } from '../../engine/state/hash.ts';
import { values } from '../../engine/state/persistent-map.ts';
import { ladderRows } from '../../engine/view/ladder.ts';
import { moment } from '../../engine/view/moment.ts';
import { overview } from '../../engine/view/overview.ts';
import { readIke } from '../../engine/wire/ike-message.ts';
import { hostileCaptures, hostileConfigurations, hostileFiles, hostileKeys, hostileMessages, hostileTexts } from '../support/hostile.ts';
import { longTrace, pcapOf } from '../support/long-trace.ts';
import { captureReading } from '../support/trace.ts';
import { benchEsp } from './esp.ts';
import { handshakes } from './handshakes.ts';

const events = Number(process.argv[2] ?? 200_000);

/** Best of three: a busy machine makes figures worse, never better. */
const time = <T>(work: () => T): { ms: number; result: T } => {
  let ms = Number.POSITIVE_INFINITY;
  let result = work();
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    result = work();
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms, result };
};

const line = (what: string, figure: string, ratio = ''): void => {
  process.stdout.write(`${what.padEnd(46)}${figure.padStart(22)}   ${ratio}\n`);
};
const rate = (ms: number): string => `${((events / ms) * 1000).toLocaleString('en-US', { maximumFractionDigits: 0 })} events/s`;

// First, before long traces fill the heap: each packet is new memory.
benchEsp(line, time);

process.stdout.write(`\n${events.toLocaleString('en-US')} ESP packets of 116 octets behind one negotiation, ${nodeCrypto.name}\n\n`);

const log = longTrace(events);
const file = pcapOf(log);
const key =
  values(replayOf({ ...log, happened: log.happened.slice(0, 9) }, nodeCrypto).final.associations)[0]?.integrityKey?.value ??
  new Uint8Array(20);

const hmac = time(() => {
  for (let i = 0; i < events; i++) nodeCrypto.hmac('sha1', key, file.subarray(1000, 1104));
});
line('yardstick: one HMAC-SHA1 a packet, nothing else', rate(hmac.ms), '1.00');
const read = time(() => captureReading(file, 'bench.pcap'));
line('read the pcap', rate(read.ms), (read.ms / hmac.ms).toFixed(2));
const fold = time(() => replayOf(log, nodeCrypto));
line('fold, ICV of every packet checked', rate(fold.ms), (fold.ms / hmac.ms).toFixed(2));
const closed = time(() => replayOf({ ...log, given: [] }, nodeCrypto));
line('fold without keys', rate(closed.ms), (closed.ms / hmac.ms).toFixed(2));
const written = time(() => writeLog(log));
line('write .ikelog', rate(written.ms), (written.ms / hmac.ms).toFixed(2));
const whole = Buffer.concat(written.result);
const reread = time(() => readLog(new Uint8Array(whole)));
line('read .ikelog', rate(reread.ms), (reread.ms / hmac.ms).toFixed(2));

const replay = fold.result;
let seek = 0;
let shown = 0;
let rows = 0;
const jumps = 100;
for (let i = 0; i < jumps; i++) {
  const at = (i * 7_919 * 37) % replay.lastIndex;
  const a = performance.now();
  stateAt(replay, at);
  const b = performance.now();
  moment(replay, at, { reveal: [], negotiation: null });
  const c = performance.now();
  ladderRows(replay, at, at + 40);
  seek += b - a;
  shown += c - b;
  rows += performance.now() - c;
}
line('seek to a far index', `${(seek / jumps).toFixed(2)} ms`);
line('make the moment there', `${(shown / jumps).toFixed(2)} ms`);
line('make 40 rows of the ladder there', `${(rows / jumps).toFixed(2)} ms`);
line('overview', `${time(() => overview(replay, 'bench')).ms.toFixed(2)} ms`);
line('digest of the last state', `${time(() => stateHash(nodeCrypto, replay.final)).ms.toFixed(2)} ms`);
line('memory held by log and replay', `${(process.memoryUsage().heapUsed / 1e6).toFixed(0)} MB`);

/** What `property/linear.test.ts` shows to grow no faster than its input, here in time: the slowest of it for its size. */
const slowest = (): void => {
  const frames = (l: Log): number => l.happened.reduce((sum, e) => sum + (e.kind === 'DatagramSeen' ? e.datagram.bytes.length : 0), 0);
  const found: { what: string; ms: number; size: number }[] = [];
  const add = <T>(
    kind: string,
    inputs: Readonly<Record<string, (n: number) => T>>,
    size: (input: T) => number,
    work: (input: T) => unknown,
  ) => {
    for (const [name, make] of Object.entries(inputs)) {
      const input = make(800);
      found.push({ what: `${kind}, ${name}`, ms: time(() => work(input)).ms, size: size(input) });
    }
  };
  add(
    'message',
    hostileMessages,
    (m) => m.length,
    (m) => readIke(m, 0, m.length, 'wire'),
  );
  add('frames', hostileCaptures, frames, (l) => replayOf(l, nodeCrypto));
  add(
    'file',
    hostileFiles,
    (f) => f.length,
    (f) => captureReading(f, 'bench.pcap'),
  );
  add(
    'keys',
    hostileKeys,
    (k) => k.length,
    (k) => readKeys(k, 0),
  );
  add(
    'log',
    hostileTexts,
    (t) => t.length,
    (t) => toEnd(readText(t, 'bench.log', 0)),
  );
  add(
    'configuration',
    hostileConfigurations,
    (t) => t.length,
    (t) => readConfiguration(t),
  );
  found.sort((a, b) => b.ms / b.size - a.ms / a.size);
  process.stdout.write('\nmade to cost much: the slowest for their size\n');
  for (const { what, ms, size } of found.slice(0, 6))
    line(what, `${((ms * 1000) / size).toFixed(2)} us an octet`, `${size} octets, ${ms.toFixed(1)} ms`);
};
slowest();

if (spawnSync('tshark', ['--version']).status === 0) {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-bench-'));
  try {
    const path = join(folder, 'bench.pcap');
    writeFileSync(path, file);
    const start = performance.now();
    const run = spawnSync('tshark', ['-n', '-r', path, '-T', 'fields', '-e', 'esp.spi', '-e', 'esp.sequence'], {
      maxBuffer: 1 << 30,
      env: { ...process.env, WIRESHARK_CONFIG_DIR: folder },
    });
    const ms = performance.now() - start;
    if (run.status === 0)
      line(
        'tshark, SPI and sequence only, no ICV',
        rate(ms),
        `${(ms / (read.ms + closed.ms)).toFixed(1)} x our read and fold without keys`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  line('tshark', 'not installed');
}

process.stdout.write('\ntaking part\n');
await handshakes(line);
