/** What simulations leave behind: each log gives the same octets again, and the wire, watched with the secrets of the ends, tells what they know. */
import { Effect } from 'effect';
import { describe, expect, test } from 'vitest';
import { planOfLog } from '../../debugger/host/live-plan.ts';
import type { Event } from '../../engine/event/event.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, keysRecord, type Log, type SecretAbout, stateRecord } from '../../engine/index.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { type Simulated, simulate } from '../../engine/sim/run.ts';
import { undisturbed } from '../../engine/sim/scenario.ts';
import type { Context } from '../../engine/state/context.ts';
import type { Cookie } from '../../engine/values/cookie.ts';
import type { MessageId } from '../../engine/values/message-id.ts';
import { longSuites } from '../support/long.ts';
import { scenarios } from '../support/scenarios.ts';

const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };
const seeds = Array.from({ length: longSuites ? 200 : 8 }, (_, i) => i + 1);

const replayed = (log: Log) => {
  const fold = buildReplay(log, nodeCrypto, { replayWindow: 64 });
  let step = fold.next();
  while (!step.done) step = fold.next();
  return step.value;
};

/** A capture of the wire, with the keys that were given and all private values that were drawn. */
const watched = ({ wire, logs }: Simulated): Log => {
  let ref = 0;
  const given = logs.flatMap(({ end, log }): Event[] => [
    ...end.given.flatMap((e) => (e.kind === 'SecretLearned' ? [{ ...e, ref: ref++ }] : [])),
    ...log.happened.flatMap((e): Event[] => {
      const [, initiatorCookie, messageId] = (e.kind === 'EntropyDrawn' && /^dhPrivateValue (\w+)(?: (\d+))?$/.exec(e.purpose)) || [];
      if (e.kind !== 'EntropyDrawn' || initiatorCookie === undefined) return [];
      const about = {
        what: 'dhPrivateValue',
        initiatorCookie: initiatorCookie as Cookie,
        ...(messageId && { messageId: Number(messageId) as MessageId }),
      };
      return [{ kind: 'SecretLearned', at: null, origin: e.origin, about: about as SecretAbout, ref: ref++, value: e.value }];
    }),
  ]);
  return { inputs: [{ name: 'wire', kind: 'capture', detail: 'test' }], given, happened: wire, damage: [] };
};

/** Keys by SPI: an address is not the same on both sides of a NAT. */
const keysBySpi = (log: Log): ReadonlyMap<string, string> =>
  new Map(
    keysRecord(replayed(log)).esp.flatMap(({ spi, encryptionKey, integrityKey }) =>
      encryptionKey === undefined ? [] : [[String(spi), `${encryptionKey} ${integrityKey}`] as const],
    ),
  );

type Tree = { readonly [name: string]: unknown };

/**
 * What both have to agree on, whatever happened between them. Not the events and moments at which they came to know it: a message is seen on the
 * wire a way earlier than where it arrives. Not addresses beyond a NAT. `impaired`: nor what a message says that only one of them saw, since it was
 * lost or changed behind the place where it was watched: counts of packets, dead peer detection, vendor IDs, NATs, a user that was asked, and which
 * of the deletes, that cross each other, came first.
 */
const unequal = (impaired: boolean): ReadonlySet<string> =>
  new Set([
    ...['event', 'since', 'established', 'initialContact', 'paths', 'remaining', 'asked', 'replied', 'decided', 'why'],
    ...['address', 'port', 'src', 'dst'],
    ...(impaired ? ['sequence', 'window', 'packets', 'bytes', 'dpd', 'vendor', 'nat', 'xauth', 'ended', 'state'] : []),
  ]);

/** Established negotiations, their quick modes that made SAs, and these SAs, by the names that both ends and the wire have for them. */
const known = (log: Log, impaired: boolean): ReadonlyMap<string, unknown> => {
  const left = unequal(impaired);
  const { negotiations, ipsecSas } = stateRecord(replayed(log), log.happened.length);
  const plain = (value: object): Tree =>
    JSON.parse(JSON.stringify(value, (name, v) => (left.has(name) ? undefined : typeof v === 'bigint' ? `${v}` : v)));
  return new Map([
    ...negotiations
      .filter((n) => 'rspi' in n && n.established !== null)
      .map(({ exchanges, ...n }) => {
        const made = exchanges.filter((e) => ipsecSas.some((sa) => sa.negotiation === n.id && sa.exchange === e.messageId));
        return [`${n.ispi} ${n.rspi}`, plain({ ...n, exchanges: made.sort((a, b) => a.messageId - b.messageId) })] as const;
      }),
    // A selector names networks by the same words as an SA its ends.
    ...ipsecSas.map((sa) => [`${sa.protocol} ${sa.spi}`, { ...plain(sa), selectors: sa.selectors }] as const),
  ]);
};

describe.each(scenarios)('$name', (scenario) => {
  test('each log, given again, sends the same octets: what was lost, badly made, and crashed included', () => {
    // The plan is the one that the log itself gives: what `replay --verify` has.
    const diverging = seeds.flatMap((seed) =>
      simulate(ctx, scenario, seed).logs.flatMap(({ log }) => redrive(ctx, Effect.runSync(planOfLog(log)), log).divergence ?? []),
    );
    expect(diverging).toEqual([]);
  });

  test('who watches the wire, where nothing is impaired, ends up in the state of the ends', () => {
    const run = simulate(ctx, undisturbed(scenario), 1);
    const wire = known(watched(run), false);
    for (const { log } of run.logs) {
      const live = known(log, false);
      expect(live.size > 0).toBe(scenario.wants.length > 0);
      for (const [name, what] of live) expect([name, wire.get(name)]).toEqual([name, what]);
    }
  });

  test('where all is impaired, it still agrees on who negotiated what with whom', () => {
    for (const seed of seeds) {
      const run = simulate(ctx, scenario, seed);
      const wire = known(watched(run), true);
      for (const { log } of run.logs)
        for (const [name, what] of known(log, true)) expect([seed, name, wire.get(name)]).toEqual([seed, name, what]);
    }
  });

  test('who watches the wire knows the keys that the ends have', () => {
    let known = 0;
    for (const seed of seeds) {
      const run = simulate(ctx, scenario, seed);
      const wire = keysBySpi(watched(run));
      for (const { log } of run.logs) {
        for (const [spi, keys] of keysBySpi(log)) {
          expect([seed, spi, wire.get(spi)]).toEqual([seed, spi, keys]);
          known += 1;
        }
      }
    }
    if (scenario.wants.length > 0) expect(known).toBeGreaterThanOrEqual(2 * seeds.length);
    else expect(known).toBe(0);
  });
});
