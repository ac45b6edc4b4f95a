/** Dead peer detection, RFC 3706: what each side asked, and what is still unanswered. */
import type { Payload } from '../../wire/payload-chain.ts';
import { payloadsOf } from '../context.ts';
import { other, type Side } from '../fact.ts';
import type { Negotiation } from '../state.ts';

const rUThere = 36136;
const rUThereAck = 36137;

const numberIn = (data: Uint8Array): number | null => (data.length === 4 ? data.reduce((n, octet) => n * 256 + octet, 0) : null);

/** RFC 3706 5.4: an answer echoes the number of the query. */
export const learnDeadPeerDetection = (n: Negotiation, speaker: Side, payloads: readonly Payload[], event: number): Negotiation => {
  let { dpd } = n;
  for (const { content } of payloadsOf(payloads, 'notification')) {
    const number = numberIn(content.data);
    if (number === null) continue;
    if (content.notifyType === rUThere) {
      const before = dpd[speaker];
      const again = before?.asked?.number === number;
      const asked = again ? before.asked : { number, event };
      dpd = { ...dpd, [speaker]: { asked, answered: before?.answered ?? null, outstanding: (again ? before.outstanding : 0) + 1 } };
    } else if (content.notifyType === rUThereAck) {
      const asker = other(speaker);
      const before = dpd[asker];
      const fits = before?.asked == null || before.asked.number === number;
      dpd = {
        ...dpd,
        [asker]: { asked: before?.asked ?? null, answered: { number, event }, outstanding: fits ? 0 : (before?.outstanding ?? 0) },
      };
    }
  }
  return dpd === n.dpd ? n : { ...n, dpd };
};
