/** Whose line is it: ties the lines of one log to negotiations, by connection number, tunnel, peer and order. Logs name no cookies. */
import type { Report } from '../../event/report.ts';
import { noCookie } from '../../values/cookie.ts';
import { type IpAddress, ipAddress, noAddress } from '../../values/ip-address.ts';
import { messageId } from '../../values/message-id.ts';
import type { IkeHeader } from '../../wire/ike-header.ts';
import { other, type Side } from '../fact.ts';
import { beginNegotiation } from '../ikev1/negotiation.ts';
import { emptyMap, get, set } from '../persistent-map.ts';
import type { Negotiation, State } from '../state.ts';
import type { Reporting } from './remembered.ts';

const nothingReported: Reporting = {
  current: null,
  names: emptyMap,
  unbound: [],
  sides: emptyMap,
  local: noAddress,
  peer: noAddress,
  input: null,
  offer: null,
  detail: null,
  identityOf: null,
};

export const reportingOf = (state: State, input: number): Reporting => get(state.reporting ?? emptyMap, `${input}`) ?? nothingReported;

export const keepReporting = (state: State, input: number, reporting: Reporting): State => ({
  ...state,
  reporting: set(state.reporting ?? emptyMap, `${input}`, reporting),
});

/** Of a message that nobody saw: a log tells of negotiations without their headers. */
const unseen: IkeHeader = {
  initiatorCookie: noCookie,
  responderCookie: noCookie,
  nextPayload: 0,
  major: 1,
  minor: 0,
  exchangeType: 0,
  flags: 0,
  messageId: messageId(0),
  length: 0,
};

const addressOf = (text: string | undefined): IpAddress | null => (text === undefined ? null : (ipAddress(text) ?? null));

/** A negotiation as a log shows it: its cookies are not known, and the roles only once a line tells them. */
const begin = (state: State, { local }: Reporting, side: Side | null, remote: IpAddress): Negotiation => {
  const [src, dst] = side === 'initiator' ? [local, remote] : [remote, local];
  const n = beginNegotiation(state, unseen, { src, dst, sport: null, dport: null }, 'initiator');
  return { ...n, id: `reported-${state.index}`, mode: 'unknown', rolesKnown: side !== null, reported: [] };
};

/** The device's role in a negotiation; a responder until it is told. */
export const localSide = (reporting: Reporting, id: string): Side => get(reporting.sides, id) ?? 'responder';

/** What a line tells of the device's own role. */
const sideTold = (report: Report): Side | null => {
  if (report.side) return report.side;
  switch (report.says) {
    case 'packet':
      return report.word === 'NEW SA' ? 'responder' : null;
    case 'transition':
      return /^IKE_I_/.test(report.to) ? 'initiator' : /^IKE_R_/.test(report.to) ? 'responder' : null;
    case 'input':
      return /_SA_REQ_/.test(report.input) ? 'initiator' : null;
    case 'exchange':
      return report.began === 'main' || report.began === 'aggressive' ? 'initiator' : null;
    default:
      return null;
  }
};

const namesOf = (report: Report): readonly string[] => [
  ...(report.connection ? [`#${report.connection}`] : []),
  ...(report.tunnel === undefined ? [] : [`=${report.tunnel}`]),
  ...(report.peer === undefined ? [] : [`@${addressOf(report.peer) ?? report.peer}`]),
];

/** Still at its beginning: what tells of a beginning tells of this one. */
const isFresh = (n: Negotiation): boolean =>
  n.ended === null && n.established === null && n.initiator.state === 'IKE_READY' && n.responder.state === 'IKE_READY';

/** Lines that an IOS prints at the beginning of a negotiation, before it has a number. */
const isFirst = (report: Report): boolean => {
  switch (report.says) {
    case 'transition':
      return report.from === 'IKE_READY';
    case 'input':
      return /_SA_REQ_/.test(report.input);
    case 'ikeSa':
      return report.doing === 'inserted';
    default:
      return false;
  }
};

/** Whether a line says that a negotiation begins, so that the one at hand is another where it has come further. */
const begins = (report: Report, n: Negotiation | undefined): boolean => {
  if (report.says === 'packet' && report.word === 'NEW SA') return true;
  if (!n) return false;
  if (isFirst(report)) return !isFresh(n);
  if (report.says === 'exchange' && report.began !== 'quick') return n.established !== null || n.ended !== null;
  return report.says === 'packet' && /^[MA][MG]_I1$/.test(report.label ?? '') && !isFresh(n);
};

/** Kinds of lines that are about a negotiation even where none is known. */
const speaksOfOne = new Set<Report['says']>([
  'packet',
  'input',
  'transition',
  'exchange',
  'ikeSa',
  'node',
  'payload',
  'policyCheck',
  'authentication',
]);

/** Kinds of lines that are about one even where they name nobody. */
const movesOne = new Set<Report['says']>(['input', 'transition']);

/** A negotiation as the log at hand tells of it, by the id that it had there first. */
type ById = (id: string) => Negotiation | undefined;

export interface Attributed {
  readonly reporting: Reporting;
  readonly negotiation: Negotiation | null;
}

/** The negotiation that a line speaks of, begun where need be; `null` for a line about none that is known. */
export const attribute = (state: State, before: Reporting, report: Report, byId: ById): Attributed => {
  const local = addressOf(report.local) ?? before.local;
  const remote = addressOf(report.peer) ?? before.peer;
  const known = { ...before, local, peer: remote };
  const found = findNegotiation(known, report, byId);
  const isNew =
    begins(report, found) ||
    (!found && speaksOfOne.has(report.says) && (namesOf(report).length > 0 || isFirst(report) || movesOne.has(report.says)));
  if (!isNew && !found) return { reporting: known, negotiation: null };
  const told = sideTold(report);
  const n = isNew || !found ? begin(state, known, told, remote) : found;
  return { reporting: named(known, n, report, told, isNew), negotiation: withEnds(n, known, report, told, isNew) };
};

const findNegotiation = (reporting: Reporting, report: Report, told: ById): Negotiation | undefined => {
  const byId = (id: string | null | undefined): Negotiation | undefined => (id ? told(id) : undefined);
  const byName = (name: string): Negotiation | undefined => byId(get(reporting.names, name));
  const [connection, ...others] = report.connection ? namesOf(report) : ['', ...namesOf(report)];
  const isNumbered = report.connection !== undefined;
  const byConnection = connection ? byName(connection) : undefined;
  if (byConnection) return byConnection;
  // A number that is new belongs to a negotiation that has none yet; several of them share 0 until they get one.
  const waiting = isNumbered ? waitingFor(reporting, report, byId) : undefined;
  if (waiting || connection) return waiting;
  for (const name of others) {
    const n = byName(name);
    if (n) return n;
  }
  return others.length > 0 && !isNumbered && report.says !== 'proposal' && report.says !== 'spi' ? undefined : byId(reporting.current);
};

/** The latest that has no number yet, of the peer that the line names, if it does. */
const waitingFor = ({ unbound }: Reporting, report: Report, byId: (id: string) => Negotiation | undefined): Negotiation | undefined => {
  const remote = addressOf(report.peer);
  const isOfPeer = (n: Negotiation | undefined): boolean => n?.initiator.address === remote || n?.responder.address === remote;
  const ofPeer = remote === null ? undefined : unbound.findLast((id) => isOfPeer(byId(id)));
  const id = ofPeer ?? unbound.findLast((one) => byId(one) !== undefined);
  return id === undefined ? undefined : byId(id);
};

const named = (reporting: Reporting, n: Negotiation, report: Report, told: Side | null, isNew: boolean): Reporting => {
  let { names, unbound, sides } = reporting;
  for (const name of namesOf(report)) names = set(names, name, n.id);
  const hasNumber = report.connection !== undefined && report.connection > 0;
  const isWaiting = unbound.includes(n.id);
  if (hasNumber && isWaiting) unbound = unbound.filter((id) => id !== n.id);
  else if (!hasNumber && isNew) unbound = [...unbound.slice(-15), n.id];
  if (told && get(sides, n.id) === undefined) sides = set(sides, n.id, told);
  return { ...reporting, current: n.id, names, unbound, sides };
};

/** Fills in addresses that were not known, and swaps the ends where the device turns out to be the other one. */
const withEnds = (n: Negotiation, before: Reporting, report: Report, told: Side | null, isNew: boolean): Negotiation => {
  const was = localSide(before, n.id);
  const swapped = told !== null && !isNew && !n.rolesKnown && told !== was;
  const ends = swapped ? { initiator: n.responder, responder: n.initiator } : { initiator: n.initiator, responder: n.responder };
  const side = told ?? was;
  const [near, far] = [ends[side], ends[other(side)]];
  const local = near.address === noAddress ? before.local : near.address;
  const remote = far.address === noAddress ? (addressOf(report.peer) ?? far.address) : far.address;
  return {
    ...n,
    ...ends,
    [side]: near.address === local ? near : { ...near, address: local },
    [other(side)]: far.address === remote ? far : { ...far, address: remote },
    rolesKnown: n.rolesKnown || told !== null,
  };
};
