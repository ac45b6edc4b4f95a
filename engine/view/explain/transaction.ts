/** XAUTH and mode config in words, with new group mode, parts of messages, and protocols that only look like IKE. */
import { configurationAttributes } from '../../registry/attribute.ts';
import { nameOf } from '../../registry/registry.ts';
import { payloadsOf } from '../../state/context.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey } from '../../state/state.ts';
import type { Explanation } from '../models.ts';
import { closedSentence, leads, nodeOf, page, proofSentence, type Scene, type Sentence, says, verdictOf } from './sentence.ts';

const modeConfig = 'draft-dukes-ike-mode-cfg-02, 3';
const xauth = 'draft-beaulieu-ike-xauth-02, 5';
const xauthTypes = (type: number): boolean => type >= 16520 && type <= 16529;

const attributesOf = (s: Scene) => payloadsOf(s.ike.payloads, 'attributes')[0]?.content;

/** What is asked for or given, by name. */
const namesSentence = (s: Scene): Sentence | null => {
  const list = attributesOf(s)?.attributes ?? [];
  if (list.length === 0) return null;
  const names = list.slice(0, 8).map((a) => nameOf(configurationAttributes, a.type) ?? `attribute ${a.type}`);
  return says(`It names ${names.join(', ')}${list.length > 8 ? ' and more' : ''}.`, nodeOf(s, 'Attributes'));
};

const xauthLeads = (s: Scene, type: number): string => {
  const user = s.n.xauth?.user;
  switch (type) {
    case 1:
      return `The ${s.speaker} asks who the user is: phase 1 proved the machine, not the person.`;
    case 2:
      return `The ${s.speaker} answers${user ? ` as ${user}` : ''}; what it proves itself with stays masked here.`;
    case 3:
      return s.n.xauth?.status === 'failed' ? `The ${s.speaker} refuses the user.` : `The ${s.speaker} accepts the user.`;
    default:
      return `The ${s.speaker} acknowledges the verdict.`;
  }
};

const configLeads = (s: Scene, type: number): string => {
  const given = s.n.configuration?.addresses.join(', ');
  switch (type) {
    case 1:
      return `The ${s.speaker} asks for an address and what else it needs inside.`;
    case 2:
      return given ? `The ${s.speaker} assigns ${given}.` : `The ${s.speaker} answers with what it gives.`;
    case 3:
      return given ? `The ${s.speaker} assigns ${given}, unasked.` : `The ${s.speaker} tells how the other side is to be configured.`;
    default:
      return `The ${s.speaker} acknowledges.`;
  }
};

export const transactionPage = (s: Scene): Explanation => {
  const body = attributesOf(s);
  if (!body)
    return page(
      [leads(`The ${s.speaker} sends a message of a transaction exchange: XAUTH or mode config.`), closedSentence(s), proofSentence(s)],
      '',
      modeConfig,
    );
  const asksUser =
    body.attributes.some((a) => xauthTypes(a.type)) || (body.type === 4 && s.n.xauth?.decided !== null && !s.n.configuration);
  const failed = asksUser && s.n.xauth?.status === 'failed';
  return page(
    [
      leads(asksUser ? xauthLeads(s, body.type) : configLeads(s, body.type)),
      namesSentence(s),
      proofSentence(s),
      verdictOf(s) === 'differs' ? says('So it is not believed, and nothing follows from it.') : null,
      failed && body.type >= 3 ? says('The ISAKMP SA has to be given up now; often no DELETE says so.') : null,
    ],
    '',
    asksUser ? xauth : modeConfig,
    'RFC 2409, 5.7',
  );
};

export const newGroupPage = (s: Scene): Explanation => {
  const e = get(s.n.exchanges, exchangeKey('newGroup', s.ike.message.header.messageId));
  return page(
    [
      leads(`The ${s.speaker} speaks of a Diffie-Hellman group of its own choice.`),
      e?.result ? says(`It ${e.result}.`, nodeOf(s, 'Security Association')) : null,
      closedSentence(s),
      proofSentence(s),
    ],
    '',
    'RFC 2409, 5.6',
  );
};

/** A part that leaves its message incomplete, or that repeats what was known. */
export const fragmentPage = (s: Scene): Explanation => {
  const part = s.ike.message.payloads[0]?.content;
  const { reassembled } = s.ike;
  const number = part?.kind === 'fragment' ? part.number : 0;
  return page(
    [
      leads(`The ${s.speaker} sends part ${number} of a message.`),
      says('Long messages are cut before UDP has to do it: firewalls tend to drop fragments of IP.', 'Fragment'),
      reassembled
        ? says(
            reassembled.repeats === null
              ? 'It completes a message that is itself a part, which is lawful nowhere.'
              : `It completes a message again that was known since #${reassembled.repeats}: no state moves.`,
          )
        : says('Other parts of it are still to come.'),
    ],
    '',
    'RFC 2408, 3.1',
  );
};

const foreign =
  (lead: string, note: string, ...rfcs: readonly string[]) =>
  (s: Scene): Explanation =>
    page([leads(lead), says(note, 'ISAKMP header'), closedSentence(s)], '', ...rfcs);

const group = 'Its exchanges share numbers with quick mode and new group mode, and mean something else.';

export const foreignPages: Readonly<Record<string, (scene: Scene) => Explanation>> = {
  GKPULL: foreign('A member of a group asks its key server for keys (GDOI).', group, 'RFC 6407, 3'),
  GKPUSH: foreign('A key server sends its group new keys (GDOI).', group, 'RFC 6407, 4'),
  AUTHIP: foreign(
    'This is AuthIP, which Windows hosts speak to each other.',
    'It has the header of ISAKMP and exchanges of its own, 243 to 246.',
  ),
};
