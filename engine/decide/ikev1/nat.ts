/** NAT traversal in phase 1: what we tell the peer of our places, and whether a NAT stands between us. RFC 3947 3 and 4. */
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import type { Negotiation } from '../../state/state.ts';
import { ipv4 } from '../../values/ip-address.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import type { Plan } from '../plan.ts';
import { natDiscovery } from './payloads.ts';
import { peerSpeaks } from './vendor-ids.ts';

const nowhere = ipv4(new Uint8Array(4), 0);

/** NAT-D payloads, where the peer understands them. `float`: the message goes from and to the ports of NAT traversal. */
export const natPayloads = (ctx: Context, plan: Plan, n: Negotiation, side: Side, float = false): readonly PayloadToWrite[] => {
  if (!peerSpeaks(n, side, 'natTraversal')) return [];
  const [own, peer] = [n[side], n[other(side)]];
  const port = (seen: number | null): number => (float ? plan.natPort : (seen ?? plan.port));
  const place = { address: plan.udpEncapsulation ? nowhere : plan.local, port: port(own.port) };
  return natDiscovery(ctx, n, { address: peer.address, port: port(peer.port) }, place);
};

/** A NAT before either end moves the initiator, and with it both, to the other port: RFC 3947 4. */
export const isNatDetected = (n: Negotiation): boolean => n.nat.initiator === true || n.nat.responder === true;
