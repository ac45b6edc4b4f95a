/** What is known of one end of a negotiation. */
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
  | 'IKE_DEST_SA';

/** One end, as far as packets and secrets show it. */
export interface Peer {
  readonly address: IpAddress;
  readonly port: number | null;
  /** What it calls itself, as text: `192.0.2.1`, `user@example.org`. */
  readonly identity: string | null;
  readonly state: Phase1StateName;
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
