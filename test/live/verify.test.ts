/** A log of two processes, verified: as it is, with bits of the file flipped, and with bits of its inputs flipped and the checksums made right again. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLog, writeLog } from '../../engine/log/file.ts';
import type { Log } from '../../engine/log/log.ts';
import { run } from '../support/program.ts';
import { addresses, ikewind, makeEnds, until } from './processes.ts';

/** Octets of the initiator's log, and where to put others. */
const recorded = async (): Promise<{ octets: Buffer; name: string; log: Log }> => {
  const { options, log } = makeEnds();
  const listening = ikewind('listen', ...options('b'));
  await until(listening, 'listening');
  expect(await ikewind('connect', ...options('a'), '--peer', addresses.b).status).toBe(0);
  const name = log('a');
  const octets = readFileSync(name);
  const read = readLog(octets);
  if (!read.ok || read.damage) throw new Error('the log is not whole');
  return { octets, name, log: read.log };
};

const verify = async (name: string): Promise<{ status: number; out: string }> => {
  const { status, out } = await run(['replay', '--verify', name]);
  return { status, out };
};

test('each flipped bit of the file, and each of an input that has a consequence, is reported with its place', async () => {
  const { octets, name, log } = await recorded();
  expect(await verify(name)).toMatchObject({ status: 0 });

  const atEvents = octets.length - writeLog({ ...log, inputs: [], given: [] }).reduce((n, chunk) => n + chunk.length, 0);
  for (let i = 0; i < 12; i++) {
    const digest = createHash('sha256').update(`bit ${i}`).digest();
    const from = Math.max(atEvents, 12);
    // The first is in the first record of all that happened.
    const at = i === 0 ? from + 12 : from + (digest.readUInt32BE(0) % (octets.length - from));
    const damaged = Buffer.from(octets);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (i & 7));
    writeFileSync(name, damaged);
    const { status, out } = await verify(name);
    expect(status, `octet ${at}: ${out}`).toBe(1);
    expect(out).toMatch(/event \d+: a bit of the record at offset \d+ of the file was flipped/);
    const hex = (octet: number | undefined): string => (octet ?? 0).toString(16).padStart(2, '0');
    if (!out.includes('secret')) expect(out).toContain(`recorded ${hex(damaged[at])}, now ${hex(octets[at])}`);
  }

  const received = log.happened.flatMap((e, i) => (e.kind === 'DatagramSeen' && e.via === 'received' ? [i] : []));
  // The responder's cookie, and an octet of its public value.
  for (const [message, octet] of [
    [0, 15],
    [1, 60],
  ] as const) {
    const index = received[message] ?? 0;
    const happened = log.happened.map((e, i) => {
      if (i !== index || e.kind !== 'DatagramSeen') return e;
      const bytes = e.datagram.bytes.slice();
      bytes[octet] = (bytes[octet] ?? 0) ^ 4;
      return { ...e, datagram: { ...e.datagram, bytes } };
    });
    writeFileSync(name, Buffer.concat(writeLog({ ...log, happened })));
    const { status, out } = await verify(name);
    expect(status).toBe(1);
    const [, event, inputs] = /event (\d+): .*the inputs that can explain it: ([\d, ]+)/.exec(out) ?? [];
    expect(inputs?.split(', ').map(Number), out).toContain(index + 1);
    expect(Number(event)).toBeGreaterThan(index + 1);
  }
}, 180_000);
