/** First messages over UDP from many addresses, each with another cookie: as a part of a test, or as a program in another namespace. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import { spoofed } from './flooding.ts';
import { connect, makeWorld } from './two-engines.ts';

/** AES-128, SHA-1, group 2, with a pre-shared key. */
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

export interface Flood {
  readonly sent: () => number;
  readonly answered: () => number;
  readonly stop: () => void;
}

/** On their way at any time: as fast as they are answered, and somewhat faster. */
const window = 100;

export const floodOf = async (from: readonly string[], to: string, port: number): Promise<Flood> => {
  let [sent, answered, runs] = [0, 0, true];
  const sockets: Socket[] = [];
  const send = (): void => {
    if (!runs) return;
    const { bytes } = spoofed(first, sent);
    sockets[sent % sockets.length]?.send(bytes, port, to);
    sent += 1;
  };
  for (const address of from) {
    const socket = createSocket('udp4');
    socket.bind({ address, port: 0 });
    await once(socket, 'listening');
    socket.on('message', () => {
      answered += 1;
      send();
    });
    socket.on('error', () => undefined);
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
  return { sent: () => sent, answered: () => answered, stop };
};
