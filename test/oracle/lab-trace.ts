// A trace of the lab beside our reading of it: each value that differs, as a line of text.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../engine/bytes/hex.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { mergeReadings } from '../../engine/ingest/merge.ts';
import { type Replay, replayOf, walk } from '../../engine/replay/replay.ts';
import { keysRecord } from '../../engine/view/records/keys.ts';
import type { EspRecord, IkeRecord, MessageRecord } from '../../engine/view/records/message-record.ts';
import { messageRecords } from '../../engine/view/records/messages.ts';
import { captureReading, keysReading } from '../support/trace.ts';

interface LabIke {
  readonly frame: number;
  readonly time: string;
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
  readonly non_esp_marker: boolean;
  readonly initiator_cookie: string;
  readonly responder_cookie: string;
  readonly version: string;
  readonly exchange_type: number;
  readonly flags: number;
  readonly message_id: number;
  readonly length: number;
  readonly payload_types: readonly number[];
  readonly encrypted: boolean;
  readonly decrypted_by_lab?: boolean;
  readonly lab_payload_types?: readonly number[];
  readonly iv?: string;
  readonly hash1_ok?: boolean;
  readonly retransmission?: boolean;
  readonly ikev1_fragment?: { readonly seq: number; readonly last: number };
}

interface LabEsp {
  readonly frame: number;
  readonly time: string;
  readonly src: string;
  readonly dst: string;
  readonly spi: string;
  readonly seq: number;
  readonly icv_good?: boolean;
  readonly next_header?: number;
}

interface Summary {
  readonly ike_messages: readonly LabIke[];
  readonly esp_packets: readonly (LabEsp | readonly unknown[])[];
  readonly esp_packets_columns?: readonly string[];
  readonly other_frames?: readonly { readonly frame: number; readonly kind: string }[];
}

interface LabKeys {
  readonly secrets?: { readonly psk?: string };
  readonly ike_sas: readonly (Readonly<Record<string, unknown>> & { readonly ike_version: number })[];
  readonly ipsec_sas: readonly Readonly<Record<string, unknown>>[];
}

const read = <T>(folder: string, name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;

/** The replay of a capture with the given text as its key file; none for a log without keys. */
export const replayWith = (folder: string, keys: string | null): Replay => {
  const capture = captureReading(new Uint8Array(readFileSync(join(folder, 'capture.pcap'))), 'capture.pcap');
  return replayOf(mergeReadings(keys === null ? [capture] : [capture, keysReading(keys)]), nodeCrypto);
};

/** Every key as the daemons logged it: a file of its own where a bundled trace gives its readers the roots only. */
const daemonsFile = (folder: string): string => (existsSync(join(folder, 'daemons.json')) ? 'daemons.json' : 'keys.json');

export const wholeKeys = (folder: string): string | null =>
  existsSync(join(folder, 'keys.json')) ? readFileSync(join(folder, daemonsFile(folder)), 'utf8') : null;

/** A key file with no more than the roots: pre-shared key and g^xy, those of quick modes with PFS too. */
export const rootsOnly = (folder: string): string => {
  const keys = read<LabKeys>(folder, daemonsFile(folder));
  const keep = (o: Readonly<Record<string, unknown>>, names: readonly string[]) =>
    Object.fromEntries(names.filter((n) => n in o && o[n] !== null).map((n) => [n, o[n]]));
  return JSON.stringify({
    format: 1,
    ike_sas: keys.ike_sas.map((sa) => keep(sa, ['ike_version', 'initiator_cookie', 'responder_cookie', 'psk', 'dh_shared_secret', 'logs'])),
    ipsec_sas: keys.ipsec_sas
      .filter((sa) => sa['dh_shared_secret'])
      .map((sa) => keep(sa, ['exchange', 'message_id', 'dh_shared_secret', 'ike_spi_i', 'ike_spi_r'])),
  });
};

/** Every difference between the lab's account of a trace and ours; empty where both agree. */
export const differences = (folder: string, replay: Replay): string[] => {
  const summary = read<Summary>(folder, 'summary.json');
  const out: string[] = [];
  const records = new Map<string, MessageRecord>();
  for (const r of messageRecords(replay)) if (r.nested === undefined) records.set(`${r.kind} ${r.frame}`, r);
  const detail = detailsOf(replay);
  for (const lab of summary.ike_messages) {
    const ours = records.get(`ike ${lab.frame}`);
    const note = noteFor(out, `frame ${lab.frame}`);
    if (ours?.kind === 'ike') compareIke(note, lab, ours, detail.get(lab.frame));
    else note('kind', 'ike', ours?.kind);
    records.delete(`ike ${lab.frame}`);
  }
  for (const row of summary.esp_packets) {
    const lab = espRow(row, summary.esp_packets_columns);
    const ours = records.get(`esp ${lab.frame}`) ?? records.get(`ah ${lab.frame}`);
    const note = noteFor(out, `frame ${lab.frame}`);
    if (ours?.kind === 'esp' || ours?.kind === 'ah') compareEsp(note, lab, ours as EspRecord);
    else note('kind', 'esp', ours?.kind);
    records.delete(`${ours?.kind} ${lab.frame}`);
  }
  for (const lab of summary.other_frames ?? []) {
    const kind = lab.kind === 'nat-keepalive' ? 'nat-keepalive' : 'other';
    if (!records.delete(`${kind} ${lab.frame}`)) out.push(`frame ${lab.frame}: no record of kind ${kind}`);
  }
  for (const [key, r] of records) if (r.kind !== 'other') out.push(`${key}: the lab has none such`);
  return out;
};

type Note = (what: string, lab: unknown, ours: unknown) => void;

const noteFor =
  (out: string[], where: string): Note =>
  (what, lab, ours) => {
    const [a, b] = [JSON.stringify(lab), JSON.stringify(ours)];
    if (a !== b) out.push(`${where}: ${what} is ${a} in the lab, ${b} here`);
  };

const compareIke = (note: Note, lab: LabIke, ours: IkeRecord, detail: Detail | undefined): void => {
  note('time', lab.time, ours.time);
  note('addresses', [lab.src, lab.sport, lab.dst, lab.dport], [ours.src, ours.sport, ours.dst, ours.dport]);
  note('non-ESP marker', lab.non_esp_marker, ours.nonEspMarker);
  note('cookies', [lab.initiator_cookie, lab.responder_cookie], [ours.ispi, ours.rspi]);
  note('version', lab.version, `${ours.version.major}.${ours.version.minor}`);
  note('exchange', lab.exchange_type, ours.exchange.type);
  note('flags', lab.flags, ours.flags.raw);
  note('message ID', lab.message_id, ours.messageId);
  note('length', lab.length, ours.length);
  note('encrypted', lab.encrypted, ours.encrypted);
  if (lab.ikev1_fragment) {
    note('fragment', [lab.ikev1_fragment.seq, lab.ikev1_fragment.last !== 0], [ours.fragment?.number, ours.fragment?.last]);
    // tshark lists the payloads of the whole message behind that of the part that completes it, decrypted ones too.
    const inside = lab.payload_types.slice(1).filter((t) => t !== 2 && t !== 3);
    if (inside.length > 0 && ours.retransmissionOf === undefined) {
      const whole = ours.reassembled;
      note('payloads of the whole', inside, whole?.decryptedPayloads ?? whole?.payloads);
    }
    return;
  }
  // tshark lists proposals and transforms among the payloads of the chain.
  if (!lab.encrypted)
    note(
      'payloads',
      lab.payload_types.filter((t) => t !== 2 && t !== 3),
      ours.payloads,
    );
  else if (lab.decrypted_by_lab) note('decrypted payloads', lab.lab_payload_types, ours.decryptedPayloads);
  if (lab.encrypted) note('decrypted', lab.decrypted_by_lab ?? false, ours.decrypted);
  if (lab.retransmission) note('retransmission', true, ours.retransmissionOf !== undefined);
  if (ours.retransmissionOf !== undefined) return;
  if (lab.iv !== undefined) note('IV', lab.iv, detail?.iv);
  // The lab computes HASH(1) for every message of phase 2: of the others HASH(2) and HASH(3) have to be right.
  if (lab.hash1_ok !== undefined)
    note('HASH of phase 2', lab.hash1_ok ? ['HASH(1)'] : 'HASH(2) or (3)', lab.hash1_ok ? detail?.proven : secondOr(detail?.proven));
};

const secondOr = (proven: readonly string[] | undefined): unknown =>
  proven?.length === 1 && (proven[0] === 'HASH(2)' || proven[0] === 'HASH(3)') ? 'HASH(2) or (3)' : proven;

const compareEsp = (note: Note, lab: LabEsp, ours: EspRecord): void => {
  note('time', lab.time, ours.time);
  note('addresses', [lab.src, lab.dst], [ours.src, ours.dst]);
  note('SPI', lab.spi, `0x${ours.spi}`);
  note('sequence number', lab.seq, ours.sequence);
  if (lab.icv_good !== undefined) note('ICV', lab.icv_good, ours.authenticated);
  if (lab.next_header !== undefined) note('next header', lab.next_header, ours.nextHeader);
};

const espRow = (row: LabEsp | readonly unknown[], columns: readonly string[] = []): LabEsp =>
  Array.isArray(row) ? (Object.fromEntries(columns.map((name, i) => [name, row[i]])) as unknown as LabEsp) : (row as LabEsp);

interface Detail {
  readonly iv: string | undefined;
  readonly proven: readonly string[];
}

/** What the records leave out: the IV that opened a message, and the authenticators that were right. */
const detailsOf = (replay: Replay): Map<number, Detail> => {
  const out = new Map<number, Detail>();
  for (const { index, seen } of walk(replay, 1)) {
    const frame = replay.log.happened[index - 1]?.origin.number ?? 0;
    const iv = seen.ike?.opened?.iv.value;
    out.set(frame, {
      iv: iv && toHex(iv),
      proven: (seen.ike?.authenticators ?? []).filter((a) => a.verdict === 'equal').map((a) => a.name),
    });
  }
  return out;
};

/** Where the two ends have different keys, each is in the log of one daemon alone. */
const isOf = (side: string | undefined, logs: unknown): boolean =>
  side === undefined || (Array.isArray(logs) && logs.includes(`${side}.log`));

/** Every key of the daemons' logs that ours do not equal. */
export const keyDifferences = (folder: string, replay: Replay): string[] => {
  const lab = read<LabKeys>(folder, daemonsFile(folder));
  const ours = keysRecord(replay);
  const out: string[] = [];
  for (const sa of lab.ike_sas.filter((s) => s.ike_version === 1)) {
    const mine = ours.ikev1.find((k) => k.ispi === sa['initiator_cookie'] && k.rspi === sa['responder_cookie'] && isOf(k.side, sa['logs']));
    const note = noteFor(out, `ISAKMP SA ${String(sa['initiator_cookie'])}`);
    const names = {
      nonce_i: 'nonceI',
      nonce_r: 'nonceR',
      skeyid: 'skeyid',
      skeyid_d: 'skeyidD',
      skeyid_a: 'skeyidA',
      skeyid_e: 'skeyidE',
      enc_key: 'encryptionKey',
      initial_iv: 'initialIv',
      dh_shared_secret: 'dhSharedSecret',
    } as const;
    for (const [theirs, name] of Object.entries(names)) if (sa[theirs] != null) note(name, sa[theirs], mine?.[name]);
  }
  for (const sa of lab.ipsec_sas.filter((s) => s['exchange'] === 'QUICK_MODE')) {
    const mine = ours.esp.find((k) => `0x${k.spi}` === sa['spi'] && k.protocol.toUpperCase() === sa['protocol']);
    const note = noteFor(out, `IPsec SA ${String(sa['spi'])}`);
    if (sa['enc_key'] != null) note('encryption key', sa['enc_key'], mine?.encryptionKey);
    if (sa['auth_key'] != null) note('integrity key', sa['auth_key'], mine?.integrityKey);
  }
  return out;
};
