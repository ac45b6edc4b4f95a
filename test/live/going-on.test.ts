/** A log that was cut anywhere is gone on with, up to its last whole round; and sequence numbers go on far behind those that are known. */
import { expect, test } from 'vitest';
import { pingRequest } from '../../engine/decide/esp/ping.ts';
import { resumeRequest } from '../../engine/decide/taking.ts';
import { redrive, resume } from '../../engine/live/redrive.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { ask, connect, ctx, leave, makeWorld, tripleDes } from './two-engines.ts';

test('cut behind any event: what is whole is there again, as it was', () => {
  const world = makeWorld(tripleDes);
  connect(world);
  leave(world, world.initiator);
  for (const { log, pump } of [world.initiator, world.responder]) {
    for (let cut = 0; cut <= log.happened.length; cut++) {
      const gone = resume(ctx, pump.plan, { ...log, happened: log.happened.slice(0, cut) });
      if (!('pump' in gone)) throw new Error(`cut behind ${cut}: ${gone.what}`);
      expect(gone.kept).toBeLessThanOrEqual(cut);
      expect(gone.pump.taking.state.index).toBe(gone.kept);
      if (cut === log.happened.length) expect(gone.pump.taking).toEqual(pump.taking);
    }
  }
});

test('a log that says otherwise is not gone on with', () => {
  const world = makeWorld(tripleDes);
  connect(world);
  const { log, pump } = world.initiator;
  const happened = log.happened.map((e) => {
    if (e.kind !== 'DatagramSeen' || e.via !== 'sent') return e;
    const bytes = e.datagram.bytes.slice();
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return { ...e, datagram: { ...e.datagram, bytes } };
  });
  expect(resume(ctx, pump.plan, { ...log, happened })).toMatchObject({ what: 'a sent message differs' });
});

test('after it went on, an end counts its packets from far behind the last', () => {
  const world = makeWorld(tripleDes);
  for (const end of [world.initiator, world.responder]) end.pump = { ...end.pump, plan: { ...end.pump.plan, rawEsp: true } };
  connect(world);
  const there = '10.2.0.1' as IpAddress;
  ask(world, world.initiator, pingRequest(there, 2));
  const count = (): number[] =>
    world.initiator.log.happened
      .flatMap((e) => (e.kind === 'DatagramSeen' && e.via === 'sent' ? [sequenceOf(e.datagram.bytes, e.datagram.form)] : []))
      .filter((n) => n > 0);
  const before = count();
  expect(before).toEqual([1, 2]);
  ask(world, world.initiator, resumeRequest);
  ask(world, world.initiator, pingRequest(there, 1));
  expect(count()).toEqual([1, 2, 1027]);
  expect(redrive(ctx, world.initiator.pump.plan, world.initiator.log).divergence).toBeNull();
});

/** Of ESP straight in IPv4; 0 for all else. */
const sequenceOf = (bytes: Uint8Array, form: string): number => {
  if (form !== 'frame' || bytes[9] !== 50) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 * ((bytes[0] ?? 0) & 15) + 4);
};
