/** A protected packet in words: its number, its ICV, and whose SA it belongs to. RFC 4303 3.4, RFC 4302 3.4. */
import type { Association } from '../../state/ipsec/association.ts';
import { uncheckedBecause } from '../../state/ipsec/authenticate.ts';
import { get } from '../../state/persistent-map.ts';
import type { IpsecSeen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import { spiText } from '../../values/spi.ts';
import type { Packet } from '../../wire/packet.ts';
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

const icvSentence = (seen: IpsecSeen, a: Association | undefined, packet: Packet | null): Sentence => {
  const why = a && packet ? uncheckedBecause(a, packet) : null;
  if (seen.authenticated === null)
    return says(why === null ? 'Its ICV cannot be checked here.' : `Its ICV cannot be checked here: ${why}.`);
  return seen.authenticated
    ? says('Its ICV is right: a holder of the key made it, and nobody changed it.', 'ICV')
    : says('Its ICV is wrong: it was changed on its way, or the keys differ. The window does not move.', 'ICV');
};

const sightingSentence = (seen: IpsecSeen): Sentence | null =>
  seen.sighting ? says('It was seen before, at another place on its way: one packet, which counts once.') : null;

/** RFC 4303 2.2.1: the upper half of an extended number is never sent. */
const halfSentence = ({ sequence }: IpsecSeen, a: Association | undefined): Sentence | null => {
  if (a?.suite?.esn !== true) return null;
  if (a.highHalf === 'unknown') return says('Its SA has extended numbers, of which the upper half is not sent and not known here.');
  const known = a.highHalf === 'proven' ? 'the ICV is right with it' : 'it follows from the numbers before';
  return says(`The upper half of its extended number, ${sequence >> 32n}, is not sent: ${known}.`);
};

const strangerSentence = (a: Association | undefined): Sentence | null => {
  if (!a || a.negotiation !== null) return null;
  const keys = a.encryptionKey || a.integrityKey ? 'its keys were given' : 'its keys are not known';
  return says(`No quick mode that could be read here made this SA; ${keys}.`);
};

const goneSentence = (a: Association | undefined): Sentence | null =>
  a?.state === 'dead' ? says('Its SA had been deleted: a receiver that has done away with it drops it.') : null;

export const ipsecPage = (state: State, seen: IpsecSeen, packet: Packet | null): Explanation => {
  const a = get(state.associations, seen.association);
  const esp = seen.protocol === 'esp';
  return page(
    [
      leads(`${a?.side ? `The ${a.side} sends` : 'Somebody sends'} a protected packet on ${spiText(seen.spi)}.`),
      says(`Its sequence number ${seen.sequence} ${numberWords(seen)}.`, 'Sequence number'),
      sightingSentence(seen),
      halfSentence(seen, a),
      icvSentence(seen, a, packet),
      strangerSentence(a),
      goneSentence(a),
    ],
    '',
    esp ? 'RFC 4303, 3.4' : 'RFC 4302, 3.4',
    esp ? 'RFC 4303, 2.2' : 'RFC 4302, 2.5',
  );
};
