/** The program itself under first messages from many addresses of loopback, with a disk to write to: a real peer comes through meanwhile. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import { longSuites } from '../support/long.ts';
import { spoofed } from './flooding.ts';
import { addresses, ikewind, makeEnds, until, verified } from './processes.ts';
import { connect, makeWorld } from './two-engines.ts';

const many = longSuites ? 100_000 : 3000;
const senders = 100;
/** On their way at any time: as fast as they are answered, and not so fast that the system throws away everybody's. */
const window = 100;

const first = ((): UdpDatagram => {
  const world = makeWorld({
    policy: { encryption: 7, keyBits: 128, hash: 2, group: 2 },
    set: { esp: 12, keyBits: 128, espAuthentication: 2 },
    pfsGroup: null,
  });
  connect(world);
  const [message] = world.wire;
  if (message?.datagram.form !== 'udp') throw new Error('nothing was sent');
  return message.datagram;
})();

interface Flood {
  readonly sent: () => number;
  readonly answered: () => number;
  readonly stop: () => void;
}

const floodOf = async (port: number): Promise<Flood> => {
  let [sent, answered, runs] = [0, 0, true];
  const sockets: Socket[] = [];
  const send = (): void => {
    if (!runs) return;
    const { bytes } = spoofed(first, sent);
    sockets[sent % senders]?.send(bytes, port, addresses.b);
    sent += 1;
  };
  for (let i = 0; i < senders; i++) {
    const socket = createSocket('udp4');
    socket.bind({ address: `127.9.${i >>> 8}.${(i & 255) + 1}`, port: 0 });
    await once(socket, 'listening');
    socket.on('message', () => {
      answered += 1;
      send();
    });
    sockets.push(socket);
  }
  // One that is lost is not answered: without this the flood would dry up.
  const more = setInterval(() => {
    for (let i = 0; i < window / 4; i++) send();
  }, 100);
  for (let i = 0; i < window; i++) send();
  const stop = (): void => {
    runs = false;
    clearInterval(more);
    for (const socket of sockets.splice(0)) socket.close();
  };
  onTestFinished(stop);
  return { sent: () => sent, answered: () => answered, stop };
};

/** Resident, in megabytes; `null` where the system does not say. */
const memoryOf = (pid: number): number | null => {
  const status = `/proc/${pid}/status`;
  const [, kilobytes] = (existsSync(status) && /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))) || [];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
};

test(
  `${many} first messages, and a real peer meanwhile`,
  async () => {
    const { options, log, port } = makeEnds();
    const listening = ikewind('listen', ...options('b'));
    await until(listening, 'listening');
    const before = memoryOf(listening.process.pid ?? 0);
    const flood = await floodOf(port);
    const [started, earlier] = [performance.now(), flood.answered()];
    const connecting = ikewind('connect', ...options('a'), '--peer', addresses.b);
    expect([await connecting.status, connecting.said()]).toEqual([0, expect.stringContaining('IKE_QM_PHASE2_COMPLETE')]);
    const took = performance.now() - started;
    const meanwhile = flood.answered() - earlier;
    while (flood.sent() < many) await sleep(50);
    const after = memoryOf(listening.process.pid ?? 0);
    flood.stop();
    listening.process.kill('SIGINT');
    expect(await listening.status).toBe(0);
    process.stdout.write(
      `flood over UDP: ${flood.sent()} sent, ${flood.answered()} answered; a peer came, was up and left within ${(took / 1000).toFixed(1)} s, its program's start included, while ${meanwhile} others were answered; ` +
        `${before?.toFixed(0)} MB before, ${after?.toFixed(0)} MB after; log ${(statSync(log('b')).size / 1e6).toFixed(1)} MB\n`,
    );
    expect(flood.answered()).toBeLessThanOrEqual(flood.sent());
    expect(meanwhile).toBeGreaterThan(0);
    if (after !== null && before !== null) expect(after).toBeLessThan(before + 400);
    if (!longSuites) await verified(log('b'));
  },
  longSuites ? 900_000 : 240_000,
);
