/** What a vendor ID says that its sender can do, where it names an extension and not a product alone. */
import { vendorIdName } from './vendor-id.ts';

/** By the name of the vendor ID; the first row that fits. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/RFC 3947|nat-t-ike|nat-traversal|NAT-T|ThruNAT/i, 'NAT traversal (RFC 3947)'],
  [/dead peer|\bDPD\b/i, 'dead peer detection (RFC 3706)'],
  [/xauth/i, 'extended authentication (XAUTH)'],
  [/fragment/i, 'messages in fragments'],
  [/unity/i, 'Cisco Unity (mode config)'],
  [/hybrid/i, 'hybrid authentication'],
  [/challenge.?response/i, 'challenge and response (CRACK)'],
  [/AuthIP/i, 'AuthIP'],
  [/MS-Negotiation Discovery|Negotiation Discovery/i, 'negotiation discovery (Microsoft)'],
  [/heartbeat/i, 'heartbeat'],
  [/GSSAPI|Kerberos/i, 'GSS-API authentication'],
  [/IKEv2/i, 'IKEv2'],
];

/** The extension that an ID names; `undefined` where it names a product or is not known. */
export const vendorIdMeaning = (id: Uint8Array): string | undefined => {
  const name = vendorIdName(id);
  return name === undefined ? undefined : meanings.find(([pattern]) => pattern.test(name))?.[1];
};
