/** What an end that takes part owes at a moment: wishes for whoever has chance, clocks and sockets. Each comes back as an event. */
import type { Datagram } from '../values/datagram.ts';
import type { MessageId } from '../values/message-id.ts';
import type { Timestamp } from '../values/timestamp.ts';

export type UdpDatagram = Extract<Datagram, { readonly form: 'udp' }>;
export type Frame = Extract<Datagram, { readonly form: 'frame' }>;

export type Intent =
  /** Octets of chance, recorded as `EntropyDrawn` with the same purpose. */
  | { readonly do: 'DrawEntropy'; readonly purpose: string; readonly length: number }
  /** Recorded as `DatagramSeen` with `via: 'sent'`. */
  | { readonly do: 'SendMessage'; readonly exchange: MessageId; readonly datagram: UdpDatagram; readonly why: string }
  /** A packet of an IPsec SA; recorded as a message is. */
  | { readonly do: 'SendPacket'; readonly datagram: Datagram; readonly why: string }
  /** Comes back as `TimerFired` at `at` or later. */
  | { readonly do: 'ArmTimer'; readonly timer: string; readonly at: Timestamp; readonly of: string | null; readonly why: string }
  | { readonly do: 'CancelTimer'; readonly timer: string }
  /** Nothing more is owed to this negotiation until something happens to it. */
  | { readonly do: 'Rest'; readonly negotiation: string }
  /** Everything that was asked for stands. */
  | { readonly do: 'Done' }
  /** What was asked for will not come about. */
  | { readonly do: 'Failed'; readonly negotiation: string | null; readonly why: string };
