/** What a quick mode agreed on, as SAs to install: RFC 2409 5.5 and RFC 2407 4.5. One in each direction, each with its KEYMAT. */
import { cipherOfEsp } from '../../crypto/cipher.ts';
import { integrities, integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { spi as spiOf } from '../../values/spi.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';
import type { Context } from '../context.ts';
import { type Fact, other, type Side } from '../fact.ts';
import { algorithmsOf, attributeOf, lifetimes } from '../ike/suite.ts';
import { type Association, associationKey, type IpsecSuite } from '../ipsec/association.ts';
import type { SaAgreement } from '../ipsec/install.ts';
import type { Negotiation } from '../state.ts';
import { keymat } from './keys.ts';
import type { QuickMode } from './quick-mode.ts';

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

const spiValue = (p: Proposal): number | null => (p.spi.length === 4 ? p.spi.reduce<number>((n, octet) => n * 256 + octet, 0) : null);

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

interface Direction {
  readonly side: Side;
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly spi: number;
  readonly selectors: Association['selectors'];
}

const agreementOf = (
  ctx: Context,
  n: Negotiation,
  q: QuickMode,
  answer: Proposal,
  transform: Transform,
  direction: Direction,
  bundle: string,
): SaAgreement => {
  const protocol = protocols[answer.protocolId] ?? 'esp';
  const suite = suiteOf(transform);
  const sizes = sizesOf(protocol, suite);
  const mode = modes[attributeOf(transform.attributes, 4) ?? 0];
  const offered = lifetimes(transform.attributes, 1, 2);
  // RFC 2407 4.6.3.1: the responder may say that it will use a shorter one.
  const life = { seconds: q.lifetime?.seconds ?? offered.seconds, kilobytes: q.lifetime?.kilobytes ?? offered.kilobytes };
  return {
    ...direction,
    negotiation: n.id,
    exchange: q.messageId,
    bundle,
    protocol,
    mode: mode?.mode ?? null,
    udpEncap: mode?.udp ?? null,
    suite,
    pfsGroup: q.pfsGroup,
    lifetimeSeconds: life.seconds,
    lifetimeKilobytes: life.kilobytes,
    keymat: keysOf(ctx, n, q, answer.protocolId, direction.spi, sizes),
    encryptionKeyOctets: sizes?.encryption ?? 0,
  };
};

/** RFC 2409 5.5: an SPI is its receiver's choice, so the answer's SPI names the SA towards the side that answered. */
export const agreementsOf = (ctx: Context, n: Negotiation, q: QuickMode): readonly SaAgreement[] => {
  const asker = q.begunBy;
  const from = n[asker].address;
  const to = n[other(asker)].address;
  // RFC 2409 5.5: without client identities the SA is for the peers' own addresses.
  const near = [q.idCi ?? from];
  const far = [q.idCr ?? to];
  return q.answered.flatMap((answers, pair) =>
    answers.flatMap((answer): SaAgreement[] => {
      const transform = answer.transforms[0];
      const offers = q.offered[pair]?.filter((p) => p.protocolId === answer.protocolId) ?? [];
      const offer = offers.find((p) => p.number === answer.number) ?? offers[0];
      if (!transform || protocols[answer.protocolId] === undefined) return [];
      const outward = spiValue(answer);
      const inward = offer ? spiValue(offer) : null;
      const directions: Direction[] = [];
      if (outward !== null) directions.push({ side: asker, src: from, dst: to, spi: outward, selectors: { src: near, dst: far } });
      if (inward !== null) directions.push({ side: other(asker), src: to, dst: from, spi: inward, selectors: { src: far, dst: near } });
      return directions.map((d) => agreementOf(ctx, n, q, answer, transform, d, `${n.id} ${q.messageId} ${pair}`));
    }),
  );
};

/** Keys of the SAs that a quick mode made: each SPI may be that of either end. */
export const associationsOf = (n: Negotiation, q: QuickMode): readonly string[] =>
  q.spis.flatMap((spi) =>
    (['esp', 'ah'] as const).flatMap((p) => [associationKey(p, n.initiator.address, spi), associationKey(p, n.responder.address, spi)]),
  );
