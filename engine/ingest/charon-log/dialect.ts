/** strongSwan's charon, 4.x to 6.x: its file log, syslog and journal, at any level, and what `swanctl --initiate` prints. */
import type { About, Report } from '../../event/report.ts';
import { type Dialect, match, noted, type Row, row, saidOf } from '../text/grammar.ts';
import { dumpHead, dumpRow, opensCharon, readCharonLine } from './line.ts';
import { childRows, messageRows } from './messages.ts';

/** What only says how charon goes about its work: it changes no SA. */
const workRows: readonly Row[] = [
  noted(
    /^(?:checkout|checkin|created IKE_SA|IKE_SA \S+ successfully checked|going to destroy|set driveout|wait for threads|delete all|destroy all|registered|unregistered)/i,
    'checkin of IKE_SA successful',
    'bookkeeping of SAs',
  ),
  noted(/^IKE_SA (?:checkout|checkin) /, 'IKE_SA checkout not successful', 'bookkeeping of SAs'),
  noted(
    /^(?: *(?:activating|queueing|delaying|reinitiating|nothing to initiate|passive|flushing)\b.*| +[A-Z][A-Z0-9_]+ task$)/,
    'activating new tasks',
    'tasks',
  ),
  noted(
    /^ *(?:looking for|candidate| {2}candidate|found matching|selected peer config|proposing traffic selectors|selecting traffic selectors|config: |switching to|found \d+ matching)/,
    'looking for an IKEv1 config for 198.51.100.1...192.0.2.1',
    'choice of configuration',
  ),
  noted(/^ +(?:[0-9a-f.:]+(?:\/\d{1,3})?(?:\[.{1,40}\])?|%any\d?|dynamic)$/, ' 10.1.0.0/16', 'choice of configuration'),
  noted(/^vici (?:client \d+|initiate|terminate|rekey|redirect|install)/, 'vici client 3 connected', 'control'),
  noted(/^ *(?:conn|child|local|remote|version|[a-z][a-z0-9_-]{1,30}) ?(?:\S{1,64}:|:|=)(?: |$)/, '  version = 1', 'configuration'),
  noted(
    /^(?:loaded|loading|added|adding|removed|updated|replaced|unloaded| {2}loaded|id '|sending supported|received supported|using (?:trusted|certificate|untrusted)| {2}(?:using|reached|certificate|intermediate)|checking certificate|certificate (?:status|policy)|ocsp|crl|fetching|reached self-signed)/,
    "loaded certificate 'C=XX, CN=a'",
    'configuration and certificates',
  ),
  noted(
    /^(?:Starting (?:IKE|strongSwan)|SIG(?:TERM|INT|HUP) received|spawning \d+ worker|dropped capabilities|PKCS|plugin|providers|loaded plugins|unable to load|failed to load|known interfaces|disabling|enabling|feature |Using )/i,
    'spawning 16 worker threads',
    'the daemon itself',
  ),
  noted(
    /^ *(?:(?:adding|updating|deleting|querying|installing|uninstalling|not updating|getting|using|sending|received|creating|error|policy|route|interface|virtual IP|no local address|got CPI| {2}(?:using|HW)|[0-9a-f.:]+ (?:is on|appeared|disappeared))\b|unable to| {2}lo$| {2}[a-z]+\d+$)/,
    'adding policy 10.1.0.0/16 === 10.2.0.0/16 out [priority 383615, refcount 1]',
    'the kernel',
  ),
  noted(
    /^(?:peer supports MOBIKE|requesting address change using MOBIKE|sending address list update|old path is not available|keeping connection path|got additional MOBIKE peer address|looking for a route|requesting path probing|checking (?:path|original path))/,
    'peer supports MOBIKE',
    'MOBIKE',
  ),
  noted(
    /^(?:successfully created shared key MAC|found existing IKE_SA|peer certificate successfully verified|changing (?:proposed|received) traffic selectors|keeping (?:IKE_SA|reqid)|peer didn't (?:accept|support)|reusing virtual IP|ignoring acquire)/,
    "found existing IKE_SA 1 with config 'conn'",
    'choice of configuration',
  ),
];

const dumped: readonly Row[] = [
  row(/^(?<name>.{1,120}?) => (?<length>\d+) bytes(?: @|$)/, 'SKEYID_d => 20 bytes @ 0x7f6d2c00cf90', ({ name = '', length }) => ({
    says: 'note',
    topic: 'octets',
    text: `${name}, ${length} octets`,
  })),
];

const rows: readonly Row[] = [...messageRows, ...childRows, ...workRows];

/** Starter and charon-cmd write without thread and subsystem. */
const bare =
  /^(?:Starting strongSwan|Starting IKE charon|charon (?:\(\d+\) )?(?:started|stopped|has)|ipsec starter|initiate (?:completed|failed)|terminate (?:completed|failed)|connection '.{1,64}' established)/;

export const charon: Dialect = {
  name: 'charon',
  opens: (message) => opensCharon(message) || bare.test(message),
  continues: () => false,
  read: (message) => {
    const line = readCharonLine(message);
    if (!line) return bare.test(message) ? { says: 'note', topic: 'the daemon itself', text: message.slice(0, 200) } : undefined;
    const about: About = {
      ...(line.unique !== null && { connection: line.unique }),
      ...(line.connection !== null && { tunnel: line.connection }),
    };
    return saidOf(said(line.message, line.group), about);
  },
};

const said = (message: string, group: string): Report | undefined => {
  const spis = /with SPIs ([0-9a-f]{16})_i ([0-9a-f]{16})_r/.exec(message.slice(0, 400));
  if (spis && group === 'MGR') return { says: 'note', topic: 'bookkeeping of SAs', initiatorCookie: spis[1], responderCookie: spis[2] };
  if (dumpHead(message)) return match(dumped, message);
  if (dumpRow(message) || /^ *\d{1,7}: \(octets of a key\)$/.test(message)) return { says: 'note', topic: 'octets' };
  if (message.trim() === '') return { says: 'note', topic: 'other' };
  return match(rows, message);
};
