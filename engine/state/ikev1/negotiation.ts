/** Finds the negotiation that a message belongs to by its cookies, RFC 2408 2.5.3, or begins one; and tells who of its two ends speaks. */
import { type Cookie, noCookie } from '../../values/cookie.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import type { IkeHeader } from '../../wire/ike-header.ts';
import { noChain, type Side } from '../fact.ts';
import { peer } from '../ike/peer.ts';
import { emptyMap, get, set } from '../persistent-map.ts';
import { packetsOf, recordOf } from '../report/sources.ts';
import type { Negotiation, Phase1Values, State } from '../state.ts';

/** Where a message came from and where it went. */
export interface Path {
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly sport: number | null;
  readonly dport: number | null;
}

export const noValues: Phase1Values = {
  preSharedKey: null,
  dhSharedSecret: null,
  gxi: null,
  gxr: null,
  nonceI: null,
  nonceR: null,
  saI: null,
  idI: null,
  idR: null,
  skeyid: null,
  skeyidD: null,
  skeyidA: null,
  skeyidE: null,
  encryptionKey: null,
  initialIv: null,
};

const modes: Readonly<Record<number, Negotiation['mode']>> = { 1: 'base', 2: 'main', 4: 'aggressive' };

/** Which exchange of phase 1 a message is of; `unknown` for one of phase 2. */
export const modeOf = (header: IkeHeader): Negotiation['mode'] =>
  header.major === 2 ? 'ikev2' : (modes[header.exchangeType] ?? 'unknown');

const versionOf = (major: number): 1 | 2 => (major === 2 ? 2 : 1);

const pairKey = (version: 1 | 2, initiatorCookie: Cookie, responderCookie: Cookie): string =>
  `${version} ${initiatorCookie} ${responderCookie}`;

const endsKey = (version: 1 | 2, initiatorCookie: Cookie, one: IpAddress, other: IpAddress): string =>
  `${version} ${initiatorCookie} ${one < other ? `${one} ${other}` : `${other} ${one}`}`;

/**
 * By both cookies; where the message or the negotiation lacks the responder's, by the initiator's and the two ends. Two look-ups however
 * many negotiations there are: floods send one cookie to thousands of peers. As packets alone show it.
 */
export const findNegotiation = (
  state: State,
  { major, initiatorCookie, responderCookie }: IkeHeader,
  path: Path,
): Negotiation | undefined => {
  const version = versionOf(major);
  const known = (key: string): Negotiation | undefined => {
    const id = get(state.byCookie, key);
    const n = id === undefined ? undefined : get(state.negotiations, id);
    return n && packetsOf(n);
  };
  const same = responderCookie === noCookie ? undefined : known(pairKey(version, initiatorCookie, responderCookie));
  if (same) return same;
  const between = known(endsKey(version, initiatorCookie, path.src, path.dst));
  return responderCookie === noCookie || between?.responderCookie === null ? between : undefined;
};

/** Between two places where one capture was taken and another a NAT may stand: then the first message is known under two pairs of ends. */
export const alsoBetween = (state: State, n: Negotiation, { src, dst }: Path): State =>
  n.responderCookie === null ? { ...state, byCookie: set(state.byCookie, endsKey(n.version, n.initiatorCookie, src, dst), n.id) } : state;

/**
 * A negotiation as its first message shows it. Who begins sends a zero responder cookie. A capture that starts later leaves that open: then
 * `speaker` decides, the initiator unless the message itself tells otherwise.
 */
export const beginNegotiation = (state: State, header: IkeHeader, path: Path, speaker: Side): Negotiation => {
  const taken = get(state.cookieUses, header.initiatorCookie) ?? 0;
  const from = peer(path.src, path.sport);
  const to = peer(path.dst, path.dport);
  const [initiator, responder] = speaker === 'initiator' ? [from, to] : [to, from];
  return {
    id: taken === 0 ? header.initiatorCookie : `${header.initiatorCookie}-${taken + 1}`,
    version: versionOf(header.major),
    mode: modeOf(header),
    rolesKnown: header.responderCookie === noCookie,
    initiatorCookie: header.initiatorCookie,
    responderCookie: header.responderCookie === noCookie ? null : header.responderCookie,
    answered: header.responderCookie === noCookie ? null : state.index,
    initiator,
    responder,
    paths: [],
    phase1Messages: 0,
    doi: null,
    suite: null,
    values: noValues,
    responderValues: null,
    iv: noChain,
    fragments: [],
    certificates: { initiator: [], responder: [] },
    identityCertified: { initiator: null, responder: null },
    nat: { initiator: null, responder: null, port: 500 },
    authenticated: { initiator: null, responder: null },
    initialContact: { initiator: null, responder: null },
    responderLifetime: null,
    dpd: { initiator: null, responder: null },
    xauth: null,
    configuration: null,
    established: null,
    ended: null,
    exchanges: emptyMap,
    openQuickModes: [],
    first: state.index,
    last: state.index,
    encrypted: 0,
    opened: 0,
  };
};

/** Who sent it, by address, of which one end may have changed its own; by port where both ends have one address. */
export const speakerOf = (n: Negotiation, path: Path): Side => {
  const { initiator, responder } = n;
  if (initiator.address !== responder.address) {
    if (path.src === initiator.address || path.dst === responder.address) return 'initiator';
    return path.src === responder.address || path.dst === initiator.address ? 'responder' : 'initiator';
  }
  return path.sport === n.initiator.port ? 'initiator' : 'responder';
};

/** A peer that moves more often than this does nothing else. */
const mostPaths = 1000;

const endText = (address: string, port: number | null): string =>
  port === null ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** Notes cookie, addresses and ports that this message shows. */
export const onPath = (n: Negotiation, header: IkeHeader, path: Path, speaker: Side, event: number): Negotiation => {
  const [iPort, rPort] = speaker === 'initiator' ? [path.sport, path.dport] : [path.dport, path.sport];
  const [iAddress, rAddress] = speaker === 'initiator' ? [path.src, path.dst] : [path.dst, path.src];
  const before = n.paths.at(-1);
  const row = { event, initiator: endText(iAddress, iPort), responder: endText(rAddress, rPort) };
  const moved = before?.initiator !== row.initiator || before.responder !== row.responder;
  return {
    ...n,
    responderCookie: n.responderCookie ?? (header.responderCookie === noCookie ? null : header.responderCookie),
    answered: n.answered ?? (header.responderCookie === noCookie ? null : event),
    initiator: moved ? { ...n.initiator, address: iAddress, port: iPort } : n.initiator,
    responder: moved ? { ...n.responder, address: rAddress, port: rPort } : n.responder,
    nat: iPort === 4500 || rPort === 4500 ? { ...n.nat, port: 4500 } : n.nat,
    paths: moved && n.paths.length < mostPaths ? [...n.paths, row] : n.paths,
    last: event,
  };
};

/** Puts a negotiation, as packets show it, into the state, new or changed. The first to have a key keeps it. */
export const keepNegotiation = (state: State, n: Negotiation): State => {
  const { id, version, initiatorCookie, responderCookie } = n;
  const uses = get(state.cookieUses, initiatorCookie) ?? 0;
  const before = get(state.negotiations, id);
  const isNew = before === undefined;
  const keys = [endsKey(version, initiatorCookie, n.initiator.address, n.responder.address)];
  if (responderCookie !== null) keys.push(pairKey(version, initiatorCookie, responderCookie));
  let { byCookie } = state;
  for (const key of keys) if (get(byCookie, key) === undefined) byCookie = set(byCookie, key, id);
  return {
    ...state,
    negotiations: set(state.negotiations, id, before?.sources ? recordOf(before, { ...before.sources, packets: n }) : n),
    byCookie,
    cookieUses: isNew ? set(state.cookieUses, initiatorCookie, uses + 1) : state.cookieUses,
  };
};
