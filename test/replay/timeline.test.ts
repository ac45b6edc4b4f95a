// Every folder of traces/ folds to its expected.timeline: a change there is reviewed line by line, never copied from our own output.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { timelineOf } from '../support/timeline.ts';
import { loadTrace, tracesFolder } from '../support/trace.ts';

const traces = readdirSync(tracesFolder).filter((name) => existsSync(join(tracesFolder, name, 'capture.pcap')));

test('README.md has a row for each, and for no other', () => {
  const rows = [...readFileSync(join(tracesFolder, 'README.md'), 'utf8').matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm)];
  expect(rows.map(([, name]) => name).toSorted()).toEqual(traces.toSorted());
  for (const [, name, link] of rows) expect(link).toBe(`${name}/about.md`);
});

describe.each(traces)('%s', (name) => {
  const expected = readFileSync(join(tracesFolder, name, 'expected.timeline'), 'utf8')
    .trimEnd()
    .split('\n');
  const ours = timelineOf(replayOf(loadTrace(join(tracesFolder, name)), nodeCrypto))
    .trimEnd()
    .split('\n');

  // One trace ends with the digest of its last state: in each it would only be one more line to mend whenever a state learns something.
  const digest = expected.at(-1)?.startsWith('state ') === true;

  test('event by event', () => {
    expect(ours.slice(0, -1)).toEqual(digest ? expected.slice(0, -1) : expected);
  });

  if (!digest) return;
  // This line alone changes whenever a state comes to hold something new: then look at `ikewind state` and put the new digest there.
  test('ends in the state of the last line', () => {
    expect(ours.at(-1)).toBe(expected.at(-1));
  });
});
