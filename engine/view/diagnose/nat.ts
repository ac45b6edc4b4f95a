/** NATs on the way and what keeps their mappings alive: RFC 3947 3.2, RFC 3948 4. */
import { type Claim, claim, isUp, secondsText, type Tale, whoIs } from './tale.ts';

/** The third and fourth message of main mode, the second and third of aggressive mode, RFC 3947 3.2. */
const natDiscoveryEvents = ({ n, phase1 }: Tale): readonly number[] =>
  phase1
    .filter((m) => m.repeats === null)
    .slice(...(n.mode === 'aggressive' ? [1, 3] : [2, 4]))
    .filter((m) => !m.encrypted)
    .map((m) => m.event);

export const natDetected = (tale: Tale): Claim[] => {
  const { n } = tale;
  const behind = (['initiator', 'responder'] as const).filter((side) => n.nat[side] === true);
  if (behind.length === 0) return [];
  // Where only a log tells of it, no packet shows it.
  const shown = natDiscoveryEvents(tale);
  const events = shown.length > 0 ? shown : [n.first];
  return [
    claim(n.id, {
      code: 'nat-detected',
      events,
      message: `A NAT stands before ${behind.map((side) => whoIs(n, side)).join(', and before ')}, or an end asks for UDP encapsulation by a hash that fits no address.`,
      evidence: shown.map((event) => ({
        event,
        text: 'NAT-D hashes that do not fit the addresses of the trace',
        payload: 'natDiscovery' as const,
      })),
      limits: 'Seen on the inside of a NAT, the same hashes would fit.',
    }),
  ];
};

/** Seconds after which NATs are known to forget UDP mappings; RFC 4787 4.3 wants 2 minutes at least, many have 30 seconds. */
const forgets = 30;

const keepalives = (tale: Tale): Claim[] => {
  const { n, replay } = tale;
  if (n.nat.port !== 4500 || !isUp(tale)) return [];
  return (['initiator', 'responder'] as const).flatMap((side) => {
    if (n.nat[side] !== true) return [];
    const across = side === 'initiator' ? n.responder.address : n.initiator.address;
    const path = replay.chronicle.natPaths.get(`${n[side].address} ${across}`);
    const silence = path?.gap ? Number(path.gap.nanoseconds) / 1e9 : 0;
    if (!path?.gap || silence < forgets) return [];
    // That packets of the other end still came in shows that the mapping held.
    return [
      claim(n.id, {
        code: 'nat-keepalive-missing',
        severity: n.paths.length > 2 ? 'warning' : 'note',
        certainty: n.paths.length > 2 ? 'likely' : 'possible',
        events: [path.gap.from, path.gap.to],
        message: `${secondsText(silence)} pass without a packet from behind the NAT: many NATs forget the mapping after ${forgets} seconds.`,
        evidence: [
          { event: path.gap.from, text: 'the last packet before the silence' },
          { event: path.gap.to, text: 'the first one after it' },
        ],
        limits: 'How long this NAT keeps a mapping is not in the trace.',
      }),
    ];
  });
};

export const nat = (tale: Tale): Claim[] => [...natDetected(tale), ...keepalives(tale)];
