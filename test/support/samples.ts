// Real material to damage: every IKE message and frame of the bundled traces, a line of each kind of log that we read, every form of key file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { asaRows } from '../../engine/ingest/asa-syslog/rows.ts';
import { messageRows as charonRows, childRows } from '../../engine/ingest/charon-log/messages.ts';
import { configurationRows } from '../../engine/ingest/cisco-debug/configuration.ts';
import { detailRows, ipsecRows } from '../../engine/ingest/cisco-debug/ipsec.ts';
import { messageRows } from '../../engine/ingest/cisco-debug/isakmp.ts';
import { lifecycleRows } from '../../engine/ingest/cisco-debug/lifecycle.ts';
import { engineRows, ikev2Rows, syslogRows } from '../../engine/ingest/cisco-debug/other.ts';
import { remarkRows } from '../../engine/ingest/cisco-debug/remarks.ts';
import { transformRows } from '../../engine/ingest/cisco-debug/transforms.ts';
import { linksysRows } from '../../engine/ingest/linksys/dialect.ts';
import { plutoRows } from '../../engine/ingest/pluto-log/dialect.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf, walk } from '../../engine/replay/replay.ts';
import { debugLines } from '../../engine/view/device/debug-lines.ts';
import { showLines } from '../../engine/view/device/show.ts';
import { bundledTrace, loadTrace, tracesFolder } from './trace.ts';

const folders = readdirSync(tracesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join(tracesFolder, entry.name));

const isText = (name: string): boolean => name === 'keys.json' || name === 'daemons.json';

export const bundledLogs = (): readonly Log[] => folders.map((folder) => loadTrace(folder));

export const frames = (): readonly { readonly bytes: Uint8Array; readonly linkType: number }[] =>
  bundledLogs().flatMap((log) =>
    log.happened.flatMap((e) =>
      e.kind === 'DatagramSeen' && e.datagram.form === 'frame' ? [{ bytes: e.datagram.bytes, linkType: e.datagram.linkType }] : [],
    ),
  );

/** IKE messages as they travelled, and the chains inside encrypted ones with the type of their first payload. */
export const messages = (): {
  readonly wire: readonly Uint8Array[];
  readonly opened: readonly { readonly first: number; readonly bytes: Uint8Array }[];
} => {
  const wire: Uint8Array[] = [];
  const opened: { first: number; bytes: Uint8Array }[] = [];
  for (const log of bundledLogs()) {
    for (const { seen } of walk(replayOf(log, nodeCrypto), 1)) {
      const { packet, ike } = seen;
      if (!packet || !ike) continue;
      wire.push(packet.bytes.slice(packet.content.start, packet.content.end));
      if (ike.opened) opened.push({ first: ike.opened.chain.payloads[0]?.type ?? 0, bytes: ike.opened.bytes });
    }
  }
  return { wire, opened };
};

const heads = ['*Mar  1 00:00:01.000: ', 'Feb  6 21:43:04.394 GMT: ', '00:27:07: ', '', '<190>41: r1: '];

/** One line of each kind that a row describes, behind the heads that lines have, and what the device says of the bundled negotiation. */
export const logLines = (): readonly string[] => {
  const ios = [
    ...[transformRows, messageRows, lifecycleRows, configurationRows, remarkRows],
    ...[ikev2Rows, syslogRows, ipsecRows, engineRows, detailRows],
  ].flat();
  const replay = replayOf(loadTrace(bundledTrace), nodeCrypto);
  const speakers = (['initiator', 'responder'] as const).map((side) => ({ side, policy: null }));
  return [
    ...ios.map(({ example }, i) => `${heads[i % heads.length]}ISAKMP (0:1): ${example}`),
    ...ios.map(({ example }, i) => `${heads[i % heads.length]}${example}`),
    ...asaRows.map(({ example }) => `Jan 28 2015 12:01:37: %ASA-7-715047: ${example}`),
    ...linksysRows.map(({ example }) => `000 [Fri 13:35:09] ${example}`),
    ...plutoRows.map(({ example }) => `Nov 21 19:08:25 gw pluto[812]: "conn" #1: ${example}`),
    ...[...charonRows, ...childRows].map(({ example }) => `Nov 21 19:08:25 gw charon: 05[IKE] <conn|1> ${example}`),
    ...speakers.flatMap((speaker) => [...debugLines(replay, speaker)].map(({ text }) => text)),
    ...speakers.flatMap((speaker) => [
      ...showLines(replay, speaker, 12, { what: 'isakmp sa', detail: true, ios: 'later' }),
      ...showLines(replay, speaker, 12, { what: 'ipsec sa', detail: true }),
      ...showLines(replay, speaker, 12, { what: 'session', detail: true }),
      ...showLines(replay, speaker, 12, { what: 'map' }),
    ]),
    ...configuration.split('\n'),
  ];
};

export const configuration = `version 12.4
hostname west
crypto isakmp policy 10
 encr aes 256
 hash md5
 authentication pre-share
 group 2
 lifetime 3600
crypto isakmp key secret address 198.51.100.1
crypto ipsec transform-set STRONG esp-aes 256 esp-sha-hmac
 mode tunnel
crypto map VPN 10 ipsec-isakmp
 set peer 198.51.100.1
 set transform-set STRONG
 set pfs group2
 match address 101
interface FastEthernet0/0
 ip address 192.0.2.1 255.255.255.0
 crypto map VPN
access-list 101 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255`;

/** Bytes that begin like a private key and are none: a reader of PEM has to come this far. */
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${'MIICXAIBAAKBgQC'.repeat(12)}\n-----END RSA PRIVATE KEY-----\n`;

const tables = `# ikev1_decryption_table
"e2ac48224b9fbe1e","000102030405060708090a0b0c0d0e0f1011121314151617"
e2ac48224b9fbe1e,0x00112233
"IPv4","192.0.2.1","198.51.100.1","0xc50d31e3","TripleDES-CBC [RFC2451]","0x000102030405060708090a0b0c0d0e0f","HMAC-SHA-1-96 [RFC2404]","0x00"
"Any","*","*","*","NULL","","ANY 96 bit authentication [no checking]",""
`;

const daemon = `05[IKE] <1> shared Diffie Hellman secret => 4 bytes @ 0x7f6d2c00cf90
05[IKE] <1>    0: A0 B1 C2 D3                                      ....
05[IKE] <1> SKEYID => 18 bytes @ 0x7f6d2c00cf90
05[IKE] <1>    0: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F  ................
05[IKE] <1>   16: AB CD                                            AB
`;

export const keyFiles = (): readonly string[] => [
  ...folders.flatMap((folder) =>
    readdirSync(folder)
      .filter(isText)
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  ),
  pem,
  pem.replace('RSA ', 'ENCRYPTED '),
  tables,
  daemon,
];
