/** What an operator can ask of a running engine beside what `decide` knows: to hold it, and what shall become of the next message. A closed grammar. */
import { fromHex, toHex } from '../bytes/hex.ts';
import type { Trouble } from '../decide/impairments.ts';

/** What becomes of the next message that leaves. Those that are asked for one after the other hold together. */
export type Change =
  | { readonly how: 'drop' }
  | { readonly how: 'delay'; readonly milliseconds: number }
  | { readonly how: 'repeat' }
  /** `payloads`: behind the ISAKMP header, opened, and sealed again. `datagram`: octets behind the UDP header, as they leave. */
  | { readonly how: 'edit'; readonly part: 'payloads' | 'datagram'; readonly offset: number; readonly octets: Uint8Array };

export type Operation =
  | { readonly do: 'pause' | 'continue' | 'step' | 'spare' }
  | { readonly do: 'break' | 'unbreak'; readonly at: string }
  | { readonly do: 'change'; readonly change: Change };

interface Form {
  readonly form: RegExp;
  readonly example: string;
  readonly says: string;
  /** `null` where what stands there cannot be meant. */
  readonly read: (parts: readonly string[]) => Operation | null;
}

/** No peer waits longer. */
const longestDelay = 600_000;
const longestEdit = 65_535;

const words = String.raw`([a-z][\w-]{0,63}(?: [a-z][\w-]{0,63}){0,7})`;

export const forms: readonly Form[] = [
  { form: /^pause$/, example: 'pause', says: 'nothing leaves any more; what comes is still taken in', read: () => ({ do: 'pause' }) },
  { form: /^continue$/, example: 'continue', says: 'what was held leaves, and so on', read: () => ({ do: 'continue' }) },
  { form: /^step$/, example: 'step', says: 'one message leaves, the next is held', read: () => ({ do: 'step' }) },
  {
    form: new RegExp(`^break at ${words}$`, 'i'),
    example: 'break at MM5',
    says: 'hold where all the words fit: a message (MM5, INFO), a state that we enter (IKE_I_MM4), sent, received, again, differs',
    read: ([at = '']) => ({ do: 'break', at: conditionOf(at) }),
  },
  {
    form: new RegExp(`^no break at ${words}$`, 'i'),
    example: 'no break at MM5',
    says: 'a breakpoint less',
    read: ([at = '']) => ({ do: 'unbreak', at: conditionOf(at) }),
  },
  {
    form: /^drop next$/,
    example: 'drop next',
    says: 'the next message is lost on its way',
    read: () => ({ do: 'change', change: { how: 'drop' } }),
  },
  {
    form: /^delay next (\d{1,6})$/,
    example: 'delay next 1500',
    says: 'the next message leaves so many milliseconds later',
    read: ([text]) => {
      const milliseconds = Number(text);
      return milliseconds <= longestDelay ? { do: 'change', change: { how: 'delay', milliseconds } } : null;
    },
  },
  {
    form: /^repeat next$/,
    example: 'repeat next',
    says: 'the next message leaves twice',
    read: () => ({ do: 'change', change: { how: 'repeat' } }),
  },
  {
    form: /^edit next (payloads|datagram) (\d{1,5}) ([\da-f]+)$/i,
    example: 'edit next payloads 12 ff',
    says: 'octets of the next message, from that offset on, are these',
    read: ([part, offset, hex = '']) => {
      const octets = fromHex(hex);
      if (!octets || octets.length > longestEdit) return null;
      return { do: 'change', change: { how: 'edit', part: part === 'payloads' ? 'payloads' : 'datagram', offset: Number(offset), octets } };
    },
  },
  { form: /^spare next$/, example: 'spare next', says: 'the next message leaves as it is after all', read: () => ({ do: 'spare' }) },
];

/** `null` for whatever is none of these. */
export const operation = (request: string): Operation | null => {
  for (const { form, read } of forms) {
    const match = form.exec(request.trim());
    if (match) return read(match.slice(1));
  }
  return null;
};

/** Words that mark how a message goes are small, names of messages and states are not; `R_MM5` is short for `IKE_R_MM5`. */
const ways: ReadonlySet<string> = new Set(['sent', 'received', 'again', 'differs']);

const conditionOf = (text: string): string =>
  text
    .split(' ')
    .map((word) => {
      if (ways.has(word.toLowerCase())) return word.toLowerCase();
      const name = word.toUpperCase();
      return /^(I|R|QM)_/.test(name) ? `IKE_${name}` : name;
    })
    .join(' ');

/** As an operator would say it again. */
export const changeText = (change: Change): string => {
  switch (change.how) {
    case 'drop':
    case 'repeat':
      return `${change.how} next`;
    case 'delay':
      return `delay next ${change.milliseconds}`;
    case 'edit':
      return `edit next ${change.part} ${change.offset} ${toHex(change.octets)}`;
  }
};

/** What the wire does on an operator's behalf. */
export const troublesOfChanges = (changes: readonly Change[]): readonly Trouble[] => changes.map(troubleOf).filter((t) => t !== null);

const troubleOf = (change: Change): Trouble | null => {
  switch (change.how) {
    case 'drop':
      return { kind: 'lost' };
    case 'delay':
      return { kind: 'delayed', milliseconds: change.milliseconds };
    case 'repeat':
      return { kind: 'repeated', milliseconds: 0 };
    case 'edit':
      return null;
  }
};
