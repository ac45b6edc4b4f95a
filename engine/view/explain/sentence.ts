/** What explanations are made of: sentences that can point at a field or a key, and the negotiation that they speak of. */
import { payloadsOf } from '../../state/context.ts';
import type { Side } from '../../state/fact.ts';
import type { Authenticator, IkeSeen } from '../../state/seen.ts';
import type { Negotiation } from '../../state/state.ts';
import type { Explanation } from '../models.ts';
import { counted } from '../words.ts';

export type Sentence = Explanation['sentences'][number];

export const says = (text: string, node: string | null = null, key: string | null = null): Sentence => ({ text, strong: false, node, key });
export const leads = (text: string): Sentence => ({ text, strong: true, node: null, key: null });

/** A page of the explanation: what is said, what comes next, where it stands. */
export const page = (sentences: readonly (Sentence | null)[], next: string, ...rfcs: readonly string[]): Explanation => ({
  sentences: sentences.filter((s) => s !== null),
  next,
  rfcs,
});

/** An IKEv1 message in its negotiation, whose state is that after the message. */
export interface Scene {
  readonly ike: IkeSeen;
  readonly n: Negotiation;
  readonly speaker: Side;
  /** Of this message. */
  readonly event: number;
}

/** What the message proves itself with: `closed` where it could not be opened, `none` where it has nothing of the kind. */
export const verdictOf = (scene: Scene): Authenticator['verdict'] | 'closed' | 'none' =>
  scene.ike.authenticators[0]?.verdict ?? (scene.ike.closed ? 'closed' : 'none');

/** Name of the node that a message which came in parts stands under. */
export const wholeName = 'Message put together';

/** Id of the node of a payload, or of a field in it, in the packet tree. */
export const nodeOf = (scene: Scene, name: string): string => nodeIn(scene.ike, name);

export const nodeIn = (ike: IkeSeen, name: string): string =>
  `${ike.reassembled ? `${wholeName}/` : ''}${ike.opened ? 'Encrypted data/' : ''}${name}`;

/** Id of the node of a proof: it stands in a Hash or a Signature payload. */
export const proofNode = (ike: IkeSeen, name: string): string => nodeIn(ike, `${name.startsWith('SIG') ? 'Signature' : 'Hash'}/${name}`);

export const proofSentence = (scene: Scene): Sentence | null => {
  const proof = scene.ike.authenticators[0];
  if (!proof) return null;
  const node = proofNode(scene.ike, proof.name);
  if (proof.name.startsWith('SIG')) return signatureSentence(proof, node);
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

const signatureSentence = (proof: Authenticator, node: string): Sentence => {
  switch (proof.verdict) {
    case 'equal':
      return says(`${proof.name} verifies with the ${proof.keyedWith}.`, node, proof.name);
    case 'differs':
      return says(
        `${proof.name} does not verify with the ${proof.keyedWith}: another key made it, or over other values.`,
        node,
        proof.name,
      );
    case 'unknown':
      return says(
        `${proof.name} cannot be checked here: the public key is not in the trace, or a value that was signed is not known.`,
        node,
        proof.name,
      );
  }
};

export const closedSentence = (scene: Scene): Sentence | null =>
  scene.ike.closed ? says(`It stays closed here: ${scene.ike.closed}.`, nodeIn({ ...scene.ike, opened: null }, 'Encrypted data')) : null;

/** `1 proposal with 4 transforms`. */
export const offerWords = (scene: Scene): string => {
  const proposals = payloadsOf(scene.ike.payloads, 'securityAssociation').flatMap((p) => p.content.proposals);
  const transforms = proposals.reduce((sum, p) => sum + p.transforms.length, 0);
  return `${counted(proposals.length, 'proposal')} with ${counted(transforms, 'transform')}`;
};
