/** What a record says of one IKE, ESP or AH packet by itself, and what is wrong with it. */
import type { Issue } from '../../bytes/tree.ts';
import { exchangeName } from '../../registry/exchange-type.ts';
import type { Context } from '../../state/context.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { openPacket } from '../../state/ipsec/open.ts';
import type { IpsecSeen, Reassembled, Seen } from '../../state/seen.ts';
import { type Spi, spiText } from '../../values/spi.ts';
import type { AhHeader } from '../../wire/ah.ts';
import type { IkeMessage } from '../../wire/ike-message.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import type { EspRecord, IkeRecord, Problem, ReassembledRecord } from './message-record.ts';

export const ikeFields = (packet: Packet, { header, payloads, encrypted }: IkeMessage) => {
  const { initiatorCookie, responderCookie, major, minor, exchangeType, flags, messageId, length } = header;
  const types = payloads.map((p) => p.type);
  const fragment = fragmentOf(payloads);
  return {
    kind: 'ike',
    sport: packet.sport,
    dport: packet.dport,
    transport: packet.transport === 'tcp' ? 'tcp' : 'udp',
    nonEspMarker: packet.nonEspMarker,
    ispi: initiatorCookie as string,
    rspi: responderCookie as string,
    version: { major, minor },
    exchange: { type: exchangeType, name: exchangeName(major, exchangeType) },
    flags: { raw: flags },
    messageId: messageId as number,
    length,
    payloads: types,
    encrypted: encrypted !== null || (major >= 2 && types.some((t) => t === 46 || t === 53)),
    ...(fragment ? { fragment } : {}),
  } as const;
};

const fragmentOf = (payloads: readonly Payload[]): IkeRecord['fragment'] | undefined => {
  const [first] = payloads;
  if (first?.content.kind !== 'fragment') return undefined;
  const { id, number, flags } = first.content;
  const last = (flags & 1) !== 0;
  return { id, number, total: last ? number : null, last };
};

/** The message that a fragment completes; `inside`: payload types of one that was opened, now or when it was seen before. */
export const reassembledFields = ({ message }: Reassembled, inside: readonly number[] | undefined): ReassembledRecord => ({
  exchange: { type: message.header.exchangeType, name: exchangeName(message.header.major, message.header.exchangeType) },
  messageId: message.header.messageId,
  length: message.header.length,
  payloads: message.payloads.map((p) => p.type),
  encrypted: message.encrypted !== null,
  decrypted: inside !== undefined,
  ...(inside ? { decryptedPayloads: inside } : {}),
});

/** Payload types inside an encrypted message that could be opened. */
export const openedPayloads = ({ ike }: Seen): readonly number[] | undefined => ike?.opened?.chain.payloads.map((p) => p.type);

/** What ESP and AH say alike. */
interface Protected {
  readonly spi: Spi;
  /** As it stands on the wire. */
  readonly sequence: number;
}

/** The number with its upper half, where the SA has extended ones. */
export const extendedFields = (a: Association | undefined, { sequence }: IpsecSeen): Pick<EspRecord, 'extendedSequence'> => {
  if (a?.suite?.esn !== true || a.highHalf === 'unknown') return {};
  return { extendedSequence: sequence <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sequence) : sequence.toString() };
};

/** Opened only where nothing speaks against it: a right ICV, or none to check and the padding that RFC 4303 2.4 asks for. */
export const espFields = (ctx: Context, packet: Packet, esp: Protected, a: Association | undefined, authenticated: boolean | null) => {
  const opened = a && authenticated !== false ? openPacket(ctx, a, packet) : null;
  const credible = opened !== null && (authenticated === true || opened.paddingAsExpected);
  return {
    kind: 'esp',
    udpEncap: packet.udpEncap,
    spi: spiText(esp.spi),
    sequence: esp.sequence,
    decrypted: credible,
    ...(credible ? { nextHeader: opened.nextHeader } : {}),
  } as const;
};

export const ahFields = ({ spi, sequence, nextHeader }: Protected & Pick<AhHeader, 'nextHeader'>) =>
  ({ kind: 'ah', spi: spiText(spi), sequence, nextHeader }) as const;

/** Issues of every layer, and authenticators that differ, in the order of their octets. */
export const problemsOf = ({ packet, ike, ipsec }: Seen): readonly Problem[] => {
  const issues = [
    ...(packet?.issues ?? []),
    ...(ike?.message.issues ?? []),
    ...(ike?.reassembled?.message.issues ?? []),
    ...(ike?.opened?.chain.issues ?? []),
    ...(ipsec?.header.issues ?? []),
  ];
  // CBC keeps places: an octet inside an opened message stands where its ciphertext does. Of a message in parts this frame has but one.
  const sealedAt = ike?.message.encrypted?.start ?? 0;
  const part = packet?.content.start ?? 0;
  const offset = ({ buffer, start }: Issue['span']): number => {
    if (buffer === 'reassembled' || (buffer === 'decrypted' && ike?.reassembled)) return part;
    return buffer === 'decrypted' ? sealedAt + start : start;
  };
  const problems = issues.map(({ code, message, span }): Problem => ({ code, offset: offset(span), message }));
  for (const { name, verdict, place } of ike?.authenticators ?? []) {
    if (verdict === 'differs')
      problems.push({ code: 'hash-mismatch', offset: offset(place), message: `${name} is not what the keys give` });
  }
  if (packet && ipsec?.authenticated === false) {
    problems.push({ code: 'bad-icv', offset: packet.content.start, message: 'the ICV is not what the keys give' });
  }
  return problems.sort((a, b) => a.offset - b.offset);
};
