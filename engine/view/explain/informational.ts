/** Deletes and notifies in words, RFC 2409 5.7, RFC 2408 3.14 and 3.15. */
import { toHex } from '../../bytes/hex.ts';
import { notifyTypesV1 } from '../../registry/notify-type.ts';
import { nameOf } from '../../registry/registry.ts';
import { payloadsOf } from '../../state/context.ts';
import type { Explanation } from '../models.ts';
import { closedSentence, leads, nodeOf, page, proofSentence, type Scene, type Sentence, says, verdictOf } from './sentence.ts';

/** Why a message is not acted on, whatever it says. */
const doubt = (scene: Scene): Sentence | null => {
  if (scene.ike.message.encrypted === null) return says('It is in the clear: nothing proves who sent it, so nothing follows from it.');
  return verdictOf(scene) === 'differs' ? says('So it is not believed, and nothing follows from it.') : null;
};

const isakmpPage = (s: Scene, spis: readonly Uint8Array[]): Explanation => {
  const doubted = doubt(s);
  const own = `${s.n.initiatorCookie}${s.n.responderCookie}`;
  const another = spis.some((octets) => octets.length === 16) && !spis.some((octets) => toHex(octets) === own);
  return page(
    [
      leads(
        doubted
          ? `A message in the name of the ${s.speaker} deletes the ISAKMP SA.`
          : `The ${s.speaker} deletes ${another ? 'another' : 'the'} ISAKMP SA.`,
      ),
      says(
        another ? 'The cookies in the payload are not those of this one, which goes on.' : 'The payload names it by both cookies.',
        nodeOf(s, 'Delete'),
      ),
      proofSentence(s),
      doubted ?? says('It tells that the SA is gone on its side; it asks for no answer.'),
    ],
    '',
    'RFC 2408, 3.15',
    'RFC 2409, 5.7',
  );
};

const ipsecPage = (s: Scene, count: number): Explanation => {
  const doubted = doubt(s);
  const who = doubted ? `A message in the name of the ${s.speaker}` : `The ${s.speaker}`;
  const what = count === 1 ? 'an IPsec SA' : `${count} IPsec SAs`;
  const named = count === 1 ? 'It names the SPI that it received on' : 'It names the SPIs that it received on';
  return page(
    [
      leads(`${who} deletes ${what}.`),
      doubted ? null : says(`${named}, so the other side must stop sending on ${count === 1 ? 'it' : 'them'}.`, nodeOf(s, 'Delete')),
      proofSentence(s),
      doubted,
    ],
    '',
    'RFC 2408, 3.15',
    'RFC 2409, 5.7',
  );
};

export const informationalPage = (s: Scene): Explanation => {
  const deletes = payloadsOf(s.ike.payloads, 'delete');
  const isakmp = deletes.filter((d) => d.content.protocolId === 1);
  if (isakmp.length > 0)
    return isakmpPage(
      s,
      isakmp.flatMap((d) => d.content.spis),
    );
  if (deletes.length > 0)
    return ipsecPage(
      s,
      deletes.reduce((sum, d) => sum + d.content.spis.length, 0),
    );
  const names = payloadsOf(s.ike.payloads, 'notification').map(
    (p) => nameOf(notifyTypesV1, p.content.notifyType) ?? `type ${p.content.notifyType}`,
  );
  const clear = s.ike.message.encrypted === null;
  return page(
    [
      leads(names.length > 0 ? `The ${s.speaker} notifies: ${names.join(', ')}.` : `The ${s.speaker} sends an informational message.`),
      clear ? says('It is in the clear: nothing proves who sent it.', 'Notification') : null,
      closedSentence(s),
      proofSentence(s),
      clear ? null : doubt(s),
    ],
    '',
    'RFC 2409, 5.7',
    'RFC 2408, 3.14',
  );
};
