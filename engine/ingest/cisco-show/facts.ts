/** What `show crypto ...` prints, as typed facts. Counters and remaining lifetimes are those of the moment the command was given. */

/** A row of `show crypto isakmp sa`. */
export interface IsakmpSaFact {
  readonly kind: 'isakmpSa';
  readonly line: number;
  readonly dst: string;
  readonly src: string;
  /** `QM_IDLE`, `MM_NO_STATE`. */
  readonly state: string;
  readonly connection: number;
  /** 12.x names the crypto engine's slot instead of a status. */
  readonly slot: number | null;
  readonly status: string | null;
  readonly deleted: boolean;
}

/** A row of `show crypto isakmp sa detail`, or of the ASA's `show crypto ikev1 sa detail`. */
export interface IsakmpSaDetailFact {
  readonly kind: 'isakmpSaDetail';
  readonly line: number;
  readonly connection: number;
  /** `null` where the device does not print it. */
  readonly local: string | null;
  readonly remote: string;
  readonly vrf: string | null;
  readonly status: string;
  readonly encryption: string;
  readonly hash: string;
  readonly authentication: string;
  readonly group: number | null;
  /** Seconds that are left; the ASA prints the whole life. */
  readonly lifetimeSeconds: number;
  /** `D` dead peer detection, `N` NAT traversal, `X` XAUTH, `C` configuration, `K` keepalives. */
  readonly capabilities: string;
  readonly side: 'initiator' | 'responder' | null;
}

export interface IpsecSaFact {
  readonly direction: 'inbound' | 'outbound';
  readonly protocol: 'esp' | 'ah' | 'ipcomp';
  readonly spi: number;
  readonly line: number;
  readonly transform: string | null;
  /** `Tunnel, UDP-Encaps`. */
  readonly settings: readonly string[];
  readonly connection: number | null;
  readonly cryptoMap: string | null;
  readonly remainingKilobytes: number | null;
  readonly remainingSeconds: number | null;
  readonly ivOctets: number | null;
  readonly replayDetection: boolean | null;
  readonly replayWindow: number | null;
  readonly status: string | null;
}

/** One pair of proxies of `show crypto ipsec sa`, with its SAs. */
export interface IpsecFlowFact {
  readonly kind: 'ipsecFlow';
  readonly line: number;
  readonly interface: string | null;
  readonly cryptoMap: string | null;
  readonly localAddress: string | null;
  readonly vrf: string | null;
  /** `192.168.100.0/255.255.255.0/0/0`: address, mask, protocol, port. */
  readonly localIdent: string;
  readonly remoteIdent: string | null;
  readonly peer: string | null;
  readonly peerPort: number | null;
  /** By the words of the device: `pkts encaps`, `send errors`. */
  readonly counters: ReadonlyMap<string, number>;
  readonly pathMtu: number | null;
  readonly pfsGroup: string | null;
  readonly outboundSpi: number | null;
  readonly sas: readonly IpsecSaFact[];
}

export interface CryptoMapFact {
  readonly kind: 'cryptoMap';
  readonly line: number;
  readonly name: string;
  readonly sequence: number;
  readonly type: string;
  readonly peers: readonly string[];
  readonly accessList: string | null;
  readonly profile: string | null;
  readonly lifetimeKilobytes: number | null;
  readonly lifetimeSeconds: number | null;
  readonly pfs: boolean | null;
  readonly pfsGroup: string | null;
  readonly transforms: readonly { readonly name: string; readonly words: string }[];
  readonly interfaces: readonly string[];
  readonly incomplete: boolean;
}

export interface SessionFact {
  readonly kind: 'session';
  readonly line: number;
  readonly interface: string | null;
  /** `UP-ACTIVE`, `DOWN-NEGOTIATING`. */
  readonly status: string | null;
  readonly uptime: string | null;
  readonly peer: string | null;
  readonly peerPort: number | null;
  readonly identity: string | null;
  readonly ikeSas: readonly {
    readonly version: 1 | 2;
    readonly local: string;
    readonly remote: string;
    readonly status: string;
    readonly capabilities: string | null;
    readonly connection: number | null;
    readonly lifetimeSeconds: number | null;
  }[];
  readonly flows: readonly {
    readonly flow: string;
    readonly activeSas: number | null;
    readonly decrypted: number | null;
    readonly encrypted: number | null;
    readonly dropped: number | null;
  }[];
}

export interface Ikev2SaFact {
  readonly kind: 'ikev2Sa';
  readonly line: number;
  readonly tunnel: number;
  readonly local: string;
  readonly remote: string;
  readonly status: string;
  readonly side: 'initiator' | 'responder' | null;
  readonly encryption: string | null;
  readonly keyBits: number | null;
  readonly prf: string | null;
  readonly integrity: string | null;
  readonly group: number | null;
  readonly authenticationSign: string | null;
  readonly authenticationVerify: string | null;
  readonly lifetimeSeconds: number | null;
  readonly activeSeconds: number | null;
  readonly localSpi: string | null;
  readonly remoteSpi: string | null;
  readonly localId: string | null;
  readonly remoteId: string | null;
  readonly children: readonly {
    readonly local: string;
    readonly remote: string;
    readonly inbound: number | null;
    readonly outbound: number | null;
  }[];
}

/** A policy of `show crypto isakmp policy`. */
export interface PolicyFact {
  readonly kind: 'isakmpPolicy';
  readonly line: number;
  readonly priority: number | null;
  readonly isDefault: boolean;
  readonly encryption: string | null;
  readonly hash: string | null;
  readonly authentication: string | null;
  readonly group: number | null;
  readonly lifetimeSeconds: number | null;
}

export type ShowFact = IsakmpSaFact | IsakmpSaDetailFact | IpsecFlowFact | CryptoMapFact | SessionFact | Ikev2SaFact | PolicyFact;
