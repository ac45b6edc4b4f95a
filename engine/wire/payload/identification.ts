/** Identification payload body, RFC 2407 4.6.2, and the original address of NAT traversal, which has its shape (RFC 3947 5.2). */
import { reserved, rest, shortHex, shown, struct, u8, u16 } from '../../bytes/field.ts';
import { idTypes } from '../../registry/id-type.ts';
import { ipProtocols } from '../../registry/protocol-id.ts';
import { named } from '../../registry/registry.ts';
import { ipv4, ipv6 } from '../../values/ip-address.ts';
import { distinguishedName } from './distinguished-name.ts';

export const identification = struct({
  idType: shown('Type', u8, (n) => named(idTypes, n), 'RFC 2407 4.6.2.1'),
  protocolId: shown('Protocol ID', u8, (n) => named(ipProtocols, n)),
  port: shown('Port', u16, (n) => (n === 0 ? 'any (0)' : String(n))),
  data: shown('Data', rest, (data, sofar) => identityText(Number(sofar['idType']), data)),
});

export const natOriginalAddress = struct({
  idType: shown('Type', u8, (n) => named(idTypes, n), 'RFC 2407 4.6.2.1'),
  reserved: reserved(3),
  data: shown('Address', rest, (data, sofar) => identityText(Number(sofar['idType']), data)),
});

/** `192.0.2.1`, `10.1.0.0/16`, `10.0.0.1-10.0.0.9`, `gw.example.org`, `C=CH, CN=gw`; octets in hex where the type says nothing else. */
export const identityText = (idType: number, data: Uint8Array): string => {
  const size = (half: number): boolean => data.length === half;
  switch (idType) {
    case 1:
      if (size(4)) return ipv4(data, 0);
      break;
    case 5:
      if (size(16)) return ipv6(data, 0);
      break;
    case 4:
      if (size(8)) return `${ipv4(data, 0)}/${prefixLength(data.subarray(4)) ?? ipv4(data, 4)}`;
      break;
    case 6:
      if (size(32)) return `${ipv6(data, 0)}/${prefixLength(data.subarray(16)) ?? ipv6(data, 16)}`;
      break;
    case 7:
      if (size(8)) return `${ipv4(data, 0)}-${ipv4(data, 4)}`;
      break;
    case 8:
      if (size(32)) return `${ipv6(data, 0)}-${ipv6(data, 16)}`;
      break;
    case 2:
    case 3:
    case 11:
      return printable(data) ?? shortHex(data);
    case 9:
      return distinguishedName(data) ?? shortHex(data);
    default:
  }
  return shortHex(data);
};

/** The number of leading ones; `undefined` for a mask with ones after a zero. */
const prefixLength = (mask: Uint8Array): number | undefined => {
  const bits = Array.from(mask, (b) => b.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : undefined;
};

/** Names come in ASCII; a key ID may be anything. */
const printable = (data: Uint8Array): string | undefined =>
  data.length > 0 && data.length <= 256 && data.every((b) => b >= 0x20 && b < 0x7f) ? String.fromCharCode(...data) : undefined;
