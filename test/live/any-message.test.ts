/** Whatever arrives, in whatever state: no exception, an end to what is decided, and a log that gives the same octets again. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectRequest } from '../../engine/decide/decide.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import type { Event } from '../../engine/event/event.ts';
import { accept, type Input, type Pump } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { fromSeconds } from '../../engine/values/timestamp.ts';
import { longSuites } from '../support/long.ts';
import { connect, ctx, initiatorAddress, makeWorld, responderAddress, tripleDes } from './two-engines.ts';

const runs = longSuites ? 5000 : 100;
const patience = longSuites ? 300_000 : 60_000;
const at = fromSeconds(1_700_000_000, 0);
const origin = { input: 0, number: 0 };
const received = (datagram: UdpDatagram): Input => ({ kind: 'DatagramSeen', at, origin, via: 'received', datagram });

/** A whole negotiation, to be changed. */
const good = (() => {
  const world = makeWorld(tripleDes);
  connect(world);
  return world.wire.flatMap((e) => (e.datagram.form === 'udp' ? [e.datagram] : []));
})();

const drive = (end: 'initiator' | 'responder', inputs: readonly Input[]): void => {
  const { [end]: side } = makeWorld(tripleDes);
  let pump: Pump = side.pump;
  const happened: Event[] = [];
  for (const input of inputs) {
    const round = accept(ctx, pump, input, side.draw);
    pump = round.pump;
    happened.push(...round.happened.map((h) => h.event));
    expect(round.happened.length).toBeLessThan(50);
  }
  expect(redrive(ctx, pump.plan, { ...side.log, happened }).divergence).toBeNull();
};

const ask: Input = { kind: 'OperatorRequested', at, origin, request: connectRequest(responderAddress) };

/** Messages of the negotiation in any order, some more than once, some with octets changed, some cut. */
const mangled = fc.array(
  fc.record({
    message: fc.nat(good.length - 1),
    changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 }),
    cut: fc.option(fc.nat(60), { freq: 5 }),
    // Chance is seeded, so that our own messages come back as they were: most runs keep the order.
  }),
  { maxLength: 14 },
);

const apply = ({
  message,
  changes,
  cut,
}: {
  message: number;
  changes: [number, number][];
  cut: number | null;
}): UdpDatagram | undefined => {
  const from = good[message];
  if (!from) return undefined;
  const bytes = from.bytes.slice(0, cut === null ? undefined : from.bytes.length - cut);
  for (const [where, value] of changes) if (where < bytes.length) bytes[where] = value;
  return { ...from, bytes };
};

describe('messages of a negotiation, in any order and with any octets changed', () => {
  test.each(['initiator', 'responder'] as const)(
    'to the %s',
    (end) => {
      const own = end === 'initiator' ? initiatorAddress : responderAddress;
      fc.assert(
        fc.property(fc.nat(good.length), mangled, (prefix, steps) => {
          const before = good.slice(0, prefix).filter((d) => d.dst === own);
          const inputs = steps.flatMap((step) => apply(step) ?? []).filter((d) => d.dst === own);
          drive(end, [...(end === 'initiator' ? [ask] : []), ...[...before, ...inputs].map(received)]);
        }),
        { numRuns: runs },
      );
    },
    patience,
  );

  test(
    'in order, one octet of one message changed: to the responder',
    () => {
      const toResponder = good.filter((d) => d.dst === responderAddress);
      fc.assert(
        fc.property(fc.nat(toResponder.length - 1), fc.nat(300), fc.nat(255), (which, where, value) => {
          const inputs = toResponder.map((d, i) => {
            const bytes = d.bytes.slice();
            if (i === which && where < bytes.length) bytes[where] = value;
            return received({ ...d, bytes });
          });
          drive('responder', inputs);
        }),
        { numRuns: runs },
      );
    },
    patience,
  );
});
