/** What was said in transaction exchanges, draft-dukes-ike-mode-cfg-02 3.2: the state shows what they came to, an end that answers needs the words. */
import { get, type PersistentMap, set } from '../state/persistent-map.ts';
import type { IkeSeen } from '../state/seen.ts';
import { type IpAddress, ipv4 } from '../values/ip-address.ts';
import type { MessageId } from '../values/message-id.ts';
import type { ContentOf } from '../wire/payload/content.ts';

export type Attributes = ContentOf<'attributes'>;

export interface Word {
  readonly body: Attributes;
  readonly event: number;
}

/** One exchange: our latest word in it, and the peer's. */
export interface Transaction {
  readonly messageId: MessageId;
  readonly begunByUs: boolean;
  readonly said: Word | null;
  readonly heard: Word | null;
}

/** By negotiation, the latest last. */
export type Transactions = PersistentMap<readonly Transaction[]>;

/** Exchanges that a peer began and that are kept. What we began is kept all the same: it is what we know of the peer. */
const mostHeard = 16;

export const transactionsOf = (all: Transactions, negotiation: string): readonly Transaction[] => get(all, negotiation) ?? [];

export const transactionOf = (all: Transactions, negotiation: string, id: MessageId): Transaction | undefined =>
  transactionsOf(all, negotiation).find((x) => x.messageId === id);

/** The peer waits for our word. */
export const isUnanswered = ({ said, heard }: Transaction): boolean => heard !== null && (said === null || said.event < heard.event);

/** We wait for the peer's. */
export const isOpen = ({ begunByUs, heard }: Transaction): boolean => begunByUs && heard === null;

/** INTERNAL_IP4_ADDRESS as it is given, asked for or not; `null` where none is. */
export const addressGiven = ({ type, attributes }: Attributes): IpAddress | null => {
  const octets = type === reply || type === assignment ? attributes.find((a) => a.type === internalAddress)?.value : undefined;
  return octets?.length === 4 ? ipv4(octets, 0) : null;
};
const [reply, assignment] = [2, 3];
const internalAddress = 1;

const transaction = 6;

/** What a message of a transaction exchange says anew. A peer's word counts only where its hash is right. */
const wordOf = (ike: IkeSeen, whose: 'said' | 'heard'): Attributes | null => {
  if (ike.message.header.exchangeType !== transaction || ike.retransmissionOf !== null) return null;
  const content = ike.payloads.find((p) => p.content.kind === 'attributes')?.content;
  if (content?.kind !== 'attributes') return null;
  return whose === 'said' || ike.authenticators.some((a) => a.verdict === 'equal') ? content : null;
};

/** The same map where the message says nothing of this kind. */
export const withWord = (all: Transactions, ike: IkeSeen, whose: 'said' | 'heard', event: number): Transactions => {
  const body = wordOf(ike, whose);
  if (!body) return all;
  const { messageId } = ike.message.header;
  const before = transactionsOf(all, ike.negotiation);
  const old = before.find((x) => x.messageId === messageId) ?? { messageId, begunByUs: whose === 'said', said: null, heard: null };
  const now = [...before.filter((x) => x !== old), { ...old, [whose]: { body, event } }];
  const dropped = new Set(now.filter((x) => !x.begunByUs).slice(0, -mostHeard));
  return set(
    all,
    ike.negotiation,
    now.filter((x) => !dropped.has(x)),
  );
};

/** Inner addresses that we gave, with the negotiation that holds each. */
export const withLease = (leases: PersistentMap<string>, ike: IkeSeen): PersistentMap<string> => {
  const body = wordOf(ike, 'said');
  const address = body && addressGiven(body);
  return address === null ? leases : set(leases, address, ike.negotiation);
};
