/** What the device prints about a message that it received: RFC 2409 5, the forms of IOS 12.4. */
import { get } from '../../state/persistent-map.ts';
import { exchangeKey } from '../../state/state.ts';
import { placeOf, sayPayloads } from './debug-payloads.ts';
import { sayPhaseOneChoice, sayPhaseTwoChoice } from './debug-transforms.ts';
import { isEndOfQuickMode, isPhase1, offersOf, sayInstalled, sayNewNode, sayPacketReceived, sayRows, type Turn } from './debug-turn.ts';
import { endsOf } from './device.ts';
import { more, say, sayRaw } from './voice.ts';
import { signed } from './words.ts';

export const sayMessageReceived = (turn: Turn): void => {
  const { v, ike, n, device } = turn;
  sayPacketReceived(turn);
  if (ike.retransmissionOf !== null) {
    say(v, ` phase ${isPhase1(turn) ? 1 : 2} packet is a duplicate of a previous packet.`);
    sayRows(turn.v, turn.rows);
    return;
  }
  if (!isPhase1(turn)) sayNewNode(turn);
  // In phase 1 the device moves on receipt and works then; MM6, AM3 and all of phase 2 come the other way round.
  const last = turn.rows.findLastIndex((t) => t.because.startsWith('IKE_MESG_FROM_PEER'));
  const step = turn.rows[last];
  const first = step && step.from !== 'IKE_I_MM5' && step.to !== 'IKE_P1_COMPLETE' ? last + 1 : Math.max(0, last);
  const moved = isPhase1(turn) ? first : 0;
  sayRows(turn.v, turn.rows.slice(0, moved));
  sayPayloads(v, ike.payloads, {
    device,
    negotiation: n,
    messageId: ike.message.header.messageId,
    peer: endsOf(device, n).remote.address,
    afterOffer: () => sayOfferReceived(turn),
  });
  sayKeysMade(turn);
  sayVerdict(turn);
  if (isEndOfQuickMode(turn)) sayInstalled(turn, 'QM done (await)', () => sayRows(turn.v, turn.rows.slice(moved)));
  else {
    sayNodeGone(turn);
    sayRows(turn.v, turn.rows.slice(moved));
  }
};

/** The answer to the device's own offer tells what was taken of it; its verdict on another's offer comes with its answer. */
const sayOfferReceived = (turn: Turn): void => {
  const { v, ike, n, was, device } = turn;
  const offer = ike.payloads.find((p) => p.content.kind === 'securityAssociation');
  if (offer?.content.kind !== 'securityAssociation') return;
  const place = placeOf(offer);
  const { proposals } = offer.content;
  if (isPhase1(turn)) {
    // Only what answers is a choice: the responder's.
    if (ike.side !== 'responder') return;
    const chosen = proposals.flatMap((p) => p.transforms)[0];
    if (n.values.preSharedKey) say(v, `found peer pre-shared key matching ${endsOf(device, n).remote.address}`);
    if (chosen) sayPhaseOneChoice(v, { offers: offersOf(was ?? n), chosen, policy: null, place });
    return;
  }
  const q = get(n.exchanges, exchangeKey('quick', ike.message.header.messageId));
  if (q?.kind !== 'quick' || q.begunBy !== device.side) return;
  sayPhaseTwoChoice(v, proposals, place);
};

/** Both public values and nonces are there, RFC 2409 5: from here on the SA has its number. */
const sayKeysMade = ({ v, device, n, ike }: Turn): void => {
  if (!ike.payloads.some((p) => p.content.kind === 'keyExchange') || ike.message.header.messageId !== 0) return;
  v.connection = device.connections.get(n.id) ?? v.connection;
  say(v, 'SKEYID state generated');
};

/** What became of the peer's proof of its identity. A message that does not open is no message to the device. */
const sayVerdict = (turn: Turn): void => {
  const { v, ike, n, device, state } = turn;
  if (!isPhase1(turn)) return;
  const peer = endsOf(device, n).remote.address;
  const proof = ike.authenticators.find((a) => /^(?:HASH|SIG)_[IR]$/.test(a.name));
  if (proof?.verdict === 'equal') {
    say(v, 'SA authentication status:');
    more(v, '\tauthenticated');
    say(v, `SA has been authenticated with ${peer}`);
  } else if (proof?.verdict === 'differs') {
    say(v, 'SA authentication status:');
    more(v, '\tnot authenticated');
  }
  const finding = get(state.findings, `pre-shared-key-mismatch ${n.id}`);
  if (finding?.events.includes(v.event)) {
    sayRaw(v, `%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from ${peer} failed its sanity check or is malformed`);
  }
};

/** An informational exchange is one message: its node goes at once. */
const sayNodeGone = ({ v, ike }: Turn): void => {
  const { messageId, exchangeType } = ike.message.header;
  if (exchangeType === 5 && messageId !== 0) say(v, `deleting node ${signed(messageId)} error FALSE reason "Informational (in) state 1"`);
};
