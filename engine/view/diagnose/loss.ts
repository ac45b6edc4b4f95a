/** Messages said twice, lost, or of which a part is missing. RFC 2408 5.1; fragments of IP (RFC 791) and of IKE. */
import type { Message } from '../../replay/chronicle.ts';
import type { Replay } from '../../replay/replay.ts';
import { other } from '../../state/fact.ts';
import { unanswered } from './reachability.ts';
import { type Claim, claim, isUp, secondsBetween, secondsText, type Tale } from './tale.ts';

interface Again {
  readonly first: Message;
  readonly copies: readonly Message[];
}

const repeatedOf = (tale: Tale): Again[] => {
  const byFirst = new Map<number, Message[]>();
  for (const m of tale.messages) {
    if (m.repeats === null) continue;
    const list = byFirst.get(m.repeats);
    if (list) list.push(m);
    else byFirst.set(m.repeats, [m]);
  }
  const firsts = new Map(tale.messages.filter((m) => byFirst.has(m.event)).map((m) => [m.event, m]));
  return [...byFirst].flatMap(([event, copies]) => {
    const first = firsts.get(event);
    return first ? [{ first, copies }] : [];
  });
};

/** The exchange went on all the same: what was lost came again. */
const repaired = (tale: Tale): boolean => isUp(tale) || tale.n.established !== null;

const nameOf = ({ label }: Message): string => label || 'a message';

const retransmissions = (tale: Tale, again: readonly Again[]): Claim[] => {
  const copies = again.flatMap((a) => a.copies);
  if (copies.length === 0) return [];
  const names = [...new Set(again.map((a) => nameOf(a.first)))];
  return [
    claim(tale.n.id, {
      code: 'retransmissions',
      severity: repaired(tale) ? 'note' : 'warning',
      events: again.flatMap((a) => [a.first.event, ...a.copies.map((c) => c.event)]).sort((a, b) => a - b),
      count: copies.length,
      message: `${copies.length === 1 ? 'One message was' : `${copies.length} messages were`} sent again (${names.join(', ')})${repaired(tale) ? ', and the exchange went on' : ''}.`,
      evidence: again.slice(0, 10).map(({ first, copies: repeats }) => {
        const at = repeats.map((c) => secondsText(secondsBetween(tale.replay, first.event, c.event)));
        return { event: repeats[0]?.event ?? first.event, text: `${nameOf(first)} of event ${first.event} again after ${at.join(', ')}` };
      }),
      tellApart: 'Captures of both ends: a copy that is missing at one was lost; where all are there, the answer came late.',
      limits: 'From one place a lost message and a late answer look alike.',
    }),
  ];
};

/** An answer that comes to the copy much sooner than the copy came after the original: it had not been on its way already. */
const losses = (tale: Tale, again: readonly Again[]): Claim[] => {
  const lost = again.flatMap(({ first, copies }) => {
    const copy = copies[0];
    const answer = copy && tale.messages.find((m) => m.side === other(first.side) && m.event > first.event);
    if (!copy || !answer) return [];
    const waited = secondsBetween(tale.replay, first.event, copy.event);
    const took = secondsBetween(tale.replay, copy.event, answer.event);
    if (waited === null || took === null) return [];
    if (took < 0)
      return waited > 0.1
        ? [{ first, copy, text: `${nameOf(answer)} of event ${answer.event} was there before: it did not reach the ${first.side}` }]
        : [];
    return took < waited / 4
      ? [{ first, copy, text: `no answer in ${secondsText(waited)}, then one ${secondsText(took)} after the copy` }]
      : [];
  });
  if (lost.length === 0) return [];
  return [
    claim(tale.n.id, {
      code: 'packet-lost',
      certainty: 'likely',
      events: lost.map((l) => l.copy.event),
      message: `${lost.length === 1 ? 'A message' : `${lost.length} messages`} did not arrive at the first try: ${lost.map((l) => nameOf(l.first)).join(', ')} or the answer to it.`,
      evidence: lost.slice(0, 10).map((l) => ({ event: l.copy.event, text: l.text })),
      tellApart: 'Captures of both ends show which copy, and where between them it was lost.',
      limits: 'Whether the message or its answer was lost cannot be seen from here.',
    }),
  ];
};

/** Fragments of IKE, by side and fragment id: numbers from 1 to the one that is marked as the last. */
const ikeFragments = (tale: Tale): Claim[] => {
  const groups = new Map<string, Message[]>();
  for (const m of tale.messages) {
    if (!m.fragment) continue;
    const key = `${m.side} ${m.fragment.id} ${m.messageId}`;
    const group = groups.get(key);
    if (group) group.push(m);
    else groups.set(key, [m]);
  }
  return [...groups.values()].flatMap((parts) => {
    const there = new Set(parts.map((m) => m.fragment?.number ?? 0));
    const last = parts.find((m) => m.fragment?.last)?.fragment?.number;
    const most = last ?? Math.max(...there) + 1;
    const missing = Array.from({ length: most }, (_, i) => i + 1).filter((k) => !there.has(k));
    const [first] = parts;
    if (missing.length === 0 || !first) return [];
    return [
      claim(tale.n.id, {
        code: 'fragment-lost',
        severity: repaired(tale) ? 'note' : 'warning',
        events: parts.map((m) => m.event),
        message: `Of a message that the ${first.side} sent in fragments, number ${missing.join(', ')}${last === undefined ? ' and what follows' : ` of ${last}`} did not come.`,
        evidence: parts
          .slice(0, 10)
          .map((m) => ({ event: m.event, text: `fragment ${m.fragment?.number}${m.fragment?.last ? ', the last' : ''}` })),
        limits: 'Fragments may have passed where this trace did not look.',
      }),
    ];
  });
};

export const loss = (tale: Tale): Claim[] => {
  // What nobody answers is a finding of its own.
  const waiting = unanswered(tale)?.request.event;
  const again = repeatedOf(tale).filter((a) => a.first.event !== waiting);
  return [...retransmissions(tale, again), ...losses(tale, again), ...ikeFragments(tale)];
};

const udp = 17;

/** Datagrams that were sent in IP fragments and are not whole when the log ends: no negotiation can be told from a part. */
export const ipFragments = (replay: Replay, tales: readonly Tale[]): Claim[] => {
  const pending = replay.final.reassembly.pending.filter((p) => p.protocol === udp || p.version === 6);
  return pending.flatMap((p) => {
    const tale = tales.findLast(
      ({ n }) => [n.initiator.address, n.responder.address].includes(p.src) && [n.initiator.address, n.responder.address].includes(p.dst),
    );
    if (!tale) return [];
    return [
      claim(tale.n.id, {
        code: 'fragment-lost',
        severity: repaired(tale) ? 'note' : 'warning',
        events: [tale.n.last],
        message: `Of a datagram from ${p.src} to ${p.dst} only ${p.held} octets came${p.length === null ? '' : ` of ${p.length}`}: an IP fragment is missing.`,
        evidence: [
          { event: tale.n.last, text: `identification ${p.id}: ${p.header ? 'the first fragment came' : 'the first fragment is missing'}` },
        ],
        limits: 'The datagram may have been on its way when the capture ended.',
      }),
    ];
  });
};
