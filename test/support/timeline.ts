// A replay as text, one line an event: what `expected.timeline` beside each trace holds. Readable enough to be checked by hand.
import { eventsAt, startOf } from '../../engine/log/log.ts';
import { payloadTypes } from '../../engine/registry/payload-type.ts';
import { type Replay, type TimedTransition, walk } from '../../engine/replay/replay.ts';
import { stateHash } from '../../engine/state/hash.ts';
import { get } from '../../engine/state/persistent-map.ts';
import type { Seen } from '../../engine/state/seen.ts';
import type { State } from '../../engine/state/state.ts';
import { messageId, messageIdText } from '../../engine/values/message-id.ts';
import { spiText } from '../../engine/values/spi.ts';
import { timestamp, timestampText } from '../../engine/values/timestamp.ts';

/**
 * `#5 +0.275475000 initiator MM5* ID HASH N; HASH_I equal; I IKE_I_MM4 > IKE_I_MM4 > IKE_I_MM5; R IKE_R_MM4 > IKE_R_MM5 (proven by #6)`.
 * A star stands for an encrypted message that was opened, `sealed` for one that was not. The last line is the digest of the final state.
 */
export const timelineOf = (replay: Replay): string => {
  const lines: string[] = [];
  for (const { index, state, seen } of walk(replay)) {
    const parts = [...subject(seen, state), ...proofs(seen), ...moves(replay.transitions.filter((t) => t.event === index))];
    lines.push([`#${index}`, delta(replay, index), parts.join('; ') || given(replay)].filter(Boolean).join(' '));
  }
  lines.push(`state ${stateHash(replay.context.crypto, replay.final)}`);
  return `${lines.join('\n')}\n`;
};

const given = (replay: Replay): string => `given: ${replay.log.given.length} secrets`;

const delta = (replay: Replay, index: number): string => {
  const at = eventsAt(replay.log, index)[0]?.at ?? null;
  const start = startOf(replay.log);
  return at === null || start === null ? '' : `+${timestampText(timestamp(at - start))}`;
};

const subject = (seen: Seen, state: State): string[] => {
  const { ike, ipsec, packet } = seen;
  if (ike) {
    if (ike.retransmissionOf !== null) return [`${ike.side} again #${ike.retransmissionOf}`];
    const { header, encrypted } = ike.reassembled?.message ?? ike.message;
    const names = ike.payloads.map((p) => payloadTypes(header.major).get(p.type)?.short ?? String(p.type));
    const exchange = header.messageId === 0 ? '' : ` ${messageIdText(header.messageId)}`;
    const lock = ike.opened ? '*' : encrypted ? ' sealed' : '';
    return [[`${ike.side} ${ike.label}${lock}${exchange}`, ...names].join(' ')];
  }
  if (ipsec) {
    const a = get(state.associations, ipsec.association);
    const icv = ipsec.authenticated === null ? 'unchecked' : ipsec.authenticated ? 'good' : 'bad';
    const name = `${a?.side ?? 'nobody'} ${ipsec.protocol.toUpperCase()} ${spiText(ipsec.spi)} seq ${ipsec.sequence}`;
    return [
      name,
      `ICV ${icv}`,
      ipsec.replay ?? 'unjudged',
      `${a?.received} of ${a?.packets} taken, highest ${a?.highest}, ${a?.bytes} octets`,
    ];
  }
  return packet ? [packet.carried] : [];
};

const proofs = ({ ike }: Seen): string[] => (ike?.authenticators ?? []).map((a) => `${a.name} ${a.verdict}`);

/** Steps of one side, one after the other, as a chain. */
const moves = (transitions: readonly TimedTransition[]): string[] => {
  const chains: { key: string; text: string; at: number | null; event: number }[] = [];
  for (const { side, exchange, from, to, provenAt, event } of transitions) {
    const key = `${side} ${exchange}`;
    const last = chains.at(-1);
    if (last?.key === key && last.at === provenAt) last.text += ` > ${to}`;
    else {
      const where = exchange === null ? '' : ` ${messageIdText(messageId(exchange))}`;
      chains.push({ key, text: `${side === 'initiator' ? 'I' : 'R'}${where} ${from} > ${to}`, at: provenAt, event });
    }
  }
  return chains.map(({ text, at, event }) => (at === event ? text : `${text} (${at === null ? 'assumed' : `proven by #${at}`})`));
};
