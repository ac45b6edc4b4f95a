/** SAs that outlive what was agreed, or are renewed after their end: RFC 2407 4.5, RFC 4301 4.4.2.1. Also unequal lifetimes of phase 1. */
import { reading } from '../../bytes/field.ts';
import { attributeOf, lifetimes as lifetimesOf } from '../../state/ike/suite.ts';
import { spiText } from '../../values/spi.ts';
import { readContent } from '../../wire/payload/content.ts';
import { type Claim, claim, type SaTale, secondsText, type Tale, timeOf } from './tale.ts';

/** Clocks of two ends and the way between them differ by so much, in seconds. */
const tolerance = 1;

const networks = ({ sa }: SaTale): string => `${sa.src} ${sa.dst} ${sa.selectors.src.join()} ${sa.selectors.dst.join()}`;

/** Each SA with the one that took its place; `null` for the last of its kind. */
const successions = (sas: readonly SaTale[]): readonly (readonly [SaTale, SaTale | null])[] => {
  const latest = new Map<string, SaTale>();
  const out = new Map<string, [SaTale, SaTale | null]>();
  for (const one of [...sas].sort((a, b) => a.sa.since - b.sa.since)) {
    const key = networks(one);
    const before = latest.get(key);
    if (before) out.set(before.key, [before, one]);
    latest.set(key, one);
    out.set(one.key, [one, null]);
  }
  return [...out.values()];
};

const lastPacket = ({ traffic }: SaTale): number | null => (traffic ? (traffic.events[traffic.count - 1] ?? null) : null);

const ofSas = (tale: Tale): Claim[] => {
  const { replay, n } = tale;
  const end = timeOf(replay, replay.lastIndex);
  return successions(tale.sas).flatMap(([one, next]) => {
    const { sa } = one;
    const made = timeOf(replay, sa.since);
    if (sa.side !== 'initiator' || sa.lifetimeSeconds === null || made === null || end === null) return [];
    const dies = made + BigInt(Math.round((sa.lifetimeSeconds + tolerance) * 1e9));
    const evidence = [{ event: sa.since, text: `SPI ${spiText(sa.spi)} is made, for ${sa.lifetimeSeconds} s` }];
    if (next) {
      const renewed = timeOf(replay, next.sa.since);
      if (renewed === null || renewed <= dies) return [];
      return [
        claim(n.id, {
          code: 'rekey-late',
          events: [sa.since, next.sa.since],
          message: `The SA with SPI ${spiText(sa.spi)} is renewed ${secondsText(Number(renewed - made) / 1e9)} after it was made, past its ${sa.lifetimeSeconds} s.`,
          evidence: [...evidence, { event: next.sa.since, text: `SPI ${spiText(next.sa.spi)} takes its place` }],
        }),
      ];
    }
    // One that an end took down is no longer due.
    if (end <= dies || n.ended || sa.state === 'dead' || sa.state === 'dying') return [];
    const packet = lastPacket(one);
    const used = packet !== null && (timeOf(replay, packet) ?? 0n) > dies;
    return [
      claim(n.id, {
        code: 'lifetime-expired',
        severity: used ? 'warning' : 'note',
        events: [sa.since, ...(used && packet !== null ? [packet] : [])],
        message: `The SA with SPI ${spiText(sa.spi)} was made for ${sa.lifetimeSeconds} s and not renewed${used ? '; it is used beyond that' : ''}.`,
        evidence: used && packet !== null ? [...evidence, { event: packet, text: 'the last packet on it' }] : evidence,
        limits: 'Lifetimes count at each end for itself: an end may have let it go without a word.',
      }),
    ];
  });
};

/** The lifetimes that the initiator offered, from the body of its SA payload. */
const offeredLifetimes = ({ n }: Tale): readonly number[] => {
  const body = n.values.saI?.value;
  if (!body) return [];
  const content = readContent(reading(body, 'wire', 0, body.length), 'securityAssociation');
  if (content.kind !== 'securityAssociation') return [];
  return content.proposals.flatMap((p) =>
    p.transforms.flatMap((t) =>
      attributeOf(t.attributes, 1) === n.suite?.encryption ? (lifetimesOf(t.attributes, 11, 12).seconds ?? []) : [],
    ),
  );
};

const ofPhase1 = (tale: Tale): Claim[] => {
  const chosen = tale.n.suite?.lifetimeSeconds ?? null;
  const offered = offeredLifetimes(tale);
  if (chosen === null || offered.length === 0 || offered.includes(chosen)) return [];
  const [first, second] = tale.phase1.filter((m) => m.repeats === null);
  if (!first || !second) return [];
  return [
    claim(tale.n.id, {
      code: 'phase1-lifetime-differs',
      events: [first.event, second.event],
      message: `Phase 1 is offered for ${[...new Set(offered)].join(' or ')} s and answered with ${chosen} s.`,
      evidence: [
        { event: first.event, text: `offered: ${[...new Set(offered)].join(', ')} s`, payload: 'securityAssociation' },
        { event: second.event, text: `answered: ${chosen} s`, payload: 'securityAssociation' },
      ],
    }),
  ];
};

export const lifetimes = (tale: Tale): Claim[] => [...ofSas(tale), ...ofPhase1(tale)];
