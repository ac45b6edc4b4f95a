/** The words of transaction exchanges: what is said in them, and attributes by number. draft-dukes-ike-mode-cfg-02 3.2 and 3.3, draft-beaulieu-ike-xauth-02 6. */
import { get } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import type { Attribute } from '../../wire/attribute.ts';
import { asMessageId, messageIdOf } from '../chance.ts';
import type { Taking } from '../taking.ts';
import { type Attributes, type Transaction, transactionOf } from '../transactions.ts';

export const say = { request: 1, reply: 2, set: 3, acknowledge: 4 } as const;

export const attribute = {
  address: 1,
  netmask: 2,
  dns: 3,
  version: 7,
  xauthType: 16520,
  userName: 16521,
  userPassword: 16522,
  xauthStatus: 16527,
  banner: 28672,
  splitInclude: 28676,
  pfs: 28679,
} as const;

const firstXauth = 16520;
const lastXauth = 16529;

/** XAUTH travels in the same exchange as mode config: its attributes tell them apart. */
export const isXauthWord = (body: Attributes): boolean => body.attributes.some(({ type }) => type >= firstXauth && type <= lastXauth);

/** What we have to say. */
export interface Speech {
  readonly do: 'say';
  readonly type: (typeof say)[keyof typeof say];
  readonly attributes: readonly Attribute[];
  readonly why: string;
}

/** Begins an exchange: `name` tells it from the others that we begin in this negotiation. */
export interface Opening extends Speech {
  readonly name: string;
}

export const long = (type: number, value: Uint8Array): Attribute => ({ type, form: 'TLV', value });
export const short = (type: number, n: number): Attribute => ({ type, form: 'TV', value: Uint8Array.of(n >> 8, n & 255) });
export const text = (type: number, value: string): Attribute => long(type, utf8.encode(value));
/** Asks for a value, or confirms one. */
export const empty = (type: number): Attribute => long(type, new Uint8Array(0));
const utf8 = new TextEncoder();

export const octetsIn = (body: Attributes | undefined, type: number): Uint8Array | null =>
  body?.attributes.find((a) => a.type === type)?.value ?? null;

export const numberIn = (body: Attributes | undefined, type: number): number | null =>
  octetsIn(body, type)?.reduce((n, octet) => n * 256 + octet, 0) ?? null;

/** The exchange that we began under a name, as far as it has come. */
export const begun = (t: Taking, n: Negotiation, name: string): Transaction | undefined => {
  const octets = get(t.drawn, messageIdOf(`${n.id} ${name}`).purpose);
  return octets && transactionOf(t.transactions, n.id, asMessageId(octets));
};
