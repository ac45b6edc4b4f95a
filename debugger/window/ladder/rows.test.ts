import { expect, test } from 'vitest';
import type { LadderRow } from '../../protocol/protocol.ts';
import { rowsInPage } from '../stream/state.ts';
import { groupOver, type Pages, rowAt, rowOfEvent, spoken } from './rows.ts';

const message = (event: number): LadderRow => ({
  kind: 'message',
  event,
  delta: '+0.275',
  at: null,
  before: null,
  side: 'initiator',
  label: 'MM5',
  detail: 'ID HASH N(INITIAL-CONTACT)',
  lock: 'opened',
  initiatorState: 'IKE_I_MM5',
  responderState: 'IKE_R_MM5',
  negotiation: 'n',
  part: 'p',
  note: null,
  tone: null,
});
const head: LadderRow = { kind: 'group', event: 1, label: 'Main mode', code: null };
const pages: Pages = new Map([
  [0, [{ kind: 'given', event: 0, label: 'pre-shared key', detail: 'keys.json' }, head, message(1), message(2)]],
  [2, [message(300)]],
]);

test('a row is found by its number and by its event', () => {
  expect(rowAt(pages, 3)).toMatchObject({ event: 2 });
  expect(rowAt(pages, 2 * rowsInPage)).toMatchObject({ event: 300 });
  expect(rowAt(pages, rowsInPage)).toBeNull();
  expect(rowOfEvent(pages, 1)).toBe(2);
  expect(rowOfEvent(pages, 300)).toBe(2 * rowsInPage);
  expect(rowOfEvent(pages, 77)).toBeNull();
});

test('a row stands under the head above it', () => {
  expect(groupOver(pages, 3)).toBe(head);
  expect(groupOver(pages, 1)).toBeNull();
  expect(groupOver(pages, 0)).toBeNull();
  expect(groupOver(pages, 2 * rowsInPage)).toBeNull();
});

test('a row is read as one sentence', () => {
  expect(spoken(message(7), '+0.275')).toBe(
    '7, plus 0.275 seconds, initiator to responder, MM5, ID HASH N(INITIAL-CONTACT), now IKE_I_MM5 and IKE_R_MM5',
  );
});
