/** Where a step by more than one event leads: the next negotiation or exchange, the next finding. */
import type { Overview } from '../../protocol/protocol.ts';

const ascending = (events: readonly number[]): number[] => [...new Set(events)].sort((a, b) => a - b);

/** First events of negotiations and of the exchanges in them, ascending. */
export const beginnings = ({ negotiations }: Overview): number[] =>
  ascending(negotiations.flatMap(({ first, parts }) => [first, ...parts.map((part) => part.first)]));

/** Events with a finding, ascending. */
export const findingEvents = ({ findings }: Overview): number[] => ascending(findings.map(({ event }) => event));

export const nextAfter = (events: readonly number[], event: number): number | null => events.find((other) => other > event) ?? null;
export const lastBefore = (events: readonly number[], event: number): number | null => events.findLast((other) => other < event) ?? null;
