/** What does not arrive: no answer, one direction only, a port that is shut, ICMP errors, floods. RFC 2408 5.1, RFC 3947 4. */
import type { IcmpReport, Message } from '../../replay/chronicle.ts';
import type { Replay } from '../../replay/replay.ts';
import { other } from '../../state/fact.ts';
import type { Claim, Tale } from './tale.ts';
import { capital, claim, copiesOf, isPreSharedKey, isUp, lastWords, secondsAfter, secondsBetween, secondsText, whoIs } from './tale.ts';

/** A message that nobody repeated is called unanswered when the log goes on for this long, in seconds. */
const patience = 5;

/** Labels that end an exchange: nobody owes an answer. Informational messages are one way, RFC 2409 5.7. */
const owesNothing = new Set(['MM6', 'AM3', 'QM3', 'INFO', '']);

/** A request at the end of all that was said, with its copies; `null` where it had an answer, needs none, or the log ends too soon to tell. */
export const unanswered = (tale: Tale): { readonly request: Message; readonly copies: readonly Message[] } | null => {
  const tail = lastWords(tale.messages);
  const last = tail.findLast((m) => m.repeats !== null || !owesNothing.has(m.label));
  if (!last) return null;
  const request = last.repeats === null ? last : tale.messages.find((m) => m.event === last.repeats);
  if (!request || owesNothing.has(request.label)) return null;
  // What ended orderly, or was answered by ESP, is not waiting.
  if (tale.n.ended || (request.label.startsWith('QM') && tale.sas.some(({ sa }) => sa.packets > 0 && sa.exchange === request.messageId)))
    return null;
  const copies = copiesOf(tale.messages, request);
  // An answer that nobody took up tells of nothing but a probe.
  if (copies.length === 1 && request.side === 'responder' && tale.n.established === null) return null;
  const waited = secondsAfter(tale.replay, request.event);
  return copies.length > 1 || waited >= patience ? { request, copies } : null;
};

const elsewhere = (side: string): string =>
  `From here nobody can tell whether the messages reached the ${side} or its answers got lost: only a capture or a log at the ${side} can.`;

const sentTimes = (tale: Tale, copies: readonly Message[]): string => {
  const [first, last] = [copies[0], copies.at(-1)];
  if (!first || !last || copies.length < 2) return 'sent once';
  return `sent ${copies.length} times in ${secondsText(secondsBetween(tale.replay, first.event, last.event))}`;
};

const noResponse = (tale: Tale): Claim[] => {
  const silence = unanswered(tale);
  if (!silence) return [];
  const { request, copies } = silence;
  const { n } = tale;
  const silent = other(request.side);
  const sent = sentTimes(tale, copies);
  const base = {
    events: copies.map((m) => m.event),
    evidence: copies
      .slice(0, 10)
      .map((m, i) => ({ event: m.event, text: `${request.label}, copy ${i + 1}, UDP port ${m.port ?? 'unknown'}` })),
    limits: elsewhere(silent),
  };
  const before = tale.messages.filter((m) => m.event < request.event);
  const floated = request.port === 4500 && before.some((m) => m.port === 500 && m.side === silent) && before.every((m) => m.port !== 4500);
  const keyed = request.label === 'MM5' && isPreSharedKey(n);
  const none = claim(n.id, {
    ...base,
    code: 'no-response',
    certainty: keyed || floated ? 'possible' : 'shown',
    message: `No response to ${request.label} from ${whoIs(n, silent)}: ${sent}.`,
    tellApart: `Capture at the ${silent}: does ${request.label} arrive, and does an answer leave?`,
  });
  if (floated) {
    const blocked = claim(n.id, {
      ...base,
      code: 'port-float-blocked',
      certainty: 'likely',
      message: `${request.label} moved to UDP port 4500 and is not answered there, ${sent}; on port 500 the ${silent} had answered.`,
      tellApart: `Capture at the ${silent}: if ${request.label} arrives on port 4500, the port is open, and the pre-shared key is to blame.`,
    });
    return keyed ? [blocked, keyClaim(tale, base, request, sent)] : [blocked, none];
  }
  return keyed ? [keyClaim(tale, base, request, sent), none] : [none];
};

const keyClaim = (tale: Tale, base: Pick<Claim, 'events' | 'evidence' | 'limits'>, request: Message, sent: string): Claim =>
  claim(tale.n.id, {
    ...base,
    code: 'pre-shared-key-mismatch',
    certainty: request.port === 4500 ? 'possible' : 'likely',
    message: `${request.label}, the first encrypted message, is not answered, ${sent}: a responder with another pre-shared key cannot open it.`,
    tellApart: 'The log of the responder: it complains of a message that it cannot decrypt, or has never seen it.',
  });

/** An answer that was seen, and yet the request came again: the answer does not get through behind this place. */
const oneWay = (tale: Tale): Claim[] => {
  const { n, messages } = tale;
  if (isUp(tale)) return seenOneWay(tale);
  const last = messages.at(-1);
  const first = last && (last.repeats === null ? last : messages.find((m) => m.event === last.repeats));
  if (!first) return seenOneWay(tale);
  // The last request and the answer to it both come again and again.
  const again = messages.filter((m) => m.repeats !== null);
  for (const side of ['initiator', 'responder'] as const) {
    const asked = again.findLast((m) => m.side === side);
    const answered = messages.findLast((m) => m.side === other(side) && m.repeats === null);
    if (!asked || !answered || asked.event < answered.event) continue;
    const copies = again.filter((m) => m.repeats === asked.repeats && m.event > answered.event);
    const answers = copiesOf(messages, answered);
    if (copies.length < 2 || answers.length < 2 || messages.some((m) => m.side === side && m.repeats === null && m.event > answered.event))
      continue;
    const port = answered.port === 4500 ? 4500 : 500;
    return [
      claim(n.id, {
        code: port === 4500 ? 'one-way-udp4500' : 'one-way-udp500',
        certainty: 'likely',
        events: [...copies, ...answers].map((m) => m.event).sort((a, b) => a - b),
        message: `${capital(whoIs(n, side))}, repeats ${asked.label} though ${answered.label} answers it each time: the answers do not reach it.`,
        evidence: [
          { event: asked.event, text: `${asked.label} again, after its answer` },
          { event: answered.event, text: `${answered.label}, the answer, sent ${answers.length} times` },
        ],
        tellApart: `Capture at the ${side}: does ${answered.label} arrive?`,
        limits: `The answers pass this place; where between here and the ${side} they get lost cannot be seen from here.`,
      }),
    ];
  }
  return seenOneWay(tale);
};

/** Only one side is heard, and yet it goes on: the other speaks where this trace does not listen. */
const seenOneWay = ({ n, phase1 }: Tale): Claim[] => {
  const [first] = phase1;
  const heard = phase1.filter((m) => m.repeats === null);
  if (!first || heard.length < 2 || heard.some((m) => m.side !== first.side)) return [];
  return [
    claim(n.id, {
      code: first.port === 4500 ? 'one-way-udp4500' : 'one-way-udp500',
      severity: 'warning',
      certainty: 'likely',
      events: heard.map((m) => m.event),
      message: `Only ${whoIs(n, first.side)}, is heard, and goes on as if answered: the trace was taken where one direction passes.`,
      evidence: heard.map((m) => ({ event: m.event, text: m.label })),
      limits: 'What the other end said, and every secret that follows from it, is not in the trace.',
      remedy: 'Capture where both directions pass.',
    }),
  ];
};

/** The last message of quick mode answers the second each time, and it comes again: RFC 2409 5.5. */
const unheardEnd = ({ n, messages, sas }: Tale): Claim[] => {
  const again = messages.filter((m) => m.label === 'QM2' && m.repeats !== null);
  const ends = messages.filter((m) => m.label === 'QM3');
  const answered = again.filter((m) => ends.some((e) => e.messageId === m.messageId && e.event < m.event));
  const [first] = answered;
  if (!first || answered.length < 2 || ends.length < 2) return [];
  // Whoever uses the new SA has had the message that completes it.
  if (sas.some(({ sa }) => sa.side === first.side && sa.exchange === first.messageId && sa.packets > 0)) return [];
  return [
    claim(n.id, {
      code: first.port === 4500 ? 'one-way-udp4500' : 'one-way-udp500',
      certainty: 'likely',
      events: [...ends, ...answered].map((m) => m.event).sort((a, b) => a - b),
      message: `${capital(whoIs(n, first.side))}, repeats QM2 though QM3 answers it: QM3 does not reach it, or it cannot use what it gets.`,
      evidence: answered.slice(0, 10).map((m) => ({ event: m.event, text: 'QM2 again, after QM3' })),
      tellApart: `The log of the ${first.side}: it never sees QM3, or sees it and fails to install the SAs.`,
      limits: `What became of QM3 between here and the ${first.side} cannot be seen from here.`,
    }),
  ];
};

export const reachability = (tale: Tale): Claim[] =>
  isUp(tale) ? [...seenOneWay(tale), ...unheardEnd(tale)] : [...noResponse(tale), ...oneWay(tale)];

/** The negotiation that the packet quoted by an error belongs to: the latest between these ends that had begun. */
const aboutWhich = (tales: readonly Tale[], { event, quoted }: IcmpReport): Tale | undefined => {
  let best: { tale: Tale; at: number } | undefined;
  for (const tale of tales) {
    const { initiator, responder } = tale.n;
    const side =
      quoted.src === initiator.address && quoted.dst === responder.address
        ? 'initiator'
        : quoted.src === responder.address && quoted.dst === initiator.address
          ? 'responder'
          : null;
    if (!side) continue;
    const before = tale.messages.findLast((m) => m.event < event && m.side === side)?.event;
    if (before !== undefined && (!best || before > best.at)) best = { tale, at: before };
  }
  return best?.tale;
};

const tooBig = new Set(['fragmentation needed', 'packet too big']);

const about = ({ protocol, sport, dport, spi }: IcmpReport['quoted']): string => {
  if (spi !== null) return `SPI ${spi.toString(16).padStart(8, '0')}`;
  return protocol === 17 ? `UDP ${sport} to ${dport}` : `protocol ${protocol}`;
};

const isOurs = ({ protocol, sport, dport }: IcmpReport['quoted']): boolean =>
  protocol === 50 || protocol === 51 || (protocol === 17 && [sport, dport].some((port) => port === 500 || port === 4500));

/** ICMP errors that quote IKE, ESP or AH, those alike as one. */
export const icmpErrors = (replay: Replay, tales: readonly Tale[]): Claim[] => {
  const groups = new Map<string, { tale: Tale | undefined; reports: IcmpReport[] }>();
  for (const report of replay.chronicle.icmp) {
    if (!isOurs(report.quoted)) continue;
    const tale = aboutWhich(tales, report);
    const key = `${tale?.n.id} ${report.name} ${report.from}`;
    const group = groups.get(key);
    if (group) group.reports.push(report);
    else groups.set(key, { tale, reports: [report] });
  }
  return [...groups.values()].flatMap(({ tale, reports }) => {
    const [first] = reports;
    if (!first) return [];
    const id = tale?.n.id ?? null;
    const shared = {
      events: reports.map((r) => r.event),
      evidence: reports
        .slice(0, 10)
        .map((r) => ({ event: r.event, text: `${r.name}, quotes ${about(r.quoted)}${r.mtu ? `; MTU ${r.mtu}` : ''}` })),
      limits: 'An ICMP error is not authenticated: anybody on the way can send one.',
    };
    if (tooBig.has(first.name))
      return claim(id, {
        ...shared,
        code: 'mtu-suspected',
        message: `${first.from} reports that packets are too big${first.mtu ? `: ${first.mtu} octets fit` : ''}.`,
      });
    const failed = tale !== undefined && !isUp(tale);
    const error = claim(id, {
      ...shared,
      code: 'icmp-error',
      severity: failed ? 'error' : 'warning',
      message: `${first.from} reports "${first.name}" about a packet from ${first.quoted.src} (${about(first.quoted)}).`,
    });
    if (first.quoted.protocol === 17 || !/unreachable|prohibited|filtered|no route/.test(first.name)) return error;
    return [
      claim(id, {
        ...shared,
        code: 'esp-blocked',
        message: `${first.from} does not let ${first.quoted.protocol === 51 ? 'AH' : 'ESP'} through: "${first.name}".`,
      }),
      error,
    ];
  });
};

/** Tries that nobody goes on with, as many as this within as many seconds. */
const flood = { tries: 20, seconds: 60 };

/** Whoever sends them, at one responder; or one initiator, that many answer: a scan, or answers to somebody who never asked. */
const crowds = [
  { end: 'responder', words: (who: string) => `with ${who} were begun and left after their first message` },
  {
    end: 'initiator',
    words: (who: string) => `that ${who} seems to begin are left after their first message: it scans, or others ask in its name`,
  },
] as const;

/** Negotiations that got a cookie and were left there, or were never meant to be answered: RFC 2408 2.5.3. */
export const floods = (replay: Replay, tales: readonly Tale[]): Claim[] => {
  const open = tales.filter(
    ({ n, phase1 }) =>
      n.established === null && phase1.length > 0 && phase1.filter((m) => m.repeats === null && m.side === 'initiator').length <= 1,
  );
  for (const { end, words } of crowds) {
    const crowd = new Map<string, Tale[]>();
    for (const tale of open) {
      const list = crowd.get(tale.n[end].address);
      if (list) list.push(tale);
      else crowd.set(tale.n[end].address, [tale]);
    }
    const claims = [...crowd].flatMap(([who, list]) => floodOf(replay, list, `${list.length} negotiations ${words(who)}.`));
    if (claims.length > 0) return claims;
  }
  return [];
};

const floodOf = (replay: Replay, open: readonly Tale[], message: string): Claim[] => {
  for (let i = 0; i + flood.tries <= open.length; i++) {
    const [from, to] = [open[i], open[i + flood.tries - 1]];
    const took = from && to ? secondsBetween(replay, from.n.first, to.n.first) : null;
    if (!from || took === null || took > flood.seconds) continue;
    const evidence = [{ event: from.n.first, text: `${flood.tries} of them within ${secondsText(took)}` }];
    return [claim(null, { code: 'half-open-flood', events: open.slice(i).map((t) => t.n.first), count: open.length, message, evidence })];
  }
  return [];
};
