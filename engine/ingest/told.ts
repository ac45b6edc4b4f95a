/** Draws from `show` output and configurations what can be held against the rest of a log: names of crypto maps, PFS groups, lifetimes. */
import type { DeviceReported, Event } from '../event/event.ts';
import type { Told } from '../event/told.ts';
import type { IpsecFlowFact } from './cisco-show/facts.ts';
import { readShow } from './cisco-show/read.ts';
import { readConfiguration } from './ios-config/read.ts';
import type { Reading } from './reading.ts';

/** Inputs are numbered by their place in `readings`. */
export const toldIn = (readings: readonly Reading[]): readonly Told[] =>
  readings.flatMap((reading, input) =>
    reading.input.kind === 'capture'
      ? []
      : [
          ...reading.events.flatMap((event) => (event.kind === 'PolicyConfigured' ? configured(event.text, input) : [])),
          ...shown(reading.events.filter(mayBeShown), input),
        ],
  );

const isShown = ({ report }: DeviceReported): boolean => report?.says === 'note' && report.topic === 'show';

/** Lines of `show` output, and those among them that say more of an SA. */
const mayBeShown = (event: Event): event is DeviceReported =>
  event.kind === 'DeviceReported' && (event.report === undefined || event.report.says === 'association' || isShown(event));

const shown = (events: readonly DeviceReported[], input: number): readonly Told[] => {
  if (!events.some(isShown)) return [];
  const lines = events.flatMap((e) => e.text.split('\n').map((text, i) => ({ text, line: e.line + i })));
  const { facts } = readShow(lines.map(({ text }) => text).join('\n'));
  const lineOf = (number: number): number => lines[number - 1]?.line ?? number;
  return facts.flatMap((fact) => (fact.kind === 'ipsecFlow' ? ofFlow(fact, input, lineOf) : []));
};

const ofFlow = (flow: IpsecFlowFact, input: number, lineOf: (number: number) => number): readonly Told[] => {
  const peer = flow.peer === null ? {} : { peer: flow.peer };
  return flow.sas.flatMap((sa): Told[] => {
    const common = { source: 'show', input, spi: sa.spi, ...peer } as const;
    const line = lineOf(sa.line);
    return [
      ...(flow.cryptoMap === null ? [] : [{ ...common, line: lineOf(flow.line), name: 'cryptoMap', value: flow.cryptoMap } as const]),
      ...(sa.cryptoMap === null ? [] : [{ ...common, line, name: 'cryptoMap', value: sa.cryptoMap } as const]),
      ...(sa.remainingSeconds === null ? [] : [{ ...common, line, name: 'remainingSeconds', value: sa.remainingSeconds } as const]),
    ];
  });
};

const configured = (text: string, input: number): readonly Told[] => {
  const { policy } = readConfiguration(text);
  const names = [...new Set(policy.maps.map((m) => m.map))];
  const [first] = policy.maps;
  const common = { source: 'configuration', input } as const;
  return [
    ...(first ? [{ ...common, line: first.line, name: 'configuredMaps', value: names.join(', ') } as const] : []),
    ...policy.maps.flatMap((entry) =>
      entry.peers.flatMap((peer): Told[] => [
        { ...common, line: entry.line, peer, name: 'pfsGroup', value: entry.pfsGroup },
        { ...common, line: entry.line, peer, name: 'lifetimeSeconds', value: entry.lifetimeSeconds ?? policy.ipsecLifetime.seconds },
      ]),
    ),
  ];
};
