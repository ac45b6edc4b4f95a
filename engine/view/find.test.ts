// Searches over the bundled negotiation; what each must find is read off the frames in the trace's summary.json.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { replayOf } from '../replay/replay.ts';
import { find, matcher } from './find.ts';

const replay = replayOf(loadTrace(bundledTrace), nodeCrypto);
const eventsOf = (query: string): number[] => {
  const { hits, error } = find(replay, query);
  expect(error).toBeNull();
  return hits.map((h) => h.event);
};

describe('finds in the bundled negotiation', () => {
  test.each<[string, number[]]>([
    ['MM5', [5]],
    ['mm', [1, 2, 3, 4, 5, 6]],
    ['payload:hash', [5, 6, 7, 8, 9, 18, 19]],
    ['payload:sa', [1, 2, 7, 8]],
    ['notify:initial-contact', [5]],
    ['INITIAL-CONTACT', [5]],
    ['enter IKE_R_MM5', [5]],
    ['enter:p1_complete', [6]],
    ['state=IKE_R_MM5', [5]],
    ['state=IKE_I_MM2', [2]],
    ['state=IKE_QM_PHASE2_COMPLETE', [9, 10, 11, 12, 13, 14, 15, 16, 17]],
    ['IKE_QM_R_QM2', [8]],
    ['kind:esp', [10, 11, 12, 13, 14, 15, 16, 17]],
    ['kind:given', [0]],
    ['kind:esp from:initiator', [10, 12, 14, 16]],
    ['kind:esp and from:198.51.100.1', [11, 13, 15, 17]],
    ['seq>3', [16, 17]],
    ['seq > 3 spi:c50d31e3', [16]],
    ['spi:0xC185666E', [7, 11, 13, 15, 17, 18]],
    ['c185666e', [7, 11, 13, 15, 17, 18]],
    ['exchange:quick', [7, 8, 9]],
    ['exchange:3e1e0daa', [7, 8, 9]],
    ['exchange:informational or label:MM1', [1, 18, 19]],
    ['negotiation:e2ac…be1e and #7', [7]],
    ['negotiation:e2ac not kind:ike', [10, 11, 12, 13, 14, 15, 16, 17]],
    ['not (kind:ike or kind:esp)', [0]],
    ['identity:10.1.0.0', [7, 8]],
    ['hex:d1fd4de7', [5]],
    ['d1fd4de747093443', [5]],
    ['frame:5', [5]],
    ['frame>=18', [18, 19]],
    ['#0', [0]],
    ['finding:weak-algorithm', [2, 8]],
    ['finding:deleted-by-peer', [19]],
    ['finding', [2, 8, 19]],
    ['severity>=note', [2, 8, 19]],
    ['severity>=warning', []],
    ['icv:good', [10, 11, 12, 13, 14, 15, 16, 17]],
    ['icv:bad', []],
    ['replay:new seq:1', [10, 11]],
    ['"Quick Mode"', [7, 8, 9]],
    ['nothing-of-the-kind', []],
  ])('%s', (query, events) => {
    expect(eventsOf(query)).toEqual(events);
  });

  test('a retransmission by its own name and by that of what it repeats', () => {
    const log = loadTrace(bundledTrace);
    const again = { ...log, happened: [...log.happened.slice(0, 5), ...log.happened.slice(4, 5), ...log.happened.slice(5)] };
    const twice = replayOf(again, nodeCrypto);
    expect(find(twice, 'MM5').hits.map((h) => [h.event, h.label])).toEqual([
      [5, 'MM5'],
      [6, 'MM5'],
    ]);
    expect(find(twice, 'retransmission').hits.map((h) => h.event)).toEqual([6]);
  });

  test('says what matched', () => {
    expect(find(replay, 'enter IKE_R_MM5').hits).toEqual([{ event: 5, label: 'MM5', text: 'IKE_R_MM5' }]);
    expect(find(replay, 'seq>3 from:initiator').hits).toEqual([{ event: 16, label: 'ESP', text: 'seq 4, initiator' }]);
  });
});

test.each([
  ['', 'the search is empty'],
  ['(kind:esp', 'at 1: "(" is not closed'],
  ['kind:esp)', 'at 9: ")" closes nothing'],
  ['kind:esp or', 'at 12: a word or a term is missing at the end'],
  ['and MM5', 'at 1: a word or a term is missing before "and"'],
  ['MM1 "open', 'at 5: the quotation mark is not closed'],
  ['MM1 seq>many', 'at 5: "many" is no number'],
  ['seq>', 'at 5: a value is missing after "seq>"'],
  ['severity>=bad', 'at 1: "bad" is no severity: they are note, warning and error'],
  ['hex:abc', 'at 1: "abc" is not an even number of hex digits'],
  ['kind:tcp', 'at 1: "tcp" is none of ike, esp, ah, nat-keepalive, fragment, other, given'],
  ['payload>3', 'at 1: ">" compares numbers'],
])('%s: names the place of its fault', (query, error) => {
  expect(find(replay, query)).toEqual({ hits: [], error });
});

test('a field that does not exist is named with those that do', () => {
  expect(find(replay, 'MM1 colour:red').error).toMatch(/^at 5: there is no field "colour"; the fields are state, enter, payload/);
});

test('any text is a search or an error, and never an exception', () => {
  const piece = fc.constantFrom(
    'not',
    'and',
    'or',
    '(',
    ')',
    '"',
    'seq>',
    'seq>3',
    '#',
    '#7',
    'state=',
    'enter',
    'MM5',
    ':',
    ' ',
    'fe80::1',
    '\\',
    '[',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 12 }).map((p) => p.join(' ')),
      ),
      (query) => {
        const { test: matches, error } = matcher(query);
        expect(error === null || error.length > 0).toBe(true);
        expect(typeof matches).toBe('function');
      },
    ),
    { numRuns: 2000 },
  );
});
