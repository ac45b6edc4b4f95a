/** Two sockets on loopback: octets and addresses arrive as they left; what cannot be bound says so. */
import { expect, onTestFinished, test } from 'vitest';
import type { Datagram } from '../values/datagram.ts';
import { ipAddress } from '../values/ip-address.ts';
import { openUdp } from './udp.ts';

const here = ipAddress('127.0.0.1');
const there = ipAddress('127.0.0.2');

test('a datagram from one port to another', async () => {
  if (!here || !there) throw new Error('no addresses');
  let arrived: (datagram: Datagram) => void = () => undefined;
  const first = new Promise<Datagram>((resolve) => {
    arrived = resolve;
  });
  const [a, b] = [
    await openUdp(
      here,
      [45_000, 45_001],
      () => undefined,
      () => undefined,
    ),
    await openUdp(there, [45_000], arrived, () => undefined),
  ];
  onTestFinished(() => {
    a.close();
    b.close();
  });
  const datagram = { form: 'udp', src: here, sport: 45_001, dst: there, dport: 45_000, bytes: Uint8Array.of(1, 2, 3) } as const;
  expect(await a.send(datagram)).toBeNull();
  expect(await first).toEqual(datagram);
  expect(await a.send({ ...datagram, sport: 9 })).toBe('no socket is bound to port 9');
});

test('an address that is not ours is refused with the reason of the system', async () => {
  const foreign = ipAddress('192.0.2.77');
  if (!foreign) throw new Error('no address');
  await expect(
    openUdp(
      foreign,
      [45_002],
      () => undefined,
      () => undefined,
    ),
  ).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});
