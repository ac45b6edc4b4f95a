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
}

/** What the message proves itself with: `closed` where it could not be opened, `none` where it has nothing of the kind. */
export const verdictOf = (scene: Scene): Authenticator['verdict'] | 'closed' | 'none' =>
  scene.ike.authenticators[0]?.verdict ?? (scene.ike.closed ? 'closed' : 'none');

/** Id of the node of a payload, or of a field in it, in the packet tree. */
export const nodeOf = (scene: Scene, name: string): string => (scene.ike.opened ? `Encrypted data/${name}` : name);

export const proofSentence = (scene: Scene): Sentence | null => {
  const proof = scene.ike.authenticators[0];
  if (!proof) return null;
  const node = nodeOf(scene, `Hash/${proof.name}`);
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

export const closedSentence = (scene: Scene): Sentence | null =>
  scene.ike.closed ? says(`It stays closed here: ${scene.ike.closed}.`, 'Encrypted data') : null;

/** `1 proposal with 4 transforms`. */
export const offerWords = (scene: Scene): string => {
  const proposals = payloadsOf(scene.ike.payloads, 'securityAssociation').flatMap((p) => p.content.proposals);
  const transforms = proposals.reduce((sum, p) => sum + p.transforms.length, 0);
  return `${counted(proposals.length, 'proposal')} with ${counted(transforms, 'transform')}`;
};
