/** What is known of one end of a negotiation. */
import type { Branded } from '../../values/branded.ts';
import type { IpAddress } from '../../values/ip-address.ts';

/** States of phase 1, in the words of IOS; `null`: nothing was seen of this side. */
export type Phase1StateName =
  | 'IKE_READY'
  | 'IKE_I_MM1'
  | 'IKE_I_MM2'
  | 'IKE_I_MM3'
  | 'IKE_I_MM4'
  | 'IKE_I_MM5'
  | 'IKE_I_MM6'
  | 'IKE_R_MM1'
  | 'IKE_R_MM2'
  | 'IKE_R_MM3'
  | 'IKE_R_MM4'
  | 'IKE_R_MM5'
  | 'IKE_I_AM1'
  | 'IKE_R_AM1'
  | 'IKE_R_AM2'
  | 'IKE_P1_COMPLETE'
  | 'IKE_XAUTH_REQ_SENT'
  | 'IKE_XAUTH_AAA_CONT_LOGIN_AWAIT'
  | 'IKE_XAUTH_SET_SENT'
  | 'IKE_CONFIG_AUTHOR_AAA_AWAIT'
  | 'IKE_CONFIG_MODE_SET_SENT'
  | 'IKE_DEST_SA';

/** A state in a device's own words, as its log has it: logs bring more names than packets show, and all are kept as they stand. */
export type ReportedStateName = Branded<string, 'ReportedStateName'>;

export const reportedState = (name: string): ReportedStateName => name as ReportedStateName;

/** One end, as far as packets and secrets show it. */
export interface Peer {
  readonly address: IpAddress;
  readonly port: number | null;
  /** What it calls itself, as text: `192.0.2.1`, `user@example.org`. */
  readonly identity: string | null;
  readonly state: Phase1StateName | ReportedStateName;
  /** Event that moved it there. */
  readonly since: number;
  /** The last step is taken from a message that was sent to this side; its own next message proves it. */
  readonly assumed: boolean;
  /** Names of its vendor IDs, in order. */
  readonly vendorIds: readonly string[];
}

export const peer = (address: IpAddress, port: number | null): Peer => ({
  address,
  port,
  identity: null,
  state: 'IKE_READY',
  since: 0,
  assumed: false,
  vendorIds: [],
});
