/** What extensions of IKEv1 leave in the state: dead peer detection (RFC 3706), XAUTH and mode config (draft-beaulieu-ike-xauth-02, draft-dukes-ike-mode-cfg-02). */
import type { Side } from '../fact.ts';

/** Queries of one side. */
export interface DeadPeerDetection {
  /** Number of the latest query, and the event at which it was first sent; `null` where only an answer was seen. */
  readonly asked: { readonly number: number; readonly event: number } | null;
  readonly answered: { readonly number: number; readonly event: number } | null;
  /** Times that the latest query was sent while no answer came; a repeated query has its number and other octets. 0: it was answered. */
  readonly outstanding: number;
}

/** How far a user has proven who he is. Never what he proves it with. */
export interface Xauth {
  /** The side that asks. */
  readonly gateway: Side;
  readonly asked: number;
  /** Requests so far: a second one is a second try, or asks for more. */
  readonly requests: number;
  readonly user: string | null;
  readonly replied: number | null;
  readonly status: 'ok' | 'failed' | null;
  /** Event that set the status. */
  readonly decided: number | null;
}

/** What one side gave the other to configure itself with. */
export interface Configuration {
  readonly gateway: Side;
  /** Addresses for the other side's inside, as text. */
  readonly addresses: readonly string[];
  /** Everything it gave, in order: `INTERNAL_IP4_DNS`, `10.2.0.1`. Secrets are left out. */
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly since: number;
}
