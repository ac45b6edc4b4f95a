/** What configurations and `show` output in a log claim of an SA or of a peer, one value each: something to hold against lines and packets. */

/** `cryptoMap`: a name; `configuredMaps`: all names that the configuration has, by commas. Lifetimes in seconds. */
export type ToldName = 'cryptoMap' | 'configuredMaps' | 'pfsGroup' | 'lifetimeSeconds' | 'remainingSeconds';

export interface Told {
  readonly source: 'configuration' | 'show';
  /** Index into `Log.inputs`, and the line in it, from 1. */
  readonly input: number;
  readonly line: number;
  readonly name: ToldName;
  readonly value: string | number | null;
  /** Of which SA; absent where it holds for a peer. */
  readonly spi?: number;
  readonly peer?: string;
}
