/** Finds the negotiation that a message belongs to by its cookies, RFC 2408 2.5.3, or begins one; and tells who of its two ends speaks. */
import { type Cookie, noCookie } from '../../values/cookie.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import type { IkeHeader } from '../../wire/ike-header.ts';
import { noChain, type Side } from '../fact.ts';
import { peer } from '../ike/peer.ts';
import { emptyMap, get, set } from '../persistent-map.ts';
import type { Negotiation, Phase1Values, State } from '../state.ts';

/** Where a message came from and where it went. */
export interface Path {
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly sport: number | null;
  readonly dport: number | null;
}

const noValues: Phase1Values = {
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

const modeOf = (header: IkeHeader): Negotiation['mode'] => (header.major === 2 ? 'ikev2' : (modes[header.exchangeType] ?? 'unknown'));

/** Whether the message can be one of this negotiation: cookies that are known must be equal, and the ends must be the same two. */
const fits = (n: Negotiation, responderCookie: Cookie, path: Path): boolean => {
  const open = responderCookie === noCookie || n.responderCookie === null;
  if (!open) return n.responderCookie === responderCookie;
  const ends: readonly string[] = [n.initiator.address, n.responder.address];
  return ends.includes(path.src) && ends.includes(path.dst);
};

export const findNegotiation = (state: State, header: IkeHeader, path: Path): Negotiation | undefined => {
  for (const id of get(state.byCookie, header.initiatorCookie) ?? []) {
    const n = get(state.negotiations, id);
    if (n && n.version === (header.major === 2 ? 2 : 1) && fits(n, header.responderCookie, path)) return n;
  }
  return undefined;
};

/**
 * A negotiation as its first message shows it. Who begins sends a zero responder cookie. A capture that starts later leaves that open: then
 * `speaker` decides, the initiator unless the message itself tells otherwise.
 */
export const beginNegotiation = (state: State, header: IkeHeader, path: Path, speaker: Side): Negotiation => {
  const taken = get(state.byCookie, header.initiatorCookie)?.length ?? 0;
  const from = peer(path.src, path.sport);
  const to = peer(path.dst, path.dport);
  const [initiator, responder] = speaker === 'initiator' ? [from, to] : [to, from];
  return {
    id: taken === 0 ? header.initiatorCookie : `${header.initiatorCookie}-${taken + 1}`,
    version: header.major === 2 ? 2 : 1,
    mode: modeOf(header),
    rolesKnown: header.responderCookie === noCookie,
    initiatorCookie: header.initiatorCookie,
    responderCookie: header.responderCookie === noCookie ? null : header.responderCookie,
    answered: header.responderCookie === noCookie ? null : state.index,
    initiator,
    responder,
    paths: [],
    phase1Messages: 0,
    suite: null,
    values: noValues,
    iv: noChain,
    nat: { initiator: null, responder: null, port: 500 },
    authenticated: { initiator: null, responder: null },
    established: null,
    ended: null,
    exchanges: emptyMap,
    first: state.index,
    last: state.index,
    encrypted: 0,
    opened: 0,
  };
};

/** Who sent it, by address; by port where both ends have one address. */
export const speakerOf = (n: Negotiation, path: Path): Side => {
  if (n.initiator.address !== n.responder.address) return path.src === n.initiator.address ? 'initiator' : 'responder';
  return path.sport === n.initiator.port ? 'initiator' : 'responder';
};

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
    paths: moved ? [...n.paths, row] : n.paths,
    last: event,
  };
};

/** Puts a negotiation into the state, new or changed. */
export const keepNegotiation = (state: State, n: Negotiation): State => {
  const ids = get(state.byCookie, n.initiatorCookie) ?? [];
  return {
    ...state,
    negotiations: set(state.negotiations, n.id, n),
    byCookie: ids.includes(n.id) ? state.byCookie : set(state.byCookie, n.initiatorCookie, [...ids, n.id]),
  };
};
