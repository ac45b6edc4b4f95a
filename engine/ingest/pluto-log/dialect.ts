/** pluto of libreswan, Openswan and old strongSwan: syslog, its own file, and what `ipsec auto --up` prints with a code in front. */
import type { About, Report, ReportOf } from '../../event/report.ts';
import { type Dialect, hexNumeral, match, noted, numeral, type Row, row, saidOf } from '../text/grammar.ts';

/** `003 "east"[2] 192.0.2.9 #5: `: code, connection, instance, peer, state number. */
const named = /^(?:\d{3} )?"(?<tunnel>[^"]{1,128})"(?:\[\d{1,9}\])?(?: (?<peer>[0-9a-f.:]{3,45}))?(?: #(?<state>\d{1,9}))?: +/i;
const fromPeer = /^(?:\d{3} )?packet from (?<peer>[0-9a-f.:]{2,45}?):(?<port>\d{1,5}): +/i;
const debug = /^\| ?/;
const bare =
  /^(?:\d{3} )?(?:loading secrets from|added connection description|listening for IKE messages|adding interface|Starting Pluto|Setting NAT-Traversal|forgetting secrets|ignoring informational|shutting down|deleting connection|pending (?:IPsec SA negotiation|Quick Mode)|initiating all conns|FIPS|NSS|Using |starting up|ike_alg_register|Changing|Warning: |terminating SAs)/;

const opens = (message: string): boolean => {
  const head = message.slice(0, 256);
  return named.test(head) || fromPeer.test(head) || /^\| /.test(head) || bare.test(head);
};

const sides = (mode: string | undefined): ReportOf<'exchange'>['began'] =>
  /aggressive/i.test(mode ?? '') ? 'aggressive' : /quick/i.test(mode ?? '') ? 'quick' : /ikev2/i.test(mode ?? '') ? 'ikev2' : 'main';

const failure = (form: RegExp, example: string): Row =>
  row(form, example, ({ code }, message) => ({ says: 'error', text: message.trim().slice(0, 300), code }));

const behind = (text: string): ReportOf<'nat'>['behind'] => {
  if (/both/i.test(text)) return 'both';
  if (/^i am|^I'm|me\b/i.test(text)) return 'self';
  return /^no /i.test(text) ? 'none' : 'peer';
};

export const plutoRows: readonly Row[] = [
  row(
    /^(?:STATE_(?<word>\w+): )?(?:sent \w+, )?(?:ISAKMP|IKE) SA established(?: \{(?<suite>[^}]{0,300})\})?/,
    'STATE_MAIN_I4: ISAKMP SA established {auth=PRESHARED_KEY cipher=aes_128 integ=sha group=MODP1024}',
    ({ word, suite }) => ({ says: 'ikeSa', doing: 'established', reason: suite, word: word && `STATE_${word}` }),
  ),
  row(
    /^(?:STATE_(?<word>\w+): )?(?:sent \w+, )?IPsec SA established (?<mode>tunnel|transport) mode ?\{(?<protocol>ESP|AH)(?:\S{0,16})?=>0x(?<out>[0-9a-f]{1,8}) <0x(?<in>[0-9a-f]{1,8})(?: xfrm=(?<transform>\S{1,80}))?/,
    'STATE_QUICK_I2: sent QI2, IPsec SA established tunnel mode {ESP=>0xceaf0f84 <0x1b41ad67 xfrm=AES_128-HMAC_SHA1 NATOA=none NATD=none DPD=none}',
    (g) => ({ says: 'associations', doing: 'installed', associations: both(g) }),
  ),
  row(
    /^transition from state (?:STATE_)?(?<from>\w+) to state (?:STATE_)?(?<to>\w+)/,
    'transition from state STATE_MAIN_R0 to state STATE_MAIN_R1',
    ({ from = '', to = '' }) => ({ says: 'transition', from: `STATE_${from}`, to: `STATE_${to}` }),
  ),
  row(
    /^STATE_(?<state>\w+): retransmission; will wait (?<wait>[\d.]+) ?s/,
    'STATE_QUICK_I1: retransmission; will wait 20s for response',
    (_, message) => ({ says: 'retransmission', text: message }),
  ),
  row(
    /^(?:STATE_\w+: )?(?:max number of retransmissions \((?<n>\d+)\) reached|(?<seconds>\d+) second timeout exceeded after (?<times>\d+) retransmits)/,
    'max number of retransmissions (2) reached STATE_QUICK_I1',
    ({ n, times }, message) => ({ says: 'retransmission', attempt: numeral(n ?? times), of: numeral(n ?? times), text: message }),
  ),
  row(/^discarding (?:duplicate|duplicated) packet/, 'discarding duplicate packet; already STATE_MAIN_I3', (_, message) => ({
    says: 'retransmission',
    text: message,
  })),
  row(/^STATE_(?<state>\w+): (?<event>.{1,200})/, 'STATE_MAIN_I2: sent MI2, expecting MR2', ({ state = '', event }) => ({
    says: 'transition',
    from: '',
    to: `STATE_${state}`,
    event,
  })),
  row(/^sent (?<label>(?:Main|Aggressive|Quick) Mode \S+)/, 'sent Main Mode I2', ({ label }) => ({ says: 'packet', way: 'sent', label })),
  row(
    /^initiating (?:IKEv1 )?(?<mode>Main Mode|Aggressive Mode|Quick Mode|IKEv2)(?<rest>.{0,300})/,
    'initiating Quick Mode PSK+ENCRYPT+TUNNEL+PFS {using isakmp#1 msgid:a27835be proposal=AES pfsgroup=MODP2048}',
    ({ mode, rest }) => ({
      says: 'exchange',
      began: sides(mode),
      side: 'initiator',
      messageId: messageIdOf(rest),
      text: rest?.trim() || undefined,
    }),
  ),
  row(
    /^responding to (?<mode>Main Mode|Aggressive Mode|Quick Mode)(?: from unknown peer (?<peer>[0-9a-f.:]+?)(?::\d+)?)?(?=$|[\s,])(?<rest>.{0,300})/i,
    'responding to Quick Mode proposal {msgid:a27835be}',
    ({ mode, peer, rest }) => ({
      says: 'exchange',
      began: sides(mode),
      side: 'responder',
      messageId: messageIdOf(rest),
      ...(peer && { peer }),
    }),
  ),
  row(
    /^(?:NAT-Traversal: Result using .{1,80}?: |NAT-Traversal: )(?<who>(?:i am|peer|both|no NAT|me|I'm)\b.{0,80})/i,
    'NAT-Traversal: Result using RFC 3947 (NAT-Traversal) sender port 500: i am NATed',
    ({ who = '' }, message) => ({ says: 'nat', behind: behind(who), text: message }),
  ),
  noted(
    /^(?:NAT-Traversal|enabling possible NAT-traversal|new NAT mapping)/,
    'enabling possible NAT-traversal with method RFC 3947 (NAT-Traversal)',
    'NAT traversal',
  ),
  row(
    /^(?:received|ignoring)(?: unknown)? Vendor ID payload \[(?<name>[^\]]{1,120})\]/,
    'received Vendor ID payload [Dead Peer Detection]',
    ({ name }) => ({ says: 'vendorId', way: 'received', name }),
  ),
  row(
    /^(?:(?:Main|Aggressive) mode peer ID|Peer ID) is (?<type>[\w ]{1,40}): '(?<value>[^']{0,256})'/i,
    "Main mode peer ID is ID_IPV4_ADDR: '192.0.2.1'",
    ({ type, value }) => ({ says: 'identity', whose: 'theirs', idType: type, value }),
  ),
  row(
    /^received Delete SA\(0x(?<spi>[0-9a-f]{1,8})\) payload: (?<what>deleting|replace) (?:IPSEC|IPsec) State/,
    'received Delete SA(0x0615eac0) payload: deleting IPSEC State #2',
    ({ spi }) => ({ says: 'delete', way: 'received', spi }),
  ),
  row(
    /^received Delete SA payload: (?:deleting|self-deleting) ISAKMP State/,
    'received Delete SA payload: deleting ISAKMP State #1',
    () => ({ says: 'delete', way: 'received', protocol: 'ike' }),
  ),
  row(/^deleting state (?:#\d+ )?\((?<word>STATE_\w+)\)/, 'deleting state (STATE_QUICK_I2)', ({ word }) => ({
    says: 'ikeSa',
    doing: 'deleted',
    word,
  })),
  row(
    /^ignoring informational payload,? (?:type )?(?<name>\w+)(?:.{0,60}msgid[=:](?<id>[0-9a-f]{1,8}))?/,
    'ignoring informational payload, type IPSEC_INITIAL_CONTACT msgid=00000000',
    ({ name = '', id }) => ({ says: 'notify', way: 'received', notify: name, messageId: hexNumeral(id) }),
  ),
  row(
    /^sending (?:encrypted )?notification (?<name>\w+) to (?<peer>[0-9a-f.:]+?):(?<port>\d+)/,
    'sending notification NO_PROPOSAL_CHOSEN to 192.0.2.1:500',
    ({ name = '', peer }) => ({ says: 'notify', way: 'sent', notify: name, ...(peer && { peer }) }),
  ),
  row(
    /^(?:received and ignored (?:informational|notification)|received (?:\w+ )?notification (?<name>\w+)|informational exchange|received \d+ malformed)/,
    'received and ignored informational message',
    ({ name }) => ({ says: 'notify', way: 'received', notify: name ?? 'informational' }),
  ),
  row(
    /^(?:Dead Peer Detection \(RFC 3706\): |DPD: |dpd: )(?<doing>.{1,120})/i,
    'Dead Peer Detection (RFC 3706): enabled',
    ({ doing = '' }) => ({ says: 'dpd', doing }),
  ),
  row(
    /^(?<what>XAUTH|modecfg|mode_cfg|ModeCfg)\S{0,8}:? (?<value>.{1,160})/,
    'XAUTH: Successfully Authenticated',
    ({ what = '', value }) => ({ says: 'configuration', doing: what, value }),
  ),
  row(
    /^(?:Received IP\S* (?:address|netmask)|received (?:MODECFG|DNS)).{0,100}/i,
    'Received IPv4 address: 192.168.2.11/32',
    (_, message) => ({ says: 'configuration', doing: 'modecfg', value: message }),
  ),
  row(
    /^(?<algorithm>OAKLEY_\w+|Oakley Transform \[[^\]]{0,120}\]) (?:\S+ )?(?:not supported|refused)/,
    'OAKLEY_GROUP 20 not supported.  Attribute OAKLEY_GROUP_DESCRIPTION',
    ({ algorithm = '' }, message) => ({
      says: 'mismatch',
      attribute: /GROUP/.test(algorithm)
        ? 'group'
        : /HASH|PRF/.test(algorithm)
          ? 'hash'
          : /AUTH/.test(algorithm)
            ? 'authentication'
            : /ENC|KEY/.test(algorithm)
              ? 'encryption'
              : 'proposal',
      text: message.slice(0, 300),
    }),
  ),
  row(
    /^(?:no acceptable (?:Oakley Transform|Proposal in)|no (?:usable|suitable) proposal|NO_PROPOSAL_CHOSEN)/,
    'no acceptable Oakley Transform',
    (_, message) => ({ says: 'verdict', acceptable: false, text: message.slice(0, 200) }),
  ),
  row(
    /^the peer proposed: (?<ours>\S+) -> (?<theirs>\S+)/,
    'the peer proposed: 10.1.0.0/16:0/0 -> 10.2.0.0/16:0/0',
    ({ ours, theirs }) => ({ says: 'association', doing: 'detail', srcProxy: theirs, dstProxy: ours }),
  ),
  noted(/^ *(?:us|them): /, '    us: 192.0.2.1<192.0.2.1>', 'selectors'),
  row(
    /^(?:authenticated (?:peer )?using|authentication (?<result>succeeded|failed)|(?<sig>signature check|Signature check)|no (?:RSA|suitable) )(?<text>.{0,200})/,
    'authenticated peer using preloaded certificate',
    ({ result }, message) => ({
      says: 'authentication',
      result: result === 'failed' || /fail|no (?:RSA|suitable)/.test(message) ? 'failed' : 'succeeded',
      text: message.slice(0, 200),
    }),
  ),
  failure(
    /^(?:probable authentication failure|malformed payload|next payload type of|byte \d+ of|length of ISAKMP|cannot respond to|initial (?:Main|Aggressive) Mode message received|Can't authenticate|we require (?:PFS|peer)|our client ID|peer client ID|no (?:connection|preshared key)|Informational Exchange|ERROR|ASSERTION|Hash Payload .{0,60} mismatch|received Hash Payload does not match|unexpected|unable to|IKE message|Quick Mode (?:message|I1)|message ignored|encrypted .{0,60} (?:failed|unknown)|responding .{0,60} failed|.{0,80}(?:failed|not authorized|mismatch))/,
    'malformed payload in packet',
  ),
  noted(
    /^(?:starting keying attempt|keeping ref|keeping refhim|up-client|route-client|prepare-client|down-client|ignoring |Applying|supplying|forcing|loaded|certificate|I am sending|switched from|extra phase2|scheduling|received |sending |esp_|deleting connection|virtual IP|pending|replacing|rekeying|initiate|expected)/,
    'keeping refhim=4294901761 during rekey',
    'other',
  ),
  noted(
    /^(?:added connection description|loading secrets|listening for|adding interface|Starting Pluto|Setting|forgetting secrets|shutting down|FIPS|NSS|Using |starting up|ike_alg_register|Changing|Warning|terminating SAs|initiating all conns|added)/,
    'listening for IKE messages',
    'the daemon itself',
  ),
];

/** Of the `| ` lines those that say something of a negotiation; the others are pluto's thoughts. */
const debugRows: readonly Row[] = [
  row(
    /^\*received (?<length>\d+) bytes from (?<peer>[0-9a-f.:]+?):(?<port>\d+) on/,
    '*received 76 bytes from 172.16.10.240:4500 on eth0 (port=4500)',
    ({ length, peer, port }) => ({
      says: 'packet',
      way: 'received',
      length: numeral(length),
      peerPort: numeral(port),
      ...(peer && { peer }),
    }),
  ),
  row(
    /^sending (?<length>\d+) bytes for (?<label>\w+) through \S+ to (?<peer>[0-9a-f.:]+?):(?<port>\d+)/,
    'sending 292 bytes for STATE_MAIN_I1 through eth0:500 to 192.0.2.1:500 (using #1)',
    ({ length, label, peer, port }) => ({
      says: 'packet',
      way: 'sent',
      length: numeral(length),
      label,
      peerPort: numeral(port),
      ...(peer && { peer }),
    }),
  ),
  row(
    /^ *(?<name>ICOOKIE|RCOOKIE): +(?<octets>(?:[0-9a-f]{2} {1,2}){7}[0-9a-f]{2})/,
    'ICOOKIE:  c6 d1 45 92  85 15 0c 7e',
    ({ name, octets = '' }) => ({
      says: 'note',
      topic: 'cookies',
      [name === 'ICOOKIE' ? 'initiatorCookie' : 'responderCookie']: octets.replaceAll(' ', ''),
    }),
  ),
];

export const pluto: Dialect = {
  name: 'pluto',
  opens,
  continues: () => false,
  read: (message) => {
    if (debug.test(message)) return match(debugRows, message.replace(debug, '')) ?? { says: 'note', topic: 'debug' };
    const found = named.exec(message) ?? fromPeer.exec(message);
    const groups = found?.groups ?? {};
    const state = groups['state'];
    const about: About = {
      ...(state !== undefined && { connection: Number(state) }),
      ...(groups['tunnel'] !== undefined && { tunnel: groups['tunnel'] }),
      ...(groups['peer'] !== undefined && { peer: groups['peer'] }),
    };
    const text = message.slice(found?.[0].length ?? 0).replace(/^\d{3} /, '');
    const report: Report | undefined = match(plutoRows, text);
    return saidOf(report, about);
  },
};

const both = ({
  out,
  in: inbound,
  protocol,
  transform,
}: Readonly<Record<string, string | undefined>>): ReportOf<'associations'>['associations'] => {
  const common = { protocol: protocol === 'AH' ? 'ah' : 'esp', ...(transform && { transform }) } as const;
  return [
    { direction: 'inbound', spi: hexNumeral(inbound), ...common },
    { direction: 'outbound', spi: hexNumeral(out), ...common },
  ];
};

const messageIdOf = (text: string | undefined): number | undefined => hexNumeral(/msgid:([0-9a-f]{1,8})/.exec(text ?? '')?.[1]);
