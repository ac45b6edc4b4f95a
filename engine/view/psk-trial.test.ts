import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, captureReading, sharedFolder, tracesFolder } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { readKeys } from '../ingest/keys.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { replayOf } from '../replay/replay.ts';
import { pskTrials } from './psk-trial.ts';

/** The trials of a trace with only those of its secrets that are named. */
const trials = (folder: string, ...secrets: readonly string[]) => {
  const capture = captureReading(new Uint8Array(readFileSync(join(folder, 'capture.pcap'))), 'capture.pcap');
  const file = ['daemons.json', 'keys.json'].map((name) => join(folder, name)).find((path) => existsSync(path));
  const all = file === undefined ? [] : readKeys(readFileSync(file, 'utf8'), 0).events;
  const events = all.filter((e) => e.kind === 'SecretLearned' && secrets.includes(e.about.what));
  return pskTrials(
    replayOf(mergeReadings([capture, { input: { name: 'keys', kind: 'keys', detail: '' }, events, damage: [] }]), nodeCrypto),
  );
};

const tried = (trial: ReturnType<typeof trials>[number] | undefined, key: string) =>
  trial?.possible ? trial.fits(new TextEncoder().encode(key)) : trial?.why;

// The pre-shared key of all lab traces, as their keys.json has it.
const right = 'thisisasecretpassword';

describe('main mode', () => {
  test('without g^xy no key can be tried, and it is said what to give', () => {
    expect(tried(trials(bundledTrace)[0], right)).toMatch(/^Main mode shows nothing in the clear .* Give one with --keys\.$/);
  });

  test('with g^xy the right key opens and proves both ends, any other nothing', () => {
    const [trial] = trials(bundledTrace, 'dhSharedSecret');
    expect(tried(trial, right)).toEqual(['initiator', 'responder']);
    for (const wrong of ['', 'thisisasecretpasswor', `${right} `, right.toUpperCase()]) expect(tried(trial, wrong)).toEqual([]);
  });

  test('a key that was given before does not make another one fit', () => {
    const [trial] = trials(bundledTrace, 'dhSharedSecret', 'preSharedKey', 'skeyid');
    expect(tried(trial, 'another')).toEqual([]);
    expect(tried(trial, right)).not.toEqual([]);
  });

  test('SKEYID alone is enough', () => {
    const [trial] = trials(bundledTrace, 'skeyid');
    expect(trial).toMatchObject({ against: 'SKEYID, which is known' });
    expect(tried(trial, right)).toEqual(['initiator', 'responder']);
    expect(tried(trial, 'another')).toEqual([]);
  });

  test('where nothing was agreed on there is nothing to try', () => {
    expect(tried(trials(join(tracesFolder, 'no-proposal-chosen'))[0], right)).toMatch(/^No proposal was chosen/);
  });
});

const lab = join(sharedFolder, 'captures/lab');

describe.skipIf(!existsSync(lab))('aggressive mode, in lab traces of ../shared/captures/lab (skipped without that folder)', () => {
  test.each(['am-psk', 'am-psk-xauth-modecfg-vpnc'])('%s: HASH_R in the clear tells the key', (name) => {
    const [trial] = trials(join(lab, name));
    expect(trial).toMatchObject({ possible: true, against: 'HASH_R' });
    expect(tried(trial, right)).toEqual(['responder']);
    expect(tried(trial, 'another')).toEqual([]);
  });

  test("am-psk-mismatch: it is the responder's key that makes HASH_R", () => {
    const [trial] = trials(join(lab, 'am-psk-mismatch'));
    expect(tried(trial, right)).toEqual([]);
    expect(tried(trial, 'anotherpassword')).toEqual(['responder']);
  });

  test('certificates use no pre-shared key', () => {
    expect(trials(join(lab, 'am-rsasig'))).toEqual([]);
  });
});
