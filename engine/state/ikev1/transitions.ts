/**
 * What each message makes its two sides do, in the words that IOS prints (`Input = ..., Old State = ...  New State = ...`): main, aggressive and
 * quick mode, RFC 2409 5.4 and 5.5, XAUTH and mode config. The order of the rows is the order in which the device prints them.
 */
import type { Phase1StateName } from '../ike/peer.ts';

/** States of quick mode, in the words of IOS. */
export type QuickModeStateName = 'IKE_QM_READY' | 'IKE_QM_I_QM1' | 'IKE_QM_SPI_STARVE' | 'IKE_QM_R_QM2' | 'IKE_QM_PHASE2_COMPLETE';

/** The messages of main mode, RFC 2409 5.4. */
export type MessageName = 'MM1' | 'MM2' | 'MM3' | 'MM4' | 'MM5' | 'MM6';
/** The messages of aggressive mode, RFC 2409 5.4. */
export type AggressiveMessageName = 'AM1' | 'AM2' | 'AM3';
/** The messages of the base exchange, RFC 2408 4.4. */
export type BaseMessageName = 'BM1' | 'BM2' | 'BM3' | 'BM4';
export type Phase1MessageName = MessageName | AggressiveMessageName | BaseMessageName;
/** The messages of quick mode, RFC 2409 5.5. The fourth comes where the commit bit asks for it, RFC 2408 3.1. */
export type QuickMessageName = 'QM1' | 'QM2' | 'QM3' | 'QM4';

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
const peerAggressive = 'IKE_MESG_FROM_PEER, IKE_AM_EXCH';
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

/** RFC 2409 5.4: three messages. The initiator judges the second and sends the third in one step. */
export const aggressiveMode: Readonly<Record<AggressiveMessageName, readonly Row<Phase1StateName>[]>> = {
  AM1: [sends('IKE_READY', 'IKE_I_AM1', 'IKE_MESG_FROM_IPSEC, IKE_SA_REQ_AM'), receives('IKE_READY', 'IKE_R_AM1', peerAggressive)],
  AM2: [sends('IKE_R_AM1', 'IKE_R_AM2', complete)],
  AM3: [
    sends('IKE_I_AM1', 'IKE_P1_COMPLETE', peerAggressive),
    sends('IKE_P1_COMPLETE', 'IKE_P1_COMPLETE', phase1Done),
    receives('IKE_R_AM2', 'IKE_P1_COMPLETE', peerAggressive),
    receives('IKE_P1_COMPLETE', 'IKE_P1_COMPLETE', phase1Done),
  ],
};

/** RFC 2408 4.4. IOS does not know this exchange, and so has no names for what is between its beginning and its end. */
export const baseExchange: Readonly<Record<BaseMessageName, readonly Row<Phase1StateName>[]>> = {
  BM1: [],
  BM2: [],
  BM3: [],
  BM4: [sends('IKE_READY', 'IKE_P1_COMPLETE', phase1Done), receives('IKE_READY', 'IKE_P1_COMPLETE', phase1Done)],
};

/** RFC 2409 5.5. The responder's first row comes with its answer: it judges the offer before it prints. */
export const quickMode: Readonly<Record<QuickMessageName, readonly Row<QuickModeStateName>[]>> = {
  QM1: [sends('IKE_QM_READY', 'IKE_QM_I_QM1', 'IKE_MESG_INTERNAL, IKE_INIT_QM')],
  QM2: [
    sends('IKE_QM_READY', 'IKE_QM_SPI_STARVE', peerQuick),
    sends('IKE_QM_SPI_STARVE', 'IKE_QM_R_QM2', 'IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY'),
  ],
  QM3: [sends('IKE_QM_I_QM1', 'IKE_QM_PHASE2_COMPLETE', peerQuick), receives('IKE_QM_R_QM2', 'IKE_QM_PHASE2_COMPLETE', peerQuick)],
  QM4: [],
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

/**
 * XAUTH and mode config move the gateway that asks or assigns; its states are those of phase 1. Rows are of that side alone, whoever sends:
 * `from` is where it stands.
 */
export const gatewaySteps = {
  xauthRequest: { to: 'IKE_XAUTH_REQ_SENT', because: phase1Done },
  xauthReply: { to: 'IKE_XAUTH_AAA_CONT_LOGIN_AWAIT', because: 'IKE_MESG_FROM_PEER, IKE_CFG_REPLY' },
  xauthSet: { to: 'IKE_XAUTH_SET_SENT', because: 'IKE_MESG_FROM_AAA, IKE_AAA_CONT_LOGIN' },
  configRequest: { to: 'IKE_CONFIG_AUTHOR_AAA_AWAIT', because: 'IKE_MESG_FROM_PEER, IKE_CFG_REQUEST' },
  configReply: { to: 'IKE_P1_COMPLETE', because: 'IKE_MESG_FROM_AAA, IKE_AAA_GROUP_ATTR' },
  configSet: { to: 'IKE_CONFIG_MODE_SET_SENT', because: 'IKE_MESG_FROM_AAA, IKE_AAA_GROUP_ATTR' },
  acknowledged: { to: 'IKE_P1_COMPLETE', because: 'IKE_MESG_FROM_PEER, IKE_CFG_ACK' },
} as const satisfies Readonly<Record<string, { readonly to: Phase1StateName; readonly because: string }>>;
