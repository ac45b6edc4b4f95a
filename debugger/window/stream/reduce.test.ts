import { describe, expect, test } from 'vitest';
import { phase1 } from '../keys/fixture.ts';
import { fifthMessage, packetOf } from '../packet/fixture.ts';
import type { Action } from './action.ts';
import { momentOf, overviewOf } from './fixture.ts';
import { reduce } from './reduce.ts';
import { isStop, nextStop } from './reduce-marks.ts';
import { initialState, rowCount, type WindowState } from './state.ts';

const reached = (state: WindowState, ...actions: readonly Action[]): WindowState => actions.reduce(reduce, state);
const open = reached(initialState, { type: 'opened', overview: overviewOf(), at: null });
const arrived = (state: WindowState, packet = fifthMessage) =>
  reduce(state, { type: 'moment', moment: momentOf(state.event, packet), generation: state.generation });

describe('opening', () => {
  test('stands at the first thing that happened, or where the host says', () => {
    expect(open.event).toBe(1);
    expect(reached(initialState, { type: 'opened', overview: overviewOf(), at: 7 }).event).toBe(7);
    expect(reached(initialState, { type: 'opened', overview: overviewOf({ lastIndex: 0 }), at: null }).event).toBe(0);
  });

  test('keys that are added keep the place, the selection and what was revealed', () => {
    const before = reached(arrived(reached(open, { type: 'go', event: 5 })), { type: 'reveal', key: 'psk' });
    const added = reached(before, { type: 'opened', overview: overviewOf(), at: null });
    expect(added).toMatchObject({ event: 5, selection: before.selection, reveal: ['psk'], generation: before.generation + 1 });
  });

  test('a log that grows: who stands at its end goes on with it, others stay', () => {
    const { lastIndex } = overviewOf();
    const grown = { type: 'opened', overview: overviewOf({ lastIndex: lastIndex + 3 }), at: null } as const;
    expect(reached(reached(open, { type: 'go', event: lastIndex }), grown).event).toBe(lastIndex + 3);
    expect(reached(reached(open, { type: 'go', event: 5 }), grown).event).toBe(5);
  });

  test('of a running engine: at the end of its log; the next message is looked at while there is one', () => {
    const engine = { name: 'trace.pcap', why: '', heldAt: null, breakpoints: [], changes: [], verdict: null, round: 1 };
    const held = { engine: { ...engine, status: 'held', pending: 'MM5' }, forks: [], shown: 'engine' } as const;
    const greeting = { version: '0', shell: 'browser', bundled: [], overview: overviewOf(), live: held } as const;
    const greeted = reduce(initialState, { type: 'greeted', greeting });
    expect(greeted).toMatchObject({ event: overviewOf().lastIndex, live: held });
    const looking = reduce(greeted, { type: 'dialog', dialog: { name: 'pending' } });
    expect(reduce(looking, { type: 'live', live: held }).dialog).toEqual({ name: 'pending' });
    const gone = { ...held, engine: { ...engine, status: 'running', pending: null } } as const;
    expect(reduce(looking, { type: 'live', live: gone })).toMatchObject({ dialog: null, live: gone });
    expect(reduce(looking, { type: 'closed' }).live).toBe(held);
  });

  test('another trace begins anew and masks again', () => {
    const before = reached(arrived(reached(open, { type: 'go', event: 5 })), { type: 'revealAll', on: true });
    const other = reached(before, { type: 'opened', overview: overviewOf({ name: 'other.pcap' }), at: null });
    expect(other).toMatchObject({ event: 1, moment: null, path: null, reveal: [], bookmarks: [] });
  });

  test('what was fetched of an older log is thrown away', () => {
    const late: Action = { type: 'rows', page: 0, rows: [], generation: open.generation - 1, unfolded: open.unfolded };
    expect(reached(open, late).pages.size).toBe(0);
    const moment = momentOf(1, fifthMessage);
    expect(reached(open, { type: 'moment', moment, generation: open.generation - 1 }).moment).toBeNull();
  });

  test('closing keeps the theme and nothing of the trace', () => {
    const closed = reached(open, { type: 'theme', theme: 'dark' }, { type: 'closed' });
    expect(closed).toMatchObject({ overview: null, moment: null, theme: 'dark', event: 0 });
  });
});

describe('time', () => {
  test('stays within the log', () => {
    expect(reached(open, { type: 'go', event: 99 }).event).toBe(19);
    expect(reached(open, { type: 'go', event: -3 }).event).toBe(0);
  });

  test('stands still while there is no engine to ask', () => {
    expect(reached(open, { type: 'line', status: 'lost' }, { type: 'go', event: 6 }).event).toBe(1);
    expect(reached(open, { type: 'stopped', message: '', restarting: false }, { type: 'go', event: 6 }).event).toBe(1);
    expect(reached(open, { type: 'stopped', message: '', restarting: true }, { type: 'go', event: 6 }).event).toBe(6);
  });

  test('an answer for another event than the one we stand at is not drawn', () => {
    const moved = reached(open, { type: 'go', event: 6 });
    expect(reached(moved, { type: 'moment', moment: momentOf(5, fifthMessage), generation: moved.generation }).moment).toBeNull();
  });
});

describe('selection', () => {
  test('the path that was chosen comes back wherever a packet has it', () => {
    const chosen = reached(arrived(open), { type: 'selectNode', node: 'ISAKMP header/Initiator cookie' });
    expect(chosen.selection).toEqual({ node: 'ISAKMP header/Initiator cookie', key: 'CKY-I' });
    const other = arrived(reached(chosen, { type: 'go', event: 2 }), packetOf([{ name: 'Notification', at: [0, 8], mark: 'warning' }]));
    expect(other.selection.node).toBe('Notification');
    const back = arrived(reached(other, { type: 'go', event: 3 }));
    expect(back.selection.node).toBe('ISAKMP header/Initiator cookie');
  });

  test('a key selects the field that shows it, and the octets of that field', () => {
    const selected = reached(arrived(open), { type: 'selectKey', key: 'CKY-I' });
    expect(selected).toMatchObject({ selection: { node: 'ISAKMP header/Initiator cookie', key: 'CKY-I' }, buffer: 'wire' });
  });

  test('a key that no field shows stays selected while the keys have it', () => {
    const moment = momentOf(1, fifthMessage, { keys: { negotiation: 'n', nodes: phase1, note: '' } });
    const selected = reached(open, { type: 'moment', moment, generation: open.generation }, { type: 'selectKey', key: 'SKEYID_d' });
    expect(selected.selection).toEqual({ node: null, key: 'SKEYID_d' });
    const again = reached(
      selected,
      { type: 'go', event: 2 },
      { type: 'moment', moment: { ...moment, event: 2 }, generation: open.generation },
    );
    expect(again.selection).toEqual({ node: null, key: 'SKEYID_d' });
  });

  test('a field that the packet has not selects nothing', () => {
    expect(reached(arrived(open), { type: 'selectNode', node: 'Certificate' }).selection).toEqual({ node: null, key: null });
  });
});

describe('secrets', () => {
  test('are masked, revealed one by one, and masked again', () => {
    expect(open.reveal).toEqual([]);
    const one = reached(open, { type: 'reveal', key: 'psk' });
    expect(one.reveal).toEqual(['psk']);
    expect(reached(one, { type: 'reveal', key: 'psk' }).reveal).toEqual([]);
    expect(reached(one, { type: 'revealAll', on: true }).reveal).toBe('all');
  });

  test('one can be masked while all others stay', () => {
    const moment = momentOf(1, null, { keys: { negotiation: 'n', nodes: phase1, note: '' } });
    const all = reached(
      open,
      { type: 'moment', moment, generation: open.generation },
      { type: 'revealAll', on: true },
      { type: 'reveal', key: 'psk' },
    );
    expect(all.reveal).toHaveLength(phase1.length - 1);
    expect(all.reveal).not.toContain('psk');
  });
});

describe('breakpoints', () => {
  const two = reached(
    open,
    { type: 'breakpointAdded', query: 'IKE_R_MM5' },
    { type: 'breakpointAdded', query: ' IKE_R_MM5 ' },
    { type: 'breakpointAdded', query: 'esp' },
    { type: 'breakpointFound', id: 1, hits: [5], error: null },
    { type: 'breakpointFound', id: 2, hits: [10, 11, 12], error: null },
  );

  test('stop at the nearest hit of those that are on', () => {
    expect(two.breakpoints).toHaveLength(2);
    expect(nextStop(two.breakpoints, 1)).toBe(5);
    expect(nextStop(two.breakpoints, 5)).toBe(10);
    expect(nextStop(two.breakpoints, 12)).toBeNull();
    const off = reached(two, { type: 'breakpointSwitched', id: 1, on: false });
    expect(nextStop(off.breakpoints, 1)).toBe(10);
    expect(isStop(off.breakpoints, 5)).toBe(false);
  });

  test('are looked for again in another log', () => {
    const other = reached(two, { type: 'opened', overview: overviewOf({ name: 'other.pcap' }), at: null });
    expect(other.breakpoints.map(({ hits }) => hits)).toEqual([null, null]);
  });
});

test('an answer to an older search is not shown', () => {
  const typed = reached(open, { type: 'searched', query: 'a' }, { type: 'searched', query: 'ab' });
  expect(reached(typed, { type: 'searchFound', query: 'a', hits: [], error: null }).search.hits).toBeNull();
  expect(reached(typed, { type: 'searchFound', query: 'ab', hits: [], error: null }).search.hits).toEqual([]);
});

describe('pages', () => {
  const failing = overviewOf({
    findings: [{ code: 'no-response', severity: 'error', title: 'No response', detail: '', event: 3, negotiation: null }],
  });

  test('a log with an error opens with its verdict, unless a moment was asked for', () => {
    expect(reached(initialState, { type: 'opened', overview: failing, at: 1 }).view).toBe('diagnose');
    expect(reached(initialState, { type: 'opened', overview: failing, at: 7 }).view).toBe('step');
    expect(reached(initialState, { type: 'opened', overview: overviewOf(), at: 1 }).view).toBe('step');
    const onKeys = reached(open, { type: 'view', view: 'keys' });
    expect(reached(onKeys, { type: 'opened', overview: failing, at: null }).view).toBe('keys');
  });

  test('a page that the next log does not have is left', () => {
    const withCertificates = { type: 'opened', overview: overviewOf({ name: 'a.pcap', certificates: true }), at: null } as const;
    const there = reached(initialState, withCertificates, { type: 'view', view: 'certificates' });
    expect(reached(there, withCertificates).view).toBe('certificates');
    expect(reached(there, { type: 'opened', overview: overviewOf({ name: 'b.pcap' }), at: null }).view).toBe('step');
  });

  test('what shows a finding is selected where it stands, also when its packet is still on its way', () => {
    const shown = reached(reached(open, { type: 'view', view: 'diagnose' }), { type: 'show', event: 5, node: 'Frame' });
    expect(shown).toMatchObject({ view: 'step', event: 5, path: 'Frame' });
  });

  test('what somebody picked stays from page to page, and goes with the log', () => {
    const picked = reached(open, { type: 'choose', chosen: { sa: 'esp a 1' } }, { type: 'choose', chosen: { direction: 1 } });
    expect(picked.chosen).toMatchObject({ sa: 'esp a 1', direction: 1, tunnel: null });
    expect(reached(picked, { type: 'opened', overview: overviewOf({ name: 'other.pcap' }), at: null }).chosen.sa).toBeNull();
  });
});

describe('long runs', () => {
  test('unfold and fold again; rows that were asked for otherwise are thrown away', () => {
    const unfolded = reached(open, { type: 'unfold', event: 10, packets: 30, open: true });
    expect(rowCount(unfolded)).toBe(rowCount(open) + 29);
    const late: Action = { type: 'rows', page: 0, rows: [], generation: open.generation, unfolded: open.unfolded };
    expect(reached(unfolded, late).pages.size).toBe(0);
    expect(rowCount(reached(unfolded, { type: 'unfold', event: 10, packets: 30, open: false }))).toBe(rowCount(open));
  });
});
