/** IOS `debug crypto isakmp`: SAs, exchanges and their nodes come and go; retransmissions, DPD, deletes. RFC 2408 5, RFC 3706. */
import type { Report, ReportOf } from '../../event/report.ts';
import { type Groups, hexNumeral, numeral, type Row, row, unsigned } from '../text/grammar.ts';
import { sideOf } from './isakmp.ts';

const node =
  (doing: ReportOf<'node'>['doing']) =>
  ({ id, error, reason, word }: Groups): Report => ({
    says: 'node',
    doing,
    messageId: unsigned(id),
    error: error === undefined ? undefined : error === 'TRUE',
    reason: reason?.trim(),
    word: word?.trim(),
  });

const sa = (doing: ReportOf<'ikeSa'>['doing'], form: RegExp, example: string): Row =>
  row(form, example, ({ reason, peer, word, side }) => ({
    says: 'ikeSa',
    doing,
    reason: reason?.trim(),
    peer,
    word: word?.trim(),
    side: sideOf(side),
  }));

const began = (kind: ReportOf<'exchange'>['began'], form: RegExp, example: string): Row =>
  row(form, example, ({ id, peer }, message) => ({ says: 'exchange', began: kind, messageId: unsigned(id), peer, text: message.trim() }));

export const lifecycleRows: readonly Row[] = [
  row(/^set new node (?<id>-?\d+) to (?<word>\w+)/, 'set new node -841765728 to QM_IDLE', node('new')),
  row(
    /^deleting node (?<id>-?\d+) error (?<error>TRUE|FALSE)(?: reason "(?<reason>[^"]*)")?/,
    'deleting node -841765728 error FALSE reason "quick mode done (await)"',
    node('deleting'),
  ),
  row(/^purging node (?<id>-?\d+)/, 'purging node 1148084868', node('purging')),
  began('main', /^(?:beginning Main Mode exchange|Can not start Aggressive mode, trying Main mode)/i, 'beginning Main Mode exchange'),
  began(
    'aggressive',
    /^(?:beginning Aggressive Mode exchange|SA has aggressive mode|Initiating Aggressive)/i,
    'beginning Aggressive Mode exchange',
  ),
  began('quick', /^beginning Quick Mode exchange,? ?(?:M-ID of (?<id>-?\d+))?/i, 'beginning Quick Mode exchange, M-ID of -889293300'),
  began('quick', /^(?:sitting IDLE\. Starting QM immediately|Starting QM)/i, 'sitting IDLE. Starting QM immediately (QM_IDLE      )'),
  row(/^QM (?<side>Initiator|Responder) gets spi/, 'QM Responder gets spi', ({ side }) => ({
    says: 'spi',
    doing: 'asking',
    side: side === 'Initiator' ? 'initiator' : 'responder',
  })),
  row(/^asking for (?<count>\d+) spis from ipsec/i, 'asking for 1 spis from ipsec', ({ count }) => ({
    says: 'spi',
    doing: 'asking',
    count: numeral(count),
  })),
  row(
    /^deleting spi (?<spi>-?\d+|0x[0-9a-f]+) message ID = (?<id>-?\d+)/i,
    'deleting spi 101951630 message ID = 570535495',
    ({ spi, id }) => ({
      says: 'spi',
      doing: 'released',
      spi: unsigned(spi),
      messageId: unsigned(id),
    }),
  ),
  row(
    /^(?:Enqueued KEY_MGR_DELETE_SAS for IPSEC SA|received delete for IPSEC SA|Delete IPSEC SA) ?\(SPI ?: ?0x(?<spi>[0-9a-f]+)/i,
    'Enqueued KEY_MGR_DELETE_SAS for IPSEC SA (SPI:0xF5AC7011)',
    ({ spi }) => ({
      says: 'association',
      doing: 'deleted',
      spi: hexNumeral(spi),
    }),
  ),
  row(
    /^Successfully installed IPSEC SA \(SPI: ?0x(?<spi>[0-9a-f]+)\)/i,
    'Successfully installed IPSEC SA (SPI:0xF5AC7011) on GigabitEthernet1',
    ({ spi }) => ({
      says: 'association',
      doing: 'installed',
      spi: hexNumeral(spi),
    }),
  ),
  sa('inserted', /^(?:insert sa successfully|ISAKMP: insert sa|Find a dup sa in the avl tree)/, 'insert sa successfully sa = 64008FCC'),
  row(
    /^(?:SA request profile is|SA has outstanding requests|received ke message|SA is still budding)(?:.{0,80}\(local (?<local>[\d.:a-f]+)(?: port \d+)?, ?remote (?<peer>[\d.:a-f]+))?/,
    'SA has outstanding requests  (local 192.0.2.1 port 4500, remote 192.0.2.2 port 4500)',
    ({ local, peer }) => ({ says: 'ikeSa', doing: 'requested', local, peer }),
  ),
  sa(
    'deleting',
    /^deleting SA reason "(?<reason>[^"]*)" state \((?<side>[IR])\) (?<word>\w+)\s*\(peer (?<peer>[\w.:]+)\)/,
    'deleting SA reason "No reason" state (I) QM_IDLE       (peer 192.0.2.2)',
  ),
  sa('deleting', /^(?:deleting SA(?: reason "(?<reason>[^"]*)")?|isadb_mark_sa_deleted|Deleting IKE SA)/i, 'deleting SA'),
  sa('purged', /^purging SA/, 'purging SA., sa=64008FCC, delme=64008FCC'),
  sa('expired', /^(?:SA lifetime expired|lifetime expired|SA expired)/i, 'SA lifetime expired'),
  sa('rekeyed', /^(?:IKE SA rekey|rekeying|Phase1 rekey)/i, 'IKE SA rekey in progress'),
  row(
    /^(?:Process(?:ing)? initial contact|received initial contact|INITIAL_CONTACT)/i,
    "Process initial contact, bring down existing phase 1 and 2 SA's with local 192.0.2.1 remote 192.0.2.2 remote port 500",
    (_, message) => ({
      says: 'notify',
      way: 'received',
      notify: 'INITIAL_CONTACT',
      local: /\blocal (\S+)/.exec(message)?.[1],
      peer: /\bremote ([\d.:a-fA-F]+)/.exec(message)?.[1],
    }),
  ),
  row(/^(?:start )?processing (?:isakmp |IPSEC )?responder lifetime/i, 'processing responder lifetime', () => ({
    says: 'notify',
    way: 'received',
    notify: 'RESPONDER_LIFETIME',
  })),
  row(
    /^retransmitting (?:phase )?(?<phase>[12])?\s*(?<word>[A-Z_]+)?\s*(?<id>-?\d+)?/,
    'retransmitting phase 1 MM_KEY_EXCH...',
    ({ phase, id }, message) => ({ says: 'retransmission', phase: numeral(phase), messageId: unsigned(id), text: message.trim() }),
  ),
  row(
    /^incrementing error counter on (?:sa|node),? ?attempt (?<attempt>\d+) of (?<of>\d+)(?:: (?<text>.+))?/i,
    'incrementing error counter on sa, attempt 1 of 5: retransmit phase 1',
    ({ attempt, of, text }) => ({
      says: 'retransmission',
      attempt: numeral(attempt),
      of: numeral(of),
      phase: numeral(/phase ([12])/.exec(text ?? '')?.[1]),
      text: text?.trim(),
    }),
  ),
  row(
    /^incrementing error counter on (?:sa|node)(?:: (?<text>.+))?/i,
    'incrementing error counter on sa: retransmit phase 1',
    ({ text }) => ({ says: 'retransmission', text: text?.trim() }),
  ),
  row(
    /^(?:phase (?<phase>[12])|previous) (?:packet|exchange).*(?:duplicate|retransmi)/i,
    'phase 1 packet is a duplicate of a previous packet.',
    ({ phase }, message) => ({
      says: 'retransmission',
      phase: numeral(phase),
      text: message.trim(),
    }),
  ),
  row(
    /^(?:no outgoing phase 1 packet to retransmit|(?:un)?able to retransmit|retransmission skipped|retransmit)/i,
    'retransmission skipped for phase 1 (time since last transmission 500)',
    (_, message) => ({
      says: 'retransmission',
      text: message.trim(),
    }),
  ),
  row(
    /^(?:sending |received )?(?<doing>DPD\/R_U_THERE(?:_ACK)?) (?:received|sent|to|from).*?(?:peer )?(?<peer>\d[\d.:a-f]*[\da-f]),? ?(?:sequence (?<sequence>0x[0-9a-f]+|\d+))?/i,
    'DPD/R_U_THERE received from peer 192.0.2.2, sequence 0x57A2',
    ({ doing = '', peer, sequence }, message) => ({
      says: 'notify',
      way: /\b(?:received|from)\b/.test(message) ? 'received' : 'sent',
      notify: doing.toUpperCase(),
      peer,
      sequence: numeral(sequence),
    }),
  ),
  row(/^seq\. no (?<sequence>0x[0-9a-f]+|\d+)/i, 'seq. no 0x57A2', ({ sequence }) => ({
    says: 'dpd',
    doing: 'sequence',
    sequence: numeral(sequence),
  })),
  row(
    /^(?:DPD|dpd|peer does not do paranoid keepalives|received dpd|sending dpd|IKE_DPD|More than \d+ DPDs|[Pp]eer .* (?:is )?(?:dead|not responding)|Marking SA as dead)/,
    'DPD incrementing error counter (1/5)',
    (_, message) => ({ says: 'dpd', doing: message.trim() }),
  ),
  row(
    /^(?:processing DELETE_WITH_REASON|received DELETE|Deleting .*delete payload|Received delete notify)/i,
    'processing DELETE_WITH_REASON payload, message ID = 1148084868, reason: DELETE_BY_ERROR',
    (_, message) => ({
      says: 'delete',
      way: 'received',
      messageId: unsigned(/message ID = ?(-?\d+)/.exec(message)?.[1]),
    }),
  ),
  row(
    /^(?:sending|Sending) (?:a )?delete|^ignoring request to send delete/i,
    'ignoring request to send delete notify (no ISAKMP sa) src 192.0.2.1 dst 192.0.2.2 for SPI 0x3EA71AED',
    (_, message) => ({
      says: 'delete',
      way: 'sent',
      local: /\bsrc (\S+)/.exec(message)?.[1],
      peer: /\bdst (\S+)/.exec(message)?.[1],
      spi: /\bSPI (0x[0-9a-f]+)/i.exec(message)?.[1]?.toLowerCase(),
    }),
  ),
];
