/** The policy matrices of one negotiation: from its packets, from what a device's log says, and from configurations, where there are such. */
import type { DevicePolicy } from '../event/policy.ts';
import type { Log } from '../log/log.ts';
import { type Replay, walk } from '../replay/replay.ts';
import { other } from '../state/fact.ts';
import { mapAttributes, offersOfProposals } from '../state/ike/ipsec-match.ts';
import { type PolicyCheck, policyChecks } from '../state/ike/policy-checks.ts';
import { phase1Suite } from '../state/ike/suite.ts';
import type { QuickMode } from '../state/ikev1/quick-mode.ts';
import { values } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import { messageIdText } from '../values/message-id.ts';
import { type ConfigurationCheck, configurationPage } from './configuration-page.ts';
import { policyOfSide } from './device/policy.ts';
import type { PolicyMatrixView } from './models.ts';
import { policyMatrix } from './policy-matrix.ts';
import { transformMatrix } from './transform-matrix.ts';
import { cut } from './words.ts';

/** One matrix, and what its tab is called. */
export interface PolicySheet {
  /** `Phase 1`, `Quick mode 3e1e0daa`. */
  readonly label: string;
  readonly matrix: PolicyMatrixView;
}

export interface PolicyPage {
  readonly negotiation: string | null;
  readonly sheets: readonly PolicySheet[];
  /** Why there is no sheet, or fewer than there might be, and what to add; empty where nothing is missing. */
  readonly missing: string;
  /** Two configurations without a negotiation: what one between them would meet, in its order. */
  readonly between: { readonly title: string; readonly checks: readonly ConfigurationCheck[] } | null;
}

/** Which negotiation; `policies`: the configurations that the log holds, parsed. */
export interface PolicyWish {
  readonly negotiation: string | null;
  readonly policies: readonly DevicePolicy[];
}

function* reportsOf(log: Log) {
  for (const [i, event] of log.happened.entries()) {
    if (event.kind === 'DeviceReported' && event.report) yield { index: i + 1, report: event.report };
  }
}

/** Those of one SA: a log may tell of several. */
const checksOf = (log: Log): readonly PolicyCheck[] => {
  const all = policyChecks(reportsOf(log));
  const connection = all[0]?.connection ?? null;
  const own = all.filter((c) => c.connection === connection);
  // The responder goes through the whole list again for a second offer: the first time decides.
  const seen = new Set<string>();
  return own.filter((c) => {
    const pair = `${c.priority} ${c.transform}`;
    if (seen.has(pair)) return false;
    seen.add(pair);
    return true;
  });
};

const offeredInPhaseOne = (replay: Replay, n: Negotiation) => {
  for (const { seen } of walk(replay, n.first, n.first)) {
    for (const { content } of seen.ike?.payloads ?? []) {
      if (content.kind !== 'securityAssociation') continue;
      return (content.proposals ?? []).flatMap((p) =>
        p.transforms.map((t) => ({ number: t.number, attributes: phase1Suite(t.attributes) })),
      );
    }
  }
  return [];
};

const quickSheet = (n: Negotiation, q: QuickMode, policy: DevicePolicy | null): PolicySheet[] => {
  const offered = offersOfProposals(q.offered[0] ?? []);
  const maps = policy?.maps.filter((m) => m.kind !== 'dynamic') ?? [];
  const sets = maps.flatMap((entry) =>
    mapAttributes(entry, policy?.transformSets ?? []).map((attributes, i) => ({
      name: entry.transformSets[i] ?? `${entry.map} ${entry.sequence}`,
      attributes,
    })),
  );
  const decider = other(q.begunBy);
  const matrix = transformMatrix({
    offered,
    sets,
    negotiation: messageIdText(q.messageId),
    offers: n[q.begunBy].address,
    decides: n[decider].address,
  });
  return matrix ? [{ label: `Quick mode ${messageIdText(q.messageId)}`, matrix }] : [];
};

/** By its cookie; where only a log tells of it, by the number that the device gave it. */
const nameOf = (n: Negotiation, checks: readonly PolicyCheck[]): { negotiation?: string } => {
  if (!/^0*$/.test(n.initiatorCookie)) return { negotiation: cut(n.initiatorCookie) };
  const connection = checks[0]?.connection ?? null;
  return connection === null ? {} : { negotiation: `connection ${connection}` };
};

const adviceFor = (hasOffer: boolean, policy: DevicePolicy | null, checks: readonly PolicyCheck[]): string => {
  if (policy !== null) return '';
  if (checks.length > 0) return 'From the log alone. Add the configuration of the device that decides, and every pair is computed.';
  const offer = hasOffer ? 'What was offered is known; what the other end wants is not.' : 'Nothing in this trace says what was offered.';
  return `${offer} Add the running configuration of the device that decides, or its debug log.`;
};

/** The first configuration is taken for the initiator's: who begins is nobody's word yet. */
const betweenConfigurations = (initiator: DevicePolicy, responder: DevicePolicy): PolicyPage => {
  const { title, checks, phaseOne, phaseTwo } = configurationPage(initiator, responder);
  return {
    negotiation: null,
    sheets: [
      ...(phaseOne ? [{ label: 'Phase 1', matrix: phaseOne }] : []),
      ...(phaseTwo ? [{ label: 'Transform sets', matrix: phaseTwo }] : []),
    ],
    missing: '',
    between: { title, checks },
  };
};

/** Negotiations that packets did not show leave `n` undefined: then the log speaks alone. */
export const policyPage = (replay: Replay, wish: PolicyWish): PolicyPage => {
  const all = values(replay.final.negotiations).sort((a, b) => a.first - b.first);
  const n = all.find(({ id }) => id === wish.negotiation) ?? all[0];
  const checks = checksOf(replay.log);
  const [one, two] = wish.policies;
  if (!n && checks.length === 0 && one && two) return betweenConfigurations(one, two);
  const policy = policyOfSide(wish.policies, replay, 'responder') ?? (wish.policies.length === 1 ? (wish.policies[0] ?? null) : null);
  const offered = n ? offeredInPhaseOne(replay, n) : [];
  const first = policyMatrix({
    offered,
    policies: policy?.isakmp ?? null,
    checks,
    ...(n ? { ...nameOf(n, checks), offers: n.initiator.address, decides: n.responder.address } : {}),
    ...(policy ? { dialect: policy.dialect } : {}),
  });
  const quicks = n
    ? values(n.exchanges)
        .filter((e): e is QuickMode => e.kind === 'quick')
        .sort((a, b) => a.first - b.first)
    : [];
  const sheets = [...(first ? [{ label: 'Phase 1', matrix: first }] : []), ...(n ? quicks.flatMap((q) => quickSheet(n, q, policy)) : [])];
  return { negotiation: n?.id ?? null, sheets: sheets.slice(0, 12), missing: adviceFor(offered.length > 0, policy, checks), between: null };
};
