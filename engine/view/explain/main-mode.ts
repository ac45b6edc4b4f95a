/** The six messages of main mode in words, RFC 2409 5.4. */
import { vendorIdMeaning } from '../../registry/vendor-id-meaning.ts';
import { payloadsOf } from '../../state/context.ts';
import { methodFamily } from '../../state/ike/authentication-method.ts';
import { missingFor, unreadable } from '../../state/ikev1/derive.ts';
import type { MessageName } from '../../state/ikev1/transitions.ts';
import type { Explanation } from '../models.ts';
import { counted, groupName, suiteWords } from '../words.ts';
import {
  closedSentence,
  leads,
  nodeOf,
  offerWords,
  page,
  proofNode,
  proofSentence,
  type Scene,
  type Sentence,
  says,
  verdictOf,
} from './sentence.ts';

export const natSentence = (scene: Scene): Sentence | null => {
  if (payloadsOf(scene.ike.payloads, 'natDiscovery').length === 0) return null;
  const { nat } = scene.n;
  const found = nat.initiator || nat.responder;
  const verdict =
    nat.initiator === null && nat.responder === null
      ? 'they cannot be checked here'
      : found
        ? 'one does not match the addresses on the wire, so a NAT stands between'
        : 'they match the addresses on the wire, so no NAT stands between';
  return says(`NAT-D payloads hash both addresses and ports: ${verdict}.`, nodeOf(scene, 'NAT Discovery'));
};

export const keysSentence = ({ n }: Scene): Sentence => {
  const { skeyid, skeyidE, encryptionKey } = n.values;
  if (!encryptionKey) {
    const why = unreadable(n) ?? `${missingFor(n).join(' and ')} would be needed`;
    return says(`Here they cannot be computed: ${why}.`, null, 'SKEYID');
  }
  if (encryptionKey.basis === 'supplied') return says('The cipher key Ka was given, so what follows can be opened.', null, 'Ka');
  if (skeyidE?.basis === 'supplied') return says('SKEYID_e was given, and the cipher key Ka follows from it.', null, 'Ka');
  return skeyid?.basis === 'supplied'
    ? says('SKEYID was given; SKEYID_d, SKEYID_a and SKEYID_e are derived here, and from the last the cipher key Ka.', null, 'SKEYID_e')
    : says(
        'With what was given, SKEYID and SKEYID_d, SKEYID_a and SKEYID_e are derived here, and from the last the cipher key Ka.',
        null,
        'SKEYID',
      );
};

const publicOctets = (scene: Scene): number => payloadsOf(scene.ike.payloads, 'keyExchange')[0]?.content.data.length ?? 0;
const nonceOctets = (scene: Scene): number => payloadsOf(scene.ike.payloads, 'nonce')[0]?.content.data.length ?? 0;

const groupWords = ({ n }: Scene): string => (n.suite?.group == null ? '' : ` of group ${n.suite.group}, ${groupName(n.suite.group)}`);

/** What a holder of SKEYID proves by it. */
const knowledge = ({ n }: Scene): string => (methodFamily(n.suite) === 'preSharedKey' ? 'that it knows the pre-shared key' : 'who it is');

/** What the certificates of the side say, where it showed any. */
export const certificateSentence = (scene: Scene): Sentence | null => {
  const { n, speaker } = scene;
  const own = n.certificates[speaker].find((c) => c.facts);
  if (!own?.facts || own.event !== scene.event) return null;
  const chain =
    n.certificates[speaker].length > 1 ? `, with ${counted(n.certificates[speaker].length - 1, 'more certificate')} of its chain` : '';
  const time = own.facts.validThen === null ? '' : own.facts.validThen ? ', valid at the time' : ', not valid at the time';
  const stands = n.identityCertified[speaker];
  const identity = stands === null ? '' : stands ? ' The identity stands in it.' : ' The identity does not stand in it.';
  return says(`Its certificate is that of ${own.facts.subject}${chain}${time}.${identity}`, nodeOf(scene, 'Certificate'));
};

export const identified = (scene: Scene): Sentence | null => {
  const { n, speaker } = scene;
  if (n.authenticated[speaker] !== true) return null;
  const who = n[speaker].identity ?? 'its identity';
  const both = n.authenticated.initiator === true && n.authenticated.responder === true;
  // In the third message of aggressive mode it is only the proof of what the first one said.
  const node = payloadsOf(scene.ike.payloads, 'identification').length > 0 ? nodeOf(scene, 'Identification') : null;
  return speaker === 'initiator' || !both
    ? says(`So the identity ${who} is authenticated.`, node)
    : says(`Both ends are authenticated; the responder is ${who}.`, node);
};

export const proofLead = (scene: Scene, done: string): Sentence => {
  const who = `The ${scene.speaker}`;
  switch (verdictOf(scene)) {
    case 'equal': {
      const same = scene.speaker === 'responder' && scene.n.authenticated.initiator === true;
      return leads(`${who} proves ${same ? 'the same' : knowledge(scene)}${done}.`);
    }
    case 'differs':
      return leads(`${who} fails to prove ${knowledge(scene)}.`);
    case 'unknown':
      return leads(`${who} sends its proof of ${knowledge(scene) === 'who it is' ? 'who it is' : 'the pre-shared key'}.`);
    case 'closed':
      return leads(`${who} sends its identity and proof, encrypted.`);
    case 'none':
      return leads(`${who} sends its identity.`);
  }
};

/** What the proof is, where there is one to be seen. */
export const proofIs = (scene: Scene, text: string): Sentence | null => {
  const name = scene.ike.authenticators[0]?.name;
  if (!name) return null;
  const signed = `It signs HASH_${name.slice(-1)}, so that its public key is enough to check it.`;
  return says(name.startsWith('SIG') ? signed : text, proofNode(scene.ike, name), name);
};

/** What the vendor IDs of a message say that their sender knows. */
export const vendorSentence = (scene: Scene): Sentence | null => {
  const ids = payloadsOf(scene.ike.payloads, 'vendorId');
  if (ids.length === 0) return null;
  const extensions = ids.flatMap((p) => vendorIdMeaning(p.content.data) ?? []).filter((word, i, all) => all.indexOf(word) === i);
  const which = extensions.length > 0 ? `: ${extensions.join(', ')}` : '';
  return says(`Vendor IDs tell which extensions it knows${which}.`, nodeOf(scene, 'Vendor ID'));
};

export const mainModePages: Readonly<Record<MessageName, (scene: Scene) => Explanation>> = {
  MM1: (s) =>
    page(
      [
        leads('The initiator offers ways to protect the negotiation.'),
        says(`It sends ${offerWords(s)} and a cookie of its own; nothing is secret yet.`, nodeOf(s, 'Security Association')),
        vendorSentence(s),
      ],
      'Next: the choice of the responder.',
      'RFC 2409, 5.4',
      'RFC 2408, 3.4',
    ),
  MM2: (s) =>
    page(
      [
        leads('The responder chooses.'),
        s.n.suite
          ? says(`It takes one transform as it stood: ${suiteWords(s.n.suite)}.`, nodeOf(s, 'Security Association'))
          : says(
              `It answers with ${offerWords(s)}, where one was to be taken: what it chose is not clear.`,
              nodeOf(s, 'Security Association'),
            ),
        says('Its cookie, beside that of the initiator, names this negotiation from now on.', nodeOf(s, 'ISAKMP header')),
      ],
      'Next: public values and nonces.',
      'RFC 2409, 5.4',
      'RFC 2408, 2.5.3',
    ),
  MM3: (s) =>
    page(
      [
        leads('The initiator sends its public value and a nonce.'),
        says(
          `The Diffie-Hellman value has ${publicOctets(s)} octets${groupWords(s)}; who listens cannot compute the shared secret from it.`,
          nodeOf(s, 'Key Exchange'),
          'g^xi',
        ),
        says(`The nonce of ${nonceOctets(s)} octets makes the keys fresh.`, nodeOf(s, 'Nonce'), 'Ni_b'),
        natSentence(s),
      ],
      'Next: the same from the responder.',
      'RFC 2409, 5.4',
      'RFC 2408, 3.7',
    ),
  MM4: (s) =>
    page(
      [
        leads('The responder answers with its own public value and nonce.'),
        says('Both sides can now compute g^xy and all keys of phase 1.', nodeOf(s, 'Key Exchange'), 'g^xr'),
        keysSentence(s),
        natSentence(s),
      ],
      'Next: encrypted, the identities.',
      'RFC 2409, 5',
      'RFC 2409, App. B',
    ),
  MM5: (s) =>
    page(
      [
        proofLead(s, ''),
        proofIs(s, 'It sends HASH_I, keyed with SKEYID, which only a holder of the key can compute.'),
        certificateSentence(s),
        closedSentence(s),
        proofSentence(s),
        identified(s),
      ],
      'Next: HASH_R.',
      'RFC 2409, 5.4',
      'RFC 2409, 5',
      'RFC 2408, 3.11',
    ),
  MM6: (s) =>
    page(
      [
        proofLead(s, ', and phase 1 is complete'),
        proofIs(s, 'HASH_R is made over the same values with the two sides exchanged.'),
        certificateSentence(s),
        closedSentence(s),
        proofSentence(s),
        identified(s),
        verdictOf(s) === 'differs'
          ? says('The initiator, which finds the same, goes no further.')
          : says('The last block of this message begins the IV of every exchange that follows.', null, 'IV of MM6'),
      ],
      verdictOf(s) === 'differs' ? '' : 'Next: quick mode, for the SAs that carry traffic.',
      'RFC 2409, 5.4',
      'RFC 2409, App. B',
    ),
};
