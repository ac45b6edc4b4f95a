/** Peers that fall silent, come back, or come twice: dead peer detection (RFC 3706), INITIAL-CONTACT, negotiations and rekeys at the same time. */
import type { Message } from '../../replay/chronicle.ts';
import type { Replay } from '../../replay/replay.ts';
import { other, type Side } from '../../state/fact.ts';
import type { QuickMode } from '../../state/ikev1/quick-mode.ts';
import { messageId, messageIdText } from '../../values/message-id.ts';
import { spiText } from '../../values/spi.ts';
import { sameNetworks } from './offers.ts';
import { type Claim, capital, claim, lastWords, secondsBetween, secondsText, type Tale, whoIs } from './tale.ts';

const areYouThere = 36136;
const initialContact = 24578;
const informational = 5;

const queryOf = (m: Message): number | null => {
  const query = m.said.find((s) => s.kind === 'notify' && s.type === areYouThere);
  return query?.kind === 'notify' ? (query.number ?? -1) : null;
};

const lastSign = ({ messages, sas }: Tale, side: Side): number =>
  Math.max(
    messages.findLast((m) => m.side === side)?.event ?? 0,
    ...sas.filter(({ sa }) => sa.side === side).map(({ traffic }) => (traffic ? (traffic.events[traffic.count - 1] ?? 0) : 0)),
  );

const dead = (tale: Tale, asker: Side, queries: readonly Message[], given: Pick<Claim, 'certainty' | 'evidence' | 'limits'>): Claim => {
  const { n, replay } = tale;
  const silent = other(asker);
  const since = lastSign(tale, silent);
  // A host that says so itself is alive, and so is the way to it: it is the daemon that is gone.
  const report = replay.chronicle.icmp.find((r) => r.event > since && r.from === n[silent].address && r.quoted.src === n[asker].address);
  const [first, last] = [queries[0]?.event ?? 0, queries.at(-1)?.event ?? 0];
  return claim(n.id, {
    ...given,
    code: 'dead-peer',
    tellApart: `Capture at the ${silent}: where the queries arrive, it is the end that is dead; else the path.`,
    events: queries.map((m) => m.event),
    message: `${capital(whoIs(n, silent))}, does not answer any more: ${queries.length} queries in ${secondsText(secondsBetween(replay, first, last))}, the last sign of it at event ${since}.${report ? ` Its host says "${report.name}": it is its daemon that is gone, not the path.` : ''}`,
    ...(report
      ? {
          tellApart: null,
          limits: 'An ICMP error is not authenticated.',
          evidence: [...given.evidence, { event: report.event, text: `ICMP "${report.name}" from ${report.from} itself` }],
        }
      : {}),
  });
};

/** Queries at the end, repeated or new, that got no answer: two at least, RFC 3706 5.5. A repeated query keeps its number, not its octets. */
const deadPeer = (tale: Tale): Claim[] => {
  const tail = lastWords(tale.messages);
  const asker = tail[0]?.side;
  if (!asker) return [];
  const heard = lastSign(tale, other(asker));
  const queries = tail.filter((m) => m.event > heard && queryOf(m) !== null);
  if (queries.length >= 2) {
    const evidence = queries
      .slice(0, 10)
      .map((m) => ({ event: m.event, text: `R-U-THERE, number ${queryOf(m)}, not answered`, payload: 'notification' as const }));
    return [
      dead(tale, asker, queries, {
        certainty: 'shown',
        evidence,
        limits: 'Whether the end or the path to it is dead cannot be told from here.',
      }),
    ];
  }
  return sealedQueries(
    tale,
    asker,
    tail.filter((m) => m.event > heard),
  );
};

/** Without keys: informational messages that used to be answered by others at once, and now are not, three times and more. */
const sealedQueries = (tale: Tale, asker: Side, tail: readonly Message[]): Claim[] => {
  const sealed = tail.filter((m) => m.exchangeType === informational && m.closed && m.repeats === null);
  if (sealed.length < 3) return [];
  const infos = tale.messages.filter((m) => m.exchangeType === informational && m.closed);
  const answered = infos.some((m, i) => m.side === asker && infos[i + 1]?.side === other(asker));
  const span = secondsBetween(tale.replay, sealed[0]?.event ?? 0, sealed.at(-1)?.event ?? 0) ?? 0;
  if (!answered || span < 2) return [];
  const evidence = sealed
    .slice(0, 10)
    .map((m) => ({ event: m.event, text: `informational message ${messageIdText(messageId(m.messageId))}, sealed, not answered` }));
  return [
    dead(tale, asker, sealed, {
      certainty: 'likely',
      evidence,
      limits: 'Without keys nobody can say that these are queries: their number and pace say so.',
    }),
  ];
};

/** Whoever answers on the old SA has not lost it; whoever keeps sending on it does not know that the other has. */
const restarts = (tales: readonly Tale[]): Claim[] => {
  const latest = new Map<string, Tale>();
  const out: Claim[] = [];
  for (const tale of tales) {
    const { n } = tale;
    const ends = [n.initiator.address, n.responder.address].sort().join(' ');
    const before = latest.get(ends);
    if (n.established !== null) latest.set(ends, tale);
    const announced = tale.messages.find((m) => m.said.some((s) => s.kind === 'notify' && s.type === initialContact));
    if (!before || !announced || n.established === null || before.n.ended || before.n.established === null) continue;
    const { established } = n;
    const late = before.sas.flatMap(({ sa, traffic }) => {
      const event = traffic ? (traffic.events[traffic.count - 1] ?? 0) : 0;
      return sa.dst === n[announced.side].address && event > established ? [{ sa, event }] : [];
    });
    if (late.length === 0) continue;
    out.push(
      claim(before.n.id, {
        code: 'stale-sa-after-restart',
        events: [announced.event, ...late.map((l) => l.event)],
        message: `${capital(whoIs(n, announced.side))}, begins anew with INITIAL-CONTACT at event ${announced.event}; SAs of the old negotiation are still sent on.`,
        evidence: [
          { event: announced.event, text: 'INITIAL-CONTACT', payload: 'notification' },
          ...late.slice(0, 10).map(({ sa, event }) => ({ event, text: `ESP on the old SPI ${spiText(sa.spi)}` })),
        ],
      }),
    );
  }
  return out;
};

/** Two phase 1 between the same ends whose messages overlap. Only neighbours are looked at, so that a flood costs no more than its length. */
const negotiationsAtOnce = (replay: Replay, tales: readonly Tale[]): Claim[] => {
  const latest = new Map<string, { tale: Tale; last: number }>();
  return tales.flatMap((tale) => {
    const { n, phase1 } = tale;
    const said = phase1.filter((m) => m.repeats === null);
    const last = said.at(-1)?.event;
    if (last === undefined || n.answered === null || n.version !== 1) return [];
    const ends = [n.initiator.address, n.responder.address].sort().join(' ');
    const before = latest.get(ends);
    latest.set(ends, { tale, last });
    if (!before || before.last < n.first) return [];
    const both = before.tale.n.initiator.address === n.initiator.address ? `${n.initiator.address} begins both` : 'each end begins one';
    return [before.tale, tale].map((one) =>
      claim(one.n.id, {
        code: 'simultaneous-negotiations',
        events: [before.tale.n.first, n.first],
        message: `Two negotiations between ${n.initiator.address} and ${n.responder.address} run at the same time: ${both}.`,
        evidence: [
          { event: before.tale.n.first, text: `${before.tale.n.id} begins` },
          { event: n.first, text: `${n.id} begins ${secondsText(secondsBetween(replay, before.tale.n.first, n.first))} later` },
        ],
      }),
    );
  });
};

const rekeysAtOnce = ({ n, quickModes }: Tale): Claim[] => {
  for (let i = 1; i < quickModes.length; i++) {
    const [a, b] = [quickModes[i - 1], quickModes[i]];
    if (a && b && overlap(a, b) && a.begunBy !== b.begunBy && sameNetworks(a, b)) {
      return [
        claim(n.id, {
          code: 'simultaneous-rekey',
          events: [a.first, b.first],
          message: `Both ends begin a quick mode for ${a.idCi ?? n.initiator.address} and ${a.idCr ?? n.responder.address} at the same time: two pairs of SAs come of it.`,
          evidence: [a, b].map((q) => ({ event: q.first, text: `quick mode ${messageIdText(q.messageId)}, begun by the ${q.begunBy}` })),
        }),
      ];
    }
  }
  return [];
};

const overlap = (a: QuickMode, b: QuickMode): boolean => a.first <= b.last && b.first <= a.last;

export const liveness = (tale: Tale): Claim[] => [...(tale.n.ended ? [] : deadPeer(tale)), ...rekeysAtOnce(tale)];

export const neighbours = (replay: Replay, tales: readonly Tale[]): Claim[] => [...restarts(tales), ...negotiationsAtOnce(replay, tales)];
