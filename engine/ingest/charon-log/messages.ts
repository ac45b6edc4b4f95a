/** What charon says of IKE SAs and their messages: one row a form. Names of exchanges and payloads are charon's own. */
import type { ReportOf } from '../../event/report.ts';
import { hexNumeral, noted, numeral, type Row, row } from '../text/grammar.ts';

const ports = String.raw`(?<local>[0-9a-f.:%]+)(?:\[(?<localPort>\d+)\])? to (?<peer>[0-9a-f.:%]+)(?:\[(?<peerPort>\d+)\])?`;

/** `[ SA KE No N(NATD_S_IP) ]`: names parted by spaces. */
const payloadsOf = (list: string | undefined): readonly string[] => (list ?? '').trim().split(/\s+/).filter((name) => name !== '').slice(0, 64); // biome-ignore format: one thought

type Packet = ReportOf<'packet'>;
const exchanged =
  (way: Packet['way']) =>
  (g: Readonly<Record<string, string | undefined>>): Packet => ({
    says: 'packet',
    way,
    exchange: g['exchange'],
    label: g['label'],
    messageId: numeral(g['id']),
    payloads: payloadsOf(g['payloads']),
  });

const proposals = (which: 'configured' | 'received' | 'selected', form: RegExp, example: string): Row =>
  row(form, example, ({ list = '' }) => ({ says: 'proposals', which, proposals: list.split(/, ?/).slice(0, 64) }));

const ikeSa = (doing: ReportOf<'ikeSa'>['doing'], form: RegExp, example: string): Row =>
  row(form, example, ({ reason, local, peer }) => ({ says: 'ikeSa', doing, reason, local, peer }));

const problem = (form: RegExp, example: string): Row =>
  row(form, example, ({ code }, message) => ({ says: 'error', text: message.trim(), code }));

const exchangeNames: Readonly<Record<string, ReportOf<'exchange'>['began']>> = { Main: 'main', Aggressive: 'aggressive' };

const between = String.raw`(?<local>[0-9a-f.:%]+)\[[^\]]{0,256}\]\.\.\.(?<peer>[0-9a-f.:%]+)\[[^\]]{0,256}\]`;

export const messageRows: readonly Row[] = [
  row(
    new RegExp(`^sending packet: from ${ports} \\((?<length>\\d+) bytes\\)`),
    'sending packet: from 192.0.2.1[500] to 198.51.100.1[500] (180 bytes)',
    (g) => ({ says: 'packet', way: 'sent', local: g['local'], peer: g['peer'], localPort: numeral(g['localPort']), peerPort: numeral(g['peerPort']), length: numeral(g['length']) }), // biome-ignore format: one row
  ),
  row(
    /^received packet: from (?<peer>[0-9a-f.:%]+)\[(?<peerPort>\d+)\] to (?<local>[0-9a-f.:%]+)\[(?<localPort>\d+)\] \((?<length>\d+) bytes\)/,
    'received packet: from 198.51.100.1[500] to 192.0.2.1[500] (180 bytes)',
    (g) => ({ says: 'packet', way: 'received', local: g['local'], peer: g['peer'], localPort: numeral(g['localPort']), peerPort: numeral(g['peerPort']), length: numeral(g['length']) }), // biome-ignore format: one row
  ),
  row(
    /^generating (?<exchange>[A-Z][A-Z0-9_]{2,30}) (?<label>request|response) (?<id>\d{1,10}) \[ ?(?<payloads>[^\]]{0,2000})\]/,
    'generating ID_PROT request 0 [ SA V V V V V ]',
    exchanged('sent'),
  ),
  row(
    /^parsed (?<exchange>[A-Z][A-Z0-9_]{2,30}) (?<label>request|response) (?<id>\d{1,10}) \[ ?(?<payloads>[^\]]{0,2000})\]/,
    'parsed QUICK_MODE request 1042156970 [ HASH SA No ID ID ]',
    exchanged('received'),
  ),
  row(
    /^IKE_SA \S{1,128} state change: (?<from>\w+) => (?<to>\w+)/,
    'IKE_SA conn[1] state change: CONNECTING => ESTABLISHED',
    ({ from = '', to = '' }) => ({ says: 'transition', from, to, event: 'IKE_SA' }),
  ),
  row(
    /^CHILD_SA (?<name>\S{1,128}) state change: (?<from>\w+) => (?<to>\w+)/,
    'CHILD_SA net{1} state change: INSTALLING => INSTALLED',
    ({ from = '', to = '', name }) => ({ says: 'transition', from, to, event: `CHILD_SA ${name}` }),
  ),
  row(
    /^(?:initiating (?<mine>Main|Aggressive) Mode IKE_SA \S{1,128} to (?<to>\S+)|(?<from>\S+) is initiating an? (?<theirs>Main|Aggressive) Mode IKE_SA)/,
    'initiating Main Mode IKE_SA conn[1] to 198.51.100.1',
    (g) => ({ says: 'exchange', began: exchangeNames[g['mine'] ?? g['theirs'] ?? ''] ?? 'main', peer: g['to'] ?? g['from'], side: g['to'] === undefined ? 'responder' : 'initiator' }), // biome-ignore format: one row
  ),
  row(
    /^(?:initiating IKE_SA \S{1,128} to (?<to>\S+)|(?<from>\S+) is initiating an IKE_SA)/,
    'initiating IKE_SA conn[1] to 198.51.100.1',
    ({ to, from }) => ({ says: 'exchange', began: 'ikev2', peer: to ?? from, side: to === undefined ? 'responder' : 'initiator' }),
  ),
  ikeSa(
    'established',
    new RegExp(`^IKE_SA \\S{1,128} established between ${between}`),
    'IKE_SA conn[1] established between 192.0.2.1[a]...198.51.100.1[b]',
  ),
  ikeSa(
    'rekeyed',
    new RegExp(`^IKE_SA \\S{1,128} rekeyed between ${between}`),
    'IKE_SA conn[2] rekeyed between 192.0.2.1[a]...198.51.100.1[b]',
  ),
  ikeSa(
    'deleting',
    new RegExp(`^deleting IKE_SA \\S{1,128} between ${between}`),
    'deleting IKE_SA conn[1] between 192.0.2.1[a]...198.51.100.1[b]',
  ),
  ikeSa('deleted', /^IKE_SA deleted/, 'IKE_SA deleted'),
  ikeSa(
    'purged',
    /^(?<reason>destroying IKE_SA (?:in state \w+ without notification|after failed .*))/,
    'destroying IKE_SA in state CONNECTING without notification',
  ),
  ikeSa('purged', /^(?<reason>deleting half open IKE_SA with \S+ after timeout)/, 'deleting half open IKE_SA with 192.0.2.1 after timeout'),
  ikeSa(
    'rekeyed',
    /^(?<reason>(?:re)?authenticating IKE_SA|rekeying IKE_SA|initiator did not reauthenticate|detected reauth of existing IKE_SA|schedule delete of duplicate IKE_SA|detected duplicate IKE_SA|destroying duplicate IKE_SA).*/,
    'reauthenticating IKE_SA conn[1]',
  ),
  proposals('configured', /^configured proposals: (?<list>.+)/, 'configured proposals: IKE:3DES_CBC/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024'),
  proposals('received', /^received proposals: (?<list>.+)/, 'received proposals: ESP:AES_CBC_128/HMAC_SHA1_96/NO_EXT_SEQ'),
  proposals('selected', /^selected proposal: (?<list>.+)/, 'selected proposal: ESP:AES_CBC_128/HMAC_SHA1_96/NO_EXT_SEQ'),
  row(/^ {2}proposal matches/, '  proposal matches', () => ({ says: 'verdict', acceptable: true })),
  row(/^ {2}no acceptable (?<what>[A-Z_]+) found/, '  no acceptable ENCRYPTION_ALGORITHM found', ({ what }, message) => ({
    says: 'mismatch',
    attribute: mismatches[what ?? ''] ?? 'proposal',
    text: message.trim(),
  })),
  row(/^ {2}protocol mismatch/, '  protocol mismatch, skipping', (_, message) => ({
    says: 'mismatch',
    attribute: 'proposal',
    text: message.trim(),
  })),
  noted(/^selecting proposal:/, 'selecting proposal:', 'comparison of proposals'),
  row(
    /^scheduling (?:re(?:key|authenticat)ing|reauthentication) in (?<seconds>\d+)s/,
    'scheduling rekeying in 14046s',
    ({ seconds }, message) => ({ says: 'lifetime', of: 'ike', seconds: numeral(seconds), text: message }),
  ),
  row(/^maximum IKE_SA lifetime (?<seconds>\d+)s/, 'maximum IKE_SA lifetime 15486s', ({ seconds }, message) => ({
    says: 'lifetime',
    of: 'ike',
    seconds: numeral(seconds),
    text: message,
  })),
  row(/^received (?<seconds>\d+)s lifetime, configured \d+s/, 'received 3960s lifetime, configured 0s', ({ seconds }, message) => ({
    says: 'lifetime',
    of: 'ipsec',
    seconds: numeral(seconds),
    text: message,
  })),
  row(/^received (?<kilobytes>\d+) lifebytes, configured \d+/, 'received 4608000 lifebytes, configured 0', (_, message) => ({
    says: 'lifetime',
    of: 'ipsec',
    text: message,
  })),
  row(
    /^received AUTH_LIFETIME of (?<seconds>\d+)s/,
    'received AUTH_LIFETIME of 9856s, scheduling reauthentication in 9316s',
    ({ seconds }, message) => ({ says: 'lifetime', of: 'ike', seconds: numeral(seconds), text: message }),
  ),
  // NAT traversal.
  row(/^local host is behind NAT/, 'local host is behind NAT, sending keep alives', (_, message) => ({
    says: 'nat',
    behind: 'self',
    text: message,
  })),
  row(/^remote host is behind NAT/, 'remote host is behind NAT', (_, message) => ({ says: 'nat', behind: 'peer', text: message })),
  row(/^faking NAT situation to enforce UDP encapsulation/, 'faking NAT situation to enforce UDP encapsulation', (_, message) => ({
    says: 'nat',
    text: message,
  })),
  row(
    /^(?<whose>local|remote) endpoint changed from \S+ to (?<address>[0-9a-f.:%]+)\[(?<port>\d+)\]/,
    'remote endpoint changed from 192.0.2.1[500] to 192.0.2.1[4500]',
    ({ whose, address, port }, message) => ({
      says: 'nat',
      port: numeral(port),
      text: message,
      ...(whose === 'local' ? { local: address } : { peer: address }),
    }),
  ),
  noted(/^sending keep alive(?: to \S+)?/, 'sending keep alive to 198.51.100.1[4500]', 'NAT keepalive'),
  // Authentication.
  row(
    /^authentication of (?<who>.{1,256}?)(?<mine> \(myself\))?(?: with (?<method>.{1,80}?))? (?<result>successful|failed)/,
    "authentication of '192.0.2.1' with pre-shared key successful",
    ({ method, result }, message) => ({
      says: 'authentication',
      result: result === 'failed' ? 'failed' : 'succeeded',
      method,
      text: message,
    }),
  ),
  row(
    /^authentication of .{1,256} \(myself\) with (?<method>.{1,80})/,
    "authentication of '192.0.2.1' (myself) with pre-shared key",
    ({ method }, message) => ({ says: 'authentication', method, text: message }),
  ),
  row(
    /^(?:XAuth|EAP method \S+|EAP) authentication of .{1,256} (?<result>successful|failed)|^EAP method \S+ (?<eap>succeeded|failed)|^XAuth authentication failed|^EAP-\w+ verification failed|^none of \d+ found XAuth secrets for .* matched/,
    "XAuth authentication of 'alice' successful",
    ({ result, eap }, message) => ({
      says: 'authentication',
      result: result === 'successful' || eap === 'succeeded' ? 'succeeded' : 'failed',
      text: message,
    }),
  ),
  row(
    /^(?:no (?:shared|private|trusted .{1,40}) key found|no IDi? configured|no (?:matching )?peer config found|peer requested EAP, config unacceptable|constraint check failed|tried \d+ shared keys? for .*, but MAC mismatched|selected peer config .{1,128} unacceptable|no alternative config found)/,
    'no shared key found for 192.0.2.1 - 198.51.100.1',
    (_, message) => ({ says: 'error', text: message.trim(), code: 'AUTHENTICATION_FAILED' }),
  ),
  problem(
    /^calculated HASH does not match HASH payload|^(?:HASH|AUTH) (?:payload )?(?:verification|mismatch)|^verification of AUTH payload .* failed/,
    'calculated HASH does not match HASH payload',
  ),
  problem(
    /^no (?:matching )?proposal found|^no (?:acceptable )?(?:proposal|ike config) found|^no IKE config found for .*, sending (?<code>NO_PROPOSAL_CHOSEN)|^(?:no matching CHILD_SA config found|no acceptable traffic selectors found|traffic selectors .* (?:inacceptable|unacceptable))/,
    'no proposal found',
  ),
  // Notifies, deletes, liveness.
  row(
    /^received (?<name>[A-Z][A-Z0-9_]{3,40}) (?:error )?notify(?: error)?/,
    'received NO_PROPOSAL_CHOSEN error notify',
    ({ name = '' }) => ({ says: 'notify', way: 'received', notify: name }),
  ),
  row(/^received (?<name>[A-Z][A-Z0-9_]{3,40})(?: notify)?, (?:.*)$/, 'received INITIAL_CONTACT, destroying old', ({ name = '' }) => ({
    says: 'notify',
    way: 'received',
    notify: name,
  })),
  row(/^(?:sending|send) (?<name>[A-Z][A-Z0-9_]{3,40}) notify/, 'sending INVALID_ID_INFORMATION notify', ({ name = '' }) => ({
    says: 'notify',
    way: 'sent',
    notify: name,
  })),
  row(
    /^(?<way>sending|received) DELETE for (?<protocol>ESP|AH) CHILD_SA with SPI (?<spi>[0-9a-f]{1,8})/,
    'sending DELETE for ESP CHILD_SA with SPI c185666e',
    ({ way, protocol = '', spi }) => ({
      says: 'delete',
      way: way === 'sending' ? 'sent' : 'received',
      protocol: protocol.toLowerCase(),
      spi,
    }),
  ),
  row(/^(?<way>sending|received) DELETE for IKE_SA/, 'received DELETE for IKE_SA conn[1]', ({ way }) => ({
    says: 'delete',
    way: way === 'sending' ? 'sent' : 'received',
    protocol: 'ike',
  })),
  row(/^sending DPD (?<what>request|vendor ID)/, 'sending DPD request', ({ what }) =>
    what === 'request' ? { says: 'dpd', doing: 'sent R_U_THERE' } : { says: 'vendorId', way: 'sent', name: 'DPD' },
  ),
  row(
    /^(?<what>DPD check timed out, enforcing DPD action|received (?:invalid )?DPD sequence number \d+.*|detected (?:dead|lost) peer.*)/,
    'DPD check timed out, enforcing DPD action',
    ({ what = '' }) => ({ says: 'dpd', doing: what }),
  ),
  row(
    /^(?:sending )?retransmit (?<attempt>\d+) of (?<what>request|response) (?:with )?message ID (?<id>\d+)/,
    'sending retransmit 1 of request message ID 0, seq 1',
    ({ attempt, id }, message) => ({ says: 'retransmission', attempt: numeral(attempt), messageId: numeral(id), text: message }),
  ),
  row(/^giving up after (?<attempt>\d+) retransmits/, 'giving up after 5 retransmits', ({ attempt }, message) => ({
    says: 'retransmission',
    attempt: numeral(attempt),
    of: numeral(attempt),
    text: message,
  })),
  row(
    /^received retransmit of (?:request|response) with ID (?<id>\d+)/,
    'received retransmit of request with ID 0, retransmitting response',
    ({ id }, message) => ({ says: 'retransmission', messageId: numeral(id), text: message }),
  ),
  problem(
    /^(?:establishing (?:IKE_SA|connection|CHILD_SA) .{0,128}failed|peer not responding, trying again.*|connecting to .* failed|failed to establish CHILD_SA.*|unable to install .*|installing .* failed|retransmit .* failed)/,
    'establishing IKE_SA failed, peer not responding',
  ),
  problem(
    /^(?:ignoring |discarding |invalid |integrity check failed|verifying .* failed|could not decrypt|unable to (?:decrypt|parse)|.*(?:payload|message) (?:is )?(?:malformed|invalid|missing)|message (?:verification|parsing) failed|decryption failed|received (?:a )?(?:unsupported|unexpected|invalid|unprotected|out-of-order) .*|no IKE_SA found|ike message .* failed|.*header verification failed|IKE_SA \S+ not found)/i,
    'integrity check failed',
  ),
  row(
    /^(?<way>received|sending) (?<name>(?!unknown vendor).{1,120}?) vendor ID/,
    'received NAT-T (RFC 3947) vendor ID',
    ({ way, name }) => ({
      says: 'vendorId',
      way: way === 'sending' ? 'sent' : 'received',
      name,
    }),
  ),
  row(/^received unknown vendor ID: (?<name>[0-9a-f:]+)/, 'received unknown vendor ID: 40:48', ({ name }) => ({
    says: 'vendorId',
    way: 'received',
    name,
  })),
  row(
    /^(?<doing>server requested EAP_\w+(?: authentication)?|(?:requesting|assigning|installing new|peer requested|deleting|removing) virtual IP|reassigning (?:online|offline)|acquired (?:new|existing) lease|(?:processing|handling|building) [A-Z][A-Z0-9_]{2,40} attribute(?: failed)?|assigning new lease to|lease \S+ by|initiating EAP_\w+ method|sending keep alive|received AUTH_REQUEST|handling .* attribute failed)(?<value>.*)/,
    'peer requested virtual IP %any',
    ({ doing = '', value }) => ({ says: 'configuration', doing, value: value?.trim() || undefined }),
  ),
  row(
    /^splitting IKE message (?:\(\d+ bytes\) )?into (?<n>\d+) fragments/,
    'splitting IKE message (1200 bytes) into 3 fragments',
    (_, message) => ({ says: 'note', topic: 'fragmentation', text: message }),
  ),
  noted(/^received fragment #\d+/, 'received fragment #1 of 3, waiting for complete IKE message', 'fragmentation'),
  row(
    /^(?:(?<went>sending|received) )?(?:(?:end entity|issuer) cert|cert request|certificate)\b.*/,
    'sending end entity cert "C=XX, CN=a"',
    (_, message) => ({ says: 'note', topic: 'certificate', text: message }),
  ),
];

/** What charon calls a transform type, as an attribute of the comparison. */
const mismatches: Readonly<Record<string, ReportOf<'mismatch'>['attribute']>> = {
  ENCRYPTION_ALGORITHM: 'encryption',
  INTEGRITY_ALGORITHM: 'hash',
  PSEUDO_RANDOM_FUNCTION: 'hash',
  DIFFIE_HELLMAN_GROUP: 'group',
  KEY_EXCHANGE_METHOD: 'group',
};

const protocolOf = (text: string | undefined): 'esp' | 'ah' => (text === 'AH' ? 'ah' : 'esp');

export const childRows: readonly Row[] = [
  row(
    /^(?:inbound |outbound )?CHILD_SA (?<name>\S{1,128}) established with SPIs (?<in>[0-9a-f]{1,8})_i (?<out>[0-9a-f]{1,8})_o and TS (?<ts>.*)/,
    'CHILD_SA net{1} established with SPIs c185666e_i c50d31e3_o and TS 10.1.0.0/16 === 10.2.0.0/16',
    (g) => ({ says: 'associations', doing: 'installed', associations: directions(g) }),
  ),
  row(
    /^closing (?:expired )?CHILD_SA (?<name>\S{1,128}) with SPIs (?<in>[0-9a-f]{1,8})_i(?: \(\d+ bytes\))? (?<out>[0-9a-f]{1,8})_o(?: \(\d+ bytes\))? and TS (?<ts>.*)/,
    'closing CHILD_SA net{1} with SPIs c1_i (336 bytes) c5_o (0 bytes) and TS 10.1.0.0/16 === 10.2.0.0/16',
    ({ in: spi, name }, message) => ({
      says: 'association',
      doing: message.startsWith('closing expired') ? 'expired' : 'deleted',
      direction: 'inbound',
      spi: hexNumeral(spi),
      reason: name,
    }),
  ),
  row(/^adding (?<direction>inbound|outbound) (?<protocol>ESP|AH) SA/, 'adding inbound ESP SA', ({ direction, protocol }) => ({
    says: 'association',
    doing: 'created',
    direction: direction === 'inbound' ? 'inbound' : 'outbound',
    protocol: protocolOf(protocol),
  })),
  row(
    /^ {2}SPI 0x(?<spi>[0-9a-f]{1,8}), src (?<src>\S+) dst (?<dst>\S+)/,
    '  SPI 0xc50d31e3, src 192.0.2.1 dst 198.51.100.1',
    ({ spi, src, dst }) => ({ says: 'association', doing: 'detail', spi: hexNumeral(spi), src, dst }),
  ),
  row(/^got SPI (?<spi>[0-9a-f]{1,8})/, 'got SPI c50d31e3', ({ spi }) => ({ says: 'spi', doing: 'allocated', spi: hexNumeral(spi) })),
  row(/^adding SAD entry with SPI (?<spi>[0-9a-f]{1,8})/, 'adding SAD entry with SPI c50d31e3 and reqid {1}', ({ spi }) => ({
    says: 'association',
    doing: 'installed',
    spi: hexNumeral(spi),
  })),
  row(/^deleted SAD entry with SPI (?<spi>[0-9a-f]{1,8})/, 'deleted SAD entry with SPI c50d31e3', ({ spi }) => ({
    says: 'association',
    doing: 'deleted',
    spi: hexNumeral(spi),
  })),
  row(
    /^creating (?<what>rekey|delete|acquire) job for (?:CHILD_SA (?<protocol>ESP|AH)\/0x(?<spi>[0-9a-f]{1,8})\/\S+|policy .*)/,
    'creating rekey job for CHILD_SA ESP/0xc50d31e3/198.51.100.1',
    ({ what, protocol, spi }) => ({
      says: 'association',
      doing: what === 'delete' ? 'expired' : 'rekeyed',
      spi: hexNumeral(spi),
      ...(protocol && { protocol: protocolOf(protocol) }),
      reason: what,
    }),
  ),
  row(/^ {2}using (?<value>\S+) for (?<what>encryption|integrity)/, '  using AES_CBC for encryption', ({ value = '', what }) => ({
    says: 'attribute',
    name: what === 'encryption' ? 'encryption' : 'integrity',
    value,
  })),
  row(
    /^(?<what>establishing|rekeying|detected rekeying of|rekeyed|initiating) CHILD_SA (?<name>\S{1,128})/,
    'establishing CHILD_SA net{1}',
    ({ what }, message) => ({ says: 'note', topic: `${what} CHILD_SA`, text: message }),
  ),
  noted(/^CHILD_SA (?:closed|not found|rekey collision)|^CHILD_SA \S+ (?:closed|lost|update)/, 'CHILD_SA closed', 'CHILD_SA'),
];

const directions = ({ in: inbound, out, ts }: Readonly<Record<string, string | undefined>>): ReportOf<'associations'>['associations'] => {
  const [ours, theirs] = (ts ?? '').split(' === ');
  return [
    { direction: 'inbound', spi: hexNumeral(inbound), ...(theirs && { srcProxy: theirs }), ...(ours && { dstProxy: ours }) },
    { direction: 'outbound', spi: hexNumeral(out), ...(ours && { srcProxy: ours }), ...(theirs && { dstProxy: theirs }) },
  ];
};
