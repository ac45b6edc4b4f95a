/** What a device's own log says went wrong, in rows: which line means which cause. The device knows why; packets only show that. */
import type { Report, ReportOf } from '../../event/report.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Code } from './causes.ts';
import { type Certainty, type Claim, claim, type Evidence, isUp, type Tale } from './tale.ts';

interface Meaning {
  readonly code: Code;
  readonly certainty: Certainty;
}

/** Before phase 1 is done the same words mean something else than after it. */
type Phase = 1 | 2;

interface Row {
  readonly pattern: RegExp;
  readonly phase?: Phase;
  readonly code: Code;
  readonly certainty: Certainty;
}

/** Names of notifies, in capitals and with underscores, whatever a device prints. RFC 2408 3.14.1, RFC 7296 3.10.1. */
const notifies: readonly Row[] = [
  { pattern: /PROPOSAL_(NOT_)?CHOSEN/, phase: 1, code: 'phase1-no-proposal-chosen', certainty: 'shown' },
  { pattern: /PROPOSAL_(NOT_)?CHOSEN/, phase: 2, code: 'phase2-no-proposal-chosen', certainty: 'likely' },
  { pattern: /PROPOSAL_(NOT_)?CHOSEN/, phase: 2, code: 'pfs-mismatch', certainty: 'possible' },
  { pattern: /INVALID_ID/, phase: 1, code: 'peer-identity-unexpected', certainty: 'shown' },
  { pattern: /INVALID_ID/, phase: 2, code: 'phase2-identity-mismatch', certainty: 'shown' },
  { pattern: /AUTHENTICATION_FAILED|INVALID_HASH|PAYLOAD_MALFORMED/, phase: 1, code: 'pre-shared-key-mismatch', certainty: 'likely' },
  { pattern: /INVALID_CERT|CERT_TYPE|CERTIFICATE_UNAVAILABLE/, code: 'certificate-problem', certainty: 'shown' },
  { pattern: /TS_UNACCEPTABLE/, code: 'ts-unacceptable', certainty: 'shown' },
  { pattern: /INVALID_KE/, code: 'invalid-ke-group', certainty: 'shown' },
  { pattern: /INVALID_(SPI|COOKIE|IKE_SPI)/, code: 'stale-sa-after-restart', certainty: 'likely' },
];

/** Complaints, by what devices print. IOS numbers what its IPsec part rejects: 32 the networks, 256 the transforms. */
const complaints: readonly Row[] = [
  { pattern: /prox(y|ies) identit|crypto map (entry|policy)|\berror 32\b/i, code: 'phase2-identity-mismatch', certainty: 'shown' },
  { pattern: /transform proposal.*not supported|\berror 256\b/i, code: 'phase2-no-proposal-chosen', certainty: 'shown' },
  { pattern: /phase ?2 .*not acceptable|QM (FSM error|rejected)/i, code: 'phase2-no-proposal-chosen', certainty: 'possible' },
  {
    pattern: /no (suitable )?trustpoint|verify cert failed|certificate.*(invalid|revoked|expired|fail)/i,
    code: 'certificate-problem',
    certainty: 'shown',
  },
  {
    pattern: /sanity check|malformed|cannot decrypt|could not decrypt|hash.*(mismatch|not valid|does not match)/i,
    phase: 1,
    code: 'pre-shared-key-mismatch',
    certainty: 'likely',
  },
  { pattern: /no (pre-?shared|preshared) key/i, code: 'pre-shared-key-mismatch', certainty: 'shown' },
  { pattern: /authentication (data )?fail|verification of peer/i, code: 'authentication-failed', certainty: 'likely' },
  { pattern: /death by retransmission|no response|giving up after|timed? out/i, phase: 1, code: 'no-response', certainty: 'shown' },
  { pattern: /peer.*(dead|not respond)|dpd.*(fail|timeout)/i, phase: 2, code: 'dead-peer', certainty: 'shown' },
];

const traffic: readonly Row[] = [
  { pattern: /INV_SPI|invalid spi/i, code: 'esp-unknown-spi', certainty: 'shown' },
  { pattern: /replay/i, code: 'esp-replay', certainty: 'shown' },
];

const among = (rows: readonly Row[], text: string, phase: Phase): readonly Meaning[] =>
  rows.filter((row) => row.pattern.test(text) && (row.phase === undefined || row.phase === phase));

const named = (notify: string): string => notify.toUpperCase().replace(/[^A-Z0-9]+/g, '_');

/** The number IOS gives as a code stands in the text as well: only the text counts. */
const meaningsOf = (report: Report, phase: Phase): readonly Meaning[] => {
  switch (report.says) {
    case 'notify':
      return among(notifies, named(report.notify), phase);
    case 'error':
      return among(complaints, report.text, phase);
    case 'ikeSa':
    case 'node':
      return report.reason === undefined ? [] : among(complaints, report.reason, phase);
    case 'verdict':
      return !report.acceptable && report.phase === 2 ? [{ code: 'phase2-no-proposal-chosen', certainty: 'possible' }] : [];
    case 'authentication':
      return report.result === 'failed' ? [{ code: 'authentication-failed', certainty: 'shown' }] : [];
    case 'traffic':
      return among(traffic, report.problem, phase);
    case 'association':
      return report.doing === 'expired' ? [{ code: 'lifetime-expired', certainty: 'shown' }] : [];
    default:
      return [];
  }
};

interface Line {
  readonly event: number;
  readonly text: string;
  readonly report: Report;
}

const linesOf = (replay: Replay): readonly Line[] =>
  replay.log.happened.flatMap((e, i) =>
    e.kind === 'DeviceReported' && e.report ? [{ event: i + 1, text: e.text.trim(), report: e.report }] : [],
  );

/** Lines seldom name their negotiation: it is the latest that had begun, with this peer where one is named. `tales` in the order of their beginning. */
const ownerOf = (tales: readonly Tale[], { event, report: { peer } }: Line): Tale | null => {
  let [begun, end] = [0, tales.length];
  while (begun < end) {
    const middle = (begun + end) >>> 1;
    if ((tales[middle]?.n.first ?? 0) > event) end = middle;
    else begun = middle + 1;
  }
  const at = begun - 1;
  const latest = tales[at] ?? tales[0] ?? null;
  if (peer === undefined) return latest;
  for (let i = at; i >= 0 && i > at - 50; i--) {
    const n = tales[i]?.n;
    if (n && (n.initiator.address === peer || n.responder.address === peer)) return tales[i] ?? null;
  }
  return latest;
};

const longest = 160;
const evidenceOf = ({ event, text }: Line): Evidence => {
  const line = text.replace(/\s+/g, ' ');
  return { event, text: line.length > longest ? `${line.slice(0, longest)}…` : line };
};

const limits = 'A log tells what one end saw and thought; what the other did stands in its own.';

/** IOS names the protocol of a notify by its number, RFC 2407 4.4.1: AH and ESP are matters of phase 2. */
const ofPhase2 = /^(2|3|ah|esp)$/i;

/** A line that only phase 2 has; logs often begin after phase 1. */
const isPhase2 = (report: Report): boolean => {
  if (report.says === 'exchange') return report.began === 'quick';
  if (report.says === 'notify') return ofPhase2.test(report.protocol ?? '');
  return report.says === 'proposalCheck' || report.says === 'proposal' || (report.says === 'verdict' && report.phase === 2);
};

/** Which lines say what of a negotiation, gathered under one cause each. */
const causesOf = (tale: Tale | null, lines: readonly Line[]): Claim[] => {
  const byCode = new Map<Code, { certainty: Certainty; lines: Line[] }>();
  const established = tale?.n.established ?? null;
  let phase: Phase = 1;
  for (const line of lines) {
    if ((established !== null && established <= line.event) || isPhase2(line.report)) phase = 2;
    for (const { code, certainty } of meaningsOf(line.report, phase)) {
      const known = byCode.get(code);
      if (known) known.lines.push(line);
      else byCode.set(code, { certainty, lines: [line] });
    }
  }
  // What may be so is not worth a line beside what is so.
  const sure = [...byCode.values()].some((c) => c.certainty === 'shown');
  return [...byCode]
    .filter(([, c]) => !sure || c.certainty !== 'possible')
    .map(([code, { certainty, lines: shown }]) => said(tale, code, certainty, shown));
};

const said = (tale: Tale | null, code: Code, certainty: Certainty, lines: readonly Line[]): Claim => {
  const repaired = tale !== null && isUp(tale);
  const made = claim(tale?.n.id ?? null, {
    code,
    certainty,
    events: lines.map((l) => l.event),
    message: `The device says: ${evidenceOf(lines[0] ?? { event: 0, text: '', report: { says: 'note', topic: '' } }).text}`,
    evidence: lines.slice(0, 10).map(evidenceOf),
    limits,
  });
  // The old SAs of a rekeying expire too.
  if (code === 'lifetime-expired') return { ...made, severity: 'note' };
  // Whoever came through all the same had an earlier try refused.
  return repaired && made.severity === 'error' ? { ...made, severity: 'warning' } : made;
};

const isVerdict = (line: Line): line is Line & { readonly report: ReportOf<'verdict'> } => line.report.says === 'verdict';

/** All offers of phase 1 refused, none taken: the reasons are what the device printed before each refusal. */
const refusedOffers = (tale: Tale | null, lines: readonly Line[]): Claim[] => {
  const verdicts = lines.filter(isVerdict).filter((l) => l.report.phase !== 2);
  const refused = verdicts.filter((l) => !l.report.acceptable);
  if (refused.length === 0 || refused.length < verdicts.length || (tale && (isUp(tale) || tale.n.established !== null))) return [];
  const reasons = lines.filter((l) => l.report.says === 'mismatch');
  return [said(tale, 'phase1-no-proposal-chosen', 'shown', reasons.length > 0 ? reasons : refused)];
};

const missingKey = (tale: Tale | null, lines: readonly Line[]): Claim[] => {
  const looked = lines.flatMap((l) => (l.report.says === 'preSharedKey' ? [{ line: l, found: l.report.found }] : []));
  const missing = looked.filter((l) => !l.found).map((l) => l.line);
  return missing.length > 0 && looked.every((l) => !l.found) ? [said(tale, 'pre-shared-key-mismatch', 'shown', missing)] : [];
};

/** Three tries without an answer are a silence, RFC 2408 5.1. */
const silence = (tale: Tale | null, lines: readonly Line[]): Claim[] => {
  const again = lines.filter((l) => l.report.says === 'retransmission');
  // Where the copies themselves are in the trace, they are counted once.
  if (again.length === 0 || tale?.messages.some((m) => m.repeats !== null)) return [];
  if (tale && again.length >= 3 && tale.n.established === null) return [said(tale, 'no-response', 'likely', again)];
  return [said(tale, 'retransmissions', 'shown', again)];
};

export const reports = (replay: Replay, tales: readonly Tale[]): Claim[] => {
  const owned = new Map<Tale | null, Line[]>();
  for (const line of linesOf(replay)) {
    const owner = ownerOf(tales, line);
    const list = owned.get(owner);
    if (list) list.push(line);
    else owned.set(owner, [line]);
  }
  return [...owned].flatMap(([tale, lines]) => [
    ...missingKey(tale, lines),
    ...refusedOffers(tale, lines),
    ...causesOf(tale, lines),
    ...silence(tale, lines),
  ]);
};
