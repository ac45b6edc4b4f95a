/** Aggressive mode and the base exchange in words, RFC 2409 5.4 and RFC 2408 4.4. */
import { methodFamily } from '../../state/ike/authentication-method.ts';
import type { AggressiveMessageName, BaseMessageName } from '../../state/ikev1/transitions.ts';
import type { Explanation } from '../models.ts';
import { suiteWords } from '../words.ts';
import { certificateSentence, identified, keysSentence, natSentence, proofIs, proofLead, vendorSentence } from './main-mode.ts';
import { closedSentence, leads, nodeIn, nodeOf, offerWords, page, proofSentence, type Scene, says, verdictOf } from './sentence.ts';

const preShared = ({ n }: Scene): boolean => methodFamily(n.suite) === 'preSharedKey';

export const aggressiveModePages: Readonly<Record<AggressiveMessageName, (scene: Scene) => Explanation>> = {
  AM1: (s) =>
    page(
      [
        leads('The initiator offers, and sends its public value, nonce and identity at once.'),
        says(`The offer is ${offerWords(s)}, all of one group, since the public value is already made.`, nodeOf(s, 'Security Association')),
        says(
          `Its identity ${s.n.initiator.identity ?? ''} goes in the clear: that is the price of three messages instead of six.`,
          nodeOf(s, 'Identification'),
        ),
        vendorSentence(s),
      ],
      'Next: the choice of the responder, with its proof.',
      'RFC 2409, 5.4',
      'RFC 2408, 4.7',
    ),
  AM2: (s) =>
    page(
      [
        proofLead(s, ''),
        s.n.suite ? says(`It takes one transform as it stood: ${suiteWords(s.n.suite)}.`, nodeOf(s, 'Security Association')) : null,
        keysSentence(s),
        proofIs(s, 'HASH_R is keyed with SKEYID, and stands in the clear.'),
        certificateSentence(s),
        proofSentence(s),
        preShared(s)
          ? says('Who sees this message can try pre-shared keys against HASH_R for as long as he likes.', nodeOf(s, 'Hash'))
          : null,
        natSentence(s),
        verdictOf(s) === 'differs' ? says('The initiator, which finds the same, goes no further.') : null,
      ],
      verdictOf(s) === 'differs' ? '' : 'Next: the proof of the initiator.',
      'RFC 2409, 5.4',
      'RFC 2409, 5',
    ),
  AM3: (s) =>
    page(
      [
        proofLead(s, ', and phase 1 is complete'),
        proofIs(s, 'It sends HASH_I, keyed with SKEYID, which only a holder of the key can compute.'),
        certificateSentence(s),
        s.ike.opened
          ? says(
              'It came encrypted, though nothing in it needs that; others send it in the clear.',
              nodeIn({ ...s.ike, opened: null }, 'Encrypted data'),
            )
          : null,
        closedSentence(s),
        proofSentence(s),
        identified(s),
        natSentence(s),
      ],
      verdictOf(s) === 'differs' ? '' : 'Next: quick mode, or XAUTH and mode config before it.',
      'RFC 2409, 5.4',
      'RFC 2409, App. B',
    ),
};

const basePage =
  (lead: string, next: string) =>
  (s: Scene): Explanation =>
    page(
      [
        leads(lead),
        says(
          'The base exchange is all in the clear. IKE itself never used it, so how its proofs are made is not laid down, and they are not checked.',
        ),
        natSentence(s),
      ],
      next,
      'RFC 2408, 4.4',
    );

export const baseExchangePages: Readonly<Record<BaseMessageName, (scene: Scene) => Explanation>> = {
  BM1: basePage('The initiator offers, with a nonce.', 'Next: the choice of the responder.'),
  BM2: basePage('The responder chooses, with a nonce of its own.', 'Next: the public value and identity of the initiator.'),
  BM3: basePage('The initiator sends its public value, identity and proof.', 'Next: the same from the responder.'),
  BM4: basePage('The responder answers with its public value, identity and proof: the exchange is complete.', ''),
};
