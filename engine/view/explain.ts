/** One plain paragraph on what an event is and why it happens, true for this very packet, with the sections that say so. */
import type { AggressiveMessageName, BaseMessageName, MessageName, QuickMessageName } from '../state/ikev1/transitions.ts';
import { get } from '../state/persistent-map.ts';
import type { IkeSeen, Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import { informationalPage } from './explain/informational.ts';
import { ipsecPage } from './explain/ipsec.ts';
import { mainModePages } from './explain/main-mode.ts';
import { aggressiveModePages, baseExchangePages } from './explain/other-phase1.ts';
import { quickModePages } from './explain/quick-mode.ts';
import { closedSentence, leads, page, proofSentence, type Scene, says } from './explain/sentence.ts';
import { foreignPages, fragmentPage, newGroupPage, transactionPage } from './explain/transaction.ts';
import type { Explanation } from './models.ts';
import { reportPage } from './report-line.ts';
import { counted } from './words.ts';

const pages: Readonly<Record<string, (scene: Scene) => Explanation>> = {
  ...(mainModePages satisfies Record<MessageName, unknown>),
  ...(quickModePages satisfies Record<QuickMessageName, unknown>),
  ...(aggressiveModePages satisfies Record<AggressiveMessageName, unknown>),
  ...(baseExchangePages satisfies Record<BaseMessageName, unknown>),
  ...foreignPages,
  INFO: informationalPage,
  CFG: transactionPage,
  NGM: newGroupPage,
  FRAG: fragmentPage,
};

/** Labels of messages that are of a followed exchange and yet none of its messages. */
const strays: Readonly<Record<string, string>> = { MM: 'main mode', AM: 'aggressive mode', BM: 'the base exchange', QM: 'quick mode' };

const otherPage = (s: Scene): Explanation => {
  const stray = strays[s.ike.label];
  const v2 = s.ike.message.header.major === 2;
  return page(
    [
      leads(
        stray
          ? `The ${s.speaker} sends a message of ${stray} that is none of those it consists of.`
          : `The ${s.speaker} sends a message of an exchange that this version shows but does not follow.`,
      ),
      v2 ? says('It is IKEv2.', 'ISAKMP header') : null,
      closedSentence(s),
      proofSentence(s),
    ],
    '',
    v2 ? 'RFC 7296, 1.2' : 'RFC 2408, 4.1',
  );
};

const ikePage = (state: State, ike: IkeSeen, sightingOf: number | null): Explanation => {
  const n = get(state.negotiations, ike.negotiation);
  if (!n) return page([], '');
  if (sightingOf !== null) {
    return page(
      [
        leads(`The message of #${sightingOf} is seen once more, at another place on its way.`),
        says('It was sent once: nothing happens here. Where a NAT stands between the two places, its addresses differ.'),
      ],
      '',
    );
  }
  if (ike.retransmissionOf !== null) {
    return page(
      [
        leads(`The ${ike.side} sends a message again.`),
        says(
          `It equals the one at #${ike.retransmissionOf} octet for octet, so no state moves: no answer had come in time, or the network doubled it.`,
        ),
      ],
      '',
      'RFC 2408, 5.1',
    );
  }
  const scene: Scene = { ike, n, speaker: ike.side, event: state.index };
  return (pages[ike.label] ?? otherPage)(scene);
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

export const explain = (state: State, seen: Seen): Explanation => {
  if (state.index === 0) return givenPage(state);
  if (seen.ike) return ikePage(state, seen.ike, seen.sightingOf);
  if (seen.ipsec) return ipsecPage(state, seen.ipsec, seen.packet);
  if (seen.report) return reportPage(seen);
  switch (seen.packet?.carried) {
    case undefined:
      return page([leads('No packet.'), says('It is kept; which state it leads to, later packets show.')], '');
    case 'nat-keepalive':
      return page([leads('A NAT keepalive.'), says('One octet, so that a NAT on the way keeps its mapping.')], '', 'RFC 3948, 2.3');
    case 'fragment':
      return page([leads('A fragment of an IP datagram.'), says('The message shows at the frame that completes it.')], '', 'RFC 791, 3.2');
    case 'ike':
      return page(
        [leads('Too short for IKE.'), says('Not even the header of a message is whole; it changes nothing.')],
        '',
        'RFC 2408, 3.1',
      );
    case 'esp':
    case 'ah':
      return page(
        [leads('Too short for IPsec.'), says('Not even SPI and sequence number are whole; it changes nothing.')],
        '',
        'RFC 4303, 2',
      );
    case 'other':
      return page([leads('Neither IKE nor IPsec.'), says('It is kept, and changes nothing.')], '');
  }
};
