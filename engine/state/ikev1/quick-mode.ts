/** Quick mode, RFC 2409 5.5: what was offered, what was taken, and how far each side is. */
import type { MessageId } from '../../values/message-id.ts';
import type { Proposal } from '../../wire/proposal.ts';
import type { Fact, IvChain, Side } from '../fact.ts';
import type { ReportedStateName } from '../ike/peer.ts';
import type { QuickModeStateName } from './transitions.ts';

/** One quick mode, RFC 2409 5.5, by its message ID. */
export interface QuickMode {
  readonly kind: 'quick';
  readonly messageId: MessageId;
  /** By role in phase 1: the responder of phase 1 may begin a quick mode. */
  readonly begunBy: Side;
  readonly first: number;
  readonly last: number;
  /** Messages seen, retransmissions left out. */
  readonly messages: number;
  readonly initiatorState: QuickModeStateName | ReportedStateName;
  readonly responderState: QuickModeStateName | ReportedStateName;
  /** Event that moved each side there; 0 where none did. */
  readonly initiatorSince: number;
  readonly responderSince: number;
  /** The last step of that side is taken from a message that was sent to it. */
  readonly initiatorAssumed: boolean;
  readonly responderAssumed: boolean;
  readonly iv: IvChain;
  /** Nonces of the side that began the exchange and of the other. */
  readonly nonceI: Fact | null;
  readonly nonceR: Fact | null;
  /** KE payload bodies, with PFS only. */
  readonly gxi: Fact | null;
  readonly gxr: Fact | null;
  readonly dhSharedSecret: Fact | null;
  /** Proposals of each SA payload: several SA payloads ask for several pairs of SAs. */
  readonly offered: readonly (readonly Proposal[])[];
  readonly answered: readonly (readonly Proposal[])[];
  /** What is to be protected, as text; `null`: the peers' own addresses. */
  readonly idCi: string | null;
  readonly idCr: string | null;
  readonly pfsGroup: number | null;
  /** The commit bit was set, RFC 2408 3.1: the SAs are to be used after a fourth message that says CONNECTED. */
  readonly commit: boolean;
  /** Event of that message. */
  readonly connected: number | null;
  /** Lifetime that the answer gives instead of the one offered, RFC 2407 4.6.3.1. */
  readonly lifetime: { readonly seconds: number | null; readonly kilobytes: number | null } | null;
  /** SPIs installed by it. */
  readonly spis: readonly number[];
  readonly result: string | null;
  /** Members that are known only from a device's log; absent where packets showed all. */
  readonly reported?: readonly string[];
}

/** As it stands before its first message. `iv`: the chain of phase 1, from which its own begins. */
export const beginQuickMode = (messageId: MessageId, begunBy: Side, event: number, iv: IvChain): QuickMode => ({
  kind: 'quick',
  messageId,
  begunBy,
  first: event,
  last: event,
  messages: 0,
  initiatorState: 'IKE_QM_READY',
  responderState: 'IKE_QM_READY',
  initiatorSince: 0,
  responderSince: 0,
  initiatorAssumed: false,
  responderAssumed: false,
  iv,
  nonceI: null,
  nonceR: null,
  gxi: null,
  gxr: null,
  dhSharedSecret: null,
  offered: [],
  answered: [],
  idCi: null,
  idCr: null,
  pfsGroup: null,
  commit: false,
  connected: null,
  lifetime: null,
  spis: [],
  result: null,
});
