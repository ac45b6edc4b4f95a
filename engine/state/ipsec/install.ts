/** Makes the IPsec SAs that a quick mode agreed on, RFC 2409 5.5 and RFC 2407 4.5: one in each direction, with its KEYMAT. */
import { cipherOfEsp } from '../../crypto/cipher.ts';
import { integrities, integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { spi as spiOf } from '../../values/spi.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';
import type { Context } from '../context.ts';
import { algorithmsOf, attributeOf, lifetimes } from '../ike/suite.ts';
import { keymat } from '../ikev1/keys.ts';
import type { QuickMode } from '../ikev1/quick-mode.ts';
import { get, type PersistentMap, set } from '../persistent-map.ts';
import { associationKey, type Fact, type Negotiation, other, type Side } from '../state.ts';
import type { Association, IpsecSuite } from './association.ts';
import { replayWindow } from './replay-window.ts';

const protocols: Readonly<Record<number, 'esp' | 'ah'>> = { 2: 'ah', 3: 'esp' };

/** Encapsulation modes by number: the UDP kinds of RFC 3947 5.1 and of its drafts too. */
const modes: Readonly<Record<number, { mode: 'tunnel' | 'transport'; udp: boolean }>> = {
  1: { mode: 'tunnel', udp: false },
  2: { mode: 'transport', udp: false },
  3: { mode: 'tunnel', udp: true },
  4: { mode: 'transport', udp: true },
  61443: { mode: 'tunnel', udp: true },
  61444: { mode: 'transport', udp: true },
};

const spiValue = (p: Proposal): number | null => {
  if (p.spi.length !== 4) return null;
  return spiOf(p.spi.reduce((n, octet) => n * 256 + octet, 0));
};

const suiteOf = (t: Transform): IpsecSuite => ({
  transform: t.id,
  keyBits: attributeOf(t.attributes, 6),
  authentication: attributeOf(t.attributes, 5),
  esn: attributeOf(t.attributes, 11) === 1,
});

interface Sizes {
  readonly encryption: number;
  readonly integrity: number;
}

/** Octets of the two parts of KEYMAT; `null` where an algorithm is one that we do not have. */
const sizesOf = (protocol: 'esp' | 'ah', suite: IpsecSuite): Sizes | null => {
  const cipher = protocol === 'esp' ? cipherOfEsp(suite.transform, suite.keyBits) : { keyOctets: 0 };
  const integrity = suite.authentication === null ? undefined : integrityOfPhaseTwo(suite.authentication);
  if (!cipher || (suite.authentication !== null && !integrity)) return null;
  return { encryption: cipher.keyOctets, integrity: integrity ? integrities[integrity].keyOctets : 0 };
};

const keysOf = (ctx: Context, n: Negotiation, q: QuickMode, protocol: number, spi: number, sizes: Sizes | null): Fact | null => {
  const algorithms = algorithmsOf(n.suite);
  const { skeyidD } = n.values;
  const pfs = q.gxi !== null || q.gxr !== null;
  if (!algorithms || !skeyidD || !q.nonceI || !q.nonceR || !sizes || (pfs && !q.dhSharedSecret)) return null;
  const value = keymat({
    crypto: ctx.crypto,
    hash: algorithms.hash,
    skeyidD: skeyidD.value,
    dhSharedSecret: pfs ? q.dhSharedSecret?.value : undefined,
    protocol,
    spi: spiOf(spi),
    nonceI: q.nonceI.value,
    nonceR: q.nonceR.value,
    octets: sizes.encryption + sizes.integrity,
  });
  return { value, since: Math.max(skeyidD.since, q.nonceI.since, q.nonceR.since), basis: 'derived' };
};

const part = (keymat: Fact | null, from: number, to: number): Fact | null =>
  keymat && to > from ? { ...keymat, value: keymat.value.slice(from, to) } : null;

interface Direction {
  readonly side: Side;
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly spi: number;
  readonly selectors: Association['selectors'];
}

const associationOf = (ctx: Context, n: Negotiation, q: QuickMode, answer: Proposal, transform: Transform, d: Direction, bundle: string, event: number): Association => {
  const protocol = protocols[answer.protocolId] ?? 'esp';
  const suite = suiteOf(transform);
  const sizes = sizesOf(protocol, suite);
  const all = keysOf(ctx, n, q, answer.protocolId, d.spi, sizes);
  const mode = modes[attributeOf(transform.attributes, 4) ?? 0];
  const life = lifetimes(transform.attributes, 1, 2);
  return {
    protocol,
    spi: spiOf(d.spi),
    src: d.src,
    dst: d.dst,
    side: d.side,
    negotiation: n.id,
    exchange: q.messageId,
    bundle,
    mode: mode?.mode ?? null,
    udpEncap: mode?.udp ?? null,
    suite,
    selectors: d.selectors,
    pfsGroup: q.pfsGroup,
    lifetimeSeconds: life.seconds,
    lifetimeKilobytes: life.kilobytes,
    keymat: all,
    encryptionKey: part(all, 0, sizes?.encryption ?? 0),
    integrityKey: part(all, sizes?.encryption ?? 0, all?.value.length ?? 0),
    state: 'larval',
    since: event,
    last: event,
    window: replayWindow(ctx.replayWindow),
    lowest: null,
    highest: null,
    received: 0,
    replayed: 0,
    old: 0,
    badIcv: 0,
    packets: 0,
    bytes: 0,
  };
};

/** RFC 2409 5.5: an SPI is its receiver's choice, so the answer's SPI names the SA towards the side that answered. */
export const installAssociations = (
  ctx: Context,
  before: PersistentMap<Association>,
  n: Negotiation,
  q: QuickMode,
  event: number,
): { associations: PersistentMap<Association>; spis: readonly number[] } => {
  let associations = before;
  const spis: number[] = [];
  const asker = q.begunBy;
  const from = n[asker].address;
  const to = n[other(asker)].address;
  // RFC 2409 5.5: without client identities the SA is for the peers' own addresses.
  const near = [q.idCi ?? from];
  const far = [q.idCr ?? to];
  q.answered.forEach((answers, pair) => {
    for (const answer of answers) {
      const transform = answer.transforms[0];
      const offer = q.offered[pair]?.find((p) => p.number === answer.number && p.protocolId === answer.protocolId) ?? q.offered[pair]?.find((p) => p.protocolId === answer.protocolId);
      const outward = spiValue(answer);
      const inward = offer ? spiValue(offer) : null;
      if (!transform || protocols[answer.protocolId] === undefined) continue;
      const bundle = `${n.id} ${q.messageId} ${pair}`;
      const directions: (Direction | null)[] = [
        outward === null ? null : { side: asker, src: from, dst: to, spi: outward, selectors: { src: near, dst: far } },
        inward === null ? null : { side: other(asker), src: to, dst: from, spi: inward, selectors: { src: far, dst: near } },
      ];
      for (const d of directions) {
        if (!d) continue;
        const made = associationOf(ctx, n, q, answer, transform, d, bundle, event);
        const key = associationKey(made.protocol, d.dst, d.spi);
        const seen = get(associations, key);
        // Packets may have been seen on it before the message that names it: their record goes on.
        associations = set(associations, key, seen && seen.negotiation === null ? adopt(seen, made) : made);
        spis.push(d.spi);
      }
    }
  });
  return { associations, spis };
};

const adopt = (seen: Association, made: Association): Association => ({
  ...made,
  since: seen.since,
  window: seen.window,
  lowest: seen.lowest,
  highest: seen.highest,
  received: seen.received,
  replayed: seen.replayed,
  old: seen.old,
  badIcv: seen.badIcv,
  packets: seen.packets,
  bytes: seen.bytes,
});

const change = (associations: PersistentMap<Association>, keys: readonly string[], to: (a: Association) => Association): PersistentMap<Association> => {
  let out = associations;
  for (const key of keys) {
    const a = get(out, key);
    if (a) out = set(out, key, to(a));
  }
  return out;
};

/** Keys of the SAs that a quick mode made: the SPIs may be those of either end. */
export const associationsOf = (n: Negotiation, q: QuickMode): readonly string[] =>
  q.spis.flatMap((spi) =>
    (['esp', 'ah'] as const).flatMap((p) => [associationKey(p, n.initiator.address, spi), associationKey(p, n.responder.address, spi)]),
  );

/** QM3 proves the responder's answer to have come: both directions may be used. */
export const matureAssociations = (associations: PersistentMap<Association>, n: Negotiation, q: QuickMode, event: number): PersistentMap<Association> =>
  change(associations, associationsOf(n, q), (a) => (a.state === 'larval' && a.exchange === q.messageId ? { ...a, state: 'mature', last: event } : a));

/**
 * RFC 2408 3.15: a DELETE names SAs that its sender has done away with, by the SPIs of its own receiving side. The SA of the other direction has
 * nobody left who would use it: it is dying.
 */
export const deleteAssociation = (associations: PersistentMap<Association>, protocol: 'esp' | 'ah', dst: IpAddress, spi: number, partners: readonly string[], event: number): PersistentMap<Association> => {
  const gone = change(associations, [associationKey(protocol, dst, spi)], (a) => ({ ...a, state: 'dead', last: event }));
  const bundle = get(gone, associationKey(protocol, dst, spi))?.bundle;
  if (bundle === undefined || bundle === null) return gone;
  return change(gone, partners, (a) => (a.bundle === bundle && a.state !== 'dead' ? { ...a, state: 'dying', last: event } : a));
};
