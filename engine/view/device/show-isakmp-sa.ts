/** `show crypto isakmp sa [detail]`: ISAKMP SAs of one device, RFC 2408 2.5, in IOS's columns. */
import { type Replay, stateAt } from '../../replay/replay.ts';
import { values } from '../../state/persistent-map.ts';
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
import { detailWords, stateWord } from './words.ts';

export interface IsakmpForm {
  readonly detail: boolean;
  /** 12.3 counts slots where later ones have a status. */
  readonly ios: '12.3' | 'later';
}

/** Seconds for which IOS still lists an SA that was deleted. */
const deletedShownSeconds = 60;

/** What the device would print after the event `at`. */
export const showIsakmpSa = (replay: Replay, speaker: Speaker, at: number, form: IsakmpForm): readonly string[] => {
  const device = deviceOf(replay, speaker);
  const state = stateAt(replay, at);
  const all = negotiationsIn(state).filter((n) => isListed(device, n, state));
  const v4 = all.filter((n) => !n.initiator.address.includes(':'));
  const v6 = all.filter((n) => n.initiator.address.includes(':'));
  if (form.ios === '12.3') return ['dst             src             state          conn-id slot', ...v4.map((n) => row(device, n, '   0'))];
  if (form.detail) {
    const parts = (list: readonly Negotiation[]): string[] => list.flatMap((n) => detail(device, n, state));
    return [...codes, 'IPv4 Crypto ISAKMP SA', '', detailHead, '', ...parts(v4), 'IPv6 Crypto ISAKMP SA', '', ...parts(v6)];
  }
  const rows = (list: readonly Negotiation[]): string[] => list.map((n) => row(device, n, status(n)));
  return ['IPv4 Crypto ISAKMP SA', head, ...rows(v4), '', 'IPv6 Crypto ISAKMP SA', ...(v6.length > 0 ? [head, ...rows(v6)] : []), ''];
};

const head = 'dst             src             state          conn-id status';

/** The device has an SA from its first message on, until some time after it was deleted. */
export const isListed = (device: Device, n: Negotiation, state: State): boolean => {
  if (n[device.side].state === 'IKE_READY') return false;
  return n.ended === null || (secondsSince(device.replay, n.ended.event, state) ?? 0) < deletedShownSeconds;
};

/** The responder of phase 1 is the destination. */
const row = (device: Device, n: Negotiation, last: string): string => {
  const word = stateWord(n[device.side].state).padEnd(14);
  return `${n.responder.address.padEnd(15)} ${n.initiator.address.padEnd(15)} ${word} ${String(connectionOf(device, n)).padStart(7)} ${last}`;
};

const status = (n: Negotiation): string => (n.ended ? 'ACTIVE (deleted)' : 'ACTIVE');

const codes = [
  'Codes: C - IKE configuration mode, D - Dead Peer Detection',
  '       K - Keepalives, N - NAT-traversal',
  '       T - cTCP encapsulation, X - IKE Extended Authentication',
  '       psk - Preshared key, rsig - RSA signature',
  '       renc - RSA encryption',
];

const detailHead = 'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.';

const detail = (device: Device, n: Negotiation, state: State): string[] => {
  const { local, remote } = endsOf(device, n);
  const { suite } = n;
  const left = secondsLeft(device, suite?.lifetimeSeconds ?? null, n.established ?? n.first, state);
  const id = connectionOf(device, n);
  const cells = [
    String(id).padEnd(5),
    local.address.padEnd(15),
    remote.address.padEnd(15),
    ''.padEnd(6),
    'ACTIVE',
    detailWords.cipher(suite?.encryption ?? null).padEnd(4),
    detailWords.hash(suite?.hash ?? null).padEnd(6),
    detailWords.authentication(suite?.authentication ?? null).padEnd(4),
    String(suite?.group ?? '').padEnd(2),
    (left === null || n.ended ? (n.ended ? '0' : '') : clockText(left)).padEnd(8),
    [...capabilitiesOf(n)].join(' '),
  ];
  const engine = id === 0 ? '???' : `SW:${id - 1000}`;
  return [cells.join(' ').trimEnd(), `       Engine-id:Conn-id =  ${engine}${n.ended ? ' (deleted)' : ''}`, ''];
};

const speaks = (n: Negotiation, name: RegExp): boolean =>
  [n.initiator, n.responder].every((end) => end.vendorIds.some((v) => name.test(v)));

/** Letters of what both ends can do or did: `DN`. Empty where there is nothing of the kind. */
export const capabilitiesOf = (n: Negotiation): string => {
  const method = n.suite?.authentication ?? 0;
  const configured = values(n.exchanges).some((e) => e.kind === 'transaction');
  const has: readonly (readonly [string, boolean])[] = [
    ['C', configured],
    ['D', speaks(n, /\bDPD\b/)],
    ['N', n.nat.initiator === true || n.nat.responder === true],
    ['X', (method >= 65001 && method <= 65010) || (method >= 64221 && method <= 64224)],
  ];
  return has.map(([letter, is]) => (is ? letter : '')).join('');
};
