/** What one event showed, beside the new state: the decoded packet, what was opened, proofs and transitions. Never kept in the state. */
import type { BufferName } from '../bytes/span.ts';
import type { MessageId } from '../values/message-id.ts';
import type { SequenceNumber } from '../values/sequence-number.ts';
import type { Spi } from '../values/spi.ts';
import type { AhHeader } from '../wire/ah.ts';
import type { EspHeader } from '../wire/esp.ts';
import type { IkeMessage, OpenedChain } from '../wire/ike-message.ts';
import type { Packet } from '../wire/packet.ts';
import type { Payload } from '../wire/payload-chain.ts';
import type { Fact, Side } from './fact.ts';
import type { Judgement } from './ipsec/replay-window.ts';

/** One step of one side, in the words of IOS. */
export interface Transition {
  readonly negotiation: string;
  readonly side: Side;
  /** `null` for phase 1, the message ID of a quick mode otherwise. */
  readonly exchange: MessageId | null;
  readonly from: string;
  readonly to: string;
  /** Input as IOS prints it: class, event. */
  readonly because: string;
  /** True where this very event shows it; false where a later message of that side has to. */
  readonly proven: boolean;
}

/** One input of a hash, in the order in which it went in. */
export interface HashInput {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Event that brought it. */
  readonly event: number;
  readonly secret: boolean;
  /** Its octets are on the wire, in the buffer named, of the event named; `null` for what was computed. */
  readonly place: { readonly buffer: BufferName; readonly start: number; readonly end: number } | null;
}

/** HASH_I, HASH_R, HASH(1) to HASH(4), a signature or an ICV, recomputed or verified. */
export interface Authenticator {
  readonly name: string;
  readonly verdict: 'equal' | 'differs' | 'unknown';
  readonly formula: string;
  readonly rfc: string;
  /** Name of the key. */
  readonly keyedWith: string;
  readonly inputs: readonly HashInput[];
  /** `null` where the key is missing. */
  readonly expected: Uint8Array | null;
  readonly seen: Uint8Array;
  /** Where the seen value stands. */
  readonly place: { readonly buffer: BufferName; readonly start: number; readonly end: number };
}

/** The inside of an encrypted message. */
export interface Opened {
  readonly bytes: Uint8Array;
  readonly chain: OpenedChain;
  readonly iv: Fact;
  /** Whose key opened it, where the two sides have different ones. */
  readonly key: Side | null;
  /** Why this IV and not the one that was due, in words; `null` where it is that one. */
  readonly because: string | null;
}

/** A message that came in parts, put together at the last of them to come. Its places are in the buffer `reassembled`. */
export interface Reassembled {
  readonly message: IkeMessage;
  readonly bytes: Uint8Array;
  /** Events of its parts, by number. */
  readonly events: readonly number[];
  /** Event at which the same message was seen before, whole or in other parts. */
  readonly repeats: number | null;
}

/** An IKE message, and what became of it. */
export interface IkeSeen {
  readonly message: IkeMessage;
  readonly negotiation: string;
  readonly side: Side;
  /** `MM5`, `QM1`, `INFO`, `IKE_AUTH`. */
  readonly label: string;
  /** Event of the first equal message. */
  readonly retransmissionOf: number | null;
  /** What follows speaks of the message that these octets complete, where it came in parts. */
  readonly reassembled: Reassembled | null;
  readonly opened: Opened | null;
  /** The payloads that could be read: those on the wire, or those inside. */
  readonly payloads: readonly Payload[];
  /** Why it stayed closed; `null` where it is open or was never closed. */
  readonly closed: string | null;
  readonly authenticators: readonly Authenticator[];
}

/** An ESP or AH packet, and the verdicts on it. */
export interface IpsecSeen {
  readonly protocol: 'esp' | 'ah';
  readonly header: EspHeader | AhHeader;
  readonly spi: Spi;
  /** With its upper half, where the SA has extended numbers. */
  readonly sequence: SequenceNumber;
  /** Key into `State.associations`. */
  readonly association: string;
  readonly replay: Judgement | null;
  /** The ICV: right, wrong, or not to be checked. */
  readonly authenticated: boolean | null;
  /** Seen before, at another place on its way: no copy, and not counted again. */
  readonly sighting: boolean;
}

/** A packet beyond the first that an event showed. */
export interface Further {
  readonly seen: Seen;
  /** How many others it was inside of; 0 where it came beside the first, in one TCP segment. */
  readonly nested: number;
}

/** A side of a negotiation spoke at this event: what was assumed of it before is proven, in phase 1 and in every quick mode. */
export interface Proof {
  readonly negotiation: string;
  readonly side: Side;
}

/** A line of a device's log, and what it is about. */
export interface ReportSeen {
  readonly negotiation: string;
  /** The device's own role in phase 1. */
  readonly side: Side;
  /** Message ID of the exchange, where the line is about one. */
  readonly exchange: MessageId | null;
}

/** Everything is `null` or empty where an event has none of it. */
export interface Seen {
  readonly packet: Packet | null;
  readonly ike: IkeSeen | null;
  readonly ipsec: IpsecSeen | null;
  /** Event at which this very IKE message was seen before, at another place on its way: it is not sent again. */
  readonly sightingOf: number | null;
  /** Transitions and proofs of these are among those of the whole. */
  readonly further: readonly Further[];
  readonly transitions: readonly Transition[];
  readonly proofs: readonly Proof[];
  /** What a line of a log is about, as far as that is known. */
  readonly report?: ReportSeen;
  /** What a log told of was found to be what packets show: from here on it goes by the id of these. */
  readonly met?: readonly { readonly told: string; readonly shown: string }[];
}

export const nothingSeen: Seen = { packet: null, ike: null, ipsec: null, sightingOf: null, further: [], transitions: [], proofs: [] };
