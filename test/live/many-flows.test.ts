/** A request covers every flow that is configured for the peer, however many, one exchange after the other. */
import { expect, test } from 'vitest';
import type { AccessEntry } from '../../engine/event/policy.ts';
import { values } from '../../engine/state/persistent-map.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { connect, makeWorld, tripleDes } from './two-engines.ts';

test('forty flows are forty quick modes', () => {
  const world = makeWorld(tripleDes);
  const { pump } = world.initiator;
  const narrowed = pump.plan.tunnels.map((tunnel) => ({
    ...tunnel,
    flows: tunnel.flows.flatMap((flow) =>
      Array.from({ length: 40 }, (_, i): AccessEntry => {
        const mask = '255.255.255.0' as IpAddress;
        return { ...flow, source: { address: `10.1.${i}.0` as IpAddress, mask } };
      }),
    ),
  }));
  world.initiator.pump = { ...pump, plan: { ...pump.plan, tunnels: narrowed } };
  connect(world);
  expect(world.initiator.verdicts).toEqual(['done']);
  const up = values(world.responder.pump.taking.state.associations).filter((a) => a.state === 'mature');
  expect(up).toHaveLength(80);
});
