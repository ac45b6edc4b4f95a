/** IOS `debug crypto isakmp`, 12.x to XE: messages, states, payloads, identities, authentication. RFC 2408, RFC 2409. */
import type { Report } from '../../event/report.ts';
import { type Groups, noted, numeral, type Row, row, unsigned } from '../text/grammar.ts';

/** `(I)`, `(R)`; `(N)` is a new SA, of which nothing is decided yet. */
export const sideOf = (letter: string | undefined): 'initiator' | 'responder' | undefined =>
  letter === 'I' ? 'initiator' : letter === 'R' ? 'responder' : undefined;

const packet =
  (way: 'sent' | 'received') =>
  (g: Groups): Report => ({
    says: 'packet',
    way,
    peer: g['peer'],
    localPort: numeral(way === 'sent' ? g['mine'] : g['dport']),
    peerPort: numeral(way === 'sent' ? g['theirs'] : g['sport']),
    vrf: g['vrf'],
    side: sideOf(g['side']),
    word: g['word']?.trim(),
  });

/** A cookie, or another hex value, of a `spi`; IOS prints some in decimal. */
export const notification =
  (way: 'sent' | 'received') =>
  (g: Groups, message: string): Report => {
    const details = /\bspi (?<spi>0x[0-9a-f]+|\d+), message ID = (?<id>-?\d+)/i.exec(message)?.groups;
    return {
      says: 'notify',
      way,
      notify: g['notify'] ?? '',
      protocol: g['protocol'],
      spi: details?.['spi'],
      messageId: unsigned(details?.['id']),
      sequence: numeral(/\bsequence (?:number )?(0x[0-9a-f]+|\d+)/i.exec(message)?.[1]),
    };
  };

const oneLine = (name: string) => new RegExp(`\\b${name}\\s*:\\s*(\\S+)`);

/** `next-payload : 8 type : 1 address : 192.0.2.1 protocol : 17 port : 500 length : 12`, or any part of that. */
const identity =
  (whose?: 'ours' | 'theirs') =>
  (_: Groups, message: string): Report => {
    const member = (name: string): string | undefined => oneLine(name).exec(message)?.[1];
    return {
      says: 'identity',
      whose,
      idType: member('type'),
      value: /\b(?:address|FQDN name|USER FQDN|DN|name|group id|key ?id|Dist\. ?name|dn)\s*:\s*(.+?)(?=\s+(?:protocol|port|length)\s*:|$)/i
        .exec(message)?.[1]
        ?.trim(),
      protocol: numeral(member('protocol')),
      port: numeral(member('port')),
      length: numeral(member('length')),
      nextPayload: numeral(member('next-payload')),
    };
  };

export const messageRows: readonly Row[] = [
  row(
    /^received packet from (?<peer>[\w.:]+)(?: dport (?<dport>\d+) sport (?<sport>\d+)(?: (?<vrf>\S+))?)? \((?<side>[IRN])\) (?<word>[A-Z_]+(?: SA)?)/,
    'received packet from 192.0.2.2 dport 500 sport 500 Global (R) MM_KEY_EXCH',
    packet('received'),
  ),
  row(
    /^received packet from (?<peer>[\w.:]+)(?: dport (?<dport>\d+) sport (?<sport>\d+))?/,
    'received packet from 192.0.2.2',
    packet('received'),
  ),
  row(
    /^sending packet to (?<peer>[\w.:]+)(?: my_port (?<mine>\d+) peer_port (?<theirs>\d+))? \((?<side>[IRN])\) (?<word>[A-Z_]+(?: SA)?)/,
    'sending packet to 192.0.2.2 my_port 500 peer_port 500 (I) MM_NO_STATE',
    packet('sent'),
  ),
  row(
    /^sending packet to (?<peer>[\w.:]+)(?: my_port (?<mine>\d+) peer_port (?<theirs>\d+))?/,
    'sending packet to 192.0.2.2',
    packet('sent'),
  ),
  row(
    /^(?:Node (?<id>-?\d+), ?)?Input = (?<class>\w+), ?(?<input>\w+)/,
    'Node -841765728, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH',
    (g) => ({ says: 'input', class: g['class'] ?? '', input: g['input'] ?? '', messageId: unsigned(g['id']) }),
    'Printed before the transition that it causes; a node is an exchange.',
  ),
  row(/^Old State = (?<from>\w+)\s+New State = (?<to>\w+)/, 'Old State = IKE_READY  New State = IKE_R_MM1', ({ from = '', to = '' }) => ({
    says: 'transition',
    from,
    to,
  })),
  row(
    /^processing NOTIFY (?<notify>[\w/-]+) protocol (?<protocol>\d+)/,
    'processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3 spi 101951630, message ID = 1148084868, sa = 0x64008FCC',
    notification('received'),
  ),
  row(
    /^Sending NOTIFY (?<notify>[\w/-]+) protocol (?<protocol>\d+)/i,
    'Sending NOTIFY DPD/R_U_THERE_ACK protocol 1 spi 2248712192, message ID = 1148084868',
    notification('sent'),
  ),
  row(/^(?:processing|received) (?<notify>DPD\/R_U_THERE(?:_ACK)?) notify/i, 'processing DPD/R_U_THERE notify', notification('received')),
  row(
    /^processing (?!DELETE_WITH_REASON)(?<payload>[A-Za-z0-9_ -]{1,40}?) payload(?: from (?<peer>[\d.:a-f]*[\da-f]))?(?:\.? ?,? ?message ID = ?(?<id>-?\d+))?/i,
    'processing KE payload. message ID = 0',
    ({ payload = '', id, peer }) => ({ says: 'payload', doing: 'processing', payload, peer, messageId: unsigned(id) }),
  ),
  row(/^received payload type (?<payload>\d+)/, 'received payload type 20', ({ payload = '' }) => ({
    says: 'payload',
    doing: 'received',
    payload,
  })),
  row(/^(?:constructing|construct) (?<payload>[\w -]+) payload/, 'constructing CERT payload for cn=hub', ({ payload = '' }) => ({
    says: 'payload',
    doing: 'constructing',
    payload,
  })),
  row(/^vendor ID is (?<name>.+)/i, 'vendor ID is NAT-T RFC 3947', ({ name }) => ({
    says: 'vendorId',
    way: 'received',
    name: name?.trim(),
  })),
  row(/^vendor ID seems (?<guess>.+)/i, 'vendor ID seems Unity/DPD but major 69 mismatch', ({ guess }) => ({
    says: 'vendorId',
    way: 'received',
    guess: guess?.trim(),
  })),
  row(/^speaking to (?:another )?(?<name>.+?)!?\s*$/, 'speaking to another IOS box!', ({ name }) => ({
    says: 'vendorId',
    way: 'received',
    name,
  })),
  row(/^constructed (?<name>.+ (?:ID|vendor id|VID).*)/i, 'constructed NAT-T vendor-rfc3947 ID', ({ name }) => ({
    says: 'vendorId',
    way: 'sent',
    name: name?.trim(),
  })),
  row(
    /^(?:found peer pre-shared key matching (?<peer>\S+)|local preshared key found|Found (?<where>\w+) key in keyring.*)/i,
    'found peer pre-shared key matching 192.0.2.2',
    ({ peer, where }) => ({
      says: 'preSharedKey',
      found: true,
      peer,
      where,
    }),
  ),
  row(
    /^Looking for (?:a matching|xauth in) key (?:for )?(?<peer>\S+) in (?<where>[^:]+?) *: (?<result>\w+)/i,
    'Looking for a matching key for 192.0.2.2 in default : success',
    ({ peer, where, result }) => ({
      says: 'preSharedKey',
      found: result === 'success',
      peer,
      where: where?.trim(),
    }),
  ),
  row(/^No pre-?shared key (?:with|matching|found for|for) (?<peer>[\w.:]+)/i, 'No pre-shared key with 192.0.2.2!', ({ peer }) => ({
    says: 'preSharedKey',
    found: false,
    peer: peer?.replace(/[.:]$/, ''),
  })),
  row(
    /^(?:No Cert or pre-shared address key|no pre-shared key based on|Preshared key not found|Could not find.*pre-shared key)/i,
    'No Cert or pre-shared address key.',
    () => ({
      says: 'preSharedKey',
      found: false,
    }),
  ),
  row(
    /^(?:ID payload|ID_\w+ payload)/,
    'ID payload next-payload : 8 type : 1 address : 192.0.2.1 protocol : 17 port : 500 length : 12',
    identity(),
  ),
  row(
    /^(?:next-payload|type|address|protocol|port|length|FQDN name|USER FQDN|Dist\. name|group id|key id)\s*:\s*\S/i,
    'address      : 192.0.2.1',
    identity(),
    'XE prints an ID payload line by line.',
  ),
  row(
    /^SA is doing\s*(?<method>.*?)(?: authentication)?(?: plus.*?)?(?: using id type (?<type>\w+))?\s*$/,
    'SA is doing pre-shared key authentication using id type ID_IPV4_ADDR',
    ({ method, type }) => ({
      says: 'authentication',
      method: method || undefined,
      idType: type,
    }),
  ),
  row(
    /^(?<method>pre-shared key|RSA \w+|ECDSA \w*|signature)\b.*?authentication using id type (?<type>\w+)/i,
    'pre-shared key authentication using id type ID_IPV4_ADDR',
    ({ method, type }) => ({
      says: 'authentication',
      method,
      idType: type,
    }),
  ),
  row(/^(?:SA )?authentication status:?\s*(?<status>[\w -]*)/i, 'SA authentication status: authenticated', ({ status = '' }) => ({
    says: 'authentication',
    result: /^authenticated/.test(status) ? 'succeeded' : /^not/.test(status) ? 'failed' : undefined,
    text: status.trim() || undefined,
  })),
  row(/^authenticated\s*$/, 'authenticated', () => ({ says: 'authentication', result: 'succeeded' })),
  row(/^SA has been authenticated(?: with (?<peer>[\w.:]+))?/, 'SA has been authenticated with 192.0.2.2', ({ peer }) => ({
    says: 'authentication',
    result: 'succeeded',
    peer,
  })),
  row(
    /^(?:hash verification failed|Unable to (?:verify|authenticate)|authentication failed|HASH_[IR] mismatch|signature invalid|reserved not zero on)/i,
    'reserved not zero on ID payload!',
    (_, message) => ({
      says: 'authentication',
      result: 'failed',
      text: message.trim(),
    }),
    'With pre-shared keys the sign that the two differ: what is decrypted with another key is no payload.',
  ),
  noted(/^SKEYID state generated/, 'SKEYID state generated', 'keys derived'),
  row(
    /^(?:His hash no match|NAT found, his|NAT match HASH)\b.*outside NAT/i,
    'His hash no match - this node outside NAT',
    (_, message) => ({
      says: 'nat',
      behind: 'peer',
      text: message.trim(),
    }),
  ),
  row(/^NAT found, both nodes inside NAT/, 'NAT found, both nodes inside NAT', (_, message) => ({
    says: 'nat',
    behind: 'both',
    text: message.trim(),
  })),
  row(/^(?:My hash no match|NAT match MINE|NAT found, this).*inside NAT/i, 'My hash no match -  this node inside NAT', (_, message) => ({
    says: 'nat',
    behind: 'self',
    text: message.trim(),
  })),
  row(/^NAT match (?:MINE|HIS) hash/i, 'NAT match HIS hash', (_, message) => ({ says: 'nat', text: message.trim() })),
  row(/^(?:No NAT Found|NAT not found)/i, 'No NAT Found for self or peer', (_, message) => ({
    says: 'nat',
    behind: 'none',
    text: message.trim(),
  })),
  row(/^Detected port floating(?: to port = (?<port>\d+))?/, 'Detected port floating to port = 4500', ({ port }) => ({
    says: 'nat',
    port: numeral(port),
  })),
  noted(
    /^(?:Setting UDP ENC|NAT-T|NAT (?:detected|keepalive)|UDP encap)/i,
    'Setting UDP ENC peer struct 0x64008FCC sa= 0x64008FD0',
    'NAT traversal',
  ),
];
