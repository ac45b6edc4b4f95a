/** The bundled negotiation with as much ESP traffic as one asks for: new sequence numbers, right ICVs, made from the keys of the trace. */

import type { DatagramSeen } from '../../engine/event/event.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { values } from '../../engine/state/persistent-map.ts';
import { timestamp } from '../../engine/values/timestamp.ts';
import { bundledTrace, loadTrace } from './trace.ts';

/** Octets of the ICV of HMAC-SHA1-96. */
const icvOctets = 12;
const headers = 34;

/** `packets` ESP packets of the first SA behind the nine messages that made it, a millisecond apart. */
export const longTrace = (packets: number): Log => {
  const log = loadTrace(bundledTrace);
  const first = log.happened[9];
  if (first?.kind !== 'DatagramSeen' || first.datagram.form !== 'frame') throw new Error('event 10 of the bundled trace is an ESP packet');
  const { datagram } = first;
  const sa = values(replayOf(log, nodeCrypto).final.associations).find((a) => a.side === 'initiator');
  const key = sa?.integrityKey?.value;
  if (!key) throw new Error('the bundled trace gives the integrity key');
  const esp: DatagramSeen[] = [];
  for (let n = 1; n <= packets; n++) {
    const bytes = datagram.bytes.slice();
    new DataView(bytes.buffer).setUint32(headers + 4, n);
    bytes.set(
      nodeCrypto.hmac('sha1', key, bytes.subarray(headers, bytes.length - icvOctets)).subarray(0, icvOctets),
      bytes.length - icvOctets,
    );
    esp.push({
      ...first,
      at: timestamp((first.at ?? 0n) + BigInt(n) * 1_000_000n),
      origin: { ...first.origin, number: 9 + n },
      datagram: { ...datagram, bytes },
    });
  }
  return { ...log, happened: [...log.happened.slice(0, 9), ...esp] };
};

/** The log's frames as a pcap file, little-endian, microseconds. */
export const pcapOf = (log: Log): Uint8Array => {
  const frames = log.happened.flatMap((e) =>
    e.kind === 'DatagramSeen' && e.datagram.form === 'frame' ? [{ at: e.at ?? 0n, bytes: e.datagram.bytes }] : [],
  );
  const size = frames.reduce((sum, f) => sum + 16 + f.bytes.length, 24);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  [0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1].forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  let at = 24;
  for (const f of frames) {
    const micros = f.at / 1000n;
    view.setUint32(at, Number(micros / 1_000_000n), true);
    view.setUint32(at + 4, Number(micros % 1_000_000n), true);
    view.setUint32(at + 8, f.bytes.length, true);
    view.setUint32(at + 12, f.bytes.length, true);
    out.set(f.bytes, at + 16);
    at += 16 + f.bytes.length;
  }
  return out;
};
