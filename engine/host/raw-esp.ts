/**
 * ESP straight in IP, protocol 50 (RFC 4303 2), through `socat`, which can open raw sockets where Node cannot. One helper a peer; packets go between
 * us and it as datagrams on loopback.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { writeInner } from '../decide/inner/ipv4.ts';
import type { Frame } from '../decide/intent.ts';
import { addressBytes, type IpAddress, ipv4 } from '../values/ip-address.ts';

export interface RawEsp {
  /** Makes ready for a peer, so that what it sends is received too. */
  readonly expect: (peer: IpAddress) => void;
  /** Resolves to the reason where it could not go. */
  readonly send: (frame: Frame) => Promise<string | null>;
  readonly close: () => void;
}

const loopback = '127.0.0.1';
const esp = 50;
const ipHeaderOctets = 20;
const destinationAt = 16;
const rawIp = 101;
/** Peers that have helpers; those beyond have no traffic. */
const mostPeers = 64;

interface Helper {
  readonly send: (bytes: Uint8Array, done: (error: Error | null) => void) => void;
  readonly end: () => void;
}

/** Rejects with a sentence where `socat` is missing, or the right to open raw sockets. */
export const openRawEsp = async (local: IpAddress, receive: (frame: Frame) => void, fault: (message: string) => void): Promise<RawEsp> => {
  if (addressBytes(local)?.length !== 4) throw new Error('ESP without UDP goes over IPv4 only');
  // Nobody is at this end of it: that it starts shows that the others will.
  (await helperFor(local, loopback as IpAddress, () => undefined)).end();
  const helpers = new Map<IpAddress, Promise<Helper | null>>();
  const to = (peer: IpAddress): Promise<Helper | null> => {
    const known = helpers.get(peer);
    if (known || helpers.size >= mostPeers) return known ?? Promise.resolve(null);
    const made = helperFor(local, peer, (bytes) => {
      const frame = writeInner({ src: peer, dst: local, protocol: esp, payload: bytes });
      if (frame) receive({ form: 'frame', linkType: rawIp, bytes: frame, wireLength: frame.length });
    }).catch((error: Error) => {
      fault(error.message);
      return null;
    });
    helpers.set(peer, made);
    return made;
  };
  return {
    expect: (peer) => void to(peer),
    send: async ({ bytes }) => {
      const peer = ipv4(bytes, destinationAt);
      const helper = await to(peer);
      if (!helper) return `there is no way for ESP to ${peer}`;
      return new Promise((resolve) => {
        helper.send(bytes.subarray(ipHeaderOctets), (error) => resolve(error?.message ?? null));
      });
    },
    close: () => {
      for (const made of helpers.values()) void made.then((helper) => helper?.end());
      helpers.clear();
    },
  };
};

const bound = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ address: loopback, port, exclusive: true }, () => resolve(socket));
  });

/** A port that nobody has, a moment ago. */
const freePort = async (): Promise<number> => {
  const socket = await bound(0);
  const { port } = socket.address();
  socket.close();
  return port;
};

const helperFor = async (local: IpAddress, peer: IpAddress, receive: (bytes: Uint8Array) => void): Promise<Helper> => {
  const socket = await bound(0);
  socket.unref();
  const port = await freePort();
  socket.on('message', (message, from) => {
    // Another program on this machine has nothing to say here.
    if (from.address === loopback && from.port === port) receive(Uint8Array.from(message));
  });
  socket.on('error', () => undefined);
  const ours = socket.address().port;
  const child = spawn('sh', ['-c', script, 'sh', ...addresses(local, peer, ours, port)], { stdio: ['pipe', 'ignore', 'pipe'] });
  const end = (): void => {
    child.stdin.end();
    socket.close();
  };
  child.stdin.on('error', () => undefined);
  try {
    await started(child);
  } catch (error) {
    end();
    throw error;
  }
  return { send: (bytes, done) => socket.send(bytes, port, loopback, done), end };
};

/** Ends with us, however we end: then its standard input does. */
const script = 'socat -d -d "$@" & helper=$!; read -r _; kill "$helper"';

const addresses = (local: IpAddress, peer: IpAddress, ours: number, port: number): readonly string[] => [
  `IP4-DATAGRAM:${peer}:${esp},bind=${local},range=${peer}/32`,
  `UDP4-SENDTO:${loopback}:${ours},bind=${loopback}:${port}`,
];

const patience = 5000;
const mostSaid = 4096;

/** What a helper says, and what that means; `null`: it is ready. The first that fits counts. */
const meanings: readonly (readonly [string, string | null])[] = [
  ['socat: not found', 'ESP without UDP needs the program socat, which is not here'],
  ['Operation not permitted', 'ESP without UDP needs the right to open raw sockets (root, or CAP_NET_RAW)'],
  ['exit(1)', 'socat does not carry ESP here'],
  ['starting data transfer loop', null],
];

const started = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error('socat does not start')), patience);
    const done = (why: string | null): void => {
      clearTimeout(timer);
      if (why === null) resolve();
      else reject(new Error(why));
    };
    child.once('error', () => done('ESP without UDP needs a shell to start socat'));
    child.stderr?.on('data', (text: Buffer) => {
      if (said.length < mostSaid) said += text.toString();
      const meant = meanings.find(([words]) => said.includes(words));
      if (meant) done(meant[1]);
    });
  });
