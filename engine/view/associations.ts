/** Security associations at a moment: the ISAKMP SA in a line, IPsec SAs with their counters and replay windows. */
import { type Association, lostOf } from '../state/ipsec/association.ts';
import { lifeOf } from '../state/ipsec/lifetime.ts';
import { entries, get } from '../state/persistent-map.ts';
import type { State } from '../state/state.ts';
import { spiText } from '../values/spi.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { AssociationsView, PeerRow, SaView, Tone } from './models.ts';
import { encryptionOf, integrityOf } from './records/names.ts';
import { grouped, suiteWords } from './words.ts';

/** One character a number of the window, the oldest first. */
const windowMarks = (a: Association): string => {
  const { size, highest, seen } = a.window;
  let out = '';
  for (let behind = size - 1; behind >= 0; behind--) {
    const n = highest - BigInt(behind);
    out += n < 1n || (a.lowest !== null && n < a.lowest) ? '.' : (seen >> BigInt(behind)) & 1n ? '1' : '0';
  }
  return out;
};

const lifetimeWords = (a: Association): string => {
  const parts: string[] = [];
  if (a.lifetimeSeconds !== null) parts.push(`${grouped(a.lifetimeSeconds)} s`);
  if (a.lifetimeKilobytes !== null) parts.push(`${grouped(a.lifetimeKilobytes)} kB`);
  return parts.join(', ') || 'unknown';
};

/** `3DES-CBC, HMAC-SHA1-96, tunnel`. */
const suiteOf = (a: Association): string => {
  if (!a.suite) return 'unknown';
  const cipher = encryptionOf(a);
  const bits = a.suite.keyBits ? `-${a.suite.keyBits}` : '';
  return [cipher && `${cipher}${bits}`, integrityOf(a) ?? 'no integrity', a.suite.esn && 'ESN', a.mode].filter(Boolean).join(', ');
};

/** `now`: the moment that is looked at, by the clock of the trace. */
export const saView = (key: string, a: Association, current: string | null, now: Timestamp | null): SaView => ({
  id: key,
  protocol: a.protocol,
  spi: spiText(a.spi),
  side: a.side,
  src: a.src,
  dst: a.dst,
  suite: suiteOf(a),
  state: lifeOf(a, now).state,
  selectors: a.selectors.src.length > 0 ? `${a.selectors.src.join(', ')} → ${a.selectors.dst.join(', ')}` : 'unknown',
  lifetime: lifetimeWords(a),
  since: a.since,
  highest: a.highest === null ? 'none yet' : String(a.highest),
  received: a.received,
  lost: String(lostOf(a)),
  replayed: a.replayed,
  old: a.old,
  badIcv: a.badIcv,
  packets: a.packets,
  bytes: grouped(a.bytes),
  window: windowMarks(a),
  windowEnd: String(a.window.highest),
  current: key === current,
});

/** At most so many SAs are drawn: those of the negotiation shown, the latest first to go. */
const most = 64;

/** `current`: key of the SA whose packet this is. */
export const associationsView = (state: State, negotiation: string | null, current: string | null): AssociationsView => {
  const n = negotiation === null ? undefined : get(state.negotiations, negotiation);
  const own = entries(state.associations)
    .filter(([key, a]) => (negotiation !== null && a.negotiation === negotiation) || key === current)
    .sort(([, a], [, b]) => a.since - b.since || (a.side === 'initiator' ? -1 : 1) - (b.side === 'initiator' ? -1 : 1));
  return {
    isakmp:
      n && n.version === 1
        ? [
            {
              id: n.id,
              text: suiteWords(n.suite),
              state: n.ended ? n.ended.why : n.established !== null ? 'established' : 'being negotiated',
            },
          ]
        : [],
    ipsec: own.slice(-most).map(([key, a]) => saView(key, a, current, state.now)),
  };
};

const authentic = (verdict: boolean | null): readonly [string, Tone | null] =>
  verdict === null ? ['not yet', null] : verdict ? ['yes', 'good'] : ['no', 'bad'];
const nat = (behind: boolean | null): string => (behind === null ? 'unknown' : behind ? 'behind a NAT' : 'none');

export const peerRows = (state: State, negotiation: string | null): PeerRow[] => {
  const n = negotiation === null ? undefined : get(state.negotiations, negotiation);
  if (!n) return [];
  const row = (label: string, initiator: string, responder: string, code: boolean): PeerRow => ({
    label,
    initiator,
    responder,
    initiatorTone: null,
    responderTone: null,
    code,
  });
  const path = n.paths.at(-1);
  const [authI, toneI] = authentic(n.authenticated.initiator);
  const [authR, toneR] = authentic(n.authenticated.responder);
  const vids = (names: readonly string[]): string => (names.length === 0 ? 'none seen' : `${names.length}: ${names.join(', ')}`);
  return [
    row('Address', path?.initiator ?? n.initiator.address, path?.responder ?? n.responder.address, true),
    row('Cookie', n.initiatorCookie, n.responderCookie ?? 'no answer yet', true),
    row('Identity', n.initiator.identity ?? 'not seen', n.responder.identity ?? 'not seen', true),
    { ...row('Authenticated', authI, authR, false), initiatorTone: toneI, responderTone: toneR },
    row('NAT', nat(n.nat.initiator), nat(n.nat.responder), false),
    row('Vendor IDs', vids(n.initiator.vendorIds), vids(n.responder.vendorIds), false),
  ];
};
