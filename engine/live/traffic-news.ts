/** What one round brought of the packets inside: questions answered or not, and packets that were not what their SA is for. */
import type { Ping } from '../decide/esp/ping.ts';
import type { Traffic } from '../decide/esp/traffic.ts';

/** In words, in order. */
export const trafficNews = (before: Traffic, after: Traffic): readonly string[] => [
  ...after.pings.flatMap((ping) =>
    pingNews(
      before.pings.find((p) => p.event === ping.event),
      ping,
    ),
  ),
  // Once: who sends one such packet sends more.
  ...(before.strayed === 0 && after.strayed > 0 ? ['a packet came that its IPsec SA is not for: dropped, as others will be'] : []),
];

const nanosecondsInMillisecond = 1e6;

const pingNews = (before: Ping | undefined, { target, sent, answered, isOver }: Ping): readonly string[] => {
  const replies = answered.flatMap((at, i) => {
    const asked = sent[i];
    if (at === null || asked == null || before?.answered[i] !== null) return [];
    return [`ping ${target} seq ${i + 1} answered after ${(Number(at - asked) / nanosecondsInMillisecond).toFixed(1)} ms`];
  });
  const missing = answered.flatMap((at, i) => (at === null ? [i + 1] : []));
  return isOver && !before?.isOver && missing.length > 0 ? [...replies, `ping ${target} seq ${missing.join(', ')}: no answer`] : replies;
};
