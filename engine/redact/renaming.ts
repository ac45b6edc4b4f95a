/** What is replaced goes through one door, so that the same original gets the same stand-in everywhere; a first walk takes the census. */
import type { Crypto } from '../crypto/provider.ts';
import type { IpAddress } from '../values/ip-address.ts';

/** Gives the stand-in of an original. Equal originals have equal stand-ins. */
export interface Renaming {
  address(original: IpAddress): IpAddress;
  /** Twelve hex digits. */
  mac(original: string): string;
  /** `sameLength`: it stands in a packet, where lengths have to stay. Then it has that length in texts too. */
  name(original: string, sameLength: boolean): string;
  /** All names of the census, for running text; empty while it is taken. */
  readonly names: ReadonlySet<string>;
  /** The first addresses of the census: those that a NAT-D hash is tried with. */
  readonly addresses: readonly IpAddress[];
}

/** What is blanked or recomputed rather than replaced by a stand-in. */
export type Loss =
  | 'secret'
  | 'chance'
  | 'hash'
  | 'signature'
  | 'certificate'
  | 'natHash'
  | 'notification'
  | 'configuration'
  | 'unknownPayload'
  | 'otherPacket'
  | 'line'
  | 'configurationLine'
  | 'fileName';

/** What redacting any part needs. */
export interface Redaction {
  readonly crypto: Crypto;
  readonly renaming: Renaming;
  readonly count: (what: Loss) => void;
  /** Cookies of negotiations that are authenticated by RSA encryption: their identities are ciphertext. */
  readonly sealedIdentities: Set<string>;
}

/** Everything that a log holds and that has to be replaced. */
export interface Census {
  readonly addresses: ReadonlySet<IpAddress>;
  readonly macs: ReadonlySet<string>;
  /** Whether its length has to stay. */
  readonly names: ReadonlyMap<string, boolean>;
}

/** Replaces nothing, and remembers what it was asked for. */
export const takeCensus = (): { readonly renaming: Renaming; readonly census: Census } => {
  const addresses = new Set<IpAddress>();
  const macs = new Set<string>();
  const names = new Map<string, boolean>();
  const renaming: Renaming = {
    address: (original) => {
      addresses.add(original);
      return original;
    },
    mac: (original) => {
      macs.add(original);
      return original;
    },
    name: (original, sameLength) => {
      names.set(original, sameLength || names.get(original) === true);
      return original;
    },
    names: new Set(),
    addresses: [],
  };
  return { renaming, census: { addresses, macs, names } };
};
