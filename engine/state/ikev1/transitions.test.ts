// The rows of a whole negotiation, against the list that IOS prints for one: thirteen at each side, in order.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace, sharedFolder } from '../../../test/support/trace.ts';
import { fold, until } from '../../../test/support/what-if.ts';
import { mainMode, quickMode } from './transitions.ts';

/** An undisturbed main mode and quick mode, as IOS 12.3 prints them for either side. */
const initiator = [
  'IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM: IKE_READY > IKE_I_MM1',
  'IKE_MESG_FROM_PEER, IKE_MM_EXCH: IKE_I_MM1 > IKE_I_MM2',
  'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE: IKE_I_MM2 > IKE_I_MM2',
  'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE: IKE_I_MM2 > IKE_I_MM3',
  'IKE_MESG_FROM_PEER, IKE_MM_EXCH: IKE_I_MM3 > IKE_I_MM4',
  'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE: IKE_I_MM4 > IKE_I_MM4',
  'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE: IKE_I_MM4 > IKE_I_MM5',
  'IKE_MESG_FROM_PEER, IKE_MM_EXCH: IKE_I_MM5 > IKE_I_MM6',
  'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE: IKE_I_MM6 > IKE_I_MM6',
  'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE: IKE_I_MM6 > IKE_P1_COMPLETE',
  'IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE: IKE_P1_COMPLETE > IKE_P1_COMPLETE',
  'IKE_MESG_INTERNAL, IKE_INIT_QM: IKE_QM_READY > IKE_QM_I_QM1',
  'IKE_MESG_FROM_PEER, IKE_QM_EXCH: IKE_QM_I_QM1 > IKE_QM_PHASE2_COMPLETE',
];
const responder = [
  'IKE_MESG_FROM_PEER, IKE_MM_EXCH: IKE_READY > IKE_R_MM1',
  'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE: IKE_R_MM1 > IKE_R_MM1',
  'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE: IKE_R_MM1 > IKE_R_MM2',
  'IKE_MESG_FROM_PEER, IKE_MM_EXCH: IKE_R_MM2 > IKE_R_MM3',
  'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE: IKE_R_MM3 > IKE_R_MM3',
  'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE: IKE_R_MM3 > IKE_R_MM4',
  'IKE_MESG_FROM_PEER, IKE_MM_EXCH: IKE_R_MM4 > IKE_R_MM5',
  'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE: IKE_R_MM5 > IKE_R_MM5',
  'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE: IKE_R_MM5 > IKE_P1_COMPLETE',
  'IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE: IKE_P1_COMPLETE > IKE_P1_COMPLETE',
  'IKE_MESG_FROM_PEER, IKE_QM_EXCH: IKE_QM_READY > IKE_QM_SPI_STARVE',
  'IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY: IKE_QM_SPI_STARVE > IKE_QM_R_QM2',
  'IKE_MESG_FROM_PEER, IKE_QM_EXCH: IKE_QM_R_QM2 > IKE_QM_PHASE2_COMPLETE',
];

const up = fold(until(loadTrace(bundledTrace), 17));
const printed = (side: 'initiator' | 'responder'): string[] =>
  up.transitions.filter((t) => t.side === side).map((t) => `${t.because}: ${t.from} > ${t.to}`);

test('the initiator takes its thirteen steps', () => {
  expect(printed('initiator')).toEqual(initiator);
});

test('the responder takes its thirteen steps', () => {
  expect(printed('responder')).toEqual(responder);
});

test("at one message the sender's rows come before the receiver's", () => {
  for (const rows of [...Object.values(mainMode), ...Object.values(quickMode)]) {
    const who = rows.map((r) => r.who);
    expect(who).toEqual([...who].sort().reverse());
  }
});

test('each row of a side begins where the row before it ended', () => {
  for (const side of ['initiator', 'responder'] as const) {
    const rows = up.transitions.filter((t) => t.side === side && t.exchange === null);
    rows.forEach((row, i) => {
      if (i > 0) expect(row.from).toBe(rows[i - 1]?.to);
    });
  }
});

const seed = join(sharedFolder, 'captures/cisco-text/seed-linksys-to-ios-debug.normalized.txt');

describe.skipIf(!existsSync(seed))("a real router's log (needs ../shared/captures/cisco-text)", () => {
  test('its responder printed these thirteen pairs with these inputs, in this order', () => {
    const text = readFileSync(seed, 'utf8');
    const inputs = [...text.matchAll(/Input = (IKE_\w+, IKE_\w+)/g)].map((m) => m[1]);
    const pairs = [...text.matchAll(/Old State = (IKE_\w+)\s+New State = (IKE_\w+)/g)].map((m) => `${m[1]} > ${m[2]}`);
    expect(pairs).toHaveLength(13);
    expect(printed('responder')).toEqual(pairs.map((pair, i) => `${inputs[i]}: ${pair}`));
  });
});
