import { expect, test } from 'vitest';
import { ask, makeWorld, responderAddress, tripleDes } from '../../test/live/two-engines.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { replayOf } from '../replay/replay.ts';
import { ladderRows } from './ladder.ts';
import { moment } from './moment.ts';

const world = makeWorld(tripleDes);
ask(world, world.initiator, `connect ${responderAddress}`);
const replay = replayOf(world.initiator.log, nodeCrypto);

test('what the engine did without a packet has rows of its own, with words of its own', () => {
  const rows = ladderRows(replay, 0, 8).flatMap((row) =>
    'label' in row ? [`${row.label} ${'detail' in row ? row.detail : ''}`.trim()] : [],
  );
  expect(rows).toContain('The engine, 2 steps');
  expect(rows).toContain(`ASKED connect ${responderAddress}`);
  expect(rows).toContain('CHANCE initiatorCookie 1');
});

test('a moment of it says what it is, and shows no octets of chance', () => {
  const shown = moment(replay, 2, { reveal: [], negotiation: null });
  expect(shown).toMatchObject({ label: 'CHANCE', packet: null });
  expect(shown.explanation.sentences[0]?.text).toBe('Chance was drawn: initiatorCookie 1.');
});
