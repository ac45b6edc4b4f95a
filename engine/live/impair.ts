/** What a wire with faults does to a datagram: nothing, one or two of them arrive, later or changed. Pure; whoever carries datagrams obeys. */
import type { Trouble } from '../decide/impairments.ts';
import type { UdpDatagram } from '../decide/intent.ts';

export interface Arrival {
  readonly datagram: UdpDatagram;
  /** Milliseconds on top of what the way takes anyhow. */
  readonly delay: number;
}

/** `troubles`: those of `troublesOf` for this datagram. Those that are made before sealing are none of the wire's. */
export const impair = (troubles: readonly Trouble[], datagram: UdpDatagram): readonly Arrival[] => {
  let arrivals: readonly Arrival[] = [{ datagram, delay: 0 }];
  for (const trouble of troubles) {
    switch (trouble.kind) {
      case 'lost':
        return [];
      case 'repeated':
        arrivals = arrivals.flatMap((a) => [a, { ...a, delay: a.delay + trouble.milliseconds }]);
        break;
      case 'delayed':
        arrivals = arrivals.map((a) => ({ ...a, delay: a.delay + trouble.milliseconds }));
        break;
      case 'corrupted':
        arrivals = arrivals.map((a) => ({
          ...a,
          datagram: { ...a.datagram, bytes: turned(a.datagram.bytes, trouble.octet, trouble.bit) },
        }));
        break;
      default:
    }
  }
  return arrivals;
};

const turned = (bytes: Uint8Array, octet: number, bit: number): Uint8Array => {
  const out = bytes.slice();
  const at = octet % Math.max(1, out.length);
  out[at] = (out[at] ?? 0) ^ (1 << bit);
  return out;
};
