/** Whether what a scenario wants is there: a tunnel in both directions, up at both ends. */
import type { Association } from '../state/ipsec/association.ts';
import { values } from '../state/persistent-map.ts';
import type { Standing } from './checkers.ts';
import type { Scenario } from './scenario.ts';

/** What is missing, in words; `null`: nothing. */
export const lacking = ({ wants }: Scenario, standing: readonly Standing[]): string | null => {
  for (const { from, to } of wants) {
    const [a, b] = [standing.find((s) => s.end.name === from), standing.find((s) => s.end.name === to)];
    if (!a || !b) return `${a ? to : from} is not up`;
    const there = new Set(upIn(b).map((sa) => sa.spi));
    const stands = bundlesOf(a).some((bundle) => bundle.length > 1 && bundle.every((sa) => there.has(sa.spi)));
    if (!stands) return `no tunnel between ${from} and ${to} stands at both ends`;
  }
  return null;
};

/** An address may differ between the two ends, where a NAT is between them; an SPI does not. */
const upIn = ({ taking }: Standing): readonly Association[] => values(taking.state.associations).filter((sa) => sa.state === 'mature');

/** What was negotiated together and is up; the ISAKMP SA that made it may have had its day. */
const bundlesOf = (at: Standing): readonly (readonly Association[])[] => {
  const bundles = new Map<string, Association[]>();
  for (const sa of upIn(at)) {
    if (sa.bundle === null) continue;
    bundles.set(sa.bundle, [...(bundles.get(sa.bundle) ?? []), sa]);
  }
  return [...bundles.values()];
};
