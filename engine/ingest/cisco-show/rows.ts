/**
 * The lines of `show crypto isakmp sa [detail]`, `ipsec sa`, `map`, `session`, `ikev2 sa` and `isakmp policy`, of IOS, IOS-XE and the ASA: one row
 * a form, giving both the report of the line and the fact that it adds to. No row looks at indentation, which pasted text loses.
 */
import type { Report } from '../../event/report.ts';
import { type Groups, hexNumeral, numeral, type Row, row } from '../text/grammar.ts';
import { type Building, clockSeconds } from './building.ts';

export interface ShowRow extends Row {
  readonly put: (to: Building, found: Groups, line: number) => void;
}

const showRow = (
  form: RegExp,
  example: string,
  put: ShowRow['put'],
  says: (found: Groups, message: string) => Report = (_, message) => ({ says: 'note', topic: 'show', text: message.trim().slice(0, 200) }),
): ShowRow => ({ ...row(form, example, says), put });

const nothing = (): void => {};
const heading = (form: RegExp, example: string): ShowRow => showRow(form, example, nothing);

const ip = '[0-9a-f][0-9a-f.:]{1,44}';
/** Addresses of published outputs are often words. */
const peer = String.raw`(?:${ip}|[\w.-]{1,64})`;

const isakmpRows: readonly ShowRow[] = [
  heading(/^(?:IPv[46] )?Crypto (?:ISAKMP|IKEv2) (?:SA|Session)s?\s*$/i, 'IPv4 Crypto ISAKMP SA'),
  heading(/^(?:IKEv[12]|ISAKMP) SAs?:\s*$/i, 'IKEv1 SAs:'),
  heading(/^dst\s+src\s+state\s+conn-id/, 'dst             src             state          conn-id status'),
  heading(/^C-id\s+Local\s+Remote/, 'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.'),
  heading(/^IKE Peer\s+Type\s+Dir/, 'IKE Peer      Type  Dir   Rky  State      Encrypt Hash  Auth    Lifetime'),
  heading(/^(?:Active SA|Rekey SA|Total IKE SA|Total SA)s?:\s*\d+(?! *,|\d)/, 'Active SA: 1'),
  heading(/^There are no (?:IKEv[12]|isakmp|ipsec) s/i, 'There are no IKEv1 SAs'),
  showRow(
    new RegExp(
      `^(?<dst>${peer})\\s+(?<src>${peer})\\s+(?<state>(?:MM|AG|QM|CONF|OAK|AM|IKE|XAUTH|NEW|GDOI|CONFIG)_[A-Z_]+)\\s+(?<id>\\d{1,9})(?:\\s+(?:(?<slot>\\d{1,3})|(?<status>[A-Za-z]+))\\b)?(?:\\s*\\((?<deleted>deleted)\\))?\\s*$`,
      'i',
    ),
    '198.51.100.1    192.0.2.1       QM_IDLE           1001 ACTIVE',
    (to, g, line) => to.isakmp(g, line),
    (g) => ({
      says: 'ikeSa',
      doing: 'detail',
      word: g['state'],
      connection: numeral(g['id']),
      local: g['dst'],
      peer: g['src'],
      reason: g['deleted'] ?? g['status'],
    }),
  ),
  showRow(
    new RegExp(
      `^(?<id>\\d{1,9})\\s+(?<local>${ip})\\s+(?<remote>${ip})\\s+(?:(?<vrf>\\S{1,64})\\s+)?(?<status>ACTIVE|INACTIVE|\\w+)\\s+(?<encr>3?des|aes\\S*|\\w{1,16})\\s+(?<hash>md5|sha\\d*|\\w{1,8})\\s+(?<auth>psk|rsig|renc|\\w{1,8})\\s+(?<dh>\\d{1,2})\\s+(?<life>[\\d:dhwys]{1,16}|0)(?:\\s+(?<cap>[A-Z]{1,16}))?\\s*$`,
    ),
    '1001  192.0.2.1       198.51.100.1           ACTIVE aes  sha    psk  14 23:59:01 D',
    (to, g, line) => to.isakmpDetail(g, line),
    (g) => ({ says: 'ikeSa', doing: 'detail', connection: numeral(g['id']), local: g['local'], peer: g['remote'], reason: g['status'] }),
  ),
  showRow(
    /^(?<id>\d{1,6}) (?<remote>[0-9a-f.:]{3,45})\s+(?<type>User|L2L|\w+)\s+(?<dir>Resp|Init)\w*\s+(?<rekey>No|Yes)\s+(?<status>\w+)\s+(?<encr>\S+)\s+(?<hash>\S+)\s+(?<auth>\S+)\s+(?<life>\d+)\s*$/i,
    '1 198.51.100.1 L2L  Resp  No   MM_ACTIVE  aes-256 SHA   preshrd 86400',
    (to, g, line) => to.isakmpDetail(g, line),
    (g) => ({
      says: 'ikeSa',
      doing: 'detail',
      peer: g['remote'],
      word: g['status'],
      side: /^init/i.test(g['dir'] ?? '') ? 'initiator' : 'responder',
    }),
  ),
  showRow(/^(?:\d+\s+)?IKE Peer\s*:\s*(?<peer>\S+)/, '1   IKE Peer: 198.51.100.1', nothing, ({ peer: address }) => ({
    says: 'ikeSa',
    doing: 'detail',
    peer: address,
  })),
  heading(
    /^(?:Type\s*:\s*\S+\s+Role|Rekey\s*:\s*\S+\s+State|Encrypt\s*:\s*\S+\s+Hash|Auth\s*:\s*\S+\s+Lifetime|Lifetime Remaining\s*:)/,
    'Type    : L2L             Role    : initiator',
  ),
  heading(/^Engine-id:Conn-id\s*=/, 'Engine-id:Conn-id =  SW:1'),
];

const sa = (to: Building): Building['sa'] => to.sa;

const ipsecRows: readonly ShowRow[] = [
  showRow(
    /^interface:\s*(?<interface>\S+)(?:\s+Crypto map tag:\s*(?<map>[^\s,]+),\s*(?:seq num: (?<seq>\d+),\s*)?local addr[.:]?\s*(?<local>\S+))?\s*$/,
    'interface: GigabitEthernet0/0',
    (to, g) => to.onInterface(g),
  ),
  showRow(
    /^Crypto map tag:\s*(?<map>[^\s,]+),\s*(?:seq num: (?<seq>\d+),\s*)?local addr[.:]?\s*(?<local>\S+)/i,
    'Crypto map tag: VPN, local addr 192.0.2.1',
    (to, g) => to.onMap(g),
  ),
  showRow(/^protected vrf:\s*(?<vrf>\S*)/, 'protected vrf: (none)', (to, g) => to.onVrf(g['vrf'])),
  heading(
    /^access-list \S+ (?:extended )?(?:permit|deny) .*/,
    'access-list L2L extended permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0',
  ),
  showRow(
    /^local\s+ident \(addr\/mask\/prot\/port\):\s*\((?<ident>[^)]{1,128})\)/,
    'local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)',
    (to, g, line) => to.flow(g['ident'] ?? '', line),
    ({ ident }) => ({ says: 'association', doing: 'detail', srcProxy: ident }),
  ),
  showRow(
    /^remote ident \(addr\/mask\/prot\/port\):\s*\((?<ident>[^)]{1,128})\)/,
    'remote ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)',
    (to, g) => to.set({ remoteIdent: g['ident'] ?? null }),
    ({ ident }) => ({ says: 'association', doing: 'detail', dstProxy: ident }),
  ),
  showRow(
    /^current_peer:?\s*(?<peer>[^\s:]+|[0-9a-f:]+?)(?::(?<port>\d{1,5})|\s+port (?<port2>\d{1,5}))?(?:,\s*username: .*)?\s*$/i,
    'current_peer 198.51.100.1 port 500',
    (to, g) => to.set({ peer: g['peer'] ?? null, peerPort: numeral(g['port'] ?? g['port2']) ?? null }),
    ({ peer: address }) => ({ says: 'association', doing: 'detail', ...(address && { peer: address }) }),
  ),
  heading(/^(?:PERMIT|DENY), flags=/, 'PERMIT, flags={origin_is_acl,}'),
  heading(/^dynamic allocated peer ip:|^username:|^in use settings\s*=\s*\{\s*\}/, 'dynamic allocated peer ip: 10.135.1.5'),
  showRow(
    /^##?(?<counters>(?:pkts|send|recv|pre-frag|post-frag|PMTUs|TFC|fragments|decapsulated|Valid|Invalid|IKE)\b.{1,300})/,
    '#pkts encaps: 4, #pkts encrypt: 4, #pkts digest: 4',
    (to, g) => to.count(g['counters'] ?? ''),
  ),
  heading(
    /^local crypto endpt\.:\s*(?<local>[^,\s]+),\s*remote crypto endpt\.:\s*(?<remote>\S+)/,
    'local crypto endpt.: 192.0.2.1, remote crypto endpt.: 198.51.100.1',
  ),
  showRow(
    /^(?:plaintext mtu (?<plain>\d+), )?path mtu (?<mtu>\d+)/,
    'plaintext mtu 1438, path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet3',
    (to, g) => to.set({ pathMtu: numeral(g['mtu']) ?? null }),
  ),
  heading(/^(?:PMTU time remaining|ICMP error validation)/, 'PMTU time remaining (sec): 0, DF policy: copy-df'),
  showRow(
    /^current (?<direction>outbound|inbound) spi\s*:\s*(?:0x)?(?<spi>[0-9a-f]{1,8})/i,
    'current outbound spi: 0x397C36EE(964441838)',
    (to, g) => (g['direction'] === 'outbound' ? to.set({ outboundSpi: hexNumeral(g['spi']) ?? null }) : undefined),
    ({ direction, spi }) => ({
      says: 'association',
      doing: 'detail',
      direction: direction === 'inbound' ? 'inbound' : 'outbound',
      spi: hexNumeral(spi),
    }),
  ),
  showRow(/^PFS \(Y\/N\):\s*(?<pfs>[YN])(?:, DH group:\s*(?<group>\S+))?/, 'PFS (Y/N): N, DH group: none', (to, g) => to.pfs(g)),
  showRow(/^(?<direction>inbound|outbound) (?<protocol>esp|ah|pcp) sas:/, 'inbound esp sas:', (to, g) => to.direct(g)),
  showRow(
    /^spi:\s*0[x\u00d7](?<spi>[0-9a-f]{1,8})\s*\((?<decimal>\d{1,10})\)/i,
    'spi: 0x658F7C11(1703902225)',
    (to, g, line) => to.beginSa(hexNumeral(g['spi']) ?? 0, line),
    ({ spi }) => ({ says: 'association', doing: 'detail', spi: hexNumeral(spi) }),
  ),
  showRow(
    /^transform:\s*(?<words>[a-z0-9][^,]{0,120}?)\s*,?\s*$/,
    'transform: esp-256-aes esp-sha256-hmac ,',
    (to, g) => sa(to)({ transform: g['words'] ?? null }),
    ({ words }) => ({ says: 'association', doing: 'detail', transform: words }),
  ),
  showRow(/^in use settings\s*=\s*\{(?<settings>[^}]{0,200})\}/, 'in use settings ={Tunnel, }', (to, g) =>
    sa(to)({
      settings: (g['settings'] ?? '')
        .split(/,\s*/)
        .map((s) => s.trim())
        .filter((s) => s !== ''),
    }),
  ),
  showRow(
    /^(?:slot:\s*(?<slot>\d+),\s*)?conn[ _]id:\s*(?<id>\d{1,12}),\s*(?:flow_id:\s*(?<flow>[^,]{1,64}),\s*)?(?:sibling_flags\s+\S+,\s*)?crypto[ -]map:\s*(?<map>[^,\s]+)/,
    'conn id: 2076, flow_id: CSR:76, sibling_flags FFFFFFFF80000048, crypto map: VPN',
    (to, g) => sa(to)({ connection: numeral(g['id']) ?? null, cryptoMap: g['map'] ?? null }),
    ({ id }) => ({ says: 'association', doing: 'detail', flow: numeral(id) }),
  ),
  showRow(
    /^sa timing:\s*remaining key lifetime \((?<unit>k\/sec|kB\/sec|sec|k)\):\s*\(?(?:(?<kilobytes>\d+)\/)?(?<seconds>\d+|KB Vol Rekey Disabled\/\d+)\)?/i,
    'sa timing: remaining key lifetime (k/sec): (4607999/83191)',
    (to, g) =>
      sa(to)({
        remainingKilobytes: numeral(g['kilobytes']) ?? null,
        remainingSeconds: numeral(/\d+$/.exec(g['seconds'] ?? '')?.[0]) ?? null,
      }),
    ({ kilobytes, seconds }) => ({
      says: 'association',
      doing: 'detail',
      lifetimeKilobytes: numeral(kilobytes),
      lifetimeSeconds: numeral(/\d+$/.exec(seconds ?? '')?.[0]),
    }),
  ),
  showRow(/^(?:Kilobyte Volume Rekey|KB Vol Rekey)/, 'Kilobyte Volume Rekey has been disabled', nothing),
  showRow(/^IV size:\s*(?<octets>\d+) bytes/, 'IV size: 16 bytes', (to, g) => sa(to)({ ivOctets: numeral(g['octets']) ?? null })),
  showRow(
    /^replay detection support:\s*(?<yes>[YN])(?:\s+replay window size:\s*(?<window>\d+))?/,
    'replay detection support: Y  replay window size: 1024',
    (to, g) =>
      sa(to)({ replayDetection: g['yes'] === 'Y', ...(g['window'] !== undefined && { replayWindow: numeral(g['window']) ?? null }) }),
  ),
  heading(/^Anti replay bitmap:|^0x[0-9A-F]{8}(?:\s+0x[0-9A-F]{8})*\s*$/, 'Anti replay bitmap:'),
  showRow(/^(?:Status|SA State):\s*(?<status>\w+)/i, 'Status: ACTIVE(ACTIVE)', (to, g) => to.status(g['status'] ?? '')),
];

const mapRows: readonly ShowRow[] = [
  showRow(
    /^Crypto Map (?:IPv[46] )?"(?<name>[^"]{1,128})" (?<sequence>\d{1,5}) (?<type>ipsec-\w+|\w+)(?<rest>.*)$/i,
    'Crypto Map "VPN" 10 ipsec-isakmp',
    (to, g, line) => to.map(g, line),
  ),
  showRow(
    /^Crypto Map (?:Template)?"?(?<name>[^"\s]{1,128})"?\s*(?:client|isakmp|interface)/i,
    'Crypto Map "VPN" client authentication list L',
    nothing,
  ),
  showRow(/^WARNING: This crypto map is in an incomplete state/, 'WARNING: This crypto map is in an incomplete state!', (to) =>
    to.setMap({ incomplete: true }),
  ),
  heading(/^\(missing peer or access-list/, '(missing peer or access-list definitions)'),
  showRow(/^Peer\s*=\s*(?<peer>\S+)/, 'Peer = 198.51.100.1', (to, g) => to.addTo('peers', g['peer'])),
  heading(/^(?:Current peer|Valid peers?|Description)\s*[:=]/, 'Current peer: 198.51.100.1'),
  heading(/^Access-List SS dynamic/, 'Access-List SS dynamic: False'),
  showRow(/^(?:Extended|Standard) (?:IP|IPv6) access list (?<list>\S+)/i, 'Extended IP access list 101', (to, g) =>
    to.setMap({ accessList: g['list'] ?? null }),
  ),
  heading(/^(?:permit|deny)\s+\S+/, 'permit ip 10.1.0.0 0.0.255.255 any'),
  showRow(/^(?:ISAKMP Profile|Profile name|IKEv2 Profile|Ikev2 profile)\s*:\s*(?<profile>\S+)/, 'Profile name: P', (to, g) =>
    to.setMap({ profile: g['profile'] ?? null }),
  ),
  showRow(
    /^Security association lifetime:\s*(?:(?<kilobytes>\d+) kilobytes)?\/?(?:(?<seconds>\d+) seconds)?/,
    'Security association lifetime: 4608000 kilobytes/3600 seconds',
    (to, g) => to.setMap({ lifetimeKilobytes: numeral(g['kilobytes']) ?? null, lifetimeSeconds: numeral(g['seconds']) ?? null }),
    ({ kilobytes, seconds }) => ({ says: 'lifetime', of: 'ipsec', kilobytes: numeral(kilobytes), seconds: numeral(seconds) }),
  ),
  heading(/^(?:Responder-Only|Dualstack|Antireplay window|IPv6)\b.*/, 'Responder-Only (Y/N): N'),
  heading(/^Mixed-mode\s*:/, 'Mixed-mode : Disabled'),
  heading(/^Transform sets?\s*=\s*\{?/, 'Transform sets={'),
  showRow(
    /^(?<name>[\w.:-]{1,64}):\s*\{\s*(?<words>[a-z][^}]{0,120}?)\s*\}\s*,?/i,
    'STRONG:  { esp-256-aes esp-sha256-hmac  } ,',
    (to, g) => to.transform(g),
    ({ words }) => ({ says: 'proposals', which: 'configured', proposals: [words ?? ''] }),
  ),
  heading(/^\{?\s*\}\s*,?$|^\{\s*$/, '}'),
  showRow(/^Interfaces using crypto map (?<name>[^\s:]+)\s*:?\s*(?<interface>\S+)?/, 'Interfaces using crypto map VPN:', (to, g) =>
    to.mapInterfaces(g['interface']),
  ),
  showRow(
    /^(?<interface>(?:Gigabit|Fast|Ten|FortyG|HundredG|FourHundredG)?Ethernet\S*|(?:TenGigabit|FortyGigabit|HundredGig|FourHundredGig)E\S*|Tunnel\d+|Virtual-\S+|Serial\S+|Loopback\d+|Vlan\d+|Dialer\d+|Port-channel\S+|BDI\d+|Cellular\S+)\s*$/i,
    'GigabitEthernet0/0',
    (to, g) => to.mapInterfaces(g['interface']),
  ),
  heading(/^No crypto maps found/, 'No crypto maps found.'),
];

const sessionRows: readonly ShowRow[] = [
  heading(/^Crypto session current status/, 'Crypto session current status'),
  heading(/^(?:Code: C - |[KXRTFSNDU] - [A-Z])/i, 'Code: C - IKE Configuration mode, D - Dead Peer Detection'),
  showRow(/^Interface:\s*(?<interface>\S+)/, 'Interface: Tunnel13', (to, g, line) => to.session(g['interface'] ?? null, line)),
  showRow(/^Profile:\s*(?<profile>\S+)/, 'Profile: P', nothing),
  showRow(/^Uptime:\s*(?<uptime>\S+)/, 'Uptime: 3d18h', (to, g) => to.setSession({ uptime: g['uptime'] ?? null })),
  showRow(
    /^Session status:\s*(?<status>\S+)/,
    'Session status: UP-ACTIVE',
    (to, g) => to.setSession({ status: g['status'] ?? null }),
    ({ status }) => ({ says: 'ikeSa', doing: 'detail', word: status }),
  ),
  showRow(
    /^Peer:\s*(?<peer>\S+) port (?<port>\d+)/,
    'Peer: 198.51.100.1 port 500 fvrf: (none) ivrf: (none)',
    (to, g) => to.setSession({ peer: g['peer'] ?? null, peerPort: numeral(g['port']) ?? null }),
    ({ peer: address }) => ({ says: 'ikeSa', doing: 'detail', ...(address && { peer: address }) }),
  ),
  showRow(
    /^Phase1_id:\s*(?<id>.{1,128}?)\s*$/,
    'Phase1_id: 198.51.100.1',
    (to, g) => to.setSession({ identity: g['id'] === '(none)' ? null : (g['id'] ?? null) }),
    ({ id }) => ({ says: 'identity', whose: 'theirs', value: id }),
  ),
  heading(/^(?:Desc|Session ID|Group|Username|Assigned address|IKEv2 SA is)\s*:/, 'Session ID: 0'),
  showRow(
    /^(?:IKEv(?<version>[12])|IKE) SA:\s*local (?<local>\S+?)\/(?<localPort>\d+) remote (?<remote>\S+?)\/(?<remotePort>\d+)\s+(?<status>\w+)/,
    'IKEv1 SA: local 192.0.2.1/500 remote 198.51.100.1/500 Active',
    (to, g) => to.sessionSa(g),
    ({ local, remote, status }) => ({
      says: 'ikeSa',
      doing: 'detail',
      ...(local && { local }),
      ...(remote && { peer: remote }),
      reason: status,
    }),
  ),
  showRow(
    /^Capabilities:\s*(?<cap>\S+) connid:(?<id>\d+) lifetime:(?<life>\S+)/,
    'Capabilities:D connid:1042 lifetime:05:50:03',
    (to, g) => to.sessionDetail(g),
    ({ id, life }) => ({ says: 'lifetime', of: 'ike', connection: numeral(id), seconds: clockSeconds(life) ?? undefined }),
  ),
  showRow(/^IPSEC FLOW:\s*(?<flow>.{1,200}?)\s*$/, 'IPSEC FLOW: permit 47 host 192.0.2.1 host 198.51.100.1', (to, g) =>
    to.sessionFlow(g['flow'] ?? ''),
  ),
  showRow(/^Active SAs:\s*(?<n>\d+)/, 'Active SAs: 2, origin: crypto map', (to, g) =>
    to.sessionCount({ activeSas: numeral(g['n']) ?? null }),
  ),
  showRow(
    /^(?<direction>Inbound|Outbound):\s*#pkts (?:dec|enc)'ed (?<n>\d+) drop (?<drop>\d+)/,
    "Inbound:  #pkts dec'ed 449282 drop 0 life (KB/Sec) 4236992/615",
    (to, g) =>
      to.sessionCount(
        g['direction'] === 'Inbound'
          ? { decrypted: numeral(g['n']) ?? null, dropped: numeral(g['drop']) ?? null }
          : { encrypted: numeral(g['n']) ?? null },
      ),
  ),
];

const ikev2Rows: readonly ShowRow[] = [
  heading(/^Tunnel-id\s+Local\s+Remote/, 'Tunnel-id Local                 Remote                fvrf/ivrf            Status'),
  heading(/^Session-id:\s*\d+/, 'Session-id:1, Status:UP-ACTIVE, IKE count:1, CHILD count:1'),
  showRow(
    /^(?<id>\d{1,10})\s+(?<local>\S+\/\d{1,5})\s+(?<remote>\S+\/\d{1,5})\s+(?:(?<vrf>\S+\/\S+)\s+)?(?<status>[A-Z][A-Z0-9_-]+)(?:\s+(?<role>INITIATOR|RESPONDER))?\s*$/,
    '1         192.0.2.1/500         198.51.100.1/500      none/none            READY',
    (to, g, line) => to.ikev2(g, line),
    (g) => ({ says: 'ikeSa', doing: 'detail', connection: numeral(g['id']), local: g['local'], peer: g['remote'], word: g['status'] }),
  ),
  showRow(
    /^Encr:\s*(?<encr>[^,]{1,32}),(?:\s*keysize:\s*(?<bits>\d+),)?(?:\s*PRF:\s*(?<prf>[^,]{1,32}),)?\s*Hash:\s*(?<hash>[^,]{1,32}),\s*DH Grp:\s*(?<group>\d+)(?:,\s*Auth sign:\s*(?<sign>[^,]{1,32}),\s*Auth verify:\s*(?<verify>[^,]{1,32}))?/,
    'Encr: AES-CBC, keysize: 256, PRF: SHA256, Hash: SHA256, DH Grp:14, Auth sign: PSK, Auth verify: PSK',
    (to, g) => to.ikev2Suite(g),
  ),
  showRow(
    /^Life\/Active Time:\s*(?<life>\d+)\/(?<active>\d+) sec/,
    'Life/Active Time: 86400/38157 sec',
    (to, g) => to.setIkev2({ lifetimeSeconds: numeral(g['life']) ?? null, activeSeconds: numeral(g['active']) ?? null }),
    ({ life }) => ({ says: 'lifetime', of: 'ike', seconds: numeral(life) }),
  ),
  showRow(
    /^Local spi:\s*(?<local>[0-9A-F]{16})\s+Remote spi:\s*(?<remote>[0-9A-F]{16})/i,
    'Local spi: 000D3669857A0F82       Remote spi: E0419B1DB02DE6AE',
    (to, g) => to.setIkev2({ localSpi: g['local']?.toLowerCase() ?? null, remoteSpi: g['remote']?.toLowerCase() ?? null }),
  ),
  showRow(
    /^(?<whose>Local|Remote) id:\s*(?<id>.{1,128}?)\s*$/,
    'Local id: 192.0.2.1',
    (to, g) => to.setIkev2(g['whose'] === 'Local' ? { localId: g['id'] ?? null } : { remoteId: g['id'] ?? null }),
    ({ whose, id }) => ({ says: 'identity', whose: whose === 'Local' ? 'ours' : 'theirs', value: id }),
  ),
  showRow(/^Initiator of SA\s*:\s*(?<yes>Yes|No)/, 'Initiator of SA : Yes', (to, g) =>
    to.setIkev2({ side: g['yes'] === 'Yes' ? 'initiator' : 'responder' }),
  ),
  heading(
    /^(?:CE id|Status Description|Local (?:req|next|window)|Remote (?:req|next|window|subnets)|DPD configured|Fragmentation|Dynamic Route|Extended Auth|NAT-T is|Cisco Trust|Pushed IP|Assigned host|PEER TYPE|Quantum)/,
    'DPD configured for 60 seconds, retry 3',
  ),
  heading(/^\d{1,3}(?:\.\d{1,3}){3} 255\.\d{1,3}\.\d{1,3}\.\d{1,3}\s*$/, '10.0.0.0 255.0.0.0'),
  showRow(/^Child sa:\s*(?:local selector\s+(?<local>.{1,200}))?$/, 'Child sa: local selector  10.1.0.0/0 - 10.1.255.255/65535', (to, g) =>
    to.child(g['local']),
  ),
  heading(/^local selector\s+->\s+remote selector/, 'local selector       ->      remote selector'),
  showRow(/^remote selector\s+(?<remote>.{1,200}?)\s*$/, 'remote selector 10.2.0.0/0 - 10.2.255.255/65535', (to, g) =>
    to.childRemote(g['remote'] ?? ''),
  ),
  showRow(
    /^(?<local>\S+ - \S+)\s+->\s+(?<remote>\S+ - \S+)\s*$/,
    '10.1.0.0/0 - 10.1.255.255/65535    ->    10.2.0.0/0 - 10.2.255.255/65535',
    (to, g) => to.childPair(g),
  ),
  showRow(
    /^(?:ESP|AH) spi in\/out:\s*0x(?<in>[0-9a-f]{1,8})\/0x(?<out>[0-9a-f]{1,8})/i,
    'ESP spi in/out: 0x232cb82d/0x30767b6e',
    (to, g) => to.childSpis(g),
    (g) => ({
      says: 'associations',
      doing: 'installed',
      associations: [
        { direction: 'inbound', spi: hexNumeral(g['in']) },
        { direction: 'outbound', spi: hexNumeral(g['out']) },
      ],
    }),
  ),
  heading(/^(?:AH spi in\/out|CPI in\/out|Encr: \S+, keysize: \d+, esp_hmac|ah_hmac|comp: )/, 'CPI in/out: 0x0/0x0'),
];

const policyRows: readonly ShowRow[] = [
  showRow(/^(?<default>Default )?[Pp]rotection suite(?: of priority (?<priority>\d+))?/, 'Protection suite of priority 10', (to, g, line) =>
    to.policy(g, line),
  ),
  heading(/^Global IKE policy/, 'Global IKE policy'),
  showRow(
    /^encryption algorithm:\s*(?<value>.{1,100})/,
    'encryption algorithm:   AES - Advanced Encryption Standard (128 bit keys).',
    (to, g) => to.setPolicy({ encryption: g['value']?.trim() ?? null }),
  ),
  showRow(/^hash algorithm:\s*(?<value>.{1,100})/, 'hash algorithm:         Secure Hash Standard', (to, g) =>
    to.setPolicy({ hash: g['value']?.trim() ?? null }),
  ),
  showRow(/^authentication method:\s*(?<value>.{1,100})/, 'authentication method:  Pre-Shared Key', (to, g) =>
    to.setPolicy({ authentication: g['value']?.trim() ?? null }),
  ),
  showRow(/^Diffie-Hellman group:\s*#(?<value>\d+)/, 'Diffie-Hellman group:   #5 (1536 bit)', (to, g) =>
    to.setPolicy({ group: numeral(g['value']) ?? null }),
  ),
  showRow(/^lifetime:\s*(?<value>\d+) seconds/, 'lifetime:               86400 seconds, no volume limit', (to, g) =>
    to.setPolicy({ lifetimeSeconds: numeral(g['value']) ?? null }),
  ),
];

/** `monitor event-trace crypto ikev2`: what happened to an SA, a line each. */
const traceRows: readonly ShowRow[] = [
  showRow(
    /^SA ID:(?<sa>\d{1,9}) SESSION ID:\d{1,9} Remote: (?<remote>\S+?)\/(?<port>\d{1,5}) Local: (?<local>\S+?)\/\d{1,5}\s+(?:\((?<side>[IR])\) )?(?:(?<way>Sending|Received) IKEv2 (?<exchange>\w+) Exchange (?<label>REQUEST|RESPONSE)|(?<text>.{1,300}))/,
    'SA ID:1 SESSION ID:2 Remote: 192.0.2.2/500 Local: 192.0.2.1/500  (I) Sending IKEv2 IKE_AUTH Exchange REQUEST',
    nothing,
    (g) => {
      const about = {
        connection: numeral(g['sa']),
        peer: g['remote'],
        local: g['local'],
        ...(g['side'] !== undefined && { side: g['side'] === 'I' ? ('initiator' as const) : ('responder' as const) }),
      };
      if (g['way'] === undefined) return { says: 'note', topic: 'IKEv2', text: g['text']?.trim(), ...about };
      const way = g['way'] === 'Sending' ? 'sent' : 'received';
      return { says: 'packet', way, exchange: g['exchange'], label: g['label'], version: 2, peerPort: numeral(g['port']), ...about };
    },
  ),
];

export const showRows: readonly ShowRow[] = [
  ...isakmpRows,
  ...ipsecRows,
  ...mapRows,
  ...sessionRows,
  ...ikev2Rows,
  ...policyRows,
  ...traceRows,
];
