/** What error notifies mean at the point where they come: RFC 2408 3.14.1. A notify says that something is refused, seldom why. */
import { firstStatusType, notifyTypesV1 } from '../../registry/notify-type.ts';
import { nameOf } from '../../registry/registry.ts';
import type { Message } from '../../replay/chronicle.ts';
import { other } from '../../state/fact.ts';
import type { QuickMode } from '../../state/ikev1/quick-mode.ts';
import { messageId, messageIdText } from '../../values/message-id.ts';
import type { Code } from './causes.ts';
import { groupOf, offerText, sameOffer } from './offers.ts';
import { type Claim, capital, claim, isPreSharedKey, type Tale, whoIs } from './tale.ts';

interface Refusal {
  readonly tale: Tale;
  readonly message: Message;
  readonly type: number;
  readonly name: string;
  /** The quick mode that it refuses; `null` in phase 1. */
  readonly quick: QuickMode | null;
}

/** The quick mode of the other side that was waiting for an answer. RFC 2409 5.7 lets the notify name its SPI; many do not. */
const refusedQuick = ({ quickModes }: Tale, { event, side }: Message): QuickMode | null =>
  quickModes.findLast((q) => q.first < event && q.begunBy !== side && q.messages === 1 && q.last < event) ?? null;

const refusalsOf = (tale: Tale): Refusal[] =>
  tale.messages.flatMap((message) =>
    message.repeats !== null
      ? []
      : message.said.flatMap((s): Refusal[] => {
          if (s.kind !== 'notify' || s.type >= firstStatusType) return [];
          const { established } = tale.n;
          const late = established !== null && established < message.event;
          const name = nameOf(notifyTypesV1, s.type) ?? `type ${s.type}`;
          return [{ tale, message, type: s.type, name, quick: late ? refusedQuick(tale, message) : null }];
        }),
  );

type Parts = Pick<Claim, 'events' | 'evidence' | 'limits'>;

const partsOf = ({ tale: { phase1, n }, message, name, quick }: Refusal): Parts => {
  const offer = quick ? quick.first : phase1.find((m) => m.side === other(message.side))?.event;
  const before = quick ? null : (phase1.findLast((m) => m.side === other(message.side) && m.event < message.event) ?? null);
  const events = [...new Set([...(offer === undefined ? [] : [offer]), ...(before ? [before.event] : []), message.event])];
  return {
    events,
    evidence: [
      ...(quick
        ? [
            {
              event: quick.first,
              text: `quick mode ${messageIdText(quick.messageId)} offers ${offerText(quick)}`,
              payload: 'securityAssociation' as const,
            },
          ]
        : []),
      ...(before ? [{ event: before.event, text: `${before.label}, which it answers` }] : []),
      { event: message.event, text: `notify ${name} from ${n[message.side].address}`, payload: 'notification' as const },
    ],
    limits: message.encrypted ? null : 'The notify is not encrypted: nothing proves who sent it.',
  };
};

const toldBy = ({ tale: { n }, message, name }: Refusal): string => `${capital(whoIs(n, message.side))}, refuses with ${name}`;

// ---------------------------------------------------------------- phase 1

const proposalTypes = new Set([12, 13, 14, 15]);
const certificateTypes = new Set([19, 20, 21, 22, 28]);

const inPhase1 = (r: Refusal): Claim[] => {
  const { tale, message, type } = r;
  const { n, phase1 } = tale;
  const parts = partsOf(r);
  const make = (code: Code, certainty: Claim['certainty'], text: string, tellApart: string | null = null): Claim =>
    claim(n.id, { ...parts, code, certainty, message: `${toldBy(r)}: ${text}`, tellApart });
  const answered = phase1.findLast((m) => m.side !== message.side && m.event < message.event && m.repeats === null);
  const spoke = phase1.some((m) => m.side === message.side && m.event < message.event);
  const log = `The log of the ${message.side} names the check that failed.`;
  if (proposalTypes.has(type)) return [make('phase1-no-proposal-chosen', 'shown', 'none of the transforms offered suits it.')];
  if (certificateTypes.has(type)) return [make('certificate-problem', 'shown', 'it does not accept the certificate.')];
  if (type === 17) return [make('phase1-no-proposal-chosen', 'likely', 'the public value does not fit the group.', log)];
  if (type === 18) return [make('peer-identity-unexpected', 'shown', 'it expects another identity.')];
  if (type === 4) return [make('stale-sa-after-restart', 'likely', 'it does not know these cookies any more.')];
  if (![16, 23, 24, 25].includes(type)) return [make('refused', 'shown', 'it does not go on.')];
  // Nothing was proven yet where the first message is refused so: it is the name in it, or the lack of a key for it.
  if (!spoke && n.mode === 'aggressive') {
    return [make('peer-identity-unexpected', 'likely', 'it knows no peer or group of the identity in the first message.', log)];
  }
  if (!isPreSharedKey(n))
    return [
      make(type === 25 ? 'authentication-failed' : 'certificate-problem', 'likely', 'the proof of identity does not convince it.', log),
    ];
  const opened = answered?.encrypted && !answered.closed && type === 24;
  const keys = make(
    'pre-shared-key-mismatch',
    opened ? 'possible' : type === 16 || n.mode === 'aggressive' ? 'likely' : 'possible',
    n.mode === 'aggressive'
      ? 'the hash it got does not fit its own pre-shared key.'
      : 'what it got does not open with, or fit, its own pre-shared key.',
    `${log} A key that opens the refused message and gives a right hash is the sender's; hold it against the refuser's.`,
  );
  const identity = make(
    'peer-identity-unexpected',
    opened ? 'likely' : 'possible',
    'the message may have opened, and its identity not be the one expected.',
    log,
  );
  return opened ? [identity, keys] : n.mode === 'aggressive' ? [keys] : [keys, identity];
};

// ---------------------------------------------------------------- phase 2

/** A quick mode that went through between the same two, for the same networks and with the same transforms but another group. */
const mendedBy = (tale: Tale, refused: QuickMode): QuickMode | undefined =>
  tale.quickModes.find((q) => q.result === 'complete' && q !== refused && sameOffer(q, refused) && groupOf(q) !== groupOf(refused));

const groupText = (group: number | null): string => (group === null ? 'no PFS' : `PFS group ${group}`);

const noProposal = (r: Refusal, quick: QuickMode): Claim[] => {
  const { tale } = r;
  const parts = partsOf(r);
  const mended = mendedBy(tale, quick);
  const group = groupOf(quick);
  if (mended) {
    return [
      claim(tale.n.id, {
        ...parts,
        events: [...parts.events, mended.first],
        evidence: [
          ...parts.evidence,
          {
            event: mended.first,
            text: `quick mode ${messageIdText(mended.messageId)}: the same with ${groupText(groupOf(mended))}, taken`,
            payload: 'securityAssociation',
          },
        ],
        code: 'pfs-mismatch',
        message: `${toldBy(r)} quick mode with ${groupText(group)}; the same offer with ${groupText(groupOf(mended))} goes through.`,
      }),
    ];
  }
  const tellApart = `Offer the same transforms once with another PFS group, and once without: the log of the ${r.message.side} names what differs.`;
  return [
    claim(tale.n.id, {
      ...parts,
      code: 'phase2-no-proposal-chosen',
      certainty: 'likely',
      message: `${toldBy(r)}: none of the transforms offered for IPsec suits it.`,
      tellApart,
    }),
    claim(tale.n.id, {
      ...parts,
      code: 'pfs-mismatch',
      certainty: 'possible',
      message: `${toldBy(r)} an offer with ${groupText(group)}: it may want ${group === null ? 'PFS' : 'another group, or none'}.`,
      tellApart,
    }),
  ];
};

const inPhase2 = (r: Refusal, quick: QuickMode): Claim[] => {
  const { n } = r.tale;
  const parts = partsOf(r);
  const networks = `${quick.idCi ?? n[quick.begunBy].address} to ${quick.idCr ?? n[other(quick.begunBy)].address}`;
  switch (r.type) {
    case 18:
      return [
        claim(n.id, {
          ...parts,
          evidence: [{ event: quick.first, text: `offered: ${networks}`, payload: 'identification' }, ...parts.evidence],
          code: 'phase2-identity-mismatch',
          message: `${toldBy(r)}: it has no policy for ${networks}.`,
          limits: parts.limits ?? `Which networks the ${r.message.side} protects is not in the trace: only its configuration tells.`,
        }),
      ];
    case 17:
      return [
        claim(n.id, {
          ...parts,
          code: 'pfs-mismatch',
          certainty: 'likely',
          message: `${toldBy(r)}: it does not take ${groupText(groupOf(quick))}.`,
        }),
      ];
    case 23:
      return [
        claim(n.id, { ...parts, code: 'quick-mode-hash-mismatch', message: `${toldBy(r)}: the hash it got is not the one it computes.` }),
      ];
    default:
      return proposalTypes.has(r.type)
        ? noProposal(r, quick)
        : [claim(n.id, { ...parts, code: 'refused', message: `${toldBy(r)} quick mode ${messageIdText(quick.messageId)}.` })];
  }
};

const later = (r: Refusal): Claim[] => {
  const { n } = r.tale;
  const parts = partsOf(r);
  if (r.type === 11 || r.type === 4)
    return [
      claim(n.id, {
        ...parts,
        code: 'stale-sa-after-restart',
        message: `${toldBy(r)}: it does not know an SA that the other end still uses.`,
      }),
    ];
  return [claim(n.id, { ...parts, code: 'refused', message: `${toldBy(r)}.` })];
};

/**
 * Without keys the words of an encrypted notify are not known; that one comes at this point, and nothing after it, tells enough: RFC 2409 5.4
 * has no other use for an informational message before phase 1 is done.
 */
const sealedRefusal = (tale: Tale): Claim[] => {
  const { n, messages, phase1 } = tale;
  if (n.established !== null || !isPreSharedKey(n)) return [];
  const info = messages.find((m) => m.exchangeType === 5 && m.closed && m.repeats === null);
  const before = info && phase1.findLast((m) => m.event < info.event && m.repeats === null);
  if (!info || !before || before.side === info.side || phase1.some((m) => m.event > info.event && m.repeats === null)) return [];
  return [
    claim(n.id, {
      code: 'pre-shared-key-mismatch',
      certainty: 'likely',
      events: [before.event, info.event],
      message: `${capital(whoIs(n, info.side))}, answers ${before.label} with an encrypted informational message and goes no further: it cannot use what it got, as with another pre-shared key.`,
      evidence: [
        { event: before.event, text: `${before.label}, the last message of phase 1` },
        { event: info.event, text: `informational message ${messageIdText(messageId(info.messageId))}, sealed` },
      ],
      tellApart: 'Give the pre-shared key and g^xy of either end: the notify inside then says what is refused.',
      limits: 'What the notify says is not known without keys.',
    }),
  ];
};

/** A quick mode that is answered by a sealed informational message and never by a second message is refused; why stands inside. */
const sealedQuickRefusal = (tale: Tale): Claim[] => {
  const { n, messages, quickModes } = tale;
  return quickModes.flatMap((q) => {
    if (q.messages !== 1 || q.offered.length > 0) return [];
    const next = messages.find((m) => m.event > q.first && m.repeats === null);
    if (!next || next.side === q.begunBy || next.exchangeType !== 5 || !next.closed) return [];
    const shared = {
      events: [q.first, next.event],
      evidence: [
        { event: q.first, text: `quick mode ${messageIdText(q.messageId)} begins` },
        { event: next.event, text: `informational message ${messageIdText(messageId(next.messageId))}, sealed` },
      ],
      tellApart: 'Give the keys of phase 1: NO-PROPOSAL-CHOSEN speaks of transforms or PFS, INVALID-ID-INFORMATION of networks.',
      limits: 'What the notify says is not known without keys.',
    };
    const words = `${capital(whoIs(n, next.side))}, answers quick mode with an informational message in place of an offer taken`;
    return [
      claim(n.id, {
        ...shared,
        code: 'phase2-no-proposal-chosen',
        certainty: 'likely',
        message: `${words}: its transforms or PFS differ.`,
      }),
      claim(n.id, { ...shared, code: 'phase2-identity-mismatch', certainty: 'possible', message: `${words}: its networks may differ.` }),
    ];
  });
};

export const refusals = (tale: Tale): Claim[] => [
  ...refusalsOf(tale).flatMap((r) => {
    if (r.quick) return inPhase2(r, r.quick);
    const { established } = tale.n;
    return established !== null && established < r.message.event ? later(r) : inPhase1(r);
  }),
  ...sealedRefusal(tale),
  ...sealedQuickRefusal(tale),
];
