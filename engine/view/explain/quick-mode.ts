/** The three messages of quick mode in words, RFC 2409 5.5. */
import { payloadsOf } from '../../state/context.ts';
import type { QuickMessageName } from '../../state/ikev1/transitions.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey } from '../../state/state.ts';
import { spi as spiOf, spiText } from '../../values/spi.ts';
import type { Explanation } from '../models.ts';
import { closedSentence, leads, nodeOf, offerWords, page, proofSentence, type Scene, type Sentence, says, verdictOf } from './sentence.ts';

const notBelieved = (): Sentence => says('So it is not believed: nobody moves, and nothing is taken from it.');

const meant = (scene: Scene): string => {
  const identities = payloadsOf(scene.ike.payloads, 'identification').length;
  const pfs = payloadsOf(scene.ike.payloads, 'keyExchange').length > 0;
  const parts = [offerWords(scene), 'a new nonce'];
  if (pfs) parts.push('a new public value, for keys that owe nothing to phase 1');
  const traffic =
    identities >= 2 ? '; the identities say which traffic is meant' : '; the traffic meant is that of the two ends themselves';
  return `${parts.join(', ')}${traffic}`;
};

const keymatSentence = (scene: Scene): Sentence | null => {
  const q = get(scene.n.exchanges, exchangeKey('quick', scene.ike.message.header.messageId));
  if (q?.kind !== 'quick' || q.spis.length === 0) return null;
  if (!scene.n.values.skeyidD) return says('KEYMAT cannot be computed here: SKEYID_d is not known.', null, 'SKEYID_d');
  if (q.gxi && !q.dhSharedSecret) return says('KEYMAT cannot be computed here: g^xy of this quick mode is not known.');
  if (!q.nonceI || !q.nonceR) return says('KEYMAT cannot be computed here: a nonce is not known.');
  return says(
    'KEYMAT of both directions is now known: each comes from SKEYID_d, the SPI and both nonces.',
    nodeOf(scene, 'Nonce'),
    `KEYMAT ${spiText(spiOf(q.spis[0] ?? 0))}`,
  );
};

export const quickModePages: Readonly<Record<QuickMessageName, (scene: Scene) => Explanation>> = {
  QM1: (s) => {
    const wrong = verdictOf(s) === 'differs';
    const node = nodeOf(s, 'Security Association');
    return page(
      [
        leads(`The ${s.speaker} asks for IPsec SAs.`),
        s.ike.opened ? says(`It offers ${meant(s)}.`, node) : closedSentence(s),
        proofSentence(s),
        wrong ? notBelieved() : s.ike.opened ? says('The SPI in its offer is the one that it wants to receive on.', node) : null,
      ],
      wrong ? '' : 'Next: the answer, with HASH(2).',
      'RFC 2409, 5.5',
    );
  },
  QM2: (s) => {
    const wrong = verdictOf(s) === 'differs';
    return page(
      [
        leads(wrong ? `A message in the name of the ${s.speaker} answers.` : `The ${s.speaker} accepts.`),
        s.ike.opened
          ? says(
              'It returns the transform that it takes, its nonce, and the SPI that it wants to receive on.',
              nodeOf(s, 'Security Association'),
            )
          : closedSentence(s),
        proofSentence(s),
        wrong ? notBelieved() : keymatSentence(s),
      ],
      wrong ? '' : 'Next: HASH(3), the proof of liveness.',
      'RFC 2409, 5.5',
    );
  },
  QM3: (s) => {
    const verdict = verdictOf(s);
    const wrong = verdict === 'differs';
    const lead = {
      equal: `The ${s.speaker} proves that it is alive, and quick mode is complete.`,
      differs: `A message in the name of the ${s.speaker} fails to prove that it is alive.`,
      unknown: `The ${s.speaker} sends its proof that it is alive, and quick mode is complete.`,
      closed: `The ${s.speaker} sends the last message, and quick mode is complete.`,
      none: `The ${s.speaker} sends the last message, and quick mode is complete.`,
    }[verdict];
    return page(
      [
        leads(lead),
        s.ike.opened
          ? says('HASH(3) covers both nonces, so it cannot be an old message played again.', nodeOf(s, 'Hash/HASH(3)'), 'HASH(3)')
          : closedSentence(s),
        proofSentence(s),
        wrong ? notBelieved() : says('From here on traffic may use the new SAs.'),
      ],
      wrong ? '' : 'Next: protected packets.',
      'RFC 2409, 5.5',
      'RFC 4301, 4.4.2',
    );
  },
  QM4: (s) => {
    const wrong = verdictOf(s) === 'differs';
    return page(
      [
        leads(`The ${s.speaker} says that its SAs are ready.`),
        s.ike.opened
          ? says('The commit bit had asked for it: nobody sends on the new SAs before this CONNECTED has come.', nodeOf(s, 'Notification'))
          : closedSentence(s),
        proofSentence(s),
        wrong ? notBelieved() : null,
      ],
      wrong ? '' : 'Next: protected packets.',
      'RFC 2408, 3.1',
      'RFC 2409, 5.5',
    );
  },
};
