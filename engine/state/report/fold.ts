/** Folds what a device's log says into the records that packets lead to: negotiations, exchanges, IPsec SAs, each marked as reported. */
import type { DeviceReported } from '../../event/event.ts';
import type { Report, ReportOf } from '../../event/report.ts';
import { cookie } from '../../values/cookie.ts';
import { noAddress } from '../../values/ip-address.ts';
import { type MessageId, messageId } from '../../values/message-id.ts';
import type { Context } from '../context.ts';
import { noChain, other, type Side } from '../fact.ts';
import { reportedState } from '../ike/peer.ts';
import { beginQuickMode, type QuickMode } from '../ikev1/quick-mode.ts';
import { get, set, values } from '../persistent-map.ts';
import type { Step } from '../route.ts';
import { nothingSeen, type Transition } from '../seen.ts';
import { exchangeKey, type Negotiation, type State } from '../state.ts';
import { foldAssociations } from './associations.ts';
import { keepTold, metAs, metBetween, toldBy } from './meeting.ts';
import { phase1SuiteOf } from './names.ts';
import { isNews } from './order.ts';
import type { Reporting } from './remembered.ts';
import { attribute, keepReporting, localSide, reportingOf } from './reporting.ts';
import { stateIn } from './sources.ts';

/** What one line does: to its negotiation, and to what later lines of the log lean on. */
interface Folded {
  readonly negotiation: Negotiation;
  readonly reporting: Reporting;
  readonly transitions: readonly Transition[];
}

/** A line that was not understood leaves the state as it is; so does one about nothing that is known. */
export const foldReport = (ctx: Context, state: State, event: DeviceReported): Step => {
  const { report } = event;
  if (!report) return { state, seen: nothingSeen };
  const { input } = event.origin;
  const { reporting, negotiation } = attribute(state, reportingOf(state, input), report, (id) => toldBy(state, input, id));
  if (!negotiation) return { state: foldAssociations(ctx, keepReporting(state, input, reporting), input, report, null), seen: nothingSeen };
  const folded = fold(state, reporting, negotiation, report, localSide(reporting, negotiation.id));
  const exchange = folded.transitions[0]?.exchange ?? exchangeOf(report);
  const own = { id: negotiation.id, input, timed: event.at !== null };
  const told = keepTold(keepReporting(state, input, folded.reporting), own, marked({ ...folded.negotiation, last: state.index }), exchange);
  const id = metAs(told, own.id);
  const side = localSide(reportingOf(told, input), own.id);
  const record = get(told.negotiations, id);
  const before = get(state.negotiations, id);
  const transitions = folded.transitions.filter((t) => !before || isStep(before, own.id, t)).map((t) => ({ ...t, side, negotiation: id }));
  return {
    state: foldAssociations(ctx, told, input, report, record ? { n: record, own: side } : null),
    seen: {
      ...nothingSeen,
      transitions,
      report: { negotiation: id, side, exchange },
      ...metBetween(state, told),
    },
  };
};

/** A step that packets or another log made already is not made again. */
const isStep = (before: Negotiation, own: string, t: Transition): boolean => {
  const packets = before.sources?.packets;
  return [...(packets ? [packets] : []), ...others(before, own)].every((n) => isNews(t.from, t.to, stateIn(n, t)));
};

const others = (n: Negotiation, own: string): readonly Negotiation[] =>
  n.sources ? values(n.sources.logs).filter((told) => told.id !== own) : [];

const exchangeOf = ({ messageId: id }: Report): MessageId | null => (id ? messageId(id) : null);

const fold = (state: State, reporting: Reporting, n: Negotiation, report: Report, side: Side): Folded => {
  const far = other(side);
  const still: Folded = { negotiation: n, reporting, transitions: [] };
  const saying = (said: Partial<Reporting>): Folded => ({ ...still, reporting: { ...reporting, ...said } });
  const knowing = (known: Partial<Negotiation>): Folded => ({ ...still, negotiation: { ...n, ...known } });
  switch (report.says) {
    case 'packet':
      return knowing(onPath(n, report, side, state.index));
    case 'input':
      return saying({ input: { text: `${report.class}, ${report.input}`, messageId: report.messageId ?? null } });
    case 'transition':
      return moved(state, reporting, n, report, side);
    case 'exchange':
      return report.began === 'main' || report.began === 'aggressive' ? knowing({ mode: report.began }) : still;
    case 'vendorId': {
      const { name } = report;
      const { vendorIds } = n[far];
      const isNew = report.way === 'received' && name !== undefined && !vendorIds.includes(name) && vendorIds.length < 64;
      return isNew ? knowing({ [far]: { ...n[far], vendorIds: [...vendorIds, name] } }) : still;
    }
    case 'payload':
      return report.payload === 'ID' ? saying({ identityOf: 'theirs' }) : still;
    case 'identity': {
      const whose = report.whose ?? reporting.identityOf;
      // In quick mode, ID payloads name the traffic: RFC 2409 5.5.
      if (!whose || report.value === undefined || n.established !== null) return still;
      const named = whose === 'ours' ? side : far;
      return knowing({ [named]: { ...n[named], identity: report.value } });
    }
    case 'authentication': {
      if (report.result === undefined) return report.method === undefined ? still : saying({ identityOf: 'ours' });
      return knowing({ authenticated: { ...n.authenticated, [far]: report.result === 'succeeded' } });
    }
    case 'nat':
      return knowing({ nat: behind(n, report, side) });
    case 'policyCheck':
      return saying({ offer: { phase: 1, listed: {} } });
    case 'proposalCheck':
      return saying({ offer: { phase: 2, listed: {} } });
    case 'attribute': {
      const { offer } = reporting;
      // The first of several life durations is in seconds.
      if (!offer || (offer.listed[report.name] && report.name.startsWith('life'))) return still;
      return saying({ offer: { ...offer, listed: { ...offer.listed, [report.name]: { value: report.value, number: report.number } } } });
    }
    case 'verdict':
      return report.acceptable && reporting.offer?.phase === 1 ? knowing({ suite: phase1SuiteOf(reporting.offer.listed) }) : still;
    case 'ikeSa':
      return knowing(ofSa(n, report, state.index));
    case 'node':
      return report.doing === 'deleting' && report.messageId !== undefined ? knowing(closed(n, report, state.index)) : still;
    default:
      return still;
  }
};

const endText = (address: string, port: number | null): string =>
  port === null ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const mostPaths = 1000;

const onPath = (n: Negotiation, report: ReportOf<'packet'>, side: Side, event: number): Partial<Negotiation> => {
  const near = { ...n[side], port: report.localPort ?? n[side].port };
  const far = { ...n[other(side)], port: report.peerPort ?? n[other(side)].port };
  const ends = side === 'initiator' ? { initiator: near, responder: far } : { initiator: far, responder: near };
  const row = {
    event,
    initiator: endText(ends.initiator.address, ends.initiator.port),
    responder: endText(ends.responder.address, ends.responder.port),
  };
  const before = n.paths.at(-1);
  // Quick mode needs a phase 1 that is complete, RFC 2409 5.5: a device that prints no more has told it by this.
  const established = n.established ?? (/^QM_[IR]\d/.test(report.label ?? '') ? event : null);
  const isKnown = near.address !== noAddress && far.address !== noAddress;
  const isMove = before?.initiator !== row.initiator || before.responder !== row.responder;
  return {
    ...ends,
    mode: n.mode === 'unknown' ? modeOf(report.word ?? report.label) : n.mode,
    phase1Messages: n.phase1Messages + (established === null ? 1 : 0),
    established,
    nat: near.port === 4500 || far.port === 4500 ? { ...n.nat, port: 4500 } : n.nat,
    ...(isKnown && isMove && n.paths.length < mostPaths && { paths: [...n.paths, row] }),
  };
};

const modeOf = (word: string | undefined): Negotiation['mode'] =>
  word?.startsWith('MM_') ? 'main' : word?.startsWith('AG_') || word?.startsWith('AM_') ? 'aggressive' : 'unknown';

/** What the device did, in its own words: the step is proven by the very line. */
const moved = (state: State, reporting: Reporting, n: Negotiation, report: ReportOf<'transition'>, side: Side): Folded => {
  const isQuick = report.to.startsWith('IKE_QM_');
  const id = isQuick ? (report.messageId ?? reporting.input?.messageId ?? null) : null;
  const transition: Transition = {
    negotiation: n.id,
    side,
    exchange: id === null ? null : messageId(id),
    from: report.from || n[side].state,
    to: report.to,
    because: reporting.input?.text ?? report.event ?? '',
    proven: true,
  };
  const folded = { reporting: { ...reporting, input: null }, transitions: [transition] };
  if (id !== null) {
    const pfsGroup = reporting.offer?.phase === 2 ? (reporting.offer.listed['group']?.number ?? null) : null;
    return { ...folded, negotiation: withQuickMode(n, messageId(id), report.to, side, pfsGroup, state.index) };
  }
  if (isQuick) return { ...folded, negotiation: n };
  const end = { ...n[side], state: reportedState(report.to), since: state.index, assumed: false };
  const mode = n.mode !== 'unknown' ? n.mode : /_MM\d/.test(report.to) ? 'main' : /_AM\d/.test(report.to) ? 'aggressive' : n.mode;
  return {
    ...folded,
    negotiation: {
      ...n,
      mode,
      [side]: end,
      established: report.to === 'IKE_P1_COMPLETE' ? (n.established ?? state.index) : n.established,
      ended: report.to === 'IKE_DEST_SA' ? (n.ended ?? { event: state.index, why: reporting.input?.text ?? 'deleted' }) : n.ended,
    },
  };
};

/** Who began it: the side whose names it runs through. */
const begunBy = (name: string, side: Side): Side => (/^IKE_QM_I_/.test(name) ? side : other(side));

const withQuickMode = (n: Negotiation, id: MessageId, name: string, side: Side, pfsGroup: number | null, event: number): Negotiation => {
  const key = exchangeKey('quick', id);
  const known = get(n.exchanges, key);
  const begun = known?.kind === 'quick' ? known : newQuickMode(id, begunBy(name, side), event);
  const q = { ...begun, pfsGroup: begun.pfsGroup ?? pfsGroup };
  const to = reportedState(name);
  const next: QuickMode =
    side === 'initiator'
      ? { ...q, initiatorState: to, initiatorSince: event, last: event }
      : { ...q, responderState: to, responderSince: event, last: event };
  const done = name === 'IKE_QM_PHASE2_COMPLETE' ? { ...next, result: next.result ?? 'complete' } : next;
  return { ...n, exchanges: set(n.exchanges, key, done) };
};

const newQuickMode = (id: MessageId, begun: Side, event: number): QuickMode => ({
  ...beginQuickMode(id, begun, event, noChain),
  reported: ['begunBy', 'initiatorState', 'responderState', 'pfsGroup', 'result'],
});

/** A node that goes with an error tells why its exchange came to nothing. */
const closed = (n: Negotiation, report: ReportOf<'node'>, event: number): Partial<Negotiation> => {
  const key = exchangeKey('quick', messageId(report.messageId ?? 0));
  const q = get(n.exchanges, key);
  if (q?.kind !== 'quick' || report.error !== true) return {};
  return { exchanges: set(n.exchanges, key, { ...q, result: report.reason ?? 'error', last: event }) };
};

const ofSa = (n: Negotiation, report: ReportOf<'ikeSa'>, event: number): Partial<Negotiation> => {
  switch (report.doing) {
    case 'established':
      return { established: n.established ?? event };
    case 'deleting':
    case 'deleted':
    case 'purged':
    case 'expired':
      return { ended: n.ended ?? { event, why: report.reason ?? report.doing } };
    case 'detail': {
      const [i, r] = [cookie(report.initiatorCookie ?? ''), cookie(report.responderCookie ?? '')];
      return { ...(i && { initiatorCookie: i }), ...(r && { responderCookie: r, answered: n.answered ?? event }) };
    }
    default:
      return {};
  }
};

const behind = (n: Negotiation, report: ReportOf<'nat'>, side: Side): Negotiation['nat'] => {
  const port = report.port ?? n.nat.port;
  switch (report.behind) {
    case 'self':
      return { ...n.nat, port, [side]: true };
    case 'peer':
      return { ...n.nat, port, [other(side)]: true };
    case 'both':
      return { initiator: true, responder: true, port };
    case 'none':
      return { initiator: false, responder: false, port };
    default:
      return { ...n.nat, port };
  }
};

const marked = (n: Negotiation): Negotiation => {
  const known = ['suite', 'established', 'ended'] as const;
  const reported = ['initiator', 'responder', ...known.filter((name) => n[name] !== null), ...(n.paths.length > 0 ? ['paths'] : [])];
  if (n.authenticated.initiator !== null || n.authenticated.responder !== null) reported.push('authenticated');
  if (n.nat.initiator !== null || n.nat.responder !== null || n.nat.port !== 500) reported.push('nat');
  if (n.exchanges.size > 0) reported.push('exchanges');
  return n.reported?.length === reported.length ? n : { ...n, reported };
};
