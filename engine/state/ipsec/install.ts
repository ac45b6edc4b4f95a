/** Makes and unmakes the SAs of one agreement, whatever key exchange came to it: RFC 4301 4.4.2, with the states of RFC 2367. */
import type { IpAddress } from '../../values/ip-address.ts';
import { spi as spiOf } from '../../values/spi.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import type { Context } from '../context.ts';
import type { Fact, Side } from '../fact.ts';
import { get, type PersistentMap, set } from '../persistent-map.ts';
import { type Association, associationKey, countersOf, type IpsecSuite, noPackets } from './association.ts';

/** One direction of one protocol, as a quick mode, an IKE_AUTH or a CREATE_CHILD_SA agreed on it. */
export interface SaAgreement {
  readonly negotiation: string;
  readonly exchange: Association['exchange'];
  readonly bundle: string;
  readonly protocol: 'esp' | 'ah';
  readonly spi: number;
  /** Who sends on it. */
  readonly side: Side;
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly mode: Association['mode'];
  readonly udpEncap: boolean | null;
  readonly suite: IpsecSuite;
  readonly selectors: Association['selectors'];
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number | null;
  readonly lifetimeKilobytes: number | null;
  /** Encryption key, then integrity key; `null` where it cannot be computed. */
  readonly keymat: Fact | null;
  readonly encryptionKeyOctets: number;
}

const part = (keymat: Fact | null, from: number, to: number): Fact | null =>
  keymat && to > from ? { ...keymat, value: keymat.value.slice(from, to) } : null;

const associationOf = (ctx: Context, agreement: SaAgreement, event: number, madeAt: Timestamp | null): Association => {
  const { encryptionKeyOctets, spi, ...agreed } = agreement;
  return {
    ...agreed,
    spi: spiOf(spi),
    encryptionKey: part(agreed.keymat, 0, encryptionKeyOctets),
    integrityKey: part(agreed.keymat, encryptionKeyOctets, agreed.keymat?.value.length ?? 0),
    state: 'larval',
    since: event,
    last: event,
    made: event,
    madeAt,
    ...noPackets(ctx.replayWindow),
  };
};

/** Packets may have been seen on it before the message that names it: their record goes on. */
const adopt = (seen: Association, made: Association): Association => ({
  ...made,
  encryptionKey: made.encryptionKey ?? seen.encryptionKey,
  integrityKey: made.integrityKey ?? seen.integrityKey,
  since: seen.since,
  ...countersOf(seen),
});

/** Where a receiver takes an SPI again for another agreement, the SA that bore it is kept beside the new one. */
const retiredKey = (key: string, a: Association): string => `${key} until #${a.last}`;

export const installAssociations = (
  ctx: Context,
  before: PersistentMap<Association>,
  agreements: readonly SaAgreement[],
  event: number,
  at: Timestamp | null,
): PersistentMap<Association> => {
  let associations = before;
  for (const agreement of agreements) {
    const key = associationKey(agreement.protocol, agreement.dst, agreement.spi);
    const seen = get(associations, key);
    const made = associationOf(ctx, agreement, event, at);
    const isSame = seen?.negotiation === agreement.negotiation && seen.exchange === agreement.exchange;
    if (seen && seen.negotiation !== null && !isSame && seen.packets > 0)
      associations = set(associations, retiredKey(key, seen), { ...seen, state: 'dead' });
    associations = set(associations, key, seen && (seen.negotiation === null || isSame) ? adopt(seen, made) : made);
  }
  return associations;
};

const change = (
  associations: PersistentMap<Association>,
  keys: readonly string[],
  to: (a: Association) => Association,
): PersistentMap<Association> => {
  let out = associations;
  for (const key of keys) {
    const a = get(out, key);
    if (a) out = set(out, key, to(a));
  }
  return out;
};

/** The exchange is complete: both directions may be used. */
export const matureAssociations = (
  associations: PersistentMap<Association>,
  keys: readonly string[],
  event: number,
): PersistentMap<Association> => change(associations, keys, (a) => (a.state === 'larval' ? { ...a, state: 'mature', last: event } : a));

/**
 * RFC 2408 3.15: a DELETE names SAs that its sender has done away with, by the SPIs of its own receiving side. The SA of the other direction has
 * nobody left who would use it: it is dying. `partners`: keys among which it is found.
 */
export const deleteAssociation = (
  associations: PersistentMap<Association>,
  key: string,
  partners: readonly string[],
  event: number,
): PersistentMap<Association> => {
  const gone = change(associations, [key], (a) => ({ ...a, state: 'dead', last: event }));
  const bundle = get(gone, key)?.bundle;
  if (bundle === undefined || bundle === null) return gone;
  return change(gone, partners, (a) => (a.bundle === bundle && a.state !== 'dead' ? { ...a, state: 'dying', last: event } : a));
};
