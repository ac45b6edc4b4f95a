/**
 * The causes that a verdict can name, likelier ones of equal weight first: what each is called, how serious it is as a rule, what would show
 * the opposite, what to do about it, and where the standard speaks of it. The one source for the overview, `diagnose` and `state`.
 */
import type { Severity } from '../../state/finding.ts';

export interface Cause {
  readonly severity: Severity;
  readonly title: string;
  /** What would be seen if it were not so. */
  readonly opposite: string;
  readonly remedy: string;
  readonly rfc: string;
}

const row = (severity: Severity, title: string, opposite: string, remedy: string, rfc: string): Cause => ({
  severity,
  title,
  opposite,
  remedy,
  rfc,
});

const table = {
  'port-float-blocked': row(
    'error',
    'UDP 4500 is blocked',
    'Any message from the other end on UDP port 4500.',
    'Let UDP port 4500 through in both directions at every firewall and access list between the two ends.',
    'RFC 3947 4',
  ),
  'pre-shared-key-mismatch': row(
    'error',
    'Pre-shared keys differ',
    'A last message of phase 1 that opens with the same key and whose hash is right.',
    'Set the same pre-shared key at both ends, for the address or name under which each sees the other; look for blanks and line ends.',
    'RFC 2409 5.4',
  ),
  'peer-identity-unexpected': row(
    'error',
    'Identity not accepted',
    'The exchange goes on after the message that holds the identity.',
    'Make the identity that one end sends the one that the other is configured to expect (address, name, group or key ID).',
    'RFC 2407 4.6.2',
  ),
  'xauth-failed': row(
    'error',
    'XAUTH failed',
    'A SET with XAUTH_STATUS 1.',
    'Check user name and password, and the account on the authentication server.',
    'draft-beaulieu-ike-xauth-02 6',
  ),
  'certificate-problem': row(
    'error',
    'Certificate not accepted',
    'Phase 1 completes after the message with the certificate.',
    'Check the chain up to a common authority, the dates, revocation, and that the identity stands in the certificate.',
    'RFC 4945 5',
  ),
  'authentication-failed': row(
    'error',
    'Authentication failed',
    'A hash or signature that is right for the identity sent.',
    'Compare method, keys and identities of both ends.',
    'RFC 2409 5',
  ),
  'phase1-no-proposal-chosen': row(
    'error',
    'No phase 1 proposal chosen',
    'An answer that carries one of the transforms offered.',
    'Give both ends one suite in common: encryption, key length, hash, group and authentication method.',
    'RFC 2408 5.4',
  ),
  'pfs-mismatch': row(
    'error',
    'PFS groups differ',
    'The same offer taken with the same group, or refused with another.',
    'Set the same perfect forward secrecy group at both ends, or none at either.',
    'RFC 2409 5.5',
  ),
  'phase2-identity-mismatch': row(
    'error',
    'Networks differ',
    'An answer of quick mode with the same pair of networks.',
    'Make the protected networks of the two ends mirror each other exactly, masks included.',
    'RFC 2409 5.5',
  ),
  'phase2-no-proposal-chosen': row(
    'error',
    'No phase 2 proposal chosen',
    'An answer of quick mode that carries one of the transforms offered.',
    'Give both ends one IPsec transform in common: protocol, encryption, key length, authentication and mode.',
    'RFC 2408 5.4',
  ),
  'invalid-ke-group': row(
    'error',
    'Group refused',
    'An exchange that goes on with this group.',
    'Offer a group that both ends have.',
    'RFC 2408 3.14',
  ),
  'ts-unacceptable': row(
    'error',
    'Traffic selectors refused',
    'An answer with selectors within those offered.',
    'Make the protected networks of both ends overlap.',
    'RFC 7296 2.9',
  ),
  'quick-mode-hash-mismatch': row(
    'error',
    'Quick mode hash is wrong',
    'A hash that is right over the same octets.',
    'Look for something that changes packets on the way; compare the software versions of both ends.',
    'RFC 2409 5.5',
  ),
  'dead-peer': row(
    'error',
    'Dead peer',
    'Any answer, or ESP, from that end after the last query.',
    'Look at the silent end and the path to it: is it up, does its daemon run, is UDP still let through?',
    'RFC 3706 5.4',
  ),
  'one-way-udp500': row(
    'error',
    'UDP 500 passes one way only',
    'A next message that takes up the answer.',
    'Let UDP port 500 through in the direction that fails.',
    'RFC 2408 2.5.1',
  ),
  'one-way-udp4500': row(
    'error',
    'UDP 4500 passes one way only',
    'A next message that takes up the answer.',
    'Let UDP port 4500 through in the direction that fails.',
    'RFC 3947 4',
  ),
  'no-response': row(
    'error',
    'No response',
    'Any message from the other end to this negotiation.',
    'Check the address, that the other end listens and knows this peer, and that UDP 500 and 4500 pass both ways.',
    'RFC 2408 5.1',
  ),
  refused: row(
    'error',
    'Refused',
    'The exchange goes on.',
    'Look at the log of the end that refused: its notify says what, not why.',
    'RFC 2408 3.14.1',
  ),
  'esp-one-way': row(
    'error',
    'ESP flows one way only',
    'A packet of the SA in the other direction.',
    'Let protocol 50 (or UDP 4500 behind a NAT) through in both directions; check routing and selectors behind the silent end.',
    'RFC 4303 3',
  ),
  'esp-blocked': row(
    'error',
    'ESP is blocked',
    'ESP of this SA at a place behind the filter.',
    'Let IP protocol 50 through at every filter on the way, or make both ends encapsulate ESP in UDP.',
    'RFC 4303 2',
  ),
  'icmp-error': row(
    'warning',
    'ICMP error',
    'The other end answers the packet that the error quotes.',
    'The end that sent the error could not deliver the packet: look there for a daemon that is not running, a route or a filter.',
    'RFC 792',
  ),
  'half-open-flood': row(
    'warning',
    'Flood of half-open negotiations',
    'The negotiations are continued after their second message.',
    'Limit half-open negotiations by address; prefer IKEv2 with cookies; ask who sends them.',
    'RFC 2408 2.5.3',
  ),
  'stale-sa-after-restart': row(
    'warning',
    'SAs left from before a restart',
    'Both ends use the SPIs of the newest negotiation.',
    'Let both ends send and honour INITIAL-CONTACT, switch on dead peer detection, or clear the old SAs by hand.',
    'RFC 2407 4.6.3.3',
  ),
  'esp-unknown-spi': row(
    'warning',
    'ESP with an unknown SPI',
    'The quick mode that made this SPI.',
    'Begin the capture before the SA is made, or give its keys; if the other end does not know it either, clear the SAs.',
    'RFC 4301 4.4.2',
  ),
  'mtu-suspected': row(
    'warning',
    'Path MTU is exceeded',
    'Packets of that size arrive and are answered.',
    'Lower the MTU or TCP MSS of the tunnel, or let ICMP "fragmentation needed" through.',
    'RFC 4301 8.2',
  ),
  'fragment-lost': row(
    'warning',
    'Fragment lost',
    'The missing fragment, or an answer to the whole message.',
    'Let fragments through, or make messages smaller: shorter certificate chains, fragmentation by IKE itself.',
    'RFC 791 3.2',
  ),
  'esp-bad-icv': row(
    'warning',
    'ESP with a wrong ICV',
    'Packets of the same SA whose ICV is right.',
    'Look for something that changes packets on the way; where every packet fails, the two ends hold other keys or algorithms.',
    'RFC 4303 3.4.4',
  ),
  'rekey-late': row(
    'warning',
    'Rekeyed too late',
    'A new SA before the old one is at the end of its life.',
    'Begin rekeying earlier: a larger margin before the end of the lifetime, in seconds and in kilobytes.',
    'RFC 4301 4.4.2.1',
  ),
  'lifetime-expired': row(
    'warning',
    'Lifetime expired',
    'A new SA before the end of the lifetime, or a delete.',
    'Let one end rekey before the lifetime ends; compare the lifetimes of both ends.',
    'RFC 2407 4.5',
  ),
  'sequence-near-wrap': row(
    'warning',
    'Sequence numbers run out',
    'A new SA before 2^32 packets.',
    'Rekey by volume, or agree on extended sequence numbers.',
    'RFC 4303 3.3.3',
  ),
  'esp-loss': row(
    'note',
    'ESP packets lost',
    'The missing sequence numbers.',
    'Compare captures of both ends to find where they are lost; look at load, queues and MTU there.',
    'RFC 4303 3.4.3',
  ),
  'esp-replay': row(
    'note',
    'ESP replayed or too late',
    'Each sequence number once, within the window.',
    'A wider replay window helps against reordering; for duplicates look at load balancing and at the switch that is mirrored.',
    'RFC 4303 3.4.3',
  ),
  'nat-keepalive-missing': row(
    'warning',
    'NAT keepalives are missing',
    'A keepalive at least every 20 seconds of silence.',
    'Switch on NAT keepalives at the end behind the NAT, every 20 seconds.',
    'RFC 3948 4',
  ),
  'packet-lost': row(
    'note',
    'Message lost',
    'An answer, late yet to the first copy.',
    'Once is nothing; often: compare captures of both ends to find where messages are lost.',
    'RFC 2408 5.1',
  ),
  retransmissions: row(
    'note',
    'Retransmissions',
    'Each message once.',
    'Once is nothing; often: compare captures of both ends, and look at the load of the end that answers late.',
    'RFC 2408 5.1',
  ),
  'simultaneous-negotiations': row(
    'note',
    'Negotiations at the same time',
    'One main or aggressive mode at a time between these ends.',
    'Nothing, where both are wanted; else let one end only begin, or let both keep the SA that is there.',
    'RFC 2408 4',
  ),
  'simultaneous-rekey': row(
    'note',
    'Both ends rekey at the same time',
    'One quick mode for these networks at a time.',
    'Give the ends different rekey margins, or a random part in them.',
    'RFC 2409 5.5',
  ),
  'phase1-lifetime-differs': row(
    'note',
    'Phase 1 lifetimes differ',
    'The lifetime that was offered, in the answer.',
    'Set the same phase 1 lifetime at both ends.',
    'RFC 2407 4.5.4',
  ),
  'nat-detected': row(
    'note',
    'NAT on the way',
    'NAT-D hashes that match the addresses of the capture.',
    'Nothing, where NAT traversal works: UDP 4500 has to pass, and keepalives hold the mapping.',
    'RFC 3947 3.2',
  ),
  'aggressive-mode-psk-exposed': row(
    'note',
    'Pre-shared key can be guessed',
    'Main mode, or signatures in place of the pre-shared key.',
    'Use main mode or certificates; where aggressive mode must stay, a long random key.',
    'RFC 2409 5.4',
  ),
  'cookie-challenge': row(
    'note',
    'Cookie demanded',
    'An answer without a cookie.',
    'Nothing: the responder protects itself.',
    'RFC 7296 2.6',
  ),
  'claims-contradict': row(
    'warning',
    'Texts and packets disagree',
    'The same value in both.',
    'Trust the packets; ask where the text comes from.',
    '',
  ),
  'weak-algorithm': row(
    'note',
    'Weak algorithms',
    'A suite of RFC 8247: AES, SHA-2, group 14 or better.',
    'Agree on AES with SHA-2 and group 14 or better at both ends.',
    'RFC 8247 2',
  ),
  'deleted-by-peer': row('note', 'Deleted by peer', 'The SA in use after the delete.', 'Nothing, where it was meant.', 'RFC 2408 3.15'),
} as const satisfies Readonly<Record<string, Cause>>;

export type Code = keyof typeof table;

export const causes: Readonly<Record<Code, Cause>> = table;

export const isCode = (code: string): code is Code => Object.hasOwn(table, code);

/** A code that is in no table is its own title: `reserved-spi`, `reserved spi`. */
export const titleOf = (code: string): string => (isCode(code) ? table[code].title : code.replaceAll('-', ' '));

const ranks: ReadonlyMap<string, number> = new Map(Object.keys(table).map((code, i) => [code, i]));

/** Of findings of equal weight, which comes first. */
export const rankOf = (code: string): number => ranks.get(code) ?? ranks.size;
