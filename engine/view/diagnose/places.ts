/** What captures of two places show together: what passed the one and did not reach the other was lost between them. */
import type { Replay } from '../../replay/replay.ts';
import { spiText } from '../../values/spi.ts';
import { type Direction, losses, type PacketAt } from '../losses.ts';
import { type Claim, claim, type Tale } from './tale.ts';

/** Beyond so many events the comparison is left to who asks for it: every packet is read again for it. */
const mostEvents = 200_000;
const fewPackets = 3;

const ofEsp = /^(?:ESP|AH) ([0-9a-f]{8}) /;

/** Lost packets by SPI; IKE messages and parts of packets under the empty name. */
const bySpi = (lost: readonly PacketAt[]): ReadonlyMap<string, readonly PacketAt[]> => {
  const out = new Map<string, PacketAt[]>();
  for (const packet of lost) {
    const spi = ofEsp.exec(packet.what)?.[1] ?? '';
    const list = out.get(spi);
    if (list) list.push(packet);
    else out.set(spi, [packet]);
  }
  return out;
};

const ownerOf = (tales: readonly Tale[], event: number): Tale | undefined =>
  tales.find((t) => t.messages.some((m) => m.event === event)) ?? tales.findLast((t) => t.n.first <= event);

const lostOnWay = (replay: Replay, tales: readonly Tale[], direction: Direction): Claim[] => {
  const { from, to, lost } = direction;
  if (from === null || to === null) return [];
  const name = (input: number): string => replay.log.inputs[input]?.name ?? 'a capture';
  const between = `pass ${name(from)} and do not reach ${name(to)}`;
  return [...bySpi(lost)].flatMap(([spi, packets]): Claim[] => {
    const [first] = packets;
    if (!first) return [];
    const shared = {
      events: packets.map((p) => p.event),
      evidence: packets
        .slice(0, 10)
        .map((p) => ({ event: p.event, text: `${p.what} passes ${name(from)}, frame ${p.frame}; ${name(to)} never sees it` })),
    };
    if (spi === '') {
      const n = ownerOf(tales, first.event)?.n.id ?? null;
      const words = [...new Set(packets.map((p) => p.what))].join(', ');
      return [claim(n, { ...shared, code: 'packet-lost', message: `${words} ${between}.` })];
    }
    const owner = tales.find((t) => t.sas.some(({ sa }) => spiText(sa.spi) === spi));
    const came = owner?.sas.find(({ sa }) => spiText(sa.spi) === spi)?.sa.packets ?? packets.length;
    const all = packets.length >= came;
    if (all && packets.length >= fewPackets)
      return [
        claim(owner?.n.id ?? null, { ...shared, code: 'esp-blocked', message: `All ${packets.length} packets of SPI ${spi} ${between}.` }),
      ];
    return [
      claim(owner?.n.id ?? null, {
        ...shared,
        code: 'esp-loss',
        message: `${packets.length} of ${came} packets of SPI ${spi} ${between}.`,
      }),
    ];
  });
};

export const places = (replay: Replay, tales: readonly Tale[]): Claim[] => {
  if (replay.lastIndex > mostEvents || tales.length === 0) return [];
  const found = losses(replay);
  return found === null || found.both === 0 ? [] : found.directions.flatMap((direction) => lostOnWay(replay, tales, direction));
};
