/**
 * Many initiators over one pair of sockets, for who measures a responder: phase 1 of main mode, one after the other in each lane. Their private
 * values are small, so that what they compute in a group costs them next to nothing. Prints how many came up, in how many milliseconds.
 */
import { randomBytes } from 'node:crypto';
import { connectRequest } from '../../engine/decide/decide.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { openUdp } from '../../engine/host/udp.ts';
import { ipAddress, type LiveInput, type Pump } from '../../engine/index.ts';
import { accept, startPump } from '../../engine/live/pump.ts';
import { values } from '../../engine/state/persistent-map.ts';
import { timestamp } from '../../engine/values/timestamp.ts';
import { planOf, secret } from '../live/two-engines.ts';

const [localText = '', peerText = '', psk = '', count = '100', lanes = '8'] = process.argv.slice(2);
const [local, peer] = [ipAddress(localText), ipAddress(peerText)];
if (!local || !peer) throw new Error('whose addresses?');

const ctx = { crypto: nodeCrypto, replayWindow: 64, detail: false };
const terms = {
  policy: { encryption: 7, keyBits: 128, hash: 4, group: 14 },
  set: { esp: 12, keyBits: 128, espAuthentication: 5 },
  pfsGroup: null,
};
const plan = { ...planOf(local, peer, terms), dpd: null };
const origin = { input: 0, number: 0 };
const now = () => timestamp(process.hrtime.bigint());
const draw = (purpose: string, length: number): Uint8Array =>
  purpose.startsWith('dhPrivateValue')
    ? Uint8Array.from({ length }, (_, i) => (i === length - 1 ? 5 : 0))
    : new Uint8Array(randomBytes(length));

interface Lane {
  pump: Pump;
  timer: NodeJS.Timeout | null;
}

const byCookie = new Map<string, Lane>();
let [begun, up] = [0, 0];
const started = performance.now();

const quickMode = 32;
const marker = 4;

/** IKE begins here: after the marker on the port for NATs. */
const startOf = (port: number): number => (port === plan.natPort ? marker : 0);
const cookieOf = (bytes: Uint8Array, port: number): string => Buffer.from(bytes.subarray(startOf(port), startOf(port) + 8)).toString('hex');

const udp = await openUdp(
  local,
  [plan.port, plan.natPort],
  (datagram) => {
    const lane = byCookie.get(cookieOf(datagram.bytes, datagram.dport));
    if (lane) give(lane, { kind: 'DatagramSeen', at: now(), origin, via: 'received', datagram });
  },
  () => undefined,
);

const give = (lane: Lane, input: LiveInput): void => {
  const round = accept(ctx, lane.pump, input, draw);
  lane.pump = round.pump;
  for (const { datagram } of round.sends) {
    byCookie.set(cookieOf(datagram.bytes, datagram.sport), lane);
    if (datagram.bytes[startOf(datagram.sport) + 18] !== quickMode) void udp.send(datagram);
  }
  if (lane.timer) clearTimeout(lane.timer);
  lane.timer = null;
  const isUp = values(lane.pump.taking.state.negotiations).some((n) => n.authenticated.responder === true);
  const { deadline } = round;
  if (isUp) done(lane);
  else if (deadline) {
    const pause = Number((deadline.at - now()) / 1_000_000n) + 1;
    lane.timer = setTimeout(() => give(lane, { kind: 'TimerFired', at: now(), origin, timer: deadline.timer }), pause);
  }
};

const done = (lane: Lane): void => {
  for (const n of values(lane.pump.taking.state.negotiations)) byCookie.delete(n.initiatorCookie);
  up += 1;
  next();
};

const next = (): void => {
  if (begun === Number(count)) {
    if (up < begun) return;
    process.stdout.write(`${up} ${(performance.now() - started).toFixed(1)}\n`);
    udp.close();
    return;
  }
  begun += 1;
  const lane: Lane = { pump: startPump(ctx, plan, [{ ...secret(psk) }]), timer: null };
  give(lane, { kind: 'OperatorRequested', at: now(), origin, request: connectRequest(peer) });
};

for (let i = 0; i < Number(lanes); i++) next();
