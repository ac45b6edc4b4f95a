/** The words of Cisco configurations for the numbers of RFC 2409 App. A and RFC 2407 4.4 and 4.5, with the defaults of each device. */

/** One algorithm of a word list; `bits` where the word names the key length too. */
export interface CipherWord {
  readonly word: string;
  readonly encryption: number;
  readonly bits: number | null;
}

/** `encryption` (IOS also `encr`) of an ISAKMP policy. A bare `aes` means 128 bits. IOS writes the length apart, the ASA behind a hyphen. */
export const isakmpCiphers: readonly CipherWord[] = [
  { word: 'des', encryption: 1, bits: null },
  { word: '3des', encryption: 5, bits: null },
  { word: 'aes', encryption: 7, bits: 128 },
  { word: 'aes 192', encryption: 7, bits: 192 },
  { word: 'aes 256', encryption: 7, bits: 256 },
];

export const isakmpHashes: ReadonlyMap<string, number> = new Map([
  ['md5', 1],
  ['sha', 2],
  ['sha256', 4],
  ['sha384', 5],
  ['sha512', 6],
]);

export const isakmpAuthentications: ReadonlyMap<string, number> = new Map([
  ['pre-share', 1],
  ['rsa-sig', 3],
  ['rsa-encr', 4],
  ['ecdsa-sig', 9],
  ['dsa-sig', 2],
]);

/** Groups that IOS and the ASA take in a policy and behind `set pfs`. */
export const isakmpGroups: ReadonlySet<number> = new Set([1, 2, 5, 7, 14, 15, 16, 19, 20, 21, 24]);

/** What an attribute is where a policy does not name it. */
export interface IsakmpDefaults {
  readonly encryption: number;
  readonly keyBits: number | null;
  readonly hash: number;
  readonly authentication: number;
  readonly group: number;
  readonly lifetimeSeconds: number;
}

/** IOS 12 to 15 and IOS-XE: a policy with nothing in it. Images that refuse weak algorithms want them named before they start. */
export const iosDefaults: IsakmpDefaults = { encryption: 1, keyBits: null, hash: 2, authentication: 3, group: 1, lifetimeSeconds: 86_400 };
export const asaDefaults: IsakmpDefaults = { encryption: 5, keyBits: null, hash: 2, authentication: 1, group: 2, lifetimeSeconds: 86_400 };

/** What IOS tries where nobody wrote a policy, since 12.4(20)T: before that, one policy of `iosDefaults` at 65535. */
export const iosDefaultPolicies: readonly (IsakmpDefaults & { readonly priority: number })[] = [
  [65_507, 7, 128, 2, 3, 5] as const,
  [65_508, 7, 128, 2, 1, 5] as const,
  [65_509, 7, 128, 1, 3, 5] as const,
  [65_510, 7, 128, 1, 1, 5] as const,
  [65_511, 5, null, 2, 3, 2] as const,
  [65_512, 5, null, 2, 1, 2] as const,
  [65_513, 5, null, 1, 3, 2] as const,
  [65_514, 5, null, 1, 1, 2] as const,
].map(([priority, encryption, keyBits, hash, authentication, group]) => ({
  priority,
  encryption,
  keyBits,
  hash,
  authentication,
  group,
  lifetimeSeconds: 86_400,
}));

/** A transform of a transform set: what it asks of ESP, AH or IPComp. */
export interface TransformWord {
  readonly word: string;
  /** ESP transform (RFC 2407 4.4.4), with key bits where the word names them. */
  readonly esp?: number;
  readonly bits?: number;
  /** Authentication algorithm of ESP (RFC 2407 4.5). */
  readonly espAuthentication?: number;
  /** AH transform (4.4.3) with its authentication algorithm. */
  readonly ah?: number;
  readonly ahAuthentication?: number;
  /** IPComp transform (4.4.5). */
  readonly ipcomp?: number;
}

/** IOS writes the key length behind the word (`esp-aes 256`), shows it inside (`esp-256-aes`); the ASA appends it (`esp-aes-256`). */
export const transformWords: readonly TransformWord[] = [
  { word: 'esp-des', esp: 2 },
  { word: 'esp-3des', esp: 3 },
  { word: 'esp-null', esp: 11 },
  { word: 'esp-aes', esp: 12, bits: 128 },
  { word: 'esp-aes 192', esp: 12, bits: 192 },
  { word: 'esp-aes 256', esp: 12, bits: 256 },
  { word: 'esp-gcm', esp: 20, bits: 128 },
  { word: 'esp-gcm 192', esp: 20, bits: 192 },
  { word: 'esp-gcm 256', esp: 20, bits: 256 },
  { word: 'esp-gmac', esp: 23, bits: 128 },
  { word: 'esp-gmac 192', esp: 23, bits: 192 },
  { word: 'esp-gmac 256', esp: 23, bits: 256 },
  { word: 'esp-md5-hmac', espAuthentication: 1 },
  { word: 'esp-sha-hmac', espAuthentication: 2 },
  { word: 'esp-sha256-hmac', espAuthentication: 5 },
  { word: 'esp-sha384-hmac', espAuthentication: 6 },
  { word: 'esp-sha512-hmac', espAuthentication: 7 },
  { word: 'ah-md5-hmac', ah: 2, ahAuthentication: 1 },
  { word: 'ah-sha-hmac', ah: 3, ahAuthentication: 2 },
  { word: 'ah-sha256-hmac', ah: 5, ahAuthentication: 5 },
  { word: 'ah-sha384-hmac', ah: 6, ahAuthentication: 6 },
  { word: 'ah-sha512-hmac', ah: 7, ahAuthentication: 7 },
  { word: 'comp-lzs', ipcomp: 3 },
];
