/** Payload bodies that are one string of octets, RFC 2408 3.7, 3.11 to 3.13, 3.16; RFC 3947 3.2. */
import { rest, shown, struct } from '../../bytes/field.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';

export const keyExchange = struct({ data: shown('Key exchange data', rest) });
export const hash = struct({ data: shown('Hash data', rest) });
export const signature = struct({ data: shown('Signature data', rest) });
export const nonce = struct({ data: shown('Nonce data', rest) });
export const natDiscovery = struct({ data: shown('Hash of address and port', rest) });
export const vendorId = struct({ data: shown('Vendor ID', rest, vendorIdName) });
/** A payload whose inside we do not know: kept as it is. */
export const unknown = struct({ data: shown('Data', rest) });
