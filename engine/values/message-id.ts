/** Message ID of an ISAKMP header, RFC 2408 3.1: 0 in phase 1, random in every later exchange. Unsigned 32 bits. */
import type { Branded } from './branded.ts';

/** Unsigned, 32 bits, RFC 2408 3.1; 0 in phase 1. */
export type MessageId = Branded<number, 'MessageId'>;

export const messageId = (n: number): MessageId => (n >>> 0) as MessageId;

/** Eight lower-case hex digits. */
export const messageIdText = (id: MessageId): string => id.toString(16).padStart(8, '0');
