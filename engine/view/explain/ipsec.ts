/** A protected packet in words: its number, its ICV, and whose SA it belongs to. RFC 4303 3.4, RFC 4302 3.4. */
import type { Association } from '../../state/ipsec/association.ts';
import { get } from '../../state/persistent-map.ts';
import type { IpsecSeen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import { spiText } from '../../values/spi.ts';
import type { Explanation } from '../models.ts';
import { leads, page, type Sentence, says } from './sentence.ts';

const windowWords = {
  new: 'is new to the replay window',
  replayed: 'came before: a receiver drops it',
  old: 'is older than the replay window reaches: a receiver drops it',
} as const;

const numberWords = (seen: IpsecSeen): string => {
  if (seen.replay !== null) return windowWords[seen.replay];
  return seen.authenticated === false ? 'is the first that is seen' : 'is the first that is seen and sets the replay window';
};

const icvSentence = (seen: IpsecSeen): Sentence => {
  if (seen.authenticated === null) return says('Its ICV cannot be checked here.');
  return seen.authenticated
    ? says('Its ICV is right: a holder of the key made it, and nobody changed it.', 'ICV')
    : says('Its ICV is wrong: it was changed on its way, or the keys differ. The window does not move.', 'ICV');
};

const strangerSentence = (a: Association | undefined): Sentence | null => {
  if (!a || a.negotiation !== null) return null;
  const keys = a.encryptionKey || a.integrityKey ? 'its keys were given' : 'its keys are not known';
  return says(`No quick mode that could be read here made this SA; ${keys}.`);
};

const goneSentence = (a: Association | undefined): Sentence | null =>
  a?.state === 'dead' ? says('Its SA had been deleted: a receiver that has done away with it drops it.') : null;

export const ipsecPage = (state: State, seen: IpsecSeen): Explanation => {
  const a = get(state.associations, seen.association);
  const esp = seen.protocol === 'esp';
  return page(
    [
      leads(`${a?.side ? `The ${a.side} sends` : 'Somebody sends'} a protected packet on ${spiText(seen.spi)}.`),
      says(`Its sequence number ${seen.sequence} ${numberWords(seen)}.`, 'Sequence number'),
      icvSentence(seen),
      strangerSentence(a),
      goneSentence(a),
    ],
    '',
    esp ? 'RFC 4303, 3.4' : 'RFC 4302, 3.4',
    esp ? 'RFC 4303, 2.2' : 'RFC 4302, 2.5',
  );
};
