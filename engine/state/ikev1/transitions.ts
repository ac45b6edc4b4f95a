/**
 * What each message makes its two sides do, in the words that IOS prints (`Input = ..., Old State = ...  New State = ...`). Main mode and
 * quick mode, RFC 2409 5.4 and 5.5; the order of the rows is the order in which the device prints them.
 */
import type { Phase1StateName } from '../ike/peer.ts';

/** States of quick mode, in the words of IOS. */
export type QuickModeStateName = 'IKE_QM_READY' | 'IKE_QM_I_QM1' | 'IKE_QM_SPI_STARVE' | 'IKE_QM_R_QM2' | 'IKE_QM_PHASE2_COMPLETE';

/** The messages of main mode, RFC 2409 5.4. */
export type MessageName = 'MM1' | 'MM2' | 'MM3' | 'MM4' | 'MM5' | 'MM6';
/** The messages of quick mode, RFC 2409 5.5. */
export type QuickMessageName = 'QM1' | 'QM2' | 'QM3';

/** One line that the device prints. */
export interface Row<S extends string> {
  /** The side that sent the message, or the one it was sent to. */
  readonly who: 'sender' | 'receiver';
  readonly from: S;
  readonly to: S;
  readonly because: string;
}

const peerMain = 'IKE_MESG_FROM_PEER, IKE_MM_EXCH';
const process = 'IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE';
const complete = 'IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE';
const phase1Done = 'IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE';
const phase1Gone = 'IKE_MESG_INTERNAL, IKE_PHASE1_DEL';
const peerQuick = 'IKE_MESG_FROM_PEER, IKE_QM_EXCH';

const sends = <S extends string>(from: S, to: S, because: string): Row<S> => ({ who: 'sender', from, to, because });
const receives = <S extends string>(from: S, to: S, because: string): Row<S> => ({ who: 'receiver', from, to, because });

/** RFC 2409 5.4: six messages, the initiator sends the odd ones. */
export const mainMode: Readonly<Record<MessageName, readonly Row<Phase1StateName>[]>> = {
  MM1: [sends('IKE_READY', 'IKE_I_MM1', 'IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM'), receives('IKE_READY', 'IKE_R_MM1', peerMain)],
  MM2: [sends('IKE_R_MM1', 'IKE_R_MM1', process), sends('IKE_R_MM1', 'IKE_R_MM2', complete), receives('IKE_I_MM1', 'IKE_I_MM2', peerMain)],
  MM3: [sends('IKE_I_MM2', 'IKE_I_MM2', process), sends('IKE_I_MM2', 'IKE_I_MM3', complete), receives('IKE_R_MM2', 'IKE_R_MM3', peerMain)],
  MM4: [sends('IKE_R_MM3', 'IKE_R_MM3', process), sends('IKE_R_MM3', 'IKE_R_MM4', complete), receives('IKE_I_MM3', 'IKE_I_MM4', peerMain)],
  MM5: [sends('IKE_I_MM4', 'IKE_I_MM4', process), sends('IKE_I_MM4', 'IKE_I_MM5', complete), receives('IKE_R_MM4', 'IKE_R_MM5', peerMain)],
  MM6: [
    sends('IKE_R_MM5', 'IKE_R_MM5', process),
    sends('IKE_R_MM5', 'IKE_P1_COMPLETE', complete),
    sends('IKE_P1_COMPLETE', 'IKE_P1_COMPLETE', phase1Done),
    receives('IKE_I_MM5', 'IKE_I_MM6', peerMain),
    receives('IKE_I_MM6', 'IKE_I_MM6', process),
    receives('IKE_I_MM6', 'IKE_P1_COMPLETE', complete),
    receives('IKE_P1_COMPLETE', 'IKE_P1_COMPLETE', phase1Done),
  ],
};

export const mainModeNames = Object.keys(mainMode) as readonly MessageName[];

/** RFC 2409 5.5. The responder's first row comes with its answer: it judges the offer before it prints. */
export const quickMode: Readonly<Record<QuickMessageName, readonly Row<QuickModeStateName>[]>> = {
  QM1: [sends('IKE_QM_READY', 'IKE_QM_I_QM1', 'IKE_MESG_INTERNAL, IKE_INIT_QM')],
  QM2: [
    sends('IKE_QM_READY', 'IKE_QM_SPI_STARVE', peerQuick),
    sends('IKE_QM_SPI_STARVE', 'IKE_QM_R_QM2', 'IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY'),
  ],
  QM3: [sends('IKE_QM_I_QM1', 'IKE_QM_PHASE2_COMPLETE', peerQuick), receives('IKE_QM_R_QM2', 'IKE_QM_PHASE2_COMPLETE', peerQuick)],
};

/** A notify that answers QM1 refuses it: the side that judged the offer stays where it was. */
export const quickModeRefused: readonly Row<QuickModeStateName>[] = [sends('IKE_QM_READY', 'IKE_QM_READY', peerQuick)];

/** DELETE of the ISAKMP SA, RFC 2408 3.15. */
export const phase1Deleted: readonly Row<Phase1StateName>[] = [
  sends('IKE_P1_COMPLETE', 'IKE_DEST_SA', phase1Gone),
  receives('IKE_P1_COMPLETE', 'IKE_DEST_SA', phase1Gone),
  receives('IKE_DEST_SA', 'IKE_DEST_SA', peerMain),
];

/** A notify in phase 1 or after it leaves the receiver where it is. */
export const notifyReceived = 'IKE_MESG_FROM_PEER, IKE_INFO_NOTIFY';
