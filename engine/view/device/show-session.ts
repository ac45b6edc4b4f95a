/** `show crypto session [detail]`: each peer of one device with its ISAKMP SAs and flows, in IOS's form. RFC 2408 2.5, RFC 4301 4.4. */
import { type Replay, stateAt } from '../../replay/replay.ts';
import type { Negotiation, State } from '../../state/state.ts';
import {
  clockText,
  connectionOf,
  type Device,
  deviceOf,
  endsOf,
  negotiationsIn,
  type Speaker,
  secondsLeft,
  secondsSince,
} from './device.ts';
import { type Flow, flowsAt, lifetimeLeft, packetsOf } from './flows.ts';
import { interfaceOf } from './policy.ts';
import { flowEnd } from './proxy.ts';
import { capabilitiesOf, isListed } from './show-isakmp-sa.ts';

/** A peer, and all that the device has with it. */
interface Session {
  readonly local: string;
  readonly remote: string;
  readonly negotiations: Negotiation[];
  readonly flows: Flow[];
}

const codes = [
  'Code: C - IKE Configuration mode, D - Dead Peer Detection     ',
  'K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ',
  'X - IKE Extended Authentication, F - IKE Fragmentation',
  'R - IKE Auto Reconnect, U - IKE Dynamic Route Update',
  'S - SIP VPN',
  '',
];

/** What the device would print after the event `at`. */
export const showSession = (replay: Replay, speaker: Speaker, at: number, detail: boolean): readonly string[] => {
  const device = deviceOf(replay, speaker);
  const state = stateAt(replay, at);
  const sessions = sessionsAt(device, state, at).flatMap((session) => ['', ...sessionLines(device, state, session, detail)]);
  return ['Crypto session current status', ...(detail ? ['', ...codes] : []), ...sessions];
};

const sessionsAt = (device: Device, state: State, at: number): readonly Session[] => {
  const sessions = new Map<string, Session>();
  const sessionOf = (n: Negotiation): Session => {
    const { local, remote } = endsOf(device, n);
    const key = `${local.address} ${remote.address}`;
    const session = sessions.get(key) ?? { local: local.address, remote: remote.address, negotiations: [], flows: [] };
    sessions.set(key, session);
    return session;
  };
  for (const n of negotiationsIn(state)) if (isListed(device, n, state)) sessionOf(n).negotiations.push(n);
  for (const flow of flowsAt(device, at)) if (flow.active.length > 0) sessionOf(flow.negotiation).flows.push(flow);
  return [...sessions.values()];
};

const isUp = (device: Device, n: Negotiation): boolean => n.ended === null && n[device.side].state === 'IKE_P1_COMPLETE';

const statusOf = (device: Device, { negotiations, flows }: Session): string => {
  const up = negotiations.some((n) => isUp(device, n));
  if (flows.length > 0) return up ? 'UP-ACTIVE' : 'UP-NO-IKE';
  if (up) return 'UP-IDLE';
  return negotiations.some((n) => n.ended === null) ? 'DOWN-NEGOTIATING' : 'DOWN';
};

/** `00:12:07`, `1d02h`, `7w0d`. */
const uptimeText = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400);
  if (days >= 7) return `${Math.floor(days / 7)}w${days % 7}d`;
  return days > 0 ? `${days}d${String(Math.floor(seconds / 3600) % 24).padStart(2, '0')}h` : clockText(seconds);
};

const sessionLines = (device: Device, state: State, session: Session, detail: boolean): string[] => {
  const status = statusOf(device, session);
  const newest = session.negotiations.at(-1);
  const port = newest ? endsOf(device, newest).remote.port : null;
  const established = session.negotiations.find((n) => isUp(device, n))?.established ?? null;
  const uptime = established === null ? null : secondsSince(device.replay, established, state);
  const identity = newest ? endsOf(device, newest).remote.identity : null;
  return [
    `Interface: ${interfaceOf(device.policy, session.local).name}`,
    ...(detail && uptime !== null && status.startsWith('UP') ? [`Uptime: ${uptimeText(uptime)}`] : []),
    `Session status: ${status}`,
    `Peer: ${session.remote}${port === null ? '' : ` port ${port}`} ${detail ? 'fvrf: (none) ivrf: (none)' : ''}`.trimEnd(),
    ...(detail ? [`      Phase1_id: ${identity ?? '(none)'}`, '      Desc: (none)'] : []),
    ...session.negotiations.flatMap((n) => ikeLines(device, state, n, detail)),
    ...session.flows.flatMap((flow) => flowLines(device, state, flow, detail)),
  ];
};

const ikeLines = (device: Device, state: State, n: Negotiation, detail: boolean): string[] => {
  const { local, remote } = endsOf(device, n);
  const left = isUp(device, n) ? secondsLeft(device, n.suite?.lifetimeSeconds ?? null, n.established ?? n.first, state) : null;
  const end = ({ address, port }: Negotiation['initiator']): string => `${address}/${port ?? n.nat.port}`;
  return [
    '  Session ID: 0  ',
    `  IKEv1 SA: local ${end(local)} remote ${end(remote)} ${isUp(device, n) ? 'Active' : 'Inactive'} `,
    ...(detail
      ? [
          `          Capabilities:${capabilitiesOf(n) || '(none)'} connid:${connectionOf(device, n)} lifetime:${left === null ? 0 : clockText(left)}`,
        ]
      : []),
  ];
};

const flowLines = (device: Device, state: State, flow: Flow, detail: boolean): string[] => {
  const { sent, taken, replayed, bad } = packetsOf(flow);
  const life = (outward: boolean): string => {
    const sa = flow.active.findLast((n) => (n.sa.side === device.side) === outward);
    const left = sa && lifetimeLeft(device, sa, state);
    // Without a volume agreed on, IOS says that none counts.
    return `${left?.kilobytes ?? 'KB Vol Rekey Disabled'}/${left?.seconds ?? 0}`;
  };
  const protocol = flow.local.protocol === 0 ? 'ip' : String(flow.local.protocol);
  return [
    `  IPSEC FLOW: permit ${protocol} ${flowEnd(flow.local)} ${flowEnd(flow.remote)} `,
    `        Active SAs: ${flow.active.length}, origin: crypto map`,
    ...(detail
      ? [
          `        Inbound:  #pkts dec'ed ${taken} drop ${replayed + bad} life (KB/Sec) ${life(false)}`,
          `        Outbound: #pkts enc'ed ${sent} drop 0 life (KB/Sec) ${life(true)}`,
        ]
      : []),
  ];
};
