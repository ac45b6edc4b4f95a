/** Whether a peer lives: R-U-THERE after a silence, RFC 3706 5; and that a NAT between us keeps its way open, RFC 3948 4. */
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import type { Negotiation } from '../../state/state.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import { isBelieved } from '../belief.ts';
import { asMessageId, drawnOr, messageIdOf, type Wanted } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Line } from '../lines.ts';
import type { Plan } from '../plan.ts';
import { sideOf, type Taking } from '../taking.ts';
import { cookiesOf, isakmp } from './informational.ts';
import { after, carrierOf, isPast } from './life.ts';
import { informational, toPeer } from './message.ts';
import { notification } from './payloads.ts';
import { peerSpeaks } from './vendor-ids.ts';

const rUThere = 36136;

interface Watch {
  readonly n: Negotiation;
  readonly side: Side;
  /** When we ask, or give up. */
  readonly at: Timestamp | null;
  /** The latest question has no answer, and nothing else was heard since. */
  readonly isWaiting: boolean;
  /** How often it was asked. */
  readonly asked: number;
  readonly isLast: boolean;
}

const watchOf = (t: Taking, plan: Plan, line: Line): Watch | null => {
  const n = carrierOf(t, plan, line)?.n;
  const side = n && sideOf(n, plan.local);
  // Of a peer that has lost its proof nothing is kept up, so that no question to it would ever count as asked.
  if (!plan.dpd || !side || !isBelieved(t.doubts, n, side) || !peerSpeaks(n, side, 'deadPeerDetection')) return null;
  const { idleSeconds, retrySeconds, tries } = plan.dpd;
  const { heardAt, askedAt } = line;
  const isWaiting = askedAt !== null && (heardAt === null || heardAt <= askedAt);
  const asked = isWaiting ? (n.dpd[side]?.outstanding ?? 0) : 0;
  const at = isWaiting ? after(askedAt, retrySeconds) : after(heardAt, idleSeconds);
  return { n, side, at, isWaiting, asked, isLast: asked > tries };
};

/** RFC 3706 5.5: it was asked often enough. */
export const isDead = (t: Taking, plan: Plan, line: Line): boolean => {
  const watch = watchOf(t, plan, line);
  return watch?.isLast === true && isPast(t, watch.at);
};

export const watchDeadline = (t: Taking, plan: Plan, line: Line): Timestamp | null => watchOf(t, plan, line)?.at ?? null;

const firstNumber = (n: Negotiation): Wanted => ({ purpose: `dpdNumber ${n.id}`, length: 4 });

/** RFC 3706 5.6: the first number is random and its high bit clear, each question has the next; one that is asked again keeps its own. */
export const oweQuestion = (ctx: Context, t: Taking, plan: Plan, line: Line): Intent | null => {
  const watch = watchOf(t, plan, line);
  if (!watch || watch.isLast || !isPast(t, watch.at)) return null;
  const { n, side, asked } = watch;
  const begun = drawnOr(t, firstNumber(n));
  if (!begun.ok) return begun.intent;
  const [octets] = begun.values;
  const before = n.dpd[side]?.asked?.number;
  const number = before === undefined ? word(octets) & 0x7fff_ffff : asked > 0 ? before : (before + 1) >>> 0;
  const drawn = drawnOr(t, messageIdOf(`${n.id} ask ${number} ${asked}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  const data = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  const bytes = informational(ctx, n, side, id, [notification(isakmp, rUThere, cookiesOf(n), data)]);
  return bytes && { do: 'SendMessage', exchange: id, why: 'R-U-THERE: does the peer live?', datagram: toPeer(n, side, plan, bytes) };
};

const word = (octets: Uint8Array): number => octets.reduce((n, octet) => (n << 8) | octet, 0);

const keepaliveOf = (t: Taking, plan: Plan, line: Line) => {
  const n = carrierOf(t, plan, line)?.n;
  const side = n && sideOf(n, plan.local);
  if (!side || plan.keepaliveSeconds === null || n.nat[side] !== true || n[side].port !== plan.natPort) return null;
  return { n, side, at: after(line.sentAt, plan.keepaliveSeconds) };
};

export const keepaliveDeadline = (t: Taking, plan: Plan, line: Line): Timestamp | null => keepaliveOf(t, plan, line)?.at ?? null;

/** Only who stands behind a NAT sends them, and only where nothing else went that way. */
export const oweKeepalive = (t: Taking, plan: Plan, line: Line): Intent | null => {
  const due = keepaliveOf(t, plan, line);
  if (!due || !isPast(t, due.at)) return null;
  const { address, port } = due.n[other(due.side)];
  const datagram = { form: 'udp', src: plan.local, sport: plan.natPort, dst: address, dport: port ?? plan.natPort } as const;
  return { do: 'SendPacket', why: 'NAT keepalive', datagram: { ...datagram, bytes: Uint8Array.of(0xff) } };
};
