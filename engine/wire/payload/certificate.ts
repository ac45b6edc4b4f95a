/** Certificate and Certificate Request payload bodies, RFC 2408 3.9 and 3.10. */
import { rest, shortHex, shown, struct, u8 } from '../../bytes/field.ts';
import { certEncodings } from '../../registry/cert-encoding.ts';
import { named } from '../../registry/registry.ts';
import { distinguishedName } from './distinguished-name.ts';

export const certificate = struct({
  encoding: shown('Encoding', u8, (n) => named(certEncodings, n)),
  data: shown('Certificate data', rest),
});

export const certificateRequest = struct({
  encoding: shown('Certificate type', u8, (n) => named(certEncodings, n)),
  data: shown('Certification authority', rest, (data) => (data.length === 0 ? 'any' : (distinguishedName(data) ?? shortHex(data)))),
});
