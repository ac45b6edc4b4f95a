/** Shapes of the records of `ikewind messages`. */
import type { Time } from './time.ts';

export interface Problem {
  /** Stable, for programs. */
  readonly code: string;
  /** Octets from the beginning of the frame, or of the datagram where it was put together from fragments. */
  readonly offset: number;
  readonly message: string;
}

export interface Ends {
  /** From 1, as the capture counts. */
  readonly frame: number;
  readonly time: Time;
  /** `null` where the frame carries no IP. */
  readonly src: string | null;
  readonly dst: string | null;
}

interface Common extends Ends {
  readonly problems: readonly Problem[];
  /** Depth, from 1, for a packet that another one's opened inside holds. */
  readonly nested?: number;
  /** The tunnels that it came in, the outermost first: `GTP-U`, `GRE > IP in IP`. */
  readonly carrier?: string;
  /** Frame at which this very packet was seen before, at another interface, in another capture, or with another time to live. */
  readonly sightingOf?: number;
}

/** What the header of a message that came in parts says, and what is inside. */
export interface ReassembledRecord {
  readonly exchange: { readonly type: number; readonly name: string };
  readonly messageId: number;
  readonly length: number;
  /** As they stand: none for an encrypted message. */
  readonly payloads: readonly number[];
  readonly encrypted: boolean;
  readonly decrypted: boolean;
  readonly decryptedPayloads?: readonly number[];
}

export interface IkeRecord extends Common {
  readonly kind: 'ike';
  readonly sport: number | null;
  readonly dport: number | null;
  readonly transport: 'udp' | 'tcp';
  readonly nonEspMarker: boolean;
  readonly ispi: string;
  readonly rspi: string;
  readonly version: { readonly major: number; readonly minor: number };
  readonly exchange: { readonly type: number; readonly name: string };
  readonly flags: { readonly raw: number };
  readonly messageId: number;
  /** As the header says. */
  readonly length: number;
  /** Payload types as they stand on the wire: none for an encrypted IKEv1 message. */
  readonly payloads: readonly number[];
  readonly encrypted: boolean;
  readonly decrypted: boolean;
  /** Payload types inside, where it could be opened. */
  readonly decryptedPayloads?: readonly number[];
  /** IKEv1 fragment: its message's number, its own, from 1, and whether it is the last; `total` is known from the last one only. */
  readonly fragment?: { readonly id: number; readonly number: number; readonly total: number | null; readonly last: boolean };
  /** The message that this fragment completes, whichever came last. Payload types stand where those of a message of its own would. */
  readonly reassembled?: ReassembledRecord;
  /** Frame of the first equal message. */
  readonly retransmissionOf?: number;
  readonly negotiation: string | null;
}

type Replayed = 'new' | 'replayed' | 'old' | null;

export interface EspRecord extends Common {
  readonly kind: 'esp';
  readonly udpEncap: boolean;
  readonly spi: string;
  /** As it stands on the wire: with extended numbers the lower half. */
  readonly sequence: number;
  /** With the upper half, where the SA has extended numbers; decimal text where it would not be exact. */
  readonly extendedSequence?: number | string;
  readonly decrypted: boolean;
  /** IP protocol number of what is inside. */
  readonly nextHeader?: number;
  readonly authenticated: boolean | null;
  readonly replay: Replayed;
}

export interface AhRecord extends Common {
  readonly kind: 'ah';
  readonly spi: string;
  readonly sequence: number;
  readonly extendedSequence?: number | string;
  readonly nextHeader: number;
  readonly authenticated: boolean | null;
  readonly replay: Replayed;
}

/** As much of a packet as an ICMP error quotes. */
export interface QuoteRecord {
  readonly kind: 'ike' | 'esp' | 'ah' | 'nat-keepalive' | 'other';
  readonly src: string;
  readonly dst: string;
  readonly sport?: number;
  readonly dport?: number;
  /** Of IKE, where its header is quoted whole. */
  readonly ispi?: string;
  readonly rspi?: string;
  readonly messageId?: number;
  /** Of ESP and AH. */
  readonly spi?: string;
  readonly sequence?: number;
}

export interface OtherRecord extends Common {
  readonly kind: 'nat-keepalive' | 'other';
  /** An ICMP error: RFC 792, RFC 4443. */
  readonly icmp?: { readonly type: number; readonly code: number; readonly name: string; readonly mtu: number | null };
  readonly quotes?: QuoteRecord;
}

export type MessageRecord = IkeRecord | EspRecord | AhRecord | OtherRecord;
