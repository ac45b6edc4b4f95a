import { describe, expect, test } from 'vitest';
import type { MachineView, Side } from '../../protocol/protocol.ts';
import { characterWidth, machineLayout } from './layout.ts';

const state = (label: string, side: Side, row: number, when: 'past' | 'now' | 'ahead' = 'past'): MachineView['states'][number] => ({
  id: `${side} ${label}`,
  label,
  side,
  row,
  when,
  assumed: false,
  event: null,
});
const step = (label: string, from: Side, row: number): MachineView['steps'][number] => ({ label, from, row, when: 'past', event: null });

const quickMode: MachineView = {
  id: 'quick',
  title: 'quick mode',
  current: true,
  rows: 4,
  states: [
    state('IKE_QM_READY', 'initiator', 0),
    state('IKE_QM_I_QM1', 'initiator', 1),
    state('IKE_QM_PHASE2_COMPLETE', 'initiator', 2, 'now'),
    state('IKE_QM_READY', 'responder', 0),
    state('IKE_QM_SPI_STARVE', 'responder', 1),
    state('IKE_QM_R_QM2', 'responder', 2, 'now'),
    state('IKE_QM_PHASE2_COMPLETE', 'responder', 3, 'ahead'),
  ],
  steps: [step('QM1', 'initiator', 1), step('QM2', 'responder', 2), step('QM3', 'initiator', 3)],
};

describe.each([292, 352, 600])('in %i pixels', (width) => {
  const layout = machineLayout(quickMode, width, 19);

  test('labels stay inside and lanes apart', () => {
    for (const { state: one, labelX, anchor, room } of layout.states) {
      const length = Math.min(one.label.length, room) * characterWidth;
      expect(anchor === 'end' ? labelX - length : labelX).toBeGreaterThanOrEqual(-1);
      expect(anchor === 'end' ? labelX : labelX + length).toBeLessThanOrEqual(width + 1);
    }
    expect(layout.lanes.responder - layout.lanes.initiator).toBeGreaterThanOrEqual(80);
  });

  test('messages go from lane to lane, in their own direction', () => {
    expect(layout.steps.map(({ from, to }) => Math.sign(to - from))).toEqual([1, -1, 1]);
  });

  test('a lane is walked down to the last state that was entered', () => {
    expect(layout.walked.responder).toBe(12 + 2 * 19);
    expect(layout.ahead.responder).toBe(12 + 3 * 19);
  });
});

test('a machine with nothing in it is drawn as nothing', () => {
  expect(machineLayout({ ...quickMode, rows: 0, states: [], steps: [] }, 292, 19)).toMatchObject({ states: [], steps: [], height: 24 });
});
