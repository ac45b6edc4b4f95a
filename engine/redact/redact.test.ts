/** A redacted log shows what the original shows without its keys, and nothing of whom it is about. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledLogs } from '../../test/support/samples.ts';
import { captureReading, loadTrace, sharedFolder, tracesFolder } from '../../test/support/trace.ts';
import { joined } from '../bytes/octets.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { type Reading, toEnd } from '../ingest/reading.ts';
import { readText } from '../ingest/text.ts';
import { readLog, writeLog } from '../log/file.ts';
import type { Log } from '../log/log.ts';
import { type Replay, replayOf } from '../replay/replay.ts';
import { addressBytes } from '../values/ip-address.ts';
import { diagnosisRecord } from '../view/records/diagnose.ts';
import { messageRecords } from '../view/records/messages.ts';
import { stateRecord } from '../view/records/state.ts';
import { transitionRecords } from '../view/records/transitions.ts';
import { redact } from './redact.ts';

const withoutKeys = (log: Log): Log => ({
  ...log,
  given: log.given.filter((e) => e.kind !== 'SecretLearned'),
  happened: log.happened.map((e) => (e.kind === 'SecretLearned' || e.kind === 'EntropyDrawn' ? { ...e, value: null } : e)),
});

/** Through the file and the merging of inputs, as whoever gets it will read it. */
const handedOn = (log: Log): { readonly file: Uint8Array; readonly log: Log } => {
  const file = joined(writeLog(redact(log, nodeCrypto).log));
  const read = readLog(file);
  if (!read.ok || read.damage) throw new Error('the redacted log is not whole');
  return { file, log: read.log };
};

/** What an `.ikelog` keeps of a log. */
const stored = (log: Log): Log => {
  const read = readLog(joined(writeLog(log)));
  if (!read.ok) throw new Error(read.message);
  return read.log;
};

const unaddressed = (quotes: unknown): unknown =>
  typeof quotes === 'object' && quotes !== null ? { ...quotes, src: null, dst: null } : quotes;

const story = (replay: Replay) => {
  const { negotiations, findings } = diagnosisRecord(replay);
  return {
    transitions: [...transitionRecords(replay)],
    verdicts: negotiations.map((n) => [n.id, n.verdict, n.findings.map((f) => [f.code, f.event, f.severity].join(' ')).sort()]),
    findings: findings.map((f) => f.code).sort(),
    states: stateRecord(replay, replay.lastIndex).negotiations.map(({ nat, suite, dpd, ended, exchanges }) => ({
      nat,
      suite,
      dpd,
      ended: ended && { ...ended, why: ended.why?.replace(/\d+(?:\.\d+){3}/g, 'somebody') },
      exchanges,
    })),
    messages: [...messageRecords(replay)].map(({ src: _, dst: __, problems, ...rest }) => ({
      ...rest,
      problems: problems.map((p) => p.code),
      ...('quotes' in rest && { quotes: unaddressed(rest.quotes) }),
    })),
  };
};

const shown = (log: Log) => story(replayOf(log, nodeCrypto));

const addressesOf = (log: Log): ReadonlySet<string> =>
  new Set([...messageRecords(replayOf(log, nodeCrypto))].flatMap(({ src, dst }) => [src, dst].filter((a) => typeof a === 'string')));

const has = (file: Uint8Array, wanted: Uint8Array | string): boolean =>
  Buffer.from(file).includes(typeof wanted === 'string' ? wanted : Buffer.from(wanted));

const identitiesOf = (log: Log): readonly string[] =>
  stateRecord(replayOf(log, nodeCrypto), log.happened.length).negotiations.flatMap(({ initiator, responder }) =>
    [initiator.identity, responder.identity].filter((identity) => typeof identity === 'string'),
  );

const saysNothing = (log: Log, file: Uint8Array): void => {
  for (const address of addressesOf(log)) {
    if (/^(?:0|22[4-9]|23\d|255)\.|^ff|^::1?$/.test(address)) continue;
    expect(has(file, address), `${address} as text`).toBe(false);
    expect(has(file, addressBytes(address) ?? address), `${address} as octets`).toBe(false);
  }
  for (const identity of identitiesOf(log)) {
    expect(has(file, identity), identity).toBe(false);
    for (const value of identity.split(/, |=|@/)) if (value.length > 3) expect(has(file, value), value).toBe(false);
  }
  for (const e of log.given) {
    if (e.kind === 'SecretLearned' && e.value && e.value.length > 3) expect(has(file, e.value), 'a secret').toBe(false);
  }
};

const capturesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:pcap|pcapng)$/.test(name) && statSync(join(folder, name)).size < 500_000)
        .sort()
    : [];

const traces = readdirSync(tracesFolder).filter((name) => existsSync(join(tracesFolder, name, 'capture.pcap')));

describe.each(traces)('the bundled trace %s', (name) => {
  const log = loadTrace(join(tracesFolder, name));
  const { file, log: redacted } = handedOn(log);

  test('tells the same story as the original without keys', () => {
    expect(shown(redacted)).toEqual(shown(stored(withoutKeys(log))));
  });

  test('names nobody, in text or in octets, and holds no key', () => saysNothing(log, file));
});

const shared = ['lab', 'public'].flatMap((kind) =>
  capturesIn(join(sharedFolder, 'captures', kind)).map((name) => join(sharedFolder, 'captures', kind, name)),
);

test.skipIf(shared.length === 0)(
  `${shared.length === 0 ? 'SKIPPED, no recordings: ' : ''}every recording tells the same story, and names nobody`,
  () => {
    for (const path of shared) {
      const log = mergeReadings([captureReading(new Uint8Array(readFileSync(path)), 'x.pcap')]);
      const { file, log: redacted } = handedOn(log);
      expect(shown(redacted), path).toEqual(shown(log));
      if (path.includes('/lab/')) saysNothing(log, file);
    }
  },
  120_000,
);

const textsFolder = join(sharedFolder, 'captures', 'cisco-text');
const texts = existsSync(textsFolder) ? readdirSync(textsFolder).filter((name) => /\.(?:txt|log)$/.test(name)) : [];

const textLog = (text: string | Uint8Array): Log => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const reading = readText(bytes, 'x.txt', 0);
  if (!reading) throw new Error('that is no log');
  return mergeReadings([toEnd(reading)]);
};

/** Addresses as they stand in a text, but masks and the like. */
const namesNoAddressOf = (text: string, file: Uint8Array): void => {
  for (const address of new Set(text.match(/(?<!\d|\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g) ?? [])) {
    const nobody = /^(?:0|127|22[4-9]|23\d|255)\./.test(address) || address === '10.0.0.0' || !addressBytes(address);
    if (!nobody) expect(has(file, address), address).toBe(false);
  }
};

/** As the command merges what it reads from an event log. */
const merged = ({ inputs, given, happened, damage }: Log): Log => {
  const readings = inputs.map(
    (input, i): Reading => ({
      input,
      events: [...given, ...happened].filter((e) => e.origin.input === i),
      damage: damage.filter((d) => d.input === i),
    }),
  );
  return mergeReadings(readings);
};

describe.skipIf(texts.length === 0)(`${texts.length === 0 ? 'SKIPPED, no recordings: ' : ''}logs of devices`, () => {
  test.each(texts)('%s', (name) => {
    const log = textLog(new Uint8Array(readFileSync(join(textsFolder, name))));
    const { file, log: redacted } = handedOn(log);
    expect(shown(merged(redacted))).toEqual(shown(merged(withoutKeys(log))));
    namesNoAddressOf(readFileSync(join(textsFolder, name), 'latin1'), file);
  });
});

const daemonLogs = existsSync(join(sharedFolder, 'captures', 'lab'))
  ? readdirSync(join(sharedFolder, 'captures', 'lab'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'))
  : [];

describe.skipIf(daemonLogs.length === 0)(
  `${daemonLogs.length === 0 ? 'SKIPPED, no recordings: ' : ''}logs of daemons, keys and all`,
  () => {
    test.each(daemonLogs)('%s', (name) => {
      const bytes = new Uint8Array(readFileSync(join(sharedFolder, 'captures', 'lab', name)));
      const reading = readText(bytes, 'x.log', 0);
      if (!reading) return;
      const log = mergeReadings([toEnd(reading)]);
      const { file, log: redacted } = handedOn(log);
      expect(shown(merged(redacted))).toEqual(shown(merged(withoutKeys(log))));
      for (const e of log.happened.concat(log.given)) {
        if (e.kind !== 'SecretLearned' || !e.value || e.value.length < 4) continue;
        expect(has(file, e.value)).toBe(false);
        expect(has(file, Buffer.from(e.value).toString('hex'))).toBe(false);
      }
      namesNoAddressOf(Buffer.from(bytes).toString('latin1'), file);
      expect(Buffer.from(file).toString('latin1')).not.toMatch(/lab\.example|(?:[0-9A-F]{2} ){8}/);
    });
  },
);

test('an input without addresses has nothing to say of them', () => {
  const { replaced, lost } = redact({ inputs: [], given: [], happened: [], damage: [] }, nodeCrypto);
  expect(replaced).toEqual([]);
  expect(lost).toHaveLength(1);
});

test('the same log gives the same octets', () => {
  const [log] = bundledLogs();
  if (log) expect(handedOn(log).file).toEqual(handedOn(log).file);
});
