/** A device's policy while its configuration is being read, and what a command is: a handler for the words behind its name. */
import type {
  AccessEntry,
  AddressRange,
  CryptoInterface,
  CryptoMapEntry,
  DevicePolicy,
  IsakmpPolicy,
  IsakmpProfile,
  KeyHolder,
  TransformSet,
} from '../../event/policy.ts';
import type { ConfigIssue, Line } from './words.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A key as it stands in the text. `value` is `null` where it is masked or enciphered. */
export interface GivenKey {
  readonly peer: AddressRange | string;
  readonly value: string | null;
  /** From 1, and how many characters it has as it stands there. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface BuildingPolicy {
  readonly priority: number;
  readonly line: number;
  readonly given: Partial<Writable<Pick<IsakmpPolicy, 'encryption' | 'keyBits' | 'hash' | 'authentication' | 'group' | 'lifetimeSeconds'>>>;
}

export interface BuildingList {
  readonly name: string;
  readonly line: number;
  readonly entries: AccessEntry[];
  /** Told only where the list is one that IPsec uses: firewall lists hold much that is no selector. */
  readonly issues: ConfigIssue[];
}

export type BuildingMap = Writable<Omit<CryptoMapEntry, 'peers' | 'transformSets'>> & {
  readonly peers: string[];
  readonly transformSets: string[];
};

export type BuildingSet = Writable<TransformSet>;

export interface Building {
  readonly dialect: 'ios' | 'asa';
  hostname: string | null;
  version: string | null;
  identity: DevicePolicy['identity'];
  isakmpOptions: DevicePolicy['isakmpOptions'];
  readonly policies: Map<number, BuildingPolicy>;
  readonly holders: KeyHolder[];
  readonly keys: GivenKey[];
  readonly profiles: (Writable<Omit<IsakmpProfile, 'matchIdentities'>> & { readonly matchIdentities: string[] })[];
  readonly sets: Map<string, BuildingSet>;
  /** By map name and sequence. */
  readonly maps: Map<string, BuildingMap>;
  readonly dynamicMaps: Map<string, BuildingMap>;
  readonly lists: Map<string, BuildingList>;
  readonly interfaces: (Writable<Omit<CryptoInterface, 'addresses'>> & {
    readonly addresses: AddressRange[];
    readonly nameif: string | null;
  })[];
  /** The ASA applies a map by the interface's own name. */
  readonly appliedTo: Map<string, string>;
  readonly objects: Map<string, AddressRange>;
  ipsecLifetime: { readonly seconds: number; readonly kilobytes: number };
  readonly issues: ConfigIssue[];
  /** Commands that belong to what was begun last; `null` at the top level. */
  block: Block | null;
}

/** Takes a line that belongs to it; `false` where it does not, and the line is looked at as one of the top level. */
export type Block = (line: Line) => boolean;

export const emptyBuilding = (dialect: 'ios' | 'asa'): Building => ({
  dialect,
  hostname: null,
  version: null,
  identity: dialect === 'ios' ? 'address' : 'auto',
  isakmpOptions: { keepalive: null, natKeepaliveSeconds: null, fragmentation: false, aggressive: false },
  policies: new Map(),
  holders: [],
  keys: [],
  profiles: [],
  sets: new Map(),
  maps: new Map(),
  dynamicMaps: new Map(),
  lists: new Map(),
  interfaces: [],
  appliedTo: new Map(),
  objects: new Map(),
  ipsecLifetime: dialect === 'ios' ? { seconds: 3600, kilobytes: 4_608_000 } : { seconds: 28_800, kilobytes: 4_608_000 },
  issues: [],
  block: null,
});
