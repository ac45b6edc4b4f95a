// A foreign capture beside our records of it: what tshark says of each IKE message, ESP and AH packet, and we do not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { mergeReadings } from '../../engine/ingest/merge.ts';
import { recognise } from '../../engine/ingest/recognise.ts';
import { type Replay, replayOf } from '../../engine/replay/replay.ts';
import type { MessageRecord } from '../../engine/view/records/message-record.ts';
import { messageRecords } from '../../engine/view/records/messages.ts';
import { captureReading, keysReading, sharedFolder } from '../support/trace.ts';

export const publicFolder = join(sharedFolder, 'captures/public');

interface OracleIke {
  readonly frame: number;
  readonly time: string;
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
  readonly nonEspMarker: boolean;
  readonly ispi: string;
  readonly rspi: string;
  readonly version: { readonly major: number; readonly minor: number };
  readonly exchange: { readonly type: number; readonly name: string };
  readonly flags: { readonly raw: number };
  readonly messageId: number;
  readonly length: number;
  readonly payloads: readonly number[];
  readonly encrypted: boolean;
  readonly decryptedPayloads?: readonly number[];
  readonly decryptionCredible?: boolean;
  readonly malformedFrame?: boolean;
}

interface OracleIpsec {
  readonly frame: number;
  readonly time: string;
  readonly src: string;
  readonly dst: string;
  readonly spi: string;
  readonly sequence: number;
  readonly udpEncap?: boolean;
  readonly decrypted?: boolean;
  readonly nextHeader?: number;
  readonly icv?: string;
  readonly nested?: number;
}

interface Oracle {
  readonly ike: readonly OracleIke[];
  readonly esp: readonly OracleIpsec[];
  readonly ah: readonly OracleIpsec[];
}

/** `name` as in `expected/`: `wireshark__ikev1-certs.pcap.json`. */
export const publicReplay = (name: string): Replay => {
  const file = join(publicFolder, name.replace('__', '/').replace(/\.json$/, ''));
  const raw = new Uint8Array(readFileSync(file));
  const bytes = recognise(raw) === 'gzip' ? new Uint8Array(gunzipSync(raw)) : raw;
  const keys = `${file}.keys.json`;
  const readings = [captureReading(bytes, name)];
  if (existsSync(keys)) readings.push(keysReading(readFileSync(keys, 'utf8')));
  return replayOf(mergeReadings(readings), nodeCrypto);
};

export interface Difference {
  readonly frame: number;
  /** `missing`, `more`, or the field. */
  readonly what: string;
  readonly text: string;
}

export const publicDifferences = (name: string, replay: Replay): Difference[] => {
  const oracle = JSON.parse(readFileSync(join(publicFolder, 'expected', name), 'utf8')) as Oracle;
  const out: Difference[] = [];
  const waiting = new Map<string, MessageRecord[]>();
  const quoted = new Map<number, MessageRecord>();
  for (const r of messageRecords(replay)) {
    if (r.kind === 'other' && r.quotes) quoted.set(r.frame, r);
    if (r.kind === 'other' || r.kind === 'nat-keepalive') continue;
    const key = `${r.kind} ${r.frame}`;
    waiting.set(key, [...(waiting.get(key) ?? []), r]);
  }
  const next = (kind: string, frame: number): MessageRecord | undefined => waiting.get(`${kind} ${frame}`)?.shift();
  const compare = (frame: number, theirs: object, ours: object | undefined, fields: readonly string[]): void => {
    if (!ours) {
      out.push({ frame, what: 'missing', text: 'no record of ours' });
      return;
    }
    for (const field of fields) {
      const [a, b] = [theirs, ours].map((o) => JSON.stringify((o as Readonly<Record<string, unknown>>)[field]));
      if (a !== b) out.push({ frame, what: field, text: `${a} to tshark, ${b} to us` });
    }
  };
  const wholes = new Map<number, MessageRecord>();
  for (const theirs of oracle.ike) {
    // A message in fragments has a record of its own behind that of the fragment that completes it.
    const whole = wholes.get(theirs.frame);
    if (whole?.kind === 'ike' && whole.fragment) {
      compare(theirs.frame, theirs, whole.reassembled, ['exchange', 'messageId', 'length', 'encrypted', 'payloads']);
      continue;
    }
    const ours = next('ike', theirs.frame);
    if (ours) wholes.set(theirs.frame, ours);
    compare(theirs.frame, theirs, ours, [
      ...['time', 'src', 'dst', 'sport', 'dport', 'nonEspMarker', 'ispi', 'rspi', 'version', 'messageId', 'length', 'encrypted'],
      ...(theirs.version.major === 1 && theirs.encrypted ? [] : ['payloads']),
      ...(theirs.decryptionCredible && theirs.version.major === 1 ? ['decryptedPayloads'] : []),
    ]);
    if (ours?.kind === 'ike')
      compare(theirs.frame, { exchange: theirs.exchange, flags: theirs.flags.raw }, { exchange: ours.exchange, flags: ours.flags.raw }, [
        'exchange',
        'flags',
      ]);
  }
  for (const theirs of oracle.esp) {
    const ours = next('esp', theirs.frame);
    compare(theirs.frame, theirs, ours, ['time', 'src', 'dst', 'spi', 'sequence', 'udpEncap']);
    if (ours?.kind !== 'esp') continue;
    const authenticated = theirs.icv === 'good' ? true : theirs.icv === 'bad' ? false : null;
    const verdicts = { nextHeader: theirs.nextHeader, decrypted: theirs.decrypted ?? false, authenticated };
    compare(theirs.frame, verdicts, ours, ['nextHeader', 'decrypted', 'authenticated']);
    // Inside AH, tshark calls it by no depth.
    if (theirs.nested) compare(theirs.frame, theirs, ours, ['nested']);
  }
  for (const theirs of oracle.ah) {
    const ours = next('ah', theirs.frame) ?? quoted.get(theirs.frame);
    compare(theirs.frame, theirs, ours, ours?.kind === 'other' ? [] : ['time', 'src', 'dst', 'spi', 'sequence', 'nextHeader']);
    // One that an ICMP error quotes is a packet of its own to tshark.
    if (ours?.kind === 'other') compare(theirs.frame, theirs, ours.quotes, ['src', 'dst', 'spi', 'sequence']);
  }
  for (const left of waiting.values()) {
    for (const r of left) out.push({ frame: r.frame, what: 'more', text: `${r.kind}, which tshark does not list` });
  }
  return out;
};
