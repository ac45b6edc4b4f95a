/** The log that is open: what it was made of, its name, where to stand in it. */
import { type Cookie, cookie, find, type Log, overview, type Reading, type Replay, recognise } from '../../engine/index.ts';
import type { InputFile } from './load.ts';

/** What is open. `typed` stands apart so that a key that was mistyped can be typed again. */
export interface Current {
  readonly name: string;
  readonly readings: readonly Reading[];
  readonly typed: readonly Reading[];
  readonly log: Log;
  readonly replay: Replay;
  /** Stands for an input that still grows, the first of the readings; `null` where none does. */
  readonly growing: object | null;
}

/** Where to stand in a log that was just opened: the first packet unless somebody said otherwise. */
export const placeOf = (replay: Replay, at: string | undefined): number => {
  const last = replay.lastIndex;
  if (at === undefined) return Math.min(1, last);
  if (at === 'end') return last;
  if (/^\d+$/.test(at)) return Math.min(Number(at), last);
  return find(replay, at).hits[0]?.event ?? Math.min(1, last);
};

export const cutAt = (log: Log, events: number): Log => ({
  ...log,
  happened: log.happened.slice(0, events),
  damage: [
    ...log.damage,
    {
      input: 0,
      offset: 0,
      code: 'cancelled',
      message: `Reading was cancelled after ${events} of ${log.happened.length} events. Open it again to see the rest.`,
      bytes: new Uint8Array(),
    },
  ],
});

export const isKeyFile = ({ bytes, keysOnly = false }: InputFile): boolean =>
  keysOnly || ['keys-json', 'wireshark-keys'].includes(recognise(bytes));

/** Files that are no keys give their names to the whole. */
export const nameOf = (kept: Current | null, files: readonly InputFile[]): string => {
  const shown = files.filter((file) => !isKeyFile(file));
  const [first] = shown;
  if (kept) return first ? `${kept.name} + ${shown.map(({ name }) => name).join(' + ')}` : kept.name;
  if (!first) return 'log';
  return shown.length === 1 ? first.name : `${first.name} and ${shown.length - 1} more`;
};

export const cookiesOf = (
  current: Current | null,
  id: string,
): { readonly initiatorCookie: Cookie; readonly responderCookie?: Cookie } | undefined => {
  if (!current) return undefined;
  const known = overview(current.replay, current.name).negotiations.find((n) => n.id === id)?.cookies;
  const initiatorCookie = known ? cookie(known.initiator) : undefined;
  const responderCookie = known?.responder ? cookie(known.responder) : undefined;
  return initiatorCookie && { initiatorCookie, ...(responderCookie ? { responderCookie } : {}) };
};

/** Whether its events have the numbers of the first of its inputs. */
export const isAlone = (now: Current | null): now is Current =>
  now?.readings.slice(1).every(({ events }) => events.every((e) => e.kind === 'SecretLearned' || e.kind === 'PolicyConfigured')) ?? false;
