/** One plain paragraph on what an event is and why it happens, true for this very packet, with the sections that say so. */

import { notifyTypesV1 } from '../registry/notify-type.ts';
import { nameOf } from '../registry/registry.ts';
import { payloadsOf } from '../state/context.ts';
import { other, type Side } from '../state/fact.ts';
import { missingFor, unreadable } from '../state/ikev1/derive.ts';
import { get } from '../state/persistent-map.ts';
import type { IkeSeen, IpsecSeen, Seen } from '../state/seen.ts';
import type { Negotiation, State } from '../state/state.ts';
import { spi as spiOf, spiText } from '../values/spi.ts';
import type { Explanation } from './models.ts';
import { counted, groupName, suiteWords } from './words.ts';

type Sentence = Explanation['sentences'][number];

const says = (text: string, node: string | null = null, key: string | null = null): Sentence => ({ text, strong: false, node, key });
const leads = (text: string): Sentence => ({ text, strong: true, node: null, key: null });

/** A page of the explanation: what is said, what comes next, where it stands. */
const page = (sentences: readonly (Sentence | null)[], next: string, ...rfcs: readonly string[]): Explanation => ({
  sentences: sentences.filter((s) => s !== null),
  next,
  rfcs,
});

interface Scene {
  readonly ike: IkeSeen;
  readonly n: Negotiation;
  readonly speaker: Side;
  readonly listener: Side;
}

const proofSentence = (scene: Scene): Sentence | null => {
  const proof = scene.ike.authenticators[0];
  if (!proof) return null;
  const node = `${scene.ike.opened ? 'Encrypted data/' : ''}Hash/${proof.name}`;
  switch (proof.verdict) {
    case 'equal':
      return says(`${proof.name}, recomputed with ${proof.keyedWith}, is the value in the packet.`, node, proof.name);
    case 'differs':
      return says(
        `${proof.name}, recomputed with ${proof.keyedWith}, is another value than the one in the packet: the two sides do not agree on what was said, or on the key.`,
        node,
        proof.name,
      );
    case 'unknown':
      return says(`${proof.name} cannot be checked here, since ${proof.keyedWith} or an input of it is not known.`, node, proof.name);
  }
};

const closedSentence = (scene: Scene): Sentence | null =>
  scene.ike.closed ? says(`It stays closed here: ${scene.ike.closed}.`, 'Encrypted data') : null;

const offer = (scene: Scene): string => {
  const proposals = payloadsOf(scene.ike.payloads, 'securityAssociation').flatMap((p) => p.content.proposals);
  const transforms = proposals.reduce((sum, p) => sum + p.transforms.length, 0);
  return `${counted(proposals.length, 'proposal')} with ${counted(transforms, 'transform')}`;
};

const natSentence = (scene: Scene): Sentence | null => {
  if (payloadsOf(scene.ike.payloads, 'natDiscovery').length === 0) return null;
  const { nat } = scene.n;
  const found = nat.initiator || nat.responder;
  const verdict =
    nat.initiator === null && nat.responder === null
      ? 'they cannot be checked here'
      : found
        ? 'one does not match the addresses on the wire, so a NAT stands between'
        : 'they match the addresses on the wire, so no NAT stands between';
  return says(`NAT-D payloads hash both addresses and ports: ${verdict}.`, 'NAT Discovery');
};

const keysSentence = (n: Negotiation): Sentence => {
  if (!n.values.encryptionKey) {
    const why = unreadable(n) ?? `${missingFor(n).join(' and ')} would be needed`;
    return says(`Here they cannot be computed: ${why}.`, null, 'SKEYID');
  }
  return n.values.skeyidE?.basis === 'derived'
    ? says(
        'With what was given, SKEYID and SKEYID_d, SKEYID_a and SKEYID_e are derived here, and from the last the cipher key Ka.',
        null,
        'SKEYID',
      )
    : says('The cipher key Ka was given, so what follows can be opened.', null, 'Ka');
};

const publicOctets = (scene: Scene): number => payloadsOf(scene.ike.payloads, 'keyExchange')[0]?.content.data.length ?? 0;
const nonceOctets = (scene: Scene): number => payloadsOf(scene.ike.payloads, 'nonce')[0]?.content.data.length ?? 0;
const inside = (name: string): string => `Encrypted data/${name}`;

const groupWords = (n: Negotiation): string => (n.suite?.group == null ? '' : ` of group ${n.suite.group}, ${groupName(n.suite.group)}`);

const identity = (scene: Scene, side: Side): string => scene.n[side].identity ?? 'its identity';

const mainModePages: Readonly<Record<string, (scene: Scene) => Explanation>> = {
  MM1: (s) =>
    page(
      [
        leads('The initiator offers ways to protect the negotiation.'),
        says(`It sends ${offer(s)} and a cookie of its own; nothing is secret yet.`, 'Security Association'),
        payloadsOf(s.ike.payloads, 'vendorId').length > 0 ? says('Vendor IDs tell which extensions it knows.', 'Vendor ID') : null,
      ],
      'Next: the choice of the responder.',
      'RFC 2409, 5.4',
      'RFC 2408, 3.4',
    ),
  MM2: (s) =>
    page(
      [
        leads('The responder chooses.'),
        says(`It takes one transform as it stood: ${suiteWords(s.n.suite)}.`, 'Security Association'),
        says('Its cookie, beside that of the initiator, names this negotiation from now on.', 'ISAKMP header'),
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
          `The Diffie-Hellman value has ${publicOctets(s)} octets${groupWords(s.n)}; who listens cannot compute the shared secret from it.`,
          'Key Exchange',
          'g^xi',
        ),
        says(`The nonce of ${nonceOctets(s)} octets makes the keys fresh.`, 'Nonce', 'Ni_b'),
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
        says('Both sides can now compute g^xy and all keys of phase 1.', 'Key Exchange', 'g^xr'),
        keysSentence(s.n),
        natSentence(s),
      ],
      'Next: encrypted, the identities.',
      'RFC 2409, 5',
      'RFC 2409, App. B',
    ),
  MM5: (s) =>
    page(
      [
        leads(
          s.ike.opened
            ? 'The initiator proves that it knows the pre-shared key.'
            : 'The initiator sends its identity and proof, encrypted.',
        ),
        s.ike.opened
          ? says('It sends HASH_I, keyed with SKEYID, which only a holder of the key can compute.', inside('Hash/HASH_I'), 'HASH_I')
          : closedSentence(s),
        proofSentence(s),
        s.n.authenticated.initiator === true
          ? says(`So the identity ${identity(s, 'initiator')} is authenticated.`, inside('Identification'))
          : null,
      ],
      'Next: HASH_R.',
      'RFC 2409, 5.4',
      'RFC 2409, 5',
      'RFC 2408, 3.11',
    ),
  MM6: (s) =>
    page(
      [
        leads(
          s.ike.opened
            ? 'The responder proves the same, and phase 1 is complete.'
            : 'The responder sends its identity and proof, encrypted.',
        ),
        s.ike.opened
          ? says('HASH_R is made over the same values with the two sides exchanged.', inside('Hash/HASH_R'), 'HASH_R')
          : closedSentence(s),
        proofSentence(s),
        s.n.authenticated.responder === true
          ? says(`Both ends are authenticated; the responder is ${identity(s, 'responder')}.`, inside('Identification'))
          : null,
        says('The last block of this message begins the IV of every exchange that follows.', null, 'IV of MM6'),
      ],
      'Next: quick mode, for the SAs that carry traffic.',
      'RFC 2409, 5.4',
      'RFC 2409, App. B',
    ),
};

const quickModePages: Readonly<Record<string, (scene: Scene) => Explanation>> = {
  QM1: (s) =>
    page(
      [
        leads(`The ${s.speaker} asks for IPsec SAs.`),
        s.ike.opened
          ? says(`It offers ${offer(s)}, a new nonce, and with the identities which traffic is meant.`, inside('Security Association'))
          : closedSentence(s),
        proofSentence(s),
        s.ike.opened ? says('The SPI in its offer is the one that it wants to receive on.', inside('Security Association')) : null,
      ],
      'Next: the answer, with HASH(2).',
      'RFC 2409, 5.5',
    ),
  QM2: (s) => {
    const q = get(s.n.exchanges, `quick ${s.ike.message.header.messageId}`);
    const keys = q?.kind === 'quick' && q.spis.length > 0 && s.n.values.skeyidD;
    return page(
      [
        leads(`The ${s.speaker} accepts.`),
        s.ike.opened
          ? says(
              'It returns the transform that it takes, its nonce, and the SPI that it wants to receive on.',
              inside('Security Association'),
            )
          : closedSentence(s),
        proofSentence(s),
        keys
          ? says(
              `KEYMAT of both directions is now known: each comes from SKEYID_d, the SPI and both nonces.`,
              inside('Nonce'),
              `KEYMAT ${spiText(spiOf(q.spis[0] ?? 0))}`,
            )
          : null,
      ],
      'Next: HASH(3), the proof of liveness.',
      'RFC 2409, 5.5',
    );
  },
  QM3: (s) =>
    page(
      [
        leads(`The ${s.speaker} proves that it is alive, and quick mode is complete.`),
        s.ike.opened
          ? says('HASH(3) covers both nonces, so it cannot be an old message played again.', inside('Hash/HASH(3)'), 'HASH(3)')
          : closedSentence(s),
        proofSentence(s),
        says('From here on traffic may use the new SAs.'),
      ],
      'Next: protected packets.',
      'RFC 2409, 5.5',
      'RFC 4301, 4.4.2',
    ),
};

const informationalPage = (s: Scene): Explanation => {
  const deletes = payloadsOf(s.ike.payloads, 'delete');
  const notifies = payloadsOf(s.ike.payloads, 'notification');
  const phase1 = deletes.find((d) => d.content.protocolId === 1);
  if (phase1) {
    return page(
      [
        leads(`The ${s.speaker} deletes the ISAKMP SA.`),
        says('The payload names it by both cookies.', inside('Delete')),
        proofSentence(s),
        says(`It tells that the SA is gone on its side; it asks for no answer.`),
      ],
      '',
      'RFC 2408, 3.15',
      'RFC 2409, 5.7',
    );
  }
  if (deletes.length > 0) {
    return page(
      [
        leads(`The ${s.speaker} deletes an IPsec SA.`),
        says('It names the SPI that it received on, so the other side must stop sending on it.', inside('Delete')),
        proofSentence(s),
      ],
      '',
      'RFC 2408, 3.15',
      'RFC 2409, 5.7',
    );
  }
  const names = notifies.map((p) => nameOf(notifyTypesV1, p.content.notifyType) ?? `type ${p.content.notifyType}`);
  const clear = s.ike.message.encrypted === null;
  return page(
    [
      leads(names.length > 0 ? `The ${s.speaker} notifies: ${names.join(', ')}.` : `The ${s.speaker} sends an informational message.`),
      clear ? says('It is in the clear: nothing proves who sent it.', 'Notification') : null,
      closedSentence(s),
      proofSentence(s),
    ],
    '',
    'RFC 2409, 5.7',
    'RFC 2408, 3.14',
  );
};

const otherPage = (s: Scene): Explanation =>
  page(
    [
      leads(`The ${s.speaker} sends a message of an exchange that this version shows but does not follow.`),
      s.ike.message.header.major === 2 ? says('It is IKEv2.', 'ISAKMP header') : null,
      closedSentence(s),
    ],
    '',
    s.ike.message.header.major === 2 ? 'RFC 7296, 1.2' : 'RFC 2408, 4.1',
  );

const ikePage = (state: State, ike: IkeSeen): Explanation => {
  const n = get(state.negotiations, ike.negotiation);
  if (!n) return page([], '');
  const scene: Scene = { ike, n, speaker: ike.side, listener: other(ike.side) };
  if (ike.retransmissionOf !== null) {
    return page(
      [
        leads(`The ${ike.side} sends a message again.`),
        says(`It equals the one at #${ike.retransmissionOf} octet for octet: no answer had come in time. No state moves.`),
      ],
      '',
      'RFC 2408, 5.1',
    );
  }
  const made = mainModePages[ike.label] ?? quickModePages[ike.label];
  if (made) return made(scene);
  return ike.label === 'INFO' ? informationalPage(scene) : otherPage(scene);
};

const windowWords = {
  new: 'is new to the replay window',
  replayed: 'came before: a receiver drops it',
  old: 'is older than the replay window reaches: a receiver drops it',
} as const;

const ipsecPage = (state: State, seen: IpsecSeen): Explanation => {
  const a = get(state.associations, seen.association);
  const spi = spiText(seen.spi);
  const who = a?.side ? `The ${a.side} sends` : 'Somebody sends';
  const icv =
    seen.authenticated === true
      ? says('Its ICV is right: a holder of the key made it, and nobody changed it.', 'ICV')
      : seen.authenticated === false
        ? says('Its ICV is wrong: it was changed on its way, or the keys differ. The window does not move.', 'ICV')
        : says('Its ICV cannot be checked here.');
  const unknown = a && a.negotiation === null ? says('No negotiation in this trace made this SA, so its keys are not known.') : null;
  return page(
    [
      leads(`${who} a protected packet on ${spi}.`),
      says(
        `Its sequence number ${seen.sequence} ${seen.replay === null ? 'is the first that is seen and sets the replay window' : windowWords[seen.replay]}.`,
        'Sequence number',
      ),
      icv,
      unknown,
    ],
    '',
    seen.protocol === 'esp' ? 'RFC 4303, 3.4' : 'RFC 4302, 3.4',
    seen.protocol === 'esp' ? 'RFC 4303, 2.2' : 'RFC 4302, 2.5',
  );
};

const givenPage = (state: State): Explanation => {
  const n = state.secrets.length;
  return n === 0
    ? page([leads('Before the first packet.'), says('No secrets were given: encrypted messages stay closed.')], 'Next: the first event.')
    : page(
        [
          leads('Before the first packet: what was given.'),
          says(`${counted(n, 'secret')} known from the start; what follows from them is derived as the packets come.`, null, 'psk'),
        ],
        'Next: the first event.',
      );
};

/** One paragraph on the event that led to `state`. What is not known is said to be so. */
export const explain = (state: State, seen: Seen): Explanation => {
  if (state.index === 0) return givenPage(state);
  if (seen.ike) return ikePage(state, seen.ike);
  if (seen.ipsec) return ipsecPage(state, seen.ipsec);
  switch (seen.packet?.carried) {
    case 'nat-keepalive':
      return page([leads('A NAT keepalive.'), says('One octet, so that a NAT on the way keeps its mapping.')], '', 'RFC 3948, 2.3');
    case 'fragment':
      return page([leads('A fragment of an IP datagram.'), says('The message shows at the frame that completes it.')], '', 'RFC 791, 3.2');
    default:
      return page([leads('Neither IKE nor IPsec.'), says('It is kept, and changes nothing.')], '');
  }
};
