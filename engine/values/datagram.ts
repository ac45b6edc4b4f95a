/**
 * What reached us, as raw as we have it. A capture holds whole frames; a socket hands over the payload of a UDP datagram with
 * its addresses. Decoding either is the reducer's work, so that a better decoder improves every old log.
 */
import type { IpAddress } from './ip-address.ts';

export type Datagram =
  | {
      readonly form: 'frame';
      /** Link-layer header type of the capture, as LINKTYPE_ numbers go: 1 is Ethernet. */
      readonly linkType: number;
      /** The octets that the capture kept. */
      readonly bytes: Uint8Array;
      /** Octets on the wire; more than `bytes.length` where the snap length cut the frame. */
      readonly wireLength: number;
    }
  | {
      readonly form: 'udp';
      readonly src: IpAddress;
      readonly sport: number;
      readonly dst: IpAddress;
      readonly dport: number;
      readonly bytes: Uint8Array;
    };
