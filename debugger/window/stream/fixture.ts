/** Overviews and moments by hand, for tests. */
import type { Moment, Overview, PacketView } from '../../protocol/protocol.ts';

export const overviewOf = (more: Partial<Overview> = {}): Overview => ({
  name: 'trace.pcap',
  inputs: [],
  lastIndex: 19,
  start: null,
  negotiations: [],
  findings: [],
  damage: [],
  scrubber: { bars: [], marks: [], changes: [] },
  ladderRows: 22,
  certificates: false,
  missing: [],
  ...more,
});

export const momentOf = (event: number, packet: PacketView | null, more: Partial<Moment> = {}): Moment => ({
  event,
  time: '',
  label: 'MM5',
  negotiation: null,
  part: null,
  packet,
  machines: [],
  associations: { isakmp: [], ipsec: [] },
  peers: [],
  changes: [],
  keys: { negotiation: null, nodes: [], note: '' },
  explanation: { sentences: [], next: '', rfcs: [] },
  ...more,
});
