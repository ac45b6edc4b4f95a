// Time travel over the bundled negotiation: a seek is a fold, whatever was looked at before.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { stateHash } from '../state/hash.ts';
import { groupAt, senderAt } from './index-of-events.ts';
import { buildReplay, lookAt, type Replay, replayOf, stateAt, walk } from './replay.ts';

const log = loadTrace(bundledTrace);
const replay = replayOf(log, nodeCrypto, { every: 4 });
const hashAt = (r: Replay, at: number): string => stateHash(nodeCrypto, stateAt(r, at));
const folded = [...walk(replayOf(log, nodeCrypto))].map(({ state }) => stateHash(nodeCrypto, state));

test('has a state for each index from 0 to the number of frames', () => {
  expect(replay.lastIndex).toBe(19);
  expect(folded).toHaveLength(20);
  expect(new Set(folded).size).toBe(20);
});

describe('a seek', () => {
  test('gives the state that folding from the start gives, backwards too', () => {
    for (const at of [19, 0, 7, 8, 3, 4, 5, 16, 15, 12, 1]) expect(hashAt(replay, at)).toBe(folded[at]);
  });

  test('is brought into the log', () => {
    expect(hashAt(replay, -5)).toBe(folded[0]);
    expect(hashAt(replay, 1e9)).toBe(folded[19]);
  });

  test('looks at one event without moving anything', () => {
    const { before, state, seen } = lookAt(replay, 5);
    expect(stateHash(nodeCrypto, before)).toBe(folded[4]);
    expect(stateHash(nodeCrypto, state)).toBe(folded[5]);
    expect(seen.ike?.label).toBe('MM5');
    expect(seen.packet?.nodes.length).toBeGreaterThan(0);
    expect(hashAt(replay, 19)).toBe(folded[19]);
  });

  test('begins a walk anywhere', () => {
    const from = [...walk(replay, 6, 9)];
    expect(from.map(({ index }) => index)).toEqual([6, 7, 8, 9]);
    expect(from.map(({ state }) => stateHash(nodeCrypto, state))).toEqual(folded.slice(6, 10));
  });
});

test('every checkpoint distance gives the same transitions and the same end', () => {
  for (const every of [1, 2, 5, 19, 20, 4096]) {
    const other = replayOf(log, nodeCrypto, { every });
    expect(other.transitions).toEqual(replay.transitions);
    expect(stateHash(nodeCrypto, other.final)).toBe(folded[19]);
    expect(other.checkpoints).toHaveLength(Math.floor(19 / every) + 1);
  }
});

test('what a message assumes of its receiver is proven by what that side sends next', () => {
  const row = (from: string, to: string) => replay.transitions.find((t) => t.from === from && t.to === to);
  expect(row('IKE_READY', 'IKE_R_MM1')).toMatchObject({ event: 1, proven: false, provenAt: 2 });
  expect(row('IKE_READY', 'IKE_I_MM1')).toMatchObject({ event: 1, proven: true, provenAt: 1 });
  expect(row('IKE_QM_R_QM2', 'IKE_QM_PHASE2_COMPLETE')).toMatchObject({ event: 9, proven: false, provenAt: 11 });
  // Nothing comes from the responder after the last delete.
  expect(row('IKE_DEST_SA', 'IKE_DEST_SA')).toMatchObject({ event: 19, provenAt: null });
});

test('the index knows senders and groups of events', () => {
  expect([1, 2, 7, 8, 10, 11, 18].map((at) => senderAt(replay.index, at))).toEqual([
    'initiator',
    'responder',
    'initiator',
    'responder',
    'initiator',
    'responder',
    'initiator',
  ]);
  expect(replay.index.groups.map(({ event, kind, count }) => [event, kind, count])).toEqual([
    [1, 'phase1', 6],
    [7, 'quick', 3],
    [10, 'ipsec', 8],
    [18, 'informational', 2],
  ]);
  expect([1, 6, 7, 9, 10, 17, 18, 19].map((at) => groupAt(replay.index, at))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test('building can be paused, and says how far it is', () => {
  const events = Array.from({ length: 60 }, () => log.happened).flat();
  const steps = buildReplay({ ...log, happened: events }, nodeCrypto);
  const first = steps.next();
  expect(first.done).toBe(false);
  expect(first.value).toMatchObject({ done: 511, total: 1140 });
});
