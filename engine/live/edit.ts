/** A message as an operator wants it: other octets as it leaves, or in its payloads, which are sealed again with the same key and IV. */
import { remake } from '../decide/ikev1/remake.ts';
import type { UdpDatagram } from '../decide/intent.ts';
import type { Context } from '../state/context.ts';
import type { State } from '../state/state.ts';
import type { Change } from './operate.ts';

type Edit = Extract<Change, { readonly how: 'edit' }>;

/** Octets of `into` as the edits want them; what lies behind the end stays undone. */
const overwritten = (into: Uint8Array, edits: readonly Edit[]): Uint8Array => {
  const out = into.slice();
  for (const { offset, octets } of edits) if (offset + octets.length <= out.length) out.set(octets, offset);
  return out;
};

/** `state`: before the datagram is sent. Payloads that cannot be opened stay as they are, and so does a message that comes again. */
export const edited = (ctx: Context, state: State, datagram: UdpDatagram, changes: readonly Change[]): UdpDatagram => {
  const edits = changes.filter((c): c is Edit => c.how === 'edit');
  const [inside, outside] = [edits.filter((e) => e.part === 'payloads'), edits.filter((e) => e.part === 'datagram')];
  const made = inside.length === 0 ? datagram : remake(ctx, state, datagram, (was) => ({ ...was, bytes: overwritten(was.bytes, inside) }));
  return outside.length === 0 ? made : { ...made, bytes: overwritten(made.bytes, outside) };
};
