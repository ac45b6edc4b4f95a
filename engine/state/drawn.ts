/** Chance that an end of ours drew and that opens what others sealed: the private values of Diffie-Hellman, RFC 2409 5. */
import type { EntropyDrawn } from '../event/event.ts';
import { cookie } from '../values/cookie.ts';
import { messageId } from '../values/message-id.ts';
import type { State } from './state.ts';

/** `dhPrivateValue COOKIE` of phase 1, `dhPrivateValue COOKIE MESSAGE-ID` of a quick mode with PFS. */
const form = /^dhPrivateValue ([0-9a-f]{16})(?: (\d{1,10}))?$/;

/** A private value becomes a secret as one that somebody told us; whose it is, its public value tells. Other chance shows on the wire. */
export const keepDrawn = (state: State, { purpose, ref, value }: EntropyDrawn): State => {
  const [, hex, id] = form.exec(purpose) ?? [];
  const initiatorCookie = hex === undefined ? undefined : cookie(hex);
  if (!initiatorCookie) return state;
  const about = { what: 'dhPrivateValue', initiatorCookie, ...(id !== undefined && { messageId: messageId(Number(id)) }) } as const;
  return { ...state, secrets: [...state.secrets, { about, ref, value, since: state.index }] };
};
