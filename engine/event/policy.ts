/** What a device is configured to want: ISAKMP policies, transform sets, crypto maps and access lists, as plain data without any key. */
import type { IpAddress } from '../values/ip-address.ts';

/** Numbers as in RFC 2409 App. A; `null` where an attribute is absent or not known. A decoded phase 1 transform has this shape too. */
export interface PhaseOneAttributes {
  readonly encryption: number | null;
  readonly keyBits: number | null;
  readonly hash: number | null;
  readonly authentication: number | null;
  readonly group: number | null;
  readonly lifetimeSeconds: number | null;
}
export type PhaseOneAttribute = 'encryption' | 'keyBits' | 'hash' | 'authentication' | 'group' | 'lifetimeSeconds';

export interface IsakmpPolicy extends PhaseOneAttributes {
  /** 1 is tried first. */
  readonly priority: number;
  /** Attributes that the configuration does not name: the device's default stands for them. */
  readonly defaulted: readonly PhaseOneAttribute[];
  /** Line of the configuration, from 1; `null` where nobody wrote it. */
  readonly line: number | null;
}

/** One way to protect traffic, RFC 2407 4.4 and 4.5: ESP, AH and IPComp together where there are several. */
export interface TransformSet {
  readonly name: string;
  readonly esp: number | null;
  readonly keyBits: number | null;
  readonly espAuthentication: number | null;
  readonly ah: number | null;
  readonly ipcomp: number | null;
  readonly mode: 'tunnel' | 'transport';
  readonly line: number | null;
}

/** Addresses that one end of a selector covers: `mask` has a one bit for each bit that counts. */
export interface AddressRange {
  readonly address: IpAddress;
  readonly mask: IpAddress;
}

/** A flow as a proxy identity or an access list entry names it. Protocol and ports 0 are any. */
export interface Flow {
  readonly protocol: number;
  readonly source: AddressRange;
  readonly sourcePort: number;
  readonly destination: AddressRange;
  readonly destinationPort: number;
}

export interface AccessEntry extends Flow {
  readonly action: 'permit' | 'deny';
  readonly line: number;
}

export interface AccessList {
  readonly name: string;
  readonly entries: readonly AccessEntry[];
  readonly line: number;
}

export interface CryptoMapEntry {
  readonly map: string;
  readonly sequence: number;
  readonly kind: 'ipsec-isakmp' | 'ipsec-manual' | 'dynamic' | 'gdoi';
  /** Addresses or names, in the order in which they are tried. */
  readonly peers: readonly string[];
  /** Names of transform sets, in the order in which they are offered. */
  readonly transformSets: readonly string[];
  /** `null` where the map asks for no PFS, and takes any that is offered. */
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number | null;
  readonly lifetimeKilobytes: number | null;
  readonly accessList: string | null;
  /** The dynamic map that this entry leads to. */
  readonly dynamicMap: string | null;
  readonly isakmpProfile: string | null;
  readonly line: number;
}

/** For whom a pre-shared key is meant. The key itself stands elsewhere. */
export interface KeyHolder {
  /** An address with its mask, or a name. */
  readonly peer: AddressRange | string;
  readonly keyring: string | null;
  readonly noXauth: boolean;
  readonly line: number;
}

export interface CryptoInterface {
  readonly name: string;
  readonly addresses: readonly AddressRange[];
  readonly cryptoMap: string | null;
  readonly line: number;
}

export interface IsakmpProfile {
  readonly name: string;
  readonly keyring: string | null;
  readonly selfIdentity: string | null;
  readonly matchIdentities: readonly string[];
  readonly line: number;
}

/** What `crypto isakmp ...` sets for all peers. */
export interface IsakmpOptions {
  /** `keepalive SECONDS [RETRY]`: dead peer detection; `null` where none is done. */
  readonly keepalive: { readonly idleSeconds: number; readonly retrySeconds: number } | null;
  /** `nat keepalive SECONDS`; `null` where nobody said. */
  readonly natKeepaliveSeconds: number | null;
  readonly fragmentation: boolean;
  /** Whether anything here asks for aggressive mode: `initiate mode aggressive`, or groups of clients. */
  readonly aggressive: boolean;
}

/** Everything of one device that decides with whom it agrees, and on what. */
export interface DevicePolicy {
  readonly dialect: 'ios' | 'asa';
  readonly hostname: string | null;
  readonly version: string | null;
  /** By priority. Where nobody wrote one, those the device has by itself. */
  readonly isakmp: readonly IsakmpPolicy[];
  /** How the device names itself in phase 1. */
  readonly identity: 'address' | 'hostname' | 'dn' | 'auto';
  readonly isakmpOptions: IsakmpOptions;
  readonly keys: readonly KeyHolder[];
  readonly profiles: readonly IsakmpProfile[];
  readonly transformSets: readonly TransformSet[];
  /** By map name as they come, then by sequence. */
  readonly maps: readonly CryptoMapEntry[];
  readonly accessLists: readonly AccessList[];
  readonly interfaces: readonly CryptoInterface[];
  /** `crypto ipsec security-association lifetime`, for maps that name none. */
  readonly ipsecLifetime: { readonly seconds: number; readonly kilobytes: number };
}
