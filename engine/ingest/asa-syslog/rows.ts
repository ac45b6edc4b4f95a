/** What Cisco ASA and PIX say of IKEv1 and IPsec, in syslog messages and in `debug crypto ikev1` alike: the same sentences behind other heads. */
import type { Report, ReportOf } from '../../event/report.ts';
import { hexNumeral, noted, numeral, type Row, row } from '../text/grammar.ts';

const spiIn = (text: string, before: string): number | undefined =>
  hexNumeral(new RegExp(`${before}\\s*=?\\s*0x([0-9a-f]{1,8})`, 'i').exec(text)?.[1]);

const error = (form: RegExp, example: string): Row =>
  row(form, example, ({ code }, message) => ({ says: 'error', text: message.trim(), code }));

const ikeSa = (doing: ReportOf<'ikeSa'>['doing'], form: RegExp, example: string): Row =>
  row(form, example, ({ reason, peer }) => ({ says: 'ikeSa', doing, reason: reason?.trim(), peer }));

/** `HDR + SA (1) + VENDOR (13) + NONE (0)`: HDR and NONE are no payloads. */
const payloadsOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split('+')
    .map((part) => part.replace(/\(\d+\)/, '').trim())
    .filter((name) => name !== '' && name !== 'HDR' && name !== 'NONE');

const identity = (_: unknown, message: string): Report => {
  const found =
    /\b(?<type>ID_\w+|IPV4_ADDR\w*|FQDN|USER_FQDN|DER_ASN1_DN|KEY_ID)(?: ID)? received(?:\s*--\s*|\s+(?=\w))?(?<value>[^,]*)/i.exec(
      message,
    )?.groups;
  const parts = (found?.['value'] ?? '').split('--').map((part) => part.trim());
  return { says: 'identity', whose: 'theirs', idType: found?.['type'], value: parts.filter((part) => part !== '').join('/') || undefined };
};

const association =
  (doing: ReportOf<'association'>['doing']) =>
  (g: Readonly<Record<string, string | undefined>>, message: string): Report => ({
    says: 'association',
    doing,
    protocol: 'esp',
    direction: g['direction'] === 'inbound' ? 'inbound' : g['direction'] === 'outbound' ? 'outbound' : undefined,
    spi: spiIn(message, 'SPI'),
    src: g['direction'] === 'inbound' ? g['remote'] : g['local'],
    dst: g['direction'] === 'inbound' ? g['local'] : g['remote'],
    local: g['local'],
    peer: g['remote'],
  });

const traffic = (form: RegExp, example: string): Row =>
  row(form, example, (_, message) => ({
    says: 'traffic',
    problem: /(?:that failed|that is|which|does not|has (?:an )?|failed)\b.*$/.exec(message)?.[0]?.slice(0, 200) ?? message.slice(0, 200),
    protocol: /\b(ESP|AH|UDP|IPSEC)\b(?= packet)/i.exec(message)?.[1]?.toLowerCase(),
    spi: spiIn(message, 'SPI'),
    sequence: hexNumeral(/sequence number= ?0x([0-9a-f]+)/i.exec(message)?.[1]),
    src: /\bfrom ([\w.:]+)/.exec(message)?.[1],
    dst: /\bto ([\d][\w.:]+)/.exec(message)?.[1],
  }));

export const asaRows: readonly Row[] = [
  row(
    /^(?:IKE_DECODE |IKE DECODE )?(?<way>SENDING|RECEIVED|RESENDING|RESENT)\s+Message \(msgid=(?<id>[0-9a-f]+)\) with payloads ?: ?(?<payloads>.+?)\s*total length ?: ?(?<length>\d+)/i,
    'IKE_DECODE RECEIVED Message (msgid=6abd3691) with payloads : HDR + HASH (8) + NONE (0) total length : 76',
    ({ way, id, payloads, length }) => ({
      says: 'packet',
      way: way === 'RECEIVED' ? 'received' : 'sent',
      messageId: hexNumeral(id),
      payloads: payloadsOf(payloads),
      length: numeral(length),
    }),
  ),
  row(/^processing (?!.*Vendor ID)(?<payload>.{1,40}?) payload/i, 'processing ISA_KE payload', ({ payload = '' }) => ({
    says: 'payload',
    doing: 'processing',
    payload,
  })),
  row(
    /^(?:processing|Processing) (?<payload>VID|IOS\/PIX Vendor ID payload.*|.*Vendor ID.*)/,
    'Processing IOS/PIX Vendor ID payload (version: 1.0.0, capabilities: 00000025)',
    ({ payload = '' }) => ({ says: 'vendorId', way: 'received', name: payload }),
  ),
  row(/^constructing (?<payload>.*?VID.*?) payload/i, 'constructing NAT-Traversal VID ver RFC payload', ({ payload }) => ({
    says: 'vendorId',
    way: 'sent',
    name: payload,
  })),
  row(
    /^Constructing (?<payload>.*Vendor ID payload.*)/i,
    'Constructing ASA spoofing IOS Vendor ID payload (version: 1.0.0, capabilities: 20000001)',
    ({ payload }) => ({ says: 'vendorId', way: 'sent', name: payload }),
  ),
  row(/^constructing (?<payload>.+?)(?: payload.*)?$/i, 'constructing ISAKMP SA payload', ({ payload = '' }) => ({
    says: 'payload',
    doing: 'constructing',
    payload,
  })),
  row(/^Send (?<name>.+) VID/i, 'Send IOS VID', ({ name }) => ({ says: 'vendorId', way: 'sent', name })),
  row(/^Received (?<name>.+) VID/i, 'Received xauth V6 VID', ({ name }) => ({ says: 'vendorId', way: 'received', name })),
  row(
    /^(?:claims? to be|Peer .*Fragmentation|IKE Peer included)(?<text>.*)/i,
    'IKE Peer included IKE fragmentation capability flags:  Main Mode: True  Aggressive Mode: True',
    ({ text }) => ({ says: 'note', topic: 'fragmentation', text: text?.trim() }),
  ),
  row(
    /^(?:IKE )?Initiator: New Phase (?<phase>[12]), Intf (?<intf>\S+), IKE Peer (?<peer>[\w.:]+)(?:\s+local Proxy Address (?<localProxy>[\w.:]+), remote Proxy Address (?<remoteProxy>[\w.:]+))?/i,
    'IKE Initiator: New Phase 1, Intf INSIDE, IKE Peer 192.0.2.2  local Proxy Address 172.16.200.0, remote Proxy Address 192.168.1.0,  Crypto map (MAP-VPN)',
    ({ phase, peer }, message) => ({
      says: 'exchange',
      began: phase === '2' ? 'quick' : 'main',
      peer,
      side: 'initiator',
      text: message.trim(),
    }),
  ),
  row(
    /^IKE (?<side>Initiator|Responder) starting QM: msg id = (?<id>[0-9a-f]+)/i,
    'IKE Initiator starting QM: msg id = 6abd3691',
    ({ side, id }) => ({
      says: 'exchange',
      began: 'quick',
      side: side?.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
      messageId: hexNumeral(id),
    }),
  ),
  row(
    /^IKE (?<side>Initiator|Responder) sending (?<label>\S+ QM pkt): msg id = (?<id>[0-9a-f]+)/i,
    'IKE Initiator sending 1st QM pkt: msg id = 6abd3691',
    ({ side, label, id }) => ({
      says: 'packet',
      way: 'sent',
      label,
      side: side?.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
      messageId: hexNumeral(id),
    }),
  ),
  row(/^IKE (?<side>Initiator|Responder) sending Initial Contact/i, 'IKE Initiator sending Initial Contact', ({ side }) => ({
    says: 'notify',
    way: 'sent',
    notify: 'INITIAL_CONTACT',
    side: side?.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
  })),
  row(/^Oakley begin quick mode/i, 'Oakley begin quick mode', () => ({ says: 'exchange', began: 'quick' })),
  row(
    /^(?:Received an un-?encrypted|Received encrypted) (?<notify>[\w-]+)(?: notify)? message/i,
    'Received an un-encrypted NO_PROPOSAL_CHOSEN notify message, dropping',
    ({ notify = '' }) => ({ says: 'notify', way: 'received', notify }),
  ),
  row(
    /^(?:Received (?:non-routine )?Notify message|Received notify):? ?(?<notify>.+)/i,
    'Received non-routine Notify message: Invalid ID info (18)',
    ({ notify = '' }) => ({ says: 'notify', way: 'received', notify: notify.trim() }),
  ),
  row(
    /^(?:Sending keep-alive of type|Received keep-alive of type|Sending IKE keep-?alive) (?<text>.+?)(?: \(seq number 0x(?<seq>[0-9a-f]+)\))?$/i,
    'Sending keep-alive of type DPD R-U-THERE (seq number 0x506aa4d5)',
    ({ text = '', seq }) => ({ says: 'dpd', doing: text, sequence: hexNumeral(seq) }),
  ),
  row(
    /^(?:Keep-alive type for this connection:|Keep-alives configured|Connection .*DPD|IKE lost contact|Removing .*keep-?alive|DPD |Dead Peer)\s*(?<text>.*)/i,
    'Keep-alive type for this connection: DPD',
    (_, message) => ({ says: 'dpd', doing: message.trim() }),
  ),
  row(
    /^IKE SA Proposal # ?(?<proposal>\d+), Transform # ?(?<transform>\d+) acceptable\s+Matches global IKE entry # ?(?<entry>\d+)/i,
    'IKE SA Proposal # 1, Transform # 1 acceptable  Matches global IKE entry # 2',
    (_, message) => ({
      says: 'verdict',
      acceptable: true,
      phase: 1,
      text: message.trim(),
    }),
  ),
  row(
    /^IPSec SA Proposal # ?\d+, Transform # ?\d+ acceptable\s+Matches global IPSec SA entry # ?\d+/i,
    'IPSec SA Proposal # 1, Transform # 1 acceptable  Matches global IPSec SA entry # 10',
    (_, message) => ({
      says: 'verdict',
      acceptable: true,
      phase: 2,
      text: message.trim(),
    }),
  ),
  row(/^Oakley proposal is acceptable/i, 'Oakley proposal is acceptable', (_, message) => ({
    says: 'verdict',
    acceptable: true,
    phase: 1,
    text: message.trim(),
  })),
  row(/^All (?<which>IPSec )?SA proposals found unacceptable/i, 'All IPSec SA proposals found unacceptable!', ({ which }, message) => ({
    says: 'verdict',
    acceptable: false,
    phase: which === undefined ? 1 : 2,
    text: message.trim(),
  })),
  row(
    /^Phase (?<phase>[12]) failure:\s+Mismatched attribute types for class (?<class>.+?):\s+Rcv'd: (?<offered>.+?)\s+Cfg'd: (?<wanted>.+)/i,
    "Phase 1 failure:  Mismatched attribute types for class Group Description:  Rcv'd: Group 5  Cfg'd: Group 2",
    ({ class: name = '' }, message) => ({
      says: 'mismatch',
      attribute: /group/i.test(name)
        ? 'group'
        : /hash/i.test(name)
          ? 'hash'
          : /encr/i.test(name)
            ? 'encryption'
            : /auth/i.test(name)
              ? 'authentication'
              : /life/i.test(name)
                ? 'lifetime'
                : 'proposal',
      text: message.trim(),
    }),
  ),
  row(/^(?:Generating keys for (?<side>Initiator|Responder)|Generating secret keys)/i, 'Generating keys for Initiator...', ({ side }) => ({
    says: 'note',
    topic: 'keys derived',
    side: side === undefined ? undefined : side.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
  })),
  noted(
    /^(?:Computing (?:hash|NAT Discovery hash)|Generating (?:Quick Mode Key|keys)|computing NAT|Computing)/i,
    'Computing hash for ISAKMP',
    'computing',
  ),
  row(/^(?<type>ID_\w+)(?: ID)? received/i, 'ID_IPV4_ADDR_SUBNET ID received--192.168.1.0--255.255.255.0', identity),
  row(
    /^(?:Received|Transmitting) (?:remote|local)?.*Proxy (?:Host|Subnet|Id|Range)(?<text>.*)/i,
    'Received remote IP Proxy Subnet data in ID Payload:   Address 192.168.1.0, Mask 255.255.255.0, Protocol 0, Port 0',
    (_, message) => ({
      says: 'identity',
      whose: /^Transmitting/i.test(message) ? 'ours' : 'theirs',
      value: message.trim(),
    }),
  ),
  row(/^(?:PHASE|Phase) 1 COMPLETED/i, 'PHASE 1 COMPLETED', () => ({ says: 'ikeSa', doing: 'established' })),
  row(/^(?:PHASE|Phase) 2 COMPLETED(?: \(msgid=(?<id>[0-9a-f]+)\))?/i, 'PHASE 2 COMPLETED (msgid=6abd3691)', ({ id }) => ({
    says: 'association',
    doing: 'installed',
    messageId: hexNumeral(id),
  })),
  row(
    /^Security negotiation complete for (?<kind>.+?) (?:Group )?\((?<tunnel>[^)]*)\)\s+(?<side>Initiator|Responder), Inbound SPI = 0x(?<inbound>[0-9a-f]+), Outbound SPI = 0x(?<outbound>[0-9a-f]+)/i,
    'Security negotiation complete for LAN-to-LAN Group (192.0.2.2)  Initiator, Inbound SPI = 0x850a79e0, Outbound SPI = 0x2cc7158d',
    ({ side, inbound, outbound, tunnel }) => ({
      says: 'associations',
      doing: 'created',
      tunnel,
      side: side?.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
      associations: [
        { direction: 'inbound', spi: hexNumeral(inbound) },
        { direction: 'outbound', spi: hexNumeral(outbound) },
      ],
    }),
  ),
  row(
    /^IPSEC: An (?<direction>inbound|outbound) (?<kind>.+?) SA \(SPI= ?0x[0-9a-f]+\) between (?<local>[\w.:]+) and (?<remote>[\w.:]+).*?(?:created)/i,
    'IPSEC: An outbound LAN-to-LAN SA (SPI= 0x2CC7158D) between 192.0.2.1 and 192.0.2.2 (user= 192.0.2.2) has been created.',
    association('created'),
  ),
  row(
    /^IPSEC: An (?<direction>inbound|outbound) (?<kind>.+?) SA \(SPI= ?0x[0-9a-f]+\) between (?<local>[\w.:]+) and (?<remote>[\w.:]+).*?(?:deleted)/i,
    'IPSEC: An inbound LAN-to-LAN SA (SPI= 0x850A79E0) between 192.0.2.1 and 192.0.2.2 (user= 192.0.2.2) has been deleted.',
    association('deleted'),
  ),
  row(
    /^IPSEC: An (?<direction>inbound|outbound) (?<kind>.+?) SA \(SPI= ?0x[0-9a-f]+\) between (?<local>[\w.:]+) and (?<remote>[\w.:]+).*?(?:rekey)/i,
    'IPSEC: An outbound LAN-to-LAN SA (SPI= 0x2CC7158D) between 192.0.2.1 and 192.0.2.2 (user= 192.0.2.2) is rekeying due to sequence number rollover.',
    association('rekeyed'),
  ),
  traffic(
    /^IPSEC: (?:Received|Decapsulated)/i,
    'IPSEC: Received an ESP packet (SPI= 0x0C190BF9, sequence number= 0x598243) from 192.0.2.2 (user= 192.0.2.2) to 192.0.2.1 that failed anti-replay checking.',
  ),
  row(
    /^IKE got (?:a )?(?:SPI from key engine|KEY_ADD msg for SA): SPI = 0x(?<spi>[0-9a-f]+)/i,
    'IKE got SPI from key engine: SPI = 0x850a79e0',
    ({ spi }) => ({ says: 'spi', doing: 'allocated', spi: hexNumeral(spi) }),
  ),
  row(/^Pitcher: (?<text>.+?)(?:,? ?spi 0x(?<spi>[0-9a-f]+))?$/i, 'Pitcher: received a key acquire message, spi 0x0', ({ text, spi }) => ({
    says: 'note',
    topic: `key engine: ${text ?? ''}`,
    text: spi === undefined ? undefined : `spi ${spi}`,
  })),
  row(
    /^Starting P(?<phase>[12]) rekey timer: (?<seconds>\d+) seconds/i,
    'Starting P1 rekey timer: 82080 seconds.',
    ({ phase, seconds }, message) => ({
      says: 'lifetime',
      of: phase === '1' ? 'ike' : 'ipsec',
      seconds: numeral(seconds),
      text: message.trim(),
    }),
  ),
  row(
    /^(?:Overriding|Responder forcing change of) .*rekey(?:ing)? duration from (?<from>\d+) to (?<seconds>\d+) seconds/i,
    'Responder forcing change of IPSec rekeying duration from 28800 to 3600 seconds',
    ({ seconds }, message) => ({
      says: 'lifetime',
      of: /IPSec/i.test(message) ? 'ipsec' : 'ike',
      seconds: numeral(seconds),
      text: message.trim(),
    }),
  ),
  row(
    /^Automatic NAT Detection Status:\s*(?<text>.+)/i,
    'Automatic NAT Detection Status:     Remote end is NOT behind a NAT device     This   end is NOT behind a NAT device',
    ({ text = '' }) => {
      const [peer, self] = [/Remote end\s+is\s+behind/i.test(text), /This\s+end\s+is\s+behind/i.test(text)];
      return { says: 'nat', behind: peer && self ? 'both' : peer ? 'peer' : self ? 'self' : 'none', text: text.trim() };
    },
  ),
  noted(/^(?:NAT-T|Floating NAT|Detected NAT)/i, 'Floating NAT-T from 192.0.2.2 port 500 to 192.0.2.2 port 4500', 'NAT traversal'),
  error(
    /^QM FSM error \(P2 struct &0x[0-9a-f]+, mess id 0x(?<code>[0-9a-f]+)\)/i,
    'QM FSM error (P2 struct &0x00007fff33763a70, mess id 0x2c44baec)!',
  ),
  row(
    /^IKE (?<mode>MM|AM|QM|TM) (?<side>Initiator|Responder) FSM error history \(struct &?0x[0-9a-f]+\)\s+<state>, <event>:\s*(?<text>.*)/i,
    'IKE MM Initiator FSM error history (struct &0xd8d7a4c0)  <state>, <event>:  MM_DONE, EV_ERROR-->MM_WAIT_MSG2, EV_RETRY',
    ({ mode, side, text }) => ({
      says: 'error',
      text: `${mode} FSM: ${(text ?? '').trim()}`,
      side: side?.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
    }),
    'The newest state stands first.',
  ),
  error(
    /^Rejecting IPSec tunnel: no matching crypto map entry for remote proxy (?<remote>\S+) local proxy (?<local>\S+)/i,
    'Rejecting IPSec tunnel: no matching crypto map entry for remote proxy 0.0.0.0/0.0.0.0/0/0 local proxy 0.0.0.0/0.0.0.0/0/0 on interface OUTSIDE',
  ),
  row(
    /^Session is being torn down\. Reason: (?<reason>.+)/i,
    'Session is being torn down. Reason: crypto map policy not found',
    ({ reason }) => ({ says: 'ikeSa', doing: 'deleting', reason }),
  ),
  row(
    /^Session disconnected\. ?Session Type: (?<type>[^,]+),.*?Reason: (?<reason>.+)/i,
    'Session disconnected. Session Type: LAN-to-LAN, Duration: 0h:00m:00s, Bytes xmt: 0, Bytes rcv: 0, Reason: crypto map policy not found',
    ({ reason }) => ({ says: 'ikeSa', doing: 'deleted', reason }),
  ),
  row(/^(?:sending delete(?:\/delete with reason)? message|Sending delete)/i, 'sending delete/delete with reason message', () => ({
    says: 'delete',
    way: 'sent',
  })),
  row(
    /^(?:Connection terminated for peer (?<peer>[\w.:]+?)\.|Received (?:IKE|IPSec|an? ).*delete|Deleting peer)/i,
    'Connection terminated for peer 192.0.2.2.  Reason: Peer Terminate  Remote Proxy N/A, Local Proxy N/A',
    ({ peer }, message) => ({
      says: 'ikeSa',
      doing: 'deleted',
      peer,
      reason: /Reason: (.+?)(?:\s{2}|$)/.exec(message)?.[1],
    }),
  ),
  row(
    /^(?:Active unit )?process(?:es|ing) (?:IKE|IPSec|isakmp).*delete|^IKE Deleting SA: (?<text>.+)/i,
    'IKE Deleting SA: Remote Proxy 192.168.1.0, Local Proxy 172.16.200.0',
    ({ text }) => ({ says: 'association', doing: 'deleted', reason: text }),
  ),
  ikeSa(
    'deleting',
    /^IKE SA (?:MM|AM):(?:[0-9a-f]+) terminating/i,
    'IKE SA MM:5db2c4b4 terminating:  flags 0x01000022, refcnt 0, tuncnt 0',
  ),
  row(
    /^IKE SA (?:MM|AM):(?<cookie>[0-9a-f]+) (?<text>.+)/i,
    "IKE SA MM:5db2c4b4 rcv'd Terminate: state MM_ACTIVE  flags 0x00018042, refcnt 1, tuncnt 0",
    ({ text }) => ({ says: 'ikeSa', doing: 'detail', reason: text }),
  ),
  row(
    /^(?:P1 Retransmit msg|Resending|Retransmitting|Duplicate (?:first packet|Phase [12] packet) detected|P2 Retransmit|Duplicate entry)\b(?<text>.*)/i,
    'Duplicate Phase 1 packet detected.  Retransmitting last packet.',
    (_, message) => ({
      says: 'retransmission',
      phase: numeral(/(?:Phase |P)([12])/.exec(message)?.[1]),
      text: message.trim(),
    }),
  ),
  row(/^User \((?<user>[^)]*)\) authenticated|^Group \([^)]*\) User \([^)]*\) authenticated/i, 'User (alice) authenticated.', () => ({
    says: 'authentication',
    result: 'succeeded',
    method: 'XAUTH',
  })),
  row(
    /^(?:MODE_CFG|mode_cfg|IKE.*mode config|Assigned private IP|Processing (?:MODE_CFG|cfg)|process_attr|Received unsupported transaction mode attribute|Client Type|Client Application|Received .* attribute|Assigning|Obtained|Sending subnet mask|Send(?:ing)? .*mode)/i,
    'MODE_CFG: Received request for IPV4 address!',
    (_, message) => ({ says: 'configuration', doing: message.trim() }),
  ),
  row(/^Tunnel Rejected: (?<text>.+)/i, 'Tunnel Rejected: Policy not found for Src:192.168.1.0, Dst: 172.16.200.0!', (_, message) => ({
    says: 'error',
    text: message.trim(),
  })),
  error(
    /^(?:Error|ERROR|Unable|Failed|Could not|Cannot|No crypto map|Removing peer from|Received encrypted .* packet with no matching SA|Information Exchange processing failed|Tunnel |Mismatch|Invalid|Bad|Unknown|Can't find|Peer address not found|Static Crypto Map check, .*(?:not|No)|.*\b(?:failed|failure|not found|invalid|mismatch|rejected|no matching|does not match|unacceptable|timed out|dropping)\b)/i,
    'Removing peer from correlator table failed, no match!',
  ),
  noted(/^Static Crypto Map check/i, 'Static Crypto Map check, checking map = MAP, seq = 10...', 'crypto map lookup'),
  row(
    /^(?:Connection landed on tunnel_group|AAA retrieved default group policy|Group policy|Crypto [Mm]ap|Adding static route|Deleting static route|Matched|Found|Selecting)\s*(?<text>.*)/i,
    'Connection landed on tunnel_group 192.0.2.2',
    (_, message) => ({ says: 'note', topic: 'policy', text: message.trim() }),
  ),
  noted(
    /^(?:oakley|loading all IPSEC|IKE Receiver|IKE (?:Initiator|Responder|Remote Peer|Peer|Receiver|SA)|Start|Queu|Processing|processing|Processed|Received|received|Sending|sending|Sent|Constructing|Loading|Cert|Authentication|Rcv|Remote|Local|IKE|IPSEC|IPSec|Active|Standby|This|Peer|Cleanup|Freed|Freeing|Reaper|Removing|Add|Delet|Compl|Ignor|Initiat|Respond|Negotiat|No |Username|User|Session|Built|Teardown)/i,
    'oakley constucting quick mode',
    'step',
  ),
];
