/** One device of a replay, told by its role in phase 1 (RFC 2409 3.2): its ends, its numbers for SAs, its clock. */
import type { DevicePolicy } from '../../event/policy.ts';
import { eventsAt } from '../../log/log.ts';
import type { Replay } from '../../replay/replay.ts';
import { other, type Side } from '../../state/fact.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { emptyMap, entries, get, values } from '../../state/persistent-map.ts';
import type { Negotiation, State } from '../../state/state.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import { byFirst } from '../records/state.ts';
import { utc } from '../words.ts';

/** Who speaks, and what is known of it beside the packets. */
export interface Speaker {
  readonly side: Side;
  /** Its configuration: names and policies that no packet shows. `null` where nobody gave one. */
  readonly policy: DevicePolicy | null;
}

/** A device speaks as this side of every negotiation in the log. */
export interface Device extends Speaker {
  readonly replay: Replay;
  /** Connection ids by negotiation, from 1001: the same at every event. */
  readonly connections: ReadonlyMap<string, number>;
  /** Connection ids of IPsec SAs by their key in the state, from 2001. */
  readonly flows: ReadonlyMap<string, number>;
}

const firstConnection = 1001;
const firstFlow = 2001;

export const deviceOf = (replay: Replay, { side, policy }: Speaker): Device => ({
  replay,
  side,
  policy,
  connections: new Map([
    ...negotiationsIn(replay.final).map((n, i) => [n.id, firstConnection + i] as const),
    ...toldConnections(replay.final, side),
  ]),
  flows: new Map(
    entries(replay.final.associations)
      .filter(([, a]) => a.negotiation !== null)
      .sort(([, a], [, b]) => a.since - b.since || Number(a.side === side) - Number(b.side === side) || a.spi - b.spi)
      .map(([key], i) => [key, firstFlow + i]),
  ),
});

/** Connection ids that the device's own log has told: it names an SA `#709`. */
const toldConnections = ({ reporting }: State, side: Side): readonly (readonly [string, number])[] =>
  values(reporting ?? emptyMap).flatMap(({ names, sides }) =>
    entries(names).flatMap(([name, id]) =>
      /^#[1-9]\d*$/.test(name) && get(sides, id) === side ? [[id, Number(name.slice(1))] as const] : [],
    ),
  );

/** Those of IKEv1, in the order in which they began. */
export const negotiationsIn = (state: State): readonly Negotiation[] => byFirst(values(state.negotiations)).filter((n) => n.version === 1);

/** Whether the device has come so far that it counts the SA by a number of its own: keys exist from the second round trip on. */
const keyless = new Set(['IKE_READY', 'IKE_I_MM1', 'IKE_I_MM2', 'IKE_I_MM3', 'IKE_R_MM1', 'IKE_R_MM2', 'IKE_I_AM1']);

/** `0` until there are keys, as the device has it. */
export const connectionOf = (device: Device, n: Negotiation): number =>
  keyless.has(n[device.side].state) ? 0 : (device.connections.get(n.id) ?? 0);

/** The device's own end and the one across. */
export const endsOf = (device: Device, n: Negotiation) => ({ local: n[device.side], remote: n[other(device.side)] });

/** Time of an event; `null` where its input has no clock. */
export const timeOfEvent = (replay: Replay, event: number): Timestamp | null => eventsAt(replay.log, event)[0]?.at ?? null;

/** Whole seconds from an event to the moment of a state; `null` where one of them has no time. */
export const secondsSince = (replay: Replay, event: number, state: State): number | null => {
  const at = timeOfEvent(replay, event);
  return at === null || state.now === null ? null : Number((state.now - at) / 1_000_000_000n);
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 21 2026 19:08:25.600 UTC: `, as with `service timestamps debug datetime msec show-timezone year`; empty without a clock. */
export const stampOf = (at: Timestamp | null): string => {
  const parts = /^(\d+)-(\d\d)-(\d\d) (\d\d:\d\d:\d\d\.\d{3})/.exec(utc(at));
  if (!parts) return '';
  const [, year, month, day, clock] = parts;
  return `${months[Number(month) - 1]} ${String(Number(day)).padStart(2)} ${year} ${clock} UTC: `;
};

/** SAs of the device with their keys, the receiving ones first. Those of unknown negotiations are none of its own. */
export const associationsOf = (device: Device, state: State): readonly (readonly [string, Association])[] =>
  entries(state.associations)
    .filter(([, a]) => a.negotiation !== null && a.side !== null)
    .sort(([x], [y]) => (device.flows.get(x) ?? 0) - (device.flows.get(y) ?? 0));

/** Bundles of which an SA was deleted. */
export const deletedBundles = (all: readonly (readonly [string, Association])[]): ReadonlySet<string | null> =>
  new Set(all.flatMap(([, a]) => (a.state === 'dead' ? [a.bundle] : [])));

/** Agreed on to the end and not deleted. One whose partner was deleted is gone with it, as IOS keeps SAs in pairs: RFC 2408 3.15. */
export const isActive = (a: Association, deleted: ReadonlySet<string | null>): boolean =>
  a.state !== 'larval' && a.state !== 'dead' && !deleted.has(a.bundle);

/** Seconds left of a lifetime that began at an event; `null` where no lifetime or no time is known. */
export const secondsLeft = (device: Device, lifetime: number | null, began: number, state: State): number | null => {
  const passed = secondsSince(device.replay, began, state);
  return lifetime === null || passed === null ? null : Math.max(0, lifetime - passed);
};

const two = (n: number): string => String(n).padStart(2, '0');

/** `04:23:59`; days are hours too. */
export const clockText = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
