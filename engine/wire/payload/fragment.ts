/** Fragment payload body as Cisco and Microsoft send it in IKEv1; no RFC has it. The parts joined are a message with its own header. */
import { rest, shown, struct, u8, u16 } from '../../bytes/field.ts';

/** Bit of `flags` on the last fragment of a message. */
export const lastFragment = 1;

export const fragment = struct({
  id: shown('Fragment ID', u16),
  number: shown('Fragment number', u8),
  flags: shown('Flags', u8, (n) => (n & lastFragment ? `last fragment (${n})` : String(n))),
  data: shown('Fragment data', rest),
});
