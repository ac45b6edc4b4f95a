/** `node flooder.ts NETWORK TO PORT SECONDS`: a flood from a hundred addresses of NETWORK (`10.9`); prints how many went out and how many were answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { floodOf } from './udp-flood.ts';

const [network = '127.9', to = '', port = '500', seconds = '10'] = process.argv.slice(2);
const flood = await floodOf(
  Array.from({ length: 100 }, (_, i) => `${network}.0.${i + 1}`),
  to,
  Number(port),
);
await sleep(Number(seconds) * 1000);
process.stdout.write(`${flood.sent()} ${flood.answered()}\n`);
flood.stop();
