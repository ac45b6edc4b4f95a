/** UDP sockets on one local address: what came, with where it came from, as the engine's datagrams. */
import { createSocket, type Socket } from 'node:dgram';
import type { Datagram } from '../values/datagram.ts';
import { type IpAddress, ipAddress } from '../values/ip-address.ts';

type UdpDatagram = Extract<Datagram, { readonly form: 'udp' }>;

export interface Udp {
  /** Resolves when the system took it; a datagram that it refuses (no route, a filter) is lost as on any wire, and the reason is told. */
  send(datagram: UdpDatagram): Promise<string | null>;
  close(): void;
}

/** Binds `address` on each port. Rejects with the system's error where one cannot be had; then none stays open. */
export const openUdp = async (
  address: IpAddress,
  ports: readonly number[],
  receive: (datagram: UdpDatagram) => void,
  fault: (message: string) => void,
): Promise<Udp> => {
  const sockets = new Map<number, Socket>();
  const close = (): void => {
    for (const socket of sockets.values()) socket.close();
    sockets.clear();
  };
  try {
    for (const port of ports) sockets.set(port, await bound(address, port, receive, fault));
  } catch (error) {
    close();
    throw error;
  }
  return {
    send: ({ sport, dport, dst, bytes }) =>
      new Promise((resolve) => {
        const socket = sockets.get(sport);
        if (socket) socket.send(bytes, dport, dst, (error) => resolve(error?.message ?? null));
        else resolve(`no socket is bound to port ${sport}`);
      }),
    close,
  };
};

/** What comes while the disk is waited for has room, as far as the system grants it. */
const recvBufferSize = 1 << 22;

const bound = (
  address: IpAddress,
  port: number,
  receive: (datagram: UdpDatagram) => void,
  fault: (message: string) => void,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize });
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      socket.on('error', (error) => fault(error.message));
      resolve(socket);
    });
    socket.on('message', (message, from) => {
      const src = ipAddress(from.address);
      if (src) receive({ form: 'udp', src, sport: from.port, dst: address, dport: port, bytes: Uint8Array.from(message) });
    });
  });
