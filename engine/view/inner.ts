/** What an opened ESP packet carries, in a line: `ICMP echo request`, `UDP 53 → 40000`. */
import { ipProtocols } from '../registry/protocol-id.ts';
import { nameOf } from '../registry/registry.ts';
import type { OpenedEsp } from '../state/ipsec/esp-protection.ts';
import { noFragments } from '../wire/ip-reassembly.ts';
import { cpiText, ipCompProtocol } from '../wire/ipcomp.ts';
import { type Packet, readPacket } from '../wire/packet.ts';

/** LINKTYPE_RAW: the frame begins with an IP header of either version. */
const rawIp = 101;

/** The packet inside a tunnel; `null` in transport mode, and where the next header is not IP. */
const innerPacket = (opened: OpenedEsp, detail: boolean): Packet | null => {
  if (opened.nextHeader !== 4 && opened.nextHeader !== 41) return null;
  const bytes = opened.plain.subarray(0, opened.payloadLength);
  return readPacket({ form: 'frame', linkType: rawIp, bytes, wireLength: bytes.length }, noFragments, detail).packet;
};

const icmpTypes: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'destination unreachable',
  5: 'redirect',
  8: 'echo request',
  11: 'time exceeded',
};
const icmp6Types: Readonly<Record<number, string>> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  128: 'echo request',
  129: 'echo reply',
};

/** IP protocol in the header of a packet that is not fragmented; extension headers of IPv6 are not followed here. */
const protocolOf = (bytes: Uint8Array): { protocol: number; at: number } => {
  const version = (bytes[0] ?? 0) >> 4;
  return version === 6 ? { protocol: bytes[6] ?? 59, at: 40 } : { protocol: bytes[9] ?? 0, at: ((bytes[0] ?? 0) & 15) * 4 };
};

/** RFC 4303 2.6: to be thrown away, sent to hide when there is traffic. */
const dummy = 59;

export const innerWords = (opened: OpenedEsp): string => {
  const inner = innerPacket(opened, false);
  const payload = opened.plain.subarray(0, opened.payloadLength);
  const { protocol, at } = inner ? protocolOf(payload) : { protocol: opened.nextHeader, at: 0 };
  if (protocol === dummy) return inner ? 'no next header' : 'dummy packet';
  if (protocol === ipCompProtocol) return `IPComp, CPI ${cpiText(((payload[at + 2] ?? 0) << 8) | (payload[at + 3] ?? 0))}`;
  const name = nameOf(ipProtocols, protocol) ?? `protocol ${protocol}`;
  if (protocol === 1 || protocol === 58) {
    const what = (protocol === 1 ? icmpTypes : icmp6Types)[payload[at] ?? -1];
    return `${protocol === 1 ? 'ICMP' : 'ICMPv6'} ${what ?? `type ${payload[at] ?? 'unknown'}`}`;
  }
  if (inner?.sport != null && inner.dport !== null) return `${name} ${inner.sport} → ${inner.dport}`;
  return name;
};
