/**
 * Where two sources of one log contradict each other: what a device printed and what packets show, what it was configured to and what it did,
 * one part of its output and another. Packets count as they are; nothing is taken back.
 */
import type { Report, ReportedAssociation } from '../../event/report.ts';
import type { Told } from '../../event/told.ts';
import { authenticationMethods, encryptionAlgorithms, hashAlgorithms } from '../../registry/attribute.ts';
import { named, type Registry } from '../../registry/registry.ts';
import { messageIdText } from '../../values/message-id.ts';
import { spiText } from '../../values/spi.ts';
import type { QuickMode } from '../ikev1/quick-mode.ts';
import { get, values } from '../persistent-map.ts';
import { exchangeKey, type Negotiation, type State } from '../state.ts';
import { ipsecSuiteOf } from './names.ts';

/** One of the values that cannot all be true. */
export interface Statement {
  /** `null` for a line that is no event of its own: then the input and the line say where. */
  readonly event: number | null;
  readonly input?: number;
  readonly line?: number;
  /** `the log: lifetime of 86400 seconds`. */
  readonly text: string;
}

export interface Disagreement {
  /** Id of the negotiation; `null` where none is known. */
  readonly about: string | null;
  /** `PFS group`, `lifetime`, `crypto map`. */
  readonly what: string;
  /** A sentence. */
  readonly message: string;
  readonly statements: readonly Statement[];
}

/** A line of a log that said something. */
export interface Line {
  readonly index: number;
  readonly report: Report;
}

/** All that is found in the last state of a log, in its lines, and in what was configured or shown. */
export const disagreements = (state: State, lines: Iterable<Line>, told: readonly Told[]): readonly Disagreement[] => {
  const reported = [...reportedAssociations(lines)];
  return [...negotiations(state), ...associations(state, reported), ...configurations(state, reported, told), ...mapNames(state, told)];
};

/** Lines about single SAs, each with what it tells of that one. */
function* reportedAssociations(lines: Iterable<Line>): Generator<{ readonly index: number; readonly sa: ReportedAssociation }> {
  for (const { index, report } of lines) {
    if (report.says === 'associations') for (const sa of report.associations) yield { index, sa };
    else if (report.says === 'association' || (report.says === 'proposal' && report.step === 'initialize_sas')) yield { index, sa: report };
  }
}

type Values = Readonly<Record<string, number | string | null | undefined>>;

/** Both known, and not the same. */
const differing = (a: Values, b: Values): readonly string[] =>
  Object.keys(a).filter((name) => a[name] != null && b[name] != null && a[name] !== b[name]);

/** What a log tells of a negotiation, against what its packets show. */
const negotiations = (state: State): readonly Disagreement[] =>
  values(state.negotiations).flatMap(({ sources }) => {
    const packets = sources?.packets;
    return packets ? values(sources.logs).flatMap((told) => against(told, packets)) : [];
  });

const against = (told: Negotiation, shown: Negotiation): readonly Disagreement[] => {
  const found = differing(phase1Of(told), phase1Of(shown)).map((what) => contradiction(shown.id, what, told, shown, phase1Of));
  for (const q of quickModes(told)) {
    const other = get(shown.exchanges, exchangeKey('quick', q.messageId));
    if (other?.kind !== 'quick' || q.pfsGroup === null || (other.offered.length === 0 && other.pfsGroup === null)) continue;
    if (q.pfsGroup === other.pfsGroup) continue;
    const theirs = other.pfsGroup === null ? 'no PFS' : `group ${other.pfsGroup}`;
    found.push({
      about: shown.id,
      what: 'PFS group',
      message: `The log says that quick mode ${messageIdText(q.messageId)} used PFS group ${q.pfsGroup}; its packets show ${theirs}.`,
      statements: [
        { event: q.first, text: `the log: group ${q.pfsGroup}` },
        { event: other.first, text: `the packet: ${theirs}` },
      ],
    });
  }
  return found;
};

const quickModes = (n: Negotiation): readonly QuickMode[] => values(n.exchanges).filter((e) => e.kind === 'quick');

const wordOf = (table: Registry, n: number | null | undefined): string | null => (n == null ? null : named(table, n));

const phase1Of = (n: Negotiation): Values => ({
  encryption: wordOf(encryptionAlgorithms, n.suite?.encryption),
  'key length': n.suite?.keyBits,
  hash: wordOf(hashAlgorithms, n.suite?.hash),
  group: n.suite?.group,
  'authentication method': wordOf(authenticationMethods, n.suite?.authentication),
  lifetime: n.suite?.lifetimeSeconds,
  "initiator's identity": n.initiator.identity,
  "responder's identity": n.responder.identity,
});

const contradiction = (
  about: string,
  what: string,
  told: Negotiation,
  shown: Negotiation,
  of: (n: Negotiation) => Values,
): Disagreement => {
  const [log, packets] = [String(of(told)[what]), String(of(shown)[what])];
  return {
    about,
    what,
    message: `The log says that the ${what} is ${log}; the packets show ${packets}.`,
    statements: [
      { event: told.first, text: `the log: ${what} ${log}` },
      { event: shown.first, text: `the packets: ${what} ${packets}` },
    ],
  };
};

/** Lines about an SA against its agreement on the wire, and against other lines about it. */
const associations = (
  state: State,
  reported: readonly { readonly index: number; readonly sa: ReportedAssociation }[],
): readonly Disagreement[] => {
  const found: Disagreement[] = [];
  const first = new Map<string, { readonly index: number; readonly value: number }>();
  const said = new Set<string>();
  for (const { index, sa } of reported) {
    const { spi, lifetimeSeconds } = sa;
    if (spi === undefined) continue;
    const one = values(state.associations).find((a) => a.spi === spi && (sa.dst === undefined || a.dst === sa.dst));
    const about = one?.negotiation ?? null;
    const name = `the SA of SPI ${spi.toString(16).padStart(8, '0')}`;
    const say = (what: string, log: string, other: string, where: string, event: number | null): void => {
      const key = `${spi} ${what}`;
      if (said.has(key)) return;
      said.add(key);
      const message = `The log says that ${name} has ${what} ${log}; ${where} ${other}.`;
      const statements = [
        { event: index, text: `the log: ${what} ${log}` },
        { event, text: `${where} ${other}` },
      ];
      found.push({ about, what, message, statements });
    };
    // 0 stands for nothing agreed yet.
    if (lifetimeSeconds) {
      const before = first.get(`${spi}`);
      if (before && before.value !== lifetimeSeconds)
        say('a lifetime of', `${lifetimeSeconds} s`, `${before.value} s`, 'another line says', before.index);
      else first.set(`${spi}`, { index, value: lifetimeSeconds });
      if (one && !one.reported && one.lifetimeSeconds !== null && one.lifetimeSeconds !== lifetimeSeconds)
        say('a lifetime of', `${lifetimeSeconds} s`, `${one.lifetimeSeconds} s`, 'the packets agreed on', one.made ?? one.since);
    }
    const suite = ipsecSuiteOf(sa.transform, sa.protocol === 'ah' ? 'ah' : 'esp', undefined);
    if (suite && one?.suite && !one.reported && suite.transform !== one.suite.transform)
      say('the transform', `${sa.transform}`, `transform ${one.suite.transform}`, 'the packets agreed on', one.made ?? one.since);
  }
  return found;
};

/** What was configured for a peer against what its SAs are said or seen to have. */
const configurations = (
  state: State,
  reported: readonly { readonly index: number; readonly sa: ReportedAssociation }[],
  told: readonly Told[],
): readonly Disagreement[] => {
  const found: Disagreement[] = [];
  const configured = told.filter((t) => t.source === 'configuration' && t.peer !== undefined);
  const said = new Set<string>();
  for (const a of values(state.associations)) {
    if (a.negotiation === null) continue;
    for (const claim of configured) {
      if (claim.peer !== a.src && claim.peer !== a.dst) continue;
      const what = claim.name === 'pfsGroup' ? 'PFS group' : claim.name === 'lifetimeSeconds' ? 'lifetime' : null;
      const key = `${a.negotiation} ${a.exchange} ${what}`;
      if (what === null || said.has(key)) continue;
      const index = reported.find(({ sa }) => sa.spi === a.spi && (what === 'PFS group' || sa.lifetimeSeconds))?.index ?? a.made ?? a.since;
      const name = `the SA of SPI ${spiText(a.spi)}`;
      const place = { event: null, input: claim.input, line: claim.line };
      if (what === 'PFS group' && a.pfsGroup !== claim.value && (a.reported || a.exchange !== null)) {
        const asked = claim.value === null ? 'no PFS' : `PFS group ${claim.value}`;
        const has = a.pfsGroup === null ? 'no PFS' : `PFS group ${a.pfsGroup}`;
        said.add(key);
        found.push({
          about: a.negotiation,
          what,
          message: `The configuration asks for ${asked} with ${claim.peer}; ${name} came from a quick mode with ${has}.`,
          statements: [
            { ...place, text: `the configuration: ${asked}` },
            { event: index, text: `quick mode with ${has}` },
          ],
        });
      }
      // The lower of what both ends want holds, RFC 2407 4.5.4: a device cannot keep an SA longer than it was told to.
      if (what === 'lifetime' && a.lifetimeSeconds !== null && typeof claim.value === 'number' && a.lifetimeSeconds > claim.value) {
        const left = told.find((t) => t.name === 'remainingSeconds' && t.spi === a.spi);
        said.add(key);
        found.push({
          about: a.negotiation,
          what,
          message: `The configuration allows ${claim.value} s with ${claim.peer}; ${name} is said to last ${a.lifetimeSeconds} s${left ? `, and "show" has ${left.value} s of it left` : ''}.`,
          statements: [
            { ...place, text: `the configuration: ${claim.value} s` },
            { event: index, text: `lifetime of ${a.lifetimeSeconds} s` },
            ...(left ? [{ event: null, input: left.input, line: left.line, text: `show: ${left.value} s left` }] : []),
          ],
        });
      }
    }
  }
  return found;
};

/** One SA under two names of crypto maps, or under one that the configuration does not have. */
const mapNames = (state: State, told: readonly Told[]): readonly Disagreement[] => {
  const names = told.filter((t) => t.name === 'cryptoMap');
  const configured = told.find((t) => t.name === 'configuredMaps');
  const found: Disagreement[] = [];
  const said = new Set<string>();
  for (const claim of names) {
    const other = names.find((t) => t.spi === claim.spi && t.input === claim.input && t.value !== claim.value);
    const against = other ?? (configured && !String(configured.value).split(', ').includes(String(claim.value)) ? configured : undefined);
    const pair = [claim.value, against?.value].map(String).sort().join(' ');
    if (!against || said.has(pair)) continue;
    said.add(pair);
    const about = values(state.associations).find((a) => a.spi === claim.spi)?.negotiation ?? null;
    found.push({
      about,
      what: 'crypto map',
      message: `The SAs with ${claim.peer ?? 'a peer'} stand under the crypto map ${claim.value}, and ${against === other ? 'in the same output ' : ''}under ${against.value}.`,
      statements: [claim, against].map((t) => ({ event: null, input: t.input, line: t.line, text: `${t.source}: crypto map ${t.value}` })),
    });
  }
  return found;
};
