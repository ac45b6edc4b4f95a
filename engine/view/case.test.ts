// Cases of the lab's failures, as a field engineer has to see them: the traces' own README says what went wrong in each.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace, sharedFolder } from '../../test/support/trace.ts';
import { fold, repeated, until } from '../../test/support/what-if.ts';
import { caseList, caseView } from './case.ts';

const log = loadTrace(bundledTrace);

describe('the bundled trace', () => {
  const replay = fold(log);
  const [row] = caseList(replay).rows;

  test('is up, and nothing above a note is said of it', () => {
    expect(row).toMatchObject({ verdict: 'up', tone: 'good', first: 1, at: '1795288105.600507000' });
    expect(caseList(replay).counts).toEqual([{ tone: 'good', count: 1, text: 'up' }]);
  });

  test('its timeline has every message, and both SAs', () => {
    const view = caseView(replay, { negotiation: row?.id ?? null, finding: 0 });
    expect(view?.timeline.map((s) => [s.label, s.side])).toEqual([
      ['MM1', 'initiator'],
      ['MM2', 'responder'],
      ['MM3', 'initiator'],
      ['MM4', 'responder'],
      ['MM5*', 'initiator'],
      ['MM6*', 'responder'],
      ['QM1*', 'initiator'],
      ['QM2*', 'responder'],
      ['QM3*', 'initiator'],
      ['ESP', 'initiator'],
      ['ESP', 'responder'],
      ['INFO*', 'initiator'],
      ['INFO*', 'initiator'],
    ]);
  });

  test('no such case', () => expect(caseView(replay, { negotiation: 'none', finding: 0 })).toBeNull());
});

test('a negotiation that breaks off: what should have come is drawn as missing, copies are counted', () => {
  const replay = fold(until(repeated(repeated(log, 3), 3), 5));
  const [row] = caseList(replay).rows;
  const view = caseView(replay, { negotiation: row?.id ?? null, finding: 0 });
  expect(row?.tone).not.toBe('good');
  expect(view?.timeline.map((s) => [s.kind, s.label, s.note])).toEqual([
    ['message', 'MM1', ''],
    ['message', 'MM2', ''],
    ['message', 'MM3', 'sent 3 times'],
    ['ahead', 'MM4', 'never came'],
    ['ahead', 'MM5*', ''],
    ['ahead', 'MM6*', ''],
  ]);
});

const lab = join(sharedFolder, 'captures/lab');
describe.skipIf(!existsSync(lab))('failures of the lab (skipped where ../shared/captures/lab is missing)', () => {
  const worst = (name: string, finding = 0) => {
    const replay = fold(loadTrace(join(lab, name)));
    const [row] = caseList(replay).rows;
    const view = caseView(replay, { negotiation: row?.id ?? null, finding });
    if (!row || !view) throw new Error(`no case in ${name}`);
    return { row, view };
  };

  test('no proposal chosen: both transforms, the notify by its octets, MM2 never came', () => {
    const { row, view } = worst('no-proposal-chosen');
    expect(row).toMatchObject({ tone: 'bad', summary: 'Failed at MM2: no proposal chosen' });
    expect(view.step).toBe('Failed at MM2');
    expect(view.offers?.columns).toHaveLength(2);
    expect(view.offers?.rows[0]?.cells.map((c) => c.text)).toEqual(['AES-CBC-256', 'AES-CBC-128']);
    expect(view.findings[0]?.event).toBe(2);
    expect(view.findings[0]?.evidence.at(-1)?.where).toMatch(/^frame 2, bytes [0-9a-f]+–[0-9a-f]+$/);
    expect(view.timeline.map((s) => [s.kind, s.label])).toEqual([
      ['message', 'MM1'],
      ['message', 'INFO'],
      ...['MM2', 'MM3', 'MM4', 'MM5*', 'MM6*'].map((label) => ['ahead', label]),
    ]);
    expect(view.timeline[1]?.failing).toBe(true);
  });

  test('ESP one way: the silent direction is drawn as what never came', () => {
    const { row, view } = worst('esp-blocked-one-way');
    expect(row).toMatchObject({ tone: 'warning', summary: 'Up, but ESP is blocked' });
    expect(view.findings[0]?.code).toBe('esp-blocked');
    expect(view.timeline.slice(-2)).toMatchObject([
      { kind: 'message', label: 'ESP', side: 'initiator', note: '6 packets' },
      { kind: 'ahead', label: 'ESP', side: 'responder', note: 'never came', failing: true },
    ]);
    expect(view.findings[0]?.tellApart).toMatch(/\?$/);
  });

  test('PFS: refused beside taken, the group decides', () => {
    const { view } = worst('phase2-pfs-mismatch');
    expect(view.offers?.columns.map((c) => [c.label, c.event])).toEqual([
      ['Refused', 7],
      ['Taken', 9],
    ]);
    expect(view.findings[0]?.event).toBe(8);
    expect(view.timeline.slice(-3)).toMatchObject([
      { event: 8, failing: true },
      { kind: 'ahead', label: 'QM2*' },
      { kind: 'ahead', label: 'QM3*' },
    ]);
    const deciding = view.offers?.rows.find((r) => r.first);
    expect(deciding).toMatchObject({
      label: 'PFS group',
      cells: [{ text: expect.stringMatching(/^2,/), mark: 'differs' }, { text: expect.stringMatching(/^14,/) }],
    });
  });
});
