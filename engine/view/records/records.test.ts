// The records of the bundled negotiation: shapes by the contract, values by summary.json and keys.json of the trace.
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u32, udp } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import type { DatagramSeen } from '../../event/event.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import type { Log } from '../../log/log.ts';
import { replayOf } from '../../replay/replay.ts';
import { timestamp } from '../../values/timestamp.ts';
import { eventRecords } from './events.ts';
import { keysRecord } from './keys.ts';
import { messageRecords } from './messages.ts';
import { stateRecord } from './state.ts';
import { transitionRecords } from './transitions.ts';

const log = loadTrace(bundledTrace);
const replay = replayOf(log, nodeCrypto);

/** `thisisasecretpassword`, and SKEYID and Ka of keys.json. */
const secrets = [
  'thisisasecretpassword',
  '7468697369736173656372657470617373776f7264',
  '90e937f13cdc89abc1d9a4fde4f8d247',
  '7b0b095116c24770',
];

const frame = (bytes: Uint8Array, i: number, linkType = 1): DatagramSeen => ({
  kind: 'DatagramSeen',
  via: 'capture',
  at: timestamp(BigInt(i)),
  origin: { input: 0, number: i + 1 },
  datagram: { form: 'frame', linkType, bytes, wireLength: bytes.length },
});
const ofFrames = (happened: Log['happened']) =>
  replayOf({ inputs: [{ name: 'a.pcap', kind: 'capture', detail: '' }], given: [], happened, damage: [] }, nodeCrypto);

describe('events', () => {
  test('are what was given at 0, then a frame each', () => {
    const records = [...eventRecords(replay)];
    expect(records.filter((r) => r.event === 0)).toHaveLength(log.given.length);
    expect(records.at(-19)).toMatchObject({
      event: 1,
      time: '1795288105.600507000',
      kind: 'DatagramSeen',
      input: 'capture.pcap',
      via: 'capture',
      frame: 1,
      form: 'frame',
      linkType: 1,
      wireLength: 218,
    });
  });

  test('mask secrets unless they are to be revealed', () => {
    const masked = JSON.stringify([...eventRecords(replay)]);
    for (const secret of secrets) expect(masked).not.toContain(secret);
    expect([...eventRecords(replay)][0]).toMatchObject({ event: 0, about: { what: 'preSharedKey' }, value: null, length: 21 });
    expect([...eventRecords(replay, { reveal: true })][0]).toMatchObject({ value: secrets[1] });
  });
});

describe('messages', () => {
  const records = [...messageRecords(replay)];

  test('have the fields of an encrypted IKE message', () => {
    expect(records[4]).toEqual({
      frame: 5,
      time: '1795288105.875982000',
      src: '192.0.2.1',
      dst: '198.51.100.1',
      kind: 'ike',
      sport: 500,
      dport: 500,
      transport: 'udp',
      nonEspMarker: false,
      ispi: 'e2ac48224b9fbe1e',
      rspi: '0775b1a6d96874a3',
      version: { major: 1, minor: 0 },
      exchange: { type: 2, name: 'Identity Protection (Main Mode)' },
      flags: { raw: 1 },
      messageId: 0,
      length: 100,
      payloads: [],
      encrypted: true,
      decrypted: true,
      decryptedPayloads: [5, 8, 11],
      negotiation: 'e2ac48224b9fbe1e',
      problems: [],
    });
  });

  test('have the fields of an ESP packet', () => {
    expect(records[9]).toEqual({
      frame: 10,
      time: '1795288106.583297000',
      src: '192.0.2.1',
      dst: '198.51.100.1',
      kind: 'esp',
      udpEncap: false,
      spi: 'c50d31e3',
      sequence: 1,
      decrypted: true,
      nextHeader: 4,
      authenticated: true,
      replay: 'new',
      problems: [],
    });
  });

  test('without keys say that nothing could be opened or checked, and judge the window all the same', () => {
    const blind = [...messageRecords(replayOf({ ...log, given: [] }, nodeCrypto))];
    expect(blind[4]).toMatchObject({ encrypted: true, decrypted: false });
    expect(blind[4]).not.toHaveProperty('decryptedPayloads');
    expect(blind[9]).toMatchObject({ spi: 'c50d31e3', sequence: 1, decrypted: false, authenticated: null, replay: null });
    expect(blind[11]).toMatchObject({ sequence: 2, replay: 'new' });
    expect(blind[9]).not.toHaveProperty('nextHeader');
  });

  test('name the frame that a retransmission repeats, and what that held', () => {
    const again = { ...log, happened: [...log.happened.slice(0, 5), ...log.happened.slice(4, 5), ...log.happened.slice(5)] };
    const rows = [...messageRecords(replayOf(again, nodeCrypto))];
    expect(rows[5]).toMatchObject({ frame: 5, retransmissionOf: 5, decrypted: true, decryptedPayloads: [5, 8, 11] });
    expect(rows[6]).toMatchObject({ frame: 6, decrypted: true, decryptedPayloads: [5, 8] });
  });

  test('say where a message is broken, by the offset in its frame', () => {
    const bytes = log.happened[0]?.kind === 'DatagramSeen' ? log.happened[0].datagram.bytes.slice() : new Uint8Array();
    // The SA payload begins behind 14 octets of Ethernet, 20 of IP, 8 of UDP and 28 of the header; its length stands 2 further on.
    bytes[72] = 0xff;
    const [record] = messageRecords(ofFrames([frame(bytes, 0)]));
    expect(record?.problems).toContainEqual({ code: 'payload-length', offset: 72, message: expect.stringContaining('octets are left') });
  });

  test('tell keepalives from what is not ours, and leave out fragments that complete nothing', () => {
    const keepalive = ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(4500, 4500, Uint8Array.of(0xff)) }));
    const ping = ethernet(0x0800, ipv4Packet({ protocol: 1, payload: octets(8, 0, 0, 0) }));
    const fragment = ethernet(0x0800, ipv4Packet({ protocol: 50, payload: new Uint8Array(8), fragment: 0x2000 }));
    const rows = [...messageRecords(ofFrames([keepalive, ping, fragment].map((b, i) => frame(b, i))))];
    expect(rows.map(({ frame: n, kind, src }) => [n, kind, src])).toEqual([
      [1, 'nat-keepalive', '192.0.2.1'],
      [2, 'other', '192.0.2.1'],
    ]);
  });

  test('follow an AH packet with the ESP packet inside it', () => {
    const esp = octets(u32(0x1234), u32(7), new Uint8Array(24));
    const ah = octets(50, 4, 0, 0, u32(0x9999), u32(3), new Uint8Array(12), esp);
    const rows = [...messageRecords(ofFrames([frame(ipv4Packet({ protocol: 51, payload: ah }), 0, 101)]))];
    expect(rows).toMatchObject([
      { kind: 'ah', spi: '00009999', sequence: 3, nextHeader: 50 },
      { kind: 'esp', spi: '00001234', sequence: 7, nested: 1, src: '192.0.2.1', frame: 1 },
    ]);
    expect(rows[0]).not.toHaveProperty('nested');
  });
});

test('transitions are rows with the event that proves them', () => {
  const records = [...transitionRecords(replay)];
  expect(records).toHaveLength(29);
  expect(records[1]).toEqual({
    event: 1,
    time: '1795288105.600507000',
    negotiation: 'e2ac48224b9fbe1e',
    side: 'responder',
    exchange: null,
    from: 'IKE_READY',
    to: 'IKE_R_MM1',
    because: 'IKE_MESG_FROM_PEER, IKE_MM_EXCH',
    proven: 2,
  });
  expect(records.find((r) => r.exchange !== null)?.exchange).toBe(1042156970);
});

describe('state', () => {
  test('knows suite, peers and SAs by their registry names', () => {
    const record = stateRecord(replay, 17);
    expect(record).toMatchObject({ event: 17, time: '1795288107.181996000', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(record.negotiations).toMatchObject([
      {
        version: 1,
        ispi: 'e2ac48224b9fbe1e',
        rspi: '0775b1a6d96874a3',
        initiator: { address: '192.0.2.1', port: 500, identity: '192.0.2.1', state: 'IKE_P1_COMPLETE' },
        suite: { encryption: '3DES-CBC', keyBits: null, integrity: 'SHA', prf: 'HMAC-SHA', group: 2, authentication: 'pre-shared key' },
        nat: { initiator: false, responder: false, port: 500 },
        authenticated: { initiator: true, responder: true },
        established: 6,
        ended: null,
        exchanges: [{ messageId: 1042156970, begunBy: 'initiator', kind: 'quick', initiatorState: 'IKE_QM_PHASE2_COMPLETE' }],
      },
    ]);
    expect(record.ipsecSas).toMatchObject([
      { spi: 'c185666e', src: '198.51.100.1', state: 'mature', suite: { encryption: '3DES-CBC', integrity: 'HMAC-SHA1-96', esn: false } },
      {
        spi: 'c50d31e3',
        mode: 'tunnel',
        selectors: { src: ['10.1.0.0/16'], dst: ['10.2.0.0/16'] },
        sequence: { highest: 4, received: 4, lost: 0 },
        // Numbers 4, 3, 2 and 1 of a window of 64.
        window: '000000000000000f',
        packets: 4,
      },
    ]);
  });

  test('holds no secret, at any event', () => {
    for (let at = 0; at <= replay.lastIndex; at++) {
      const text = JSON.stringify(stateRecord(replay, at));
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });
});

describe('keys', () => {
  test('name what is missing, and leave it out', () => {
    const { ikev1, esp } = keysRecord(replayOf({ ...log, given: [] }, nodeCrypto));
    expect(ikev1).toMatchObject([{ ispi: 'e2ac48224b9fbe1e', initialIv: 'a99406d439710884' }]);
    expect(ikev1[0]?.missing).toEqual(['preSharedKey', 'dhSharedSecret', 'skeyid', 'skeyidD', 'skeyidA', 'skeyidE', 'encryptionKey']);
    expect(ikev1[0]).not.toHaveProperty('skeyid');
    expect(esp.map(({ spi, missing }) => [spi, missing])).toEqual([
      ['c50d31e3', ['encryptionKey', 'integrityKey']],
      ['c185666e', ['encryptionKey', 'integrityKey']],
    ]);
  });

  test('are whole where the roots are known', () => {
    const { ikev1, esp } = keysRecord(replay);
    expect(ikev1.map((k) => k.missing)).toEqual([[]]);
    expect(esp).toMatchObject([
      { spi: 'c185666e', encryption: '3DES-CBC', integrity: 'HMAC-SHA1-96', missing: [] },
      { spi: 'c50d31e3', encryptionKey: '7f86a26d4210cd9b36fc13d9606df09eaee2be1407f3449b' },
    ]);
  });
});
