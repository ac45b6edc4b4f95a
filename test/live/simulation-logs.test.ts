/** What simulations leave behind: each log gives the same octets again, and the wire, watched with the secrets of the ends, tells their keys. */
import { Effect } from 'effect';
import { describe, expect, test } from 'vitest';
import { planOfLog } from '../../debugger/host/live-plan.ts';
import type { Event } from '../../engine/event/event.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, keysRecord, type Log, type SecretAbout } from '../../engine/index.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { type Simulated, simulate } from '../../engine/sim/run.ts';
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

describe.each(scenarios)('$name', (scenario) => {
  test('each log, given again, sends the same octets: what was lost, badly made, and crashed included', () => {
    // The plan is the one that the log itself gives: what `replay --verify` has.
    const diverging = seeds.flatMap((seed) =>
      simulate(ctx, scenario, seed).logs.flatMap(({ log }) => redrive(ctx, Effect.runSync(planOfLog(log)), log).divergence ?? []),
    );
    expect(diverging).toEqual([]);
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
