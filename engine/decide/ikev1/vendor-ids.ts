/** What we say that we speak beyond the standard: RFC 3706 5.1, RFC 3947 3.1, draft-beaulieu-ike-xauth-02 7.1, Cisco's fragments and Unity. */
import { fromHex } from '../../bytes/hex.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';
import { other, type Side } from '../../state/fact.ts';
import type { Negotiation } from '../../state/state.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import type { Plan } from '../plan.ts';
import { vendorId } from './payloads.ts';

const octets = {
  deadPeerDetection: 'afcad71368a1f1c96b8696fc77570100',
  natTraversal: '4a131c81070358455c5728f20e95452f',
  /** The word behind says for which exchanges: main and aggressive mode. */
  fragmentation: '4048b7d56ebce88525e7de7f00d6c2d3c0000000',
  extendedAuthentication: '09002689dfd6b712',
  unity: '12f5f28c457168a9702d9fe274cc0100',
} as const;
export type Extension = keyof typeof octets;

interface Named {
  readonly id: Uint8Array;
  /** As whoever watches calls it. */
  readonly name: string | undefined;
}

const known: ReadonlyMap<string, Named> = new Map(
  Object.entries(octets).map(([extension, text]) => {
    const id = fromHex(text) ?? new Uint8Array(0);
    return [extension, { id, name: vendorIdName(id) }];
  }),
);
const bytesOf = (extension: Extension): Uint8Array => known.get(extension)?.id ?? new Uint8Array(0);

const spokenBy = (plan: Plan): readonly Extension[] => {
  const spoken: Extension[] = ['deadPeerDetection', 'natTraversal'];
  if (plan.fragmentOctets !== null) spoken.push('fragmentation');
  if (plan.xauth) spoken.push('extendedAuthentication');
  if (plan.configuring) spoken.push('unity');
  return spoken;
};

export const ourVendorIds = (plan: Plan): readonly PayloadToWrite[] => spokenBy(plan).map((extension) => vendorId(bytesOf(extension)));

/** Those that the initiator has named too: who has not shown where it is gets no more than it sent, lest we flood somebody in its name. */
export const commonVendorIds = (plan: Plan, n: Negotiation): readonly PayloadToWrite[] =>
  spokenBy(plan)
    .filter((extension) => peerSpeaks(n, 'responder', extension))
    .map((extension) => vendorId(bytesOf(extension)));

/** Whether the other end of `side` has said that it speaks this. */
export const peerSpeaks = (n: Negotiation, side: Side, extension: Extension): boolean => {
  const name = known.get(extension)?.name;
  return name !== undefined && n[other(side)].vendorIds.includes(name);
};
