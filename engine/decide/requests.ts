/** What an operator can ask for, in words; `live/operate.ts` has those that hold the engine. `clear` means what it means on a device of Cisco's. */
import { type IpAddress, ipAddress } from '../values/ip-address.ts';

export type Request =
  /** Set up what is configured for a peer. */
  | { readonly ask: 'connect'; readonly peer: IpAddress }
  /** Take leave: deletes for all that stands. */
  | { readonly ask: 'leave' }
  /** Echo requests through a tunnel: `esp/ping.ts` reads how many. */
  | { readonly ask: 'ping'; readonly target: IpAddress }
  /** IPsec SAs, of one peer or all. */
  | { readonly ask: 'clear sa'; readonly peer: IpAddress | null }
  /** ISAKMP SAs: the one with that connection number, or all. */
  | { readonly ask: 'clear isakmp'; readonly connection: number | null };

interface Form {
  readonly form: RegExp;
  readonly example: string;
  /** `null` where what stands there cannot be meant. */
  readonly read: (part: string | undefined) => Request | null;
}

const withAddress = (text: string | undefined, made: (address: IpAddress) => Request): Request | null => {
  const address = ipAddress(text ?? '');
  return address ? made(address) : null;
};

const forms: readonly Form[] = [
  { form: /^connect (\S+)$/, example: 'connect 198.51.100.1', read: (text) => withAddress(text, (peer) => ({ ask: 'connect', peer })) },
  {
    form: /^ping (\S+)(?: count \d{1,4})?$/,
    example: 'ping 10.2.0.1 count 5',
    read: (text) => withAddress(text, (target) => ({ ask: 'ping', target })),
  },
  { form: /^leave$/, example: 'leave', read: () => ({ ask: 'leave' }) },
  { form: /^clear crypto sa$/, example: 'clear crypto sa', read: () => ({ ask: 'clear sa', peer: null }) },
  {
    form: /^clear crypto sa peer (\S+)$/,
    example: 'clear crypto sa peer 198.51.100.1',
    read: (text) => withAddress(text, (peer) => ({ ask: 'clear sa', peer })),
  },
  {
    form: /^clear crypto isakmp(?: (\d{1,6}))?$/,
    example: 'clear crypto isakmp 1001',
    read: (text) => ({ ask: 'clear isakmp', connection: text === undefined ? null : Number(text) }),
  },
];

/** `null` for whatever is none of these. */
export const readRequest = (text: string): Request | null => {
  for (const { form, read } of forms) {
    const match = form.exec(text);
    if (match) return read(match[1]);
  }
  return null;
};

/** One of each, for whoever asks what can be asked. */
export const requestExamples: readonly string[] = forms.map((f) => f.example);
