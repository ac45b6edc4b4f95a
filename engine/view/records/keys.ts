/** `ikewind keys`: what is known of keys at the end of a log, given or derived. RFC 2409 5 and 5.5. All of it is secret. */
import { toHex } from '../../bytes/hex.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Fact, Side } from '../../state/fact.ts';
import { methodFamily } from '../../state/ike/authentication-method.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { entries, values } from '../../state/persistent-map.ts';
import type { Negotiation, Phase1Values } from '../../state/state.ts';
import { spiText } from '../../values/spi.ts';
import { encryptionOf, integrityOf } from './names.ts';
import { byFirst } from './state.ts';

const names = [
  'preSharedKey',
  'dhSharedSecret',
  'nonceI',
  'nonceR',
  'skeyid',
  'skeyidD',
  'skeyidA',
  'skeyidE',
  'encryptionKey',
  'initialIv',
] as const satisfies readonly (keyof Phase1Values)[];

type KeyName = (typeof names)[number];

/** Values are hex. What is not known is absent, and its name stands in `missing`. */
export type Ikev1Keys = {
  readonly ispi: string;
  readonly rspi: string | null;
  /** Whose they are, where the two ends hold different pre-shared keys. */
  readonly side?: Side;
  readonly missing: readonly KeyName[];
} & {
  readonly [name in KeyName]?: string;
};

export interface IpsecKeys {
  readonly protocol: 'esp' | 'ah';
  readonly spi: string;
  readonly src: string;
  readonly dst: string;
  readonly encryption: string | null;
  readonly encryptionKey?: string;
  readonly integrity: string | null;
  readonly integrityKey?: string;
  readonly missing: readonly ('encryptionKey' | 'integrityKey')[];
}

/** The answer of `keys --format json`. It holds secrets. */
export interface KeysRecord {
  readonly ikev1: readonly Ikev1Keys[];
  readonly ikev2: readonly never[];
  /** AH among them. */
  readonly esp: readonly IpsecKeys[];
}

/** All keys as they stand at the end of the log. */
export const keysRecord = ({ final }: Replay): KeysRecord => ({
  ikev1: byFirst(values(final.negotiations))
    .filter((n) => n.version === 1)
    .flatMap((n) => (n.responderValues ? [ikev1Keys(n, 'initiator'), ikev1Keys(n, 'responder')] : [ikev1Keys(n)])),
  ikev2: [],
  esp: entries(final.associations)
    .sort(([, a], [, b]) => a.since - b.since)
    .map(([, a]) => ipsecKeys(a)),
});

const ikev1Keys = (n: Negotiation, side?: Side): Ikev1Keys => {
  const values = valuesOf(n, side ?? 'initiator');
  const known: { [name in KeyName]?: string } = {};
  const missing: KeyName[] = [];
  for (const name of names) {
    const fact: Fact | null = values[name];
    if (fact) known[name] = toHex(fact.value);
    else if (isWanted(n, values, name)) missing.push(name);
  }
  return { ispi: n.initiatorCookie, rspi: n.responderCookie, ...(side && { side }), ...known, missing };
};

/** A pre-shared key is not missed where SKEYID is known or comes from something else, nor g^xy where all that it leads to is known. */
const isWanted = ({ suite }: Negotiation, v: Phase1Values, name: KeyName): boolean => {
  if (name === 'preSharedKey') return !v.skeyid && (suite?.authentication == null || methodFamily(suite) === 'preSharedKey');
  if (name === 'dhSharedSecret') return !(v.skeyidD && v.skeyidA && v.skeyidE);
  return true;
};

const ipsecKeys = (a: Association): IpsecKeys => {
  const encryption = encryptionOf(a);
  const integrity = integrityOf(a);
  const missing: ('encryptionKey' | 'integrityKey')[] = [];
  if (!a.encryptionKey && a.protocol === 'esp' && encryption !== 'NULL') missing.push('encryptionKey');
  if (!a.integrityKey && (integrity !== null || !a.suite)) missing.push('integrityKey');
  return {
    protocol: a.protocol,
    spi: spiText(a.spi),
    src: a.src,
    dst: a.dst,
    encryption,
    ...(a.encryptionKey ? { encryptionKey: toHex(a.encryptionKey.value) } : {}),
    integrity,
    ...(a.integrityKey ? { integrityKey: toHex(a.integrityKey.value) } : {}),
    missing,
  };
};
