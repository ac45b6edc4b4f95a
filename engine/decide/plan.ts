/** What one end wants: where it stands, what it accepts and offers in both phases, how patient it is. Plain data, without any key. */
import type { AccessEntry, AddressRange, IsakmpPolicy, TransformSet } from '../event/policy.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { Impairments } from './impairments.ts';

/** Traffic to protect with one peer, RFC 2409 5.5, as a crypto map entry has it. */
export interface Tunnel {
  /** `null`: any peer. */
  readonly peer: IpAddress | null;
  /** In the order in which they are offered. */
  readonly transformSets: readonly TransformSet[];
  /** `null`: none is offered, any is taken. */
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number;
  /** `null`: not limited. */
  readonly lifetimeKilobytes: number | null;
  /** Permitted flows, our own networks as source. */
  readonly flows: readonly AccessEntry[];
}

/** RFC 2408 5.1 leaves the times to us: the n-th repetition waits `firstMilliseconds` times `factor` to the n-th. */
export interface Patience {
  readonly firstMilliseconds: number;
  readonly factor: number;
  /** Repetitions before we give up. */
  readonly tries: number;
}

/** How we name ourselves in phase 1, RFC 2407 4.6.2: by our address, by the subject of our certificate, or as written. */
export type OwnIdentity =
  | { readonly kind: 'address' }
  | { readonly kind: 'subject' }
  /** `idType`: 2 a host's name, 3 a user at a host, 9 a distinguished name in DER, 11 octets that mean something to the peer. */
  | { readonly kind: 'written'; readonly idType: number; readonly value: Uint8Array };

/** How we prove ourselves by signature, RFC 2409 5.1. The private key is a secret of the log. */
export interface Credentials {
  /** DER: our own first, then those that lead to an anchor. */
  readonly certificates: readonly Uint8Array[];
  /** DER: whom we believe what they signed. Empty: nobody, and no peer can prove itself by signature. */
  readonly anchors: readonly Uint8Array[];
}

/** XAUTH, draft-beaulieu-ike-xauth-02. Passwords are secrets of the log, by user. */
export type ExtendedAuthentication =
  | { readonly role: 'client'; readonly user: string }
  | { readonly role: 'server'; readonly users: readonly string[] };

/** Mode config, draft-dukes-ike-mode-cfg-02: what a client asks for, what a server gives. */
export type Configuring =
  | { readonly role: 'client' }
  | {
      readonly role: 'server';
      /** Inner addresses, given out in this order, one a negotiation. */
      readonly addresses: readonly IpAddress[];
      readonly netmask: IpAddress | null;
      readonly dns: readonly IpAddress[];
      readonly banner: string | null;
      /** Networks behind us, Unity attribute 28676; empty: all traffic. */
      readonly split: readonly AddressRange[];
      /** Given unasked too, as soon as the client may have it. */
      readonly push: boolean;
    };

/** RFC 3706 5.5: ask a peer that was silent for `idleSeconds`; ask again every `retrySeconds`, so often, before it is dead. */
export interface DeadPeerDetection {
  readonly idleSeconds: number;
  readonly retrySeconds: number;
  readonly tries: number;
}

export interface Plan {
  readonly local: IpAddress;
  readonly port: number;
  /** RFC 3947 4: where both ends go when a NAT stands between them. */
  readonly natPort: number;
  /** By priority. */
  readonly policies: readonly IsakmpPolicy[];
  readonly tunnels: readonly Tunnel[];
  readonly patience: Patience;
  readonly identity: OwnIdentity;
  readonly credentials: Credentials | null;
  /** Whether we begin in aggressive mode, and whether we answer it: with a pre-shared key it lets a listener guess the key, so neither is usual. */
  readonly aggressive: { readonly begin: boolean; readonly answer: boolean };
  readonly xauth: ExtendedAuthentication | null;
  readonly configuring: Configuring | null;
  readonly dpd: DeadPeerDetection | null;
  /** RFC 3948 4: pause between keepalives behind a NAT; `null`: none are sent. */
  readonly keepaliveSeconds: number | null;
  /** Share of a lifetime after which we rekey, of seconds and of kilobytes; `null`: we let SAs run out. */
  readonly rekeyAt: number | null;
  /** Octets of the longest IKE message that goes in one piece where the peer takes pieces; `null`: we never cut. */
  readonly fragmentOctets: number | null;
  /** Negotiations that peers may have begun and not finished, RFC 2408 2.5.3 leaves the number to us. */
  readonly mostHalfOpen: number;
  /** Whether we offer and take extended sequence numbers, RFC 4304. */
  readonly esn: boolean;
  /** Whether ESP can go without UDP around it: it needs a way to send IP protocol 50. */
  readonly rawEsp: boolean;
  /** Whether we say that a NAT hides us though none does, so that ESP goes in UDP: RFC 3947 3.2 with a hash of no place. */
  readonly udpEncapsulation: boolean;
  /** What is done to our messages on purpose; `null`: nothing. */
  readonly impairments: Impairments | null;
}

/** What holds where nobody says otherwise. */
export const usual: Omit<Plan, 'local' | 'policies' | 'tunnels'> = {
  port: 500,
  natPort: 4500,
  patience: { firstMilliseconds: 2000, factor: 1.8, tries: 5 },
  identity: { kind: 'address' },
  credentials: null,
  aggressive: { begin: false, answer: false },
  xauth: null,
  configuring: null,
  dpd: { idleSeconds: 30, retrySeconds: 5, tries: 5 },
  keepaliveSeconds: 20,
  rekeyAt: 0.9,
  fragmentOctets: 1280,
  mostHalfOpen: 1000,
  esn: false,
  rawEsp: false,
  udpEncapsulation: false,
  impairments: null,
};

export const tunnelsFor = (plan: Plan, peer: IpAddress): readonly Tunnel[] =>
  plan.tunnels.filter((t) => t.peer === null || t.peer === peer);
