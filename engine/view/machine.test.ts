// The drawn machines: which states stand where, which are behind, and which are only assumed.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { dropped, fold, since, until } from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import type { MachineView } from './models.ts';
import { moment } from './moment.ts';

const log = loadTrace(bundledTrace);
const machinesAt = (given: Log, event: number): readonly MachineView[] =>
  moment(fold(given), event, { reveal: [], negotiation: null }).machines;
const machineAt = (given: Log, event: number, n = 0): MachineView => {
  const machine = machinesAt(given, event)[n];
  if (!machine) throw new Error('no machine');
  return machine;
};
const column = (m: MachineView, side: 'initiator' | 'responder'): string[] =>
  m.states
    .filter((s) => s.side === side)
    .sort((a, b) => a.row - b.row)
    .map((s) => s.label);
const dot = (m: MachineView, label: string, side: 'initiator' | 'responder') => {
  const found = m.states.find((s) => s.label === label && s.side === side);
  if (!found) throw new Error(`no dot ${label}`);
  return found;
};

describe('phase 1', () => {
  test('has a column of states for each side, in their order', () => {
    const m = machineAt(log, 5);
    expect(column(m, 'initiator')).toEqual([
      'IKE_READY',
      'IKE_I_MM1',
      'IKE_I_MM2',
      'IKE_I_MM3',
      'IKE_I_MM4',
      'IKE_I_MM5',
      'IKE_I_MM6',
      'IKE_P1_COMPLETE',
    ]);
    expect(column(m, 'responder')).toEqual([
      'IKE_READY',
      'IKE_R_MM1',
      'IKE_R_MM2',
      'IKE_R_MM3',
      'IKE_R_MM4',
      'IKE_R_MM5',
      'IKE_P1_COMPLETE',
    ]);
  });

  test('no two states of a side stand in one row, and none below the last', () => {
    for (const event of [1, 6, 9, 19])
      for (const m of machinesAt(log, event)) {
        for (const side of ['initiator', 'responder'] as const) {
          const rows = m.states.filter((s) => s.side === side).map((s) => s.row);
          expect(new Set(rows).size).toBe(rows.length);
        }
        expect(Math.max(...m.states.map((s) => s.row))).toBe(m.rows - 1);
      }
  });

  test('each side is in one state; those before are past, those after ahead', () => {
    for (let event = 1; event <= 19; event++) {
      const m = machineAt(log, event);
      for (const side of ['initiator', 'responder'] as const) {
        const whens = m.states
          .filter((s) => s.side === side)
          .sort((a, b) => a.row - b.row)
          .map((s) => s.when);
        expect(whens.filter((w) => w === 'now')).toHaveLength(1);
        expect([...whens].sort((a, b) => ['past', 'now', 'ahead'].indexOf(a) - ['past', 'now', 'ahead'].indexOf(b))).toEqual(whens);
      }
    }
  });

  test('the steps are the six messages, the one of this event now', () => {
    const { steps } = machineAt(log, 3);
    expect(steps.map((s) => `${s.label} ${s.from} ${s.when} ${s.event}`)).toEqual([
      'MM1 initiator past 1',
      'MM2 responder past 2',
      'MM3 initiator now 3',
      'MM4 responder ahead null',
      'MM5 initiator ahead null',
      'MM6 responder ahead null',
    ]);
  });

  test('a state that was taken from a message sent there is assumed until its side speaks', () => {
    expect(dot(machineAt(log, 3), 'IKE_R_MM3', 'responder')).toMatchObject({ when: 'now', assumed: true, event: 3 });
    expect(dot(machineAt(log, 4), 'IKE_R_MM3', 'responder')).toMatchObject({ when: 'past', assumed: false, event: 3 });
    expect(dot(machineAt(until(log, 3), 3), 'IKE_R_MM3', 'responder').assumed).toBe(true);
  });

  test('the end of the ISAKMP SA has a row of its own, below', () => {
    const m = machineAt(log, 19);
    expect(column(m, 'initiator').at(-1)).toBe('IKE_DEST_SA');
    expect(dot(m, 'IKE_DEST_SA', 'initiator')).toMatchObject({ when: 'now', assumed: false });
    expect(dot(m, 'IKE_DEST_SA', 'responder')).toMatchObject({ when: 'now', assumed: true });
    expect(column(machineAt(log, 18), 'initiator')).not.toContain('IKE_DEST_SA');
  });

  test('a message that the trace lacks is drawn where the next one shows it', () => {
    const { steps } = machineAt(dropped(log, 2), 2);
    expect(steps.slice(0, 3).map((s) => [s.label, s.event])).toEqual([
      ['MM1', 1],
      ['MM2', 2],
      ['MM3', 2],
    ]);
  });
});

describe('quick mode', () => {
  test('comes with its first message, and is the current one while it goes on and while its SAs are used', () => {
    expect(machinesAt(log, 6).map((m) => m.title)).toEqual(['phase 1']);
    expect(machinesAt(log, 7).map((m) => `${m.title} ${m.current}`)).toEqual(['phase 1 false', 'quick mode 3e1e0daa true']);
    expect(machinesAt(log, 12).map((m) => m.current)).toEqual([false, true]);
    expect(machinesAt(log, 18).map((m) => m.current)).toEqual([true, false]);
  });

  test('both columns end in one row', () => {
    const m = machineAt(log, 9, 1);
    expect(column(m, 'initiator')).toEqual(['IKE_QM_READY', 'IKE_QM_I_QM1', 'IKE_QM_PHASE2_COMPLETE']);
    expect(column(m, 'responder')).toEqual(['IKE_QM_READY', 'IKE_QM_SPI_STARVE', 'IKE_QM_R_QM2', 'IKE_QM_PHASE2_COMPLETE']);
    expect(dot(m, 'IKE_QM_PHASE2_COMPLETE', 'initiator').row).toBe(dot(m, 'IKE_QM_PHASE2_COMPLETE', 'responder').row);
    expect(dot(m, 'IKE_QM_PHASE2_COMPLETE', 'responder').assumed).toBe(true);
    expect(dot(machineAt(log, 11, 1), 'IKE_QM_PHASE2_COMPLETE', 'responder').assumed).toBe(false);
  });
});

test('ESP that nobody negotiated has no machine', () => {
  expect(machinesAt(since(log, 10), 1)).toEqual([]);
});
