/** Who failed to prove who they are, beyond what a notify says: XAUTH, and what aggressive mode gives away. */
import { type Claim, claim, isPreSharedKey, type Tale, whoIs } from './tale.ts';

const transaction = 6;

const xauth = ({ n, messages }: Tale): Claim[] => {
  const failed = messages.filter((m) => m.said.some((s) => s.kind === 'xauth' && s.status === 0));
  const passed = messages.some((m) => m.said.some((s) => s.kind === 'xauth' && s.status === 1));
  const [first] = failed;
  if (!first) return [];
  const asked = messages.filter((m) => m.exchangeType === transaction && m.event < first.event);
  return [
    claim(n.id, {
      code: 'xauth-failed',
      // Who tried again and passed had mistyped.
      severity: passed ? 'warning' : 'error',
      events: [...asked, ...failed].map((m) => m.event),
      message: `The user was refused: ${whoIs(n, first.side)}, sets XAUTH_STATUS to 0${passed ? '; a later try passes' : ''}.`,
      evidence: [{ event: first.event, text: 'XAUTH_STATUS 0 (fail)', payload: 'attributes' }],
      limits: 'Which of user name, password and account is wrong is known to the authentication server alone.',
    }),
  ];
};

const sealedXauth = (tale: Tale): Claim[] => {
  const { n, messages, quickModes } = tale;
  const asked = messages.filter((m) => m.exchangeType === transaction && m.repeats === null);
  const [first] = asked;
  // A request and its reply, a status and its acknowledgement, all sealed, and then silence.
  if (!first || !asked.every((m) => m.closed) || asked.length < 4 || quickModes.length > 0 || messages.at(-1)?.exchangeType !== transaction)
    return [];
  if (first.side !== 'responder' || new Set(asked.map((m) => m.messageId)).size < 2) return [];
  return [
    claim(n.id, {
      code: 'xauth-failed',
      severity: 'warning',
      certainty: 'possible',
      events: asked.map((m) => m.event),
      message:
        'After phase 1 a request and a status of the responder are answered, and no quick mode follows: so it looks when a user is refused.',
      evidence: asked.map((m) => ({ event: m.event, text: 'transaction message, sealed' })),
      tellApart: 'Give the keys: XAUTH_STATUS is then readable.',
      limits: 'The capture may simply end here.',
    }),
  ];
};

const exposed = ({ n, phase1 }: Tale): Claim[] => {
  const answer = phase1.find((m) => m.side === 'responder');
  if (n.mode !== 'aggressive' || !answer || !isPreSharedKey(n)) return [];
  return [
    claim(n.id, {
      code: 'aggressive-mode-psk-exposed',
      events: [answer.event],
      message: 'The second message of aggressive mode holds a hash in the clear that lets whoever sees it try pre-shared keys at leisure.',
      evidence: [{ event: answer.event, text: 'HASH_R in the clear', payload: 'hash' }],
    }),
  ];
};

export const authentication = (tale: Tale): Claim[] => [...xauth(tale), ...sealedXauth(tale), ...exposed(tale)];
