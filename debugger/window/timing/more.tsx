/** Says that a list goes on, and where all of it can be read. */
import type { Shortened } from '../../protocol/protocol.ts';

export function More({ of: { more }, what }: { readonly of: Shortened<unknown>; readonly what: string }) {
  return more === 0 ? null : (
    <p className="sm ink3">
      {more.toLocaleString('en')} more {what}: the terminal lists all of them.
    </p>
  );
}
