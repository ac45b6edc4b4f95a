/** The keys of our log beside those that charon logged. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, keysRecord, type Log, type Replay, readLog, stateRecord, toHex } from '../../engine/index.ts';
import type { Lab } from './charon.ts';
import type { Spaces } from './spaces.ts';

const logOf = ({ folder }: Spaces): Log => {
  const read = readLog(readFileSync(join(folder, 'our.ikelog')));
  if (!read.ok || read.damage) throw new Error('the log is not whole');
  return read.log;
};

/** Octets as charon's log dumps them, all dumps run together: each row begins with an offset, and text follows the octets. */
const dumped = (log: string): string =>
  [...log.matchAll(/\[\w+\]\s+\d+: ((?:[0-9A-F]{2} )+)/g)].map(([, row = '']) => row.replaceAll(' ', '').toLowerCase()).join('');

const replayed = (log: Log): Replay => {
  const fold = buildReplay(log, nodeCrypto, { replayWindow: 64 });
  let step = fold.next();
  while (!step.done) step = fold.next();
  return step.value;
};

/** Packets that our log has of SAs to an address. */
export const packetsTo = (spaces: Spaces, dst: string): number => {
  const log = logOf(spaces);
  const { ipsecSas } = stateRecord(replayed(log), log.happened.length);
  return ipsecSas.filter((sa) => sa.dst === dst).reduce((sum, sa) => sum + sa.sequence.received, 0);
};

/** SKEYID and what follows from it, and the keys of the IPsec SAs, as our log has them. */
export const recordedKeys = (spaces: Spaces): { readonly ike: readonly string[]; readonly esp: readonly (readonly string[])[] } => {
  const { ikev1, esp } = keysRecord(replayed(logOf(spaces)));
  const hex = (value: unknown): string => (value instanceof Uint8Array ? toHex(value) : String(value));
  return {
    ike: ikev1.flatMap((ike) => [ike.skeyid, ike.skeyidD, ike.skeyidA, ike.skeyidE].map(hex)),
    // A combined cipher has no key for integrity.
    esp: esp.map((sa) => [hex(sa.encryptionKey), ...(sa.integrity === null ? [] : [hex(sa.integrityKey)])]),
  };
};

/** Each of them, with those of `sas` IPsec SAs, stands in charon's log. */
export const keysAgree = (lab: Lab, sas = 2): void => {
  const theirs = dumped(lab.log());
  const { ike, esp } = recordedKeys(lab);
  expect(esp).toHaveLength(sas);
  expect([...ike, ...esp.flat()].filter((key) => key.length < 32 || !theirs.includes(key))).toEqual([]);
};
