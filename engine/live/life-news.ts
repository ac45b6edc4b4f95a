/** What has become of SAs that stood, in words: which took the place of which, and why one went. */
import { flowText } from '../decide/ikev1/life.ts';
import type { Line, Pair } from '../decide/lines.ts';
import type { Taking } from '../decide/taking.ts';
import { changedEntries, get } from '../state/persistent-map.ts';
import { spiText } from '../values/spi.ts';
import type { Round } from './pump.ts';

interface Told {
  readonly negotiation: string;
  readonly exchange: number | null;
  readonly message: string;
}

export const lifeNews = (before: Taking, round: Round): readonly Told[] => {
  const { taking } = round.pump;
  const renewed = changedEntries(before.lines.byName, taking.lines.byName).flatMap(([name, line]) =>
    renewals(taking, get(before.lines.byName, name), line),
  );
  return [...renewed, ...deletes(round)];
};

const renewals = (t: Taking, was: Line | undefined, line: Line): readonly Told[] => {
  if (!was) return [];
  const pairs = line.pairs.slice(-1).flatMap((pair): Told[] => {
    const older = was.pairs.findLast((p) => flowText(t, p) === flowText(t, pair));
    if (!older || was.pairs.some((p) => p.inbound === pair.inbound)) return [];
    const { negotiation, exchange } = pair;
    return [{ negotiation, exchange, message: `IPsec SA ${spiOf(t, pair)} takes the place of ${spiOf(t, older)}` }];
  });
  const [latest] = line.isakmp.slice(-1);
  const [older] = was.isakmp.slice(-1);
  if (!latest || !older || was.members.includes(latest.negotiation)) return pairs;
  return [
    ...pairs,
    { negotiation: latest.negotiation, exchange: null, message: `it takes the place of the ISAKMP SA ${older.negotiation}` },
  ];
};

const spiOf = (t: Taking, { inbound }: Pair): string => {
  const a = get(t.state.associations, inbound);
  return a ? `${a.protocol.toUpperCase()} ${spiText(a.spi)}` : 'another';
};

/** Our own; those of the peer are told by what they end. */
const deletes = ({ sends, happened }: Round): readonly Told[] =>
  sends.flatMap(({ datagram, why }) => {
    const ike = happened.find(({ event }) => event.kind === 'DatagramSeen' && event.datagram === datagram)?.seen.ike;
    return ike && why.startsWith('delete ') ? [{ negotiation: ike.negotiation, exchange: null, message: why }] : [];
  });
