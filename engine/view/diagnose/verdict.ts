/** What became of a negotiation, in a word and in a line: as far as it came, and the finding that weighs most. */
import type { Verdict } from '../models.ts';
import { counted } from '../words.ts';
import { titleOf } from './causes.ts';
import { type Claim, isUp, type Tale } from './tale.ts';

const modeNames = { main: 'Main mode', aggressive: 'Aggressive mode', base: 'Base exchange', ikev2: 'IKEv2', unknown: 'Phase 1' } as const;
const prefixes = { main: 'MM', aggressive: 'AM', base: 'BASE', ikev2: 'IKE_', unknown: 'message ' } as const;

export interface Judged {
  readonly verdict: Verdict;
  readonly summary: string;
}

const lower = (title: string): string => (/^[A-Z][a-z]/.test(title) ? title.slice(0, 1).toLowerCase() + title.slice(1) : title);

const phase2Codes: ReadonlySet<string> = new Set([
  'pfs-mismatch',
  'phase2-identity-mismatch',
  'phase2-no-proposal-chosen',
  'quick-mode-hash-mismatch',
]);

const failure = ({ n, phase1 }: Tale, finding: Claim): string => {
  const title = lower(titleOf(finding.code));
  // `No response to MM1 from the responder, 192.0.2.1: sent once.` without its middle: the ends stand beside the summary.
  if (finding.code === 'no-response' && finding.message.startsWith('No response'))
    return finding.message.replace(/ from the .*: /, ', ').replace(/\.$/, '');
  if (phase2Codes.has(finding.code)) return `Quick mode refused: ${title}`;
  if (n.established !== null) return `Failed after phase 1: ${title}`;
  if (finding.code === 'phase1-no-proposal-chosen') return `Failed at ${prefixes[n.mode]}2: ${title.replace('phase 1 ', '')}`;
  const step = phase1.filter((m) => m.repeats === null).length;
  return step === 0 ? `Failed: ${title}` : `Failed at ${prefixes[n.mode]}${step}: ${title}`;
};

const closed = (why: string): string => why.replace('deleted', 'closed');

const up = ({ n }: Tale, findings: readonly Claim[], error: Claim | undefined): string => {
  if (error && phase2Codes.has(error.code)) return `Up at a later try: ${lower(titleOf(error.code))}`;
  if (error) return `Up, but ${titleOf(error.code).replace(/^(?!ESP|UDP|ICMP)./, (c) => c.toLowerCase())}`;
  const again = findings.find((f) => f.code === 'retransmissions');
  const after = again ? ` after ${counted(again.count, 'retransmission')}` : '';
  return n.ended ? `Up${after}, ${closed(n.ended.why)}` : `Up${after}`;
};

/** By messages where they were seen; a log tells of states, and counts no messages. */
const whereStopped = ({ n, phase1 }: Tale): string => {
  const reported = [n.initiator.state, n.responder.state].find((state) => state !== 'IKE_READY');
  return phase1.length === 0 && reported ? `in ${reported}` : `after ${prefixes[n.mode]}${n.phase1Messages}`;
};

/** `findings`: all about it, the weightiest first. */
export const verdictOf = (tale: Tale, findings: readonly Claim[]): Judged => {
  const { n } = tale;
  const error = findings.find((f) => f.severity === 'error' && f.certainty !== 'possible');
  if (n.version === 2)
    return { verdict: 'incomplete', summary: error ? failure(tale, error) : 'IKEv2: shown message by message, not followed yet' };
  if (error?.code === 'dead-peer') return { verdict: 'down', summary: isUp(tale) ? 'Was up, then the peer died' : 'Dead peer' };
  if (isUp(tale)) return { verdict: 'up', summary: up(tale, findings, error) };
  if (error) return { verdict: 'failed', summary: failure(tale, error) };
  if (n.ended) return { verdict: 'down', summary: `Phase 1 only, ${closed(n.ended.why)}` };
  if (n.established !== null) return { verdict: 'incomplete', summary: 'Phase 1 is up, no quick mode is complete' };
  if (n.phase1Messages === 0) return { verdict: 'incomplete', summary: 'Only later messages are in the trace' };
  return { verdict: 'incomplete', summary: `${modeNames[n.mode]} stops ${whereStopped(tale)}` };
};
