/** The bundled negotiation, answer by answer, against what the two daemons logged of it and what tshark read in it. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ikewind, type Json, records, scratch, trace } from './command.ts';

interface Summary {
  readonly ike_messages: readonly (Json & { readonly payload_types: readonly number[]; readonly lab_payload_types?: readonly number[] })[];
  readonly esp_packets: readonly Json[];
}

interface LabKeys {
  readonly ike_sas: readonly [Readonly<Record<string, string>>];
  readonly ipsec_sas: readonly Json[];
}

const read = <T>(url: string): T => JSON.parse(readFileSync(new URL(url, import.meta.url), 'utf8')) as T;

/** Made by tshark 4.0.17 and the lab's own decryption when the trace was recorded. */
const summary = read<Summary>('./mm-psk-3des-sha1-modp1024.summary.json');
/** From the debug logs of both strongSwan daemons. */
const lab = read<LabKeys>('../../traces/mm-psk-3des-sha1-modp1024/daemons.json');
const [ikeSa] = lab.ike_sas;

/** Proposals and transforms (payload types 2 and 3) stand inside the SA payload, and the summary counts them too. */
const onTop = (types: readonly number[]): readonly number[] => types.filter((type) => type !== 2 && type !== 3);

const withKeys = [trace.capture, '--keys', trace.keys];

describe('messages', () => {
  let all: readonly Json[];
  beforeAll(async () => {
    all = await records(['messages', ...withKeys]);
  });

  test.each(summary.ike_messages.map((m) => [m['frame'], m] as const))('frame %i, an IKE message', (frame, m) => {
    expect(all.find((r) => r['frame'] === frame)).toMatchObject({
      kind: 'ike',
      time: m['time'],
      src: m['src'],
      dst: m['dst'],
      sport: m['sport'],
      dport: m['dport'],
      transport: 'udp',
      nonEspMarker: m['non_esp_marker'],
      ispi: m['initiator_cookie'],
      rspi: m['responder_cookie'],
      version: { major: 1, minor: 0 },
      exchange: { type: m['exchange_type'] },
      flags: { raw: m['flags'] },
      messageId: m['message_id'],
      length: m['length'],
      encrypted: m['encrypted'],
      payloads: m['encrypted'] ? [] : onTop(m.payload_types),
      problems: [],
      ...(m['encrypted'] ? { decrypted: true, decryptedPayloads: m.lab_payload_types } : {}),
    });
  });

  test.each(summary.esp_packets.map((p) => [p['frame'], p] as const))('frame %i, an ESP packet', (frame, p) => {
    expect(all.find((r) => r['frame'] === frame)).toMatchObject({
      kind: 'esp',
      time: p['time'],
      src: p['src'],
      dst: p['dst'],
      udpEncap: false,
      spi: String(p['spi']).slice(2),
      sequence: p['seq'],
      decrypted: true,
      nextHeader: p['next_header'],
      authenticated: p['icv_good'],
      replay: 'new',
      problems: [],
    });
  });

  test('nothing else, in the order of the capture', () => {
    expect(all.map((r) => r['frame'])).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
  });

  test('without keys the same messages, closed', async () => {
    const closed = await records(['messages', trace.capture]);
    expect(closed.map((r) => r['frame'])).toEqual(all.map((r) => r['frame']));
    expect(closed.filter((r) => r['kind'] === 'ike' && r['encrypted']).map((r) => r['decrypted'])).toEqual(Array(7).fill(false));
  });

  test('as text: frame, time since the start, addresses, the name of the message and what is in it', async () => {
    const { stdout } = await ikewind(['messages', ...withKeys]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(19);
    expect(lines[4]).toMatch(/^ 5 +0\.275475 +192\.0\.2\.1 → 198\.51\.100\.1 +MM5 +ID HASH N\(INITIAL-CONTACT\)$/);
  });
});

/** Section 13 of the project's protocol notes: what IOS prints in an undisturbed main mode with one quick mode, 13 rows a side. */
const initiatorRows = [
  ['IKE_READY', 'IKE_I_MM1'],
  ['IKE_I_MM1', 'IKE_I_MM2'],
  ['IKE_I_MM2', 'IKE_I_MM2'],
  ['IKE_I_MM2', 'IKE_I_MM3'],
  ['IKE_I_MM3', 'IKE_I_MM4'],
  ['IKE_I_MM4', 'IKE_I_MM4'],
  ['IKE_I_MM4', 'IKE_I_MM5'],
  ['IKE_I_MM5', 'IKE_I_MM6'],
  ['IKE_I_MM6', 'IKE_I_MM6'],
  ['IKE_I_MM6', 'IKE_P1_COMPLETE'],
  ['IKE_P1_COMPLETE', 'IKE_P1_COMPLETE'],
  ['IKE_QM_READY', 'IKE_QM_I_QM1'],
  ['IKE_QM_I_QM1', 'IKE_QM_PHASE2_COMPLETE'],
];
const responderRows = [
  ['IKE_READY', 'IKE_R_MM1'],
  ['IKE_R_MM1', 'IKE_R_MM1'],
  ['IKE_R_MM1', 'IKE_R_MM2'],
  ['IKE_R_MM2', 'IKE_R_MM3'],
  ['IKE_R_MM3', 'IKE_R_MM3'],
  ['IKE_R_MM3', 'IKE_R_MM4'],
  ['IKE_R_MM4', 'IKE_R_MM5'],
  ['IKE_R_MM5', 'IKE_R_MM5'],
  ['IKE_R_MM5', 'IKE_P1_COMPLETE'],
  ['IKE_P1_COMPLETE', 'IKE_P1_COMPLETE'],
  ['IKE_QM_READY', 'IKE_QM_SPI_STARVE'],
  ['IKE_QM_SPI_STARVE', 'IKE_QM_R_QM2'],
  ['IKE_QM_R_QM2', 'IKE_QM_PHASE2_COMPLETE'],
];

describe('replay', () => {
  test.each([
    ['initiator', initiatorRows],
    ['responder', responderRows],
  ])('the %s goes through the states that IOS prints', async (side, expected) => {
    const rows = (await records(['replay', ...withKeys])).filter((r) => r['side'] === side && r['to'] !== 'IKE_DEST_SA');
    expect(rows.map((r) => [r['from'], r['to']])).toEqual(expected);
    expect(rows.slice(-1)[0]).toMatchObject({ exchange: 1042156970, to: 'IKE_QM_PHASE2_COMPLETE' });
  });

  test('as text: pairs of old and new state', async () => {
    const { stdout } = await ikewind(['replay', ...withKeys]);
    expect(stdout).toMatch(/initiator +Old State = IKE_I_MM4 +New State = IKE_I_MM5 /);
  });
});

describe('keys', () => {
  const derived = {
    ispi: ikeSa['initiator_cookie'],
    rspi: ikeSa['responder_cookie'],
    nonceI: ikeSa['nonce_i'],
    nonceR: ikeSa['nonce_r'],
    skeyid: ikeSa['skeyid'],
    skeyidD: ikeSa['skeyid_d'],
    skeyidA: ikeSa['skeyid_a'],
    skeyidE: ikeSa['skeyid_e'],
    encryptionKey: ikeSa['enc_key'],
    initialIv: ikeSa['initial_iv'],
  };

  test('from the pre-shared key and g^xy alone: every key that the daemons logged', async () => {
    using folder = scratch();
    const few = folder.write(
      'few.json',
      JSON.stringify({
        format: 1,
        secrets: { psk: 'thisisasecretpassword' },
        ike_sas: [{ ike_version: 1, initiator_cookie: ikeSa['initiator_cookie'], dh_shared_secret: ikeSa['dh_shared_secret'] }],
      }),
    );
    const { status, stdout, stderr } = await ikewind(['keys', trace.capture, '--keys', few, '--format', 'json']);
    expect(status).toBe(0);
    expect(stderr).toContain('secrets');
    const keys = JSON.parse(stdout) as { ikev1: Json[]; ikev2: Json[]; esp: Json[] };
    expect(keys.ikev1).toHaveLength(1);
    expect(keys.ikev1[0]).toMatchObject(derived);
    expect(keys.ikev2).toEqual([]);
    for (const sa of lab.ipsec_sas) {
      expect(keys.esp.find((k) => k['spi'] === String(sa['spi']).slice(2))).toMatchObject({
        protocol: 'esp',
        src: sa['src'],
        dst: sa['dst'],
        encryptionKey: sa['enc_key'],
        integrityKey: sa['auth_key'],
      });
    }
  });

  test('the pre-shared key from a file, with or without a line end, and from the environment', async () => {
    using folder = scratch();
    const dh = folder.write(
      'dh.json',
      JSON.stringify({
        format: 1,
        ike_sas: [{ ike_version: 1, initiator_cookie: ikeSa['initiator_cookie'], dh_shared_secret: ikeSa['dh_shared_secret'] }],
      }),
    );
    const psk = 'thisisasecretpassword';
    const args = ['keys', trace.capture, '--keys', dh, '--format', 'json'];
    const skeyid = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { ikev1: Json[] }).ikev1[0]?.['skeyid'];
    expect(skeyid(await ikewind([...args, '--psk-file', folder.write('a', psk)]))).toBe(ikeSa['skeyid']);
    expect(skeyid(await ikewind([...args, '--psk-file', folder.write('b', `${psk}\r\n`)]))).toBe(ikeSa['skeyid']);
    expect(skeyid(await ikewind(args, { env: { IKEWIND_PSK: psk } }))).toBe(ikeSa['skeyid']);
    expect(skeyid(await ikewind(args))).toBeUndefined();
  });

  describe("Wireshark's tables", () => {
    const folder = scratch();
    const tables = folder.path('tables');
    const table = (name: string): string => readFileSync(folder.path(`tables/${name}`), 'utf8');
    beforeAll(async () => {
      expect((await ikewind(['keys', ...withKeys, '--wireshark', tables])).status).toBe(0);
    });
    afterAll(() => folder[Symbol.dispose]());

    test('hold the keys that the daemons logged', () => {
      expect(table('ikev1_decryption_table')).toContain(`\n${ikeSa['initiator_cookie']},${ikeSa['enc_key']}\n`);
      for (const sa of lab.ipsec_sas) expect(table('esp_sa')).toContain(`"${sa['spi']}","TripleDES-CBC [RFC2451]","0x${sa['enc_key']}"`);
    });

    test('open the IKE messages again', async () => {
      const opened = await records(['messages', trace.capture, '--keys', folder.path('tables/ikev1_decryption_table')]);
      expect(opened.filter((r) => r['decrypted'])).toHaveLength(7);
    });

    test('open the ESP packets again, from esp_sa alone', async () => {
      const opened = await records(['messages', trace.capture, '--keys', folder.path('tables/esp_sa')]);
      const esp = opened.filter((r) => r['kind'] === 'esp');
      expect(esp.map((r) => [r['decrypted'], r['authenticated'], r['nextHeader']])).toEqual(esp.map(() => [true, true, 4]));
      expect(esp).toHaveLength(8);
    });

    const hasTshark = spawnSync('tshark', ['--version']).status === 0;
    test.skipIf(!hasTshark)('open IKE and ESP in tshark, with every ICV good (needs tshark)', () => {
      const profile = folder.path('config');
      cpSync(tables, `${profile}/wireshark`, { recursive: true });
      const options = ['-o', 'esp.enable_encryption_decode:TRUE', '-o', 'esp.enable_authentication_check:TRUE'];
      const fields = ['frame.number', 'isakmp.hash', 'icmp.type', 'esp.icv_good'].flatMap((field) => ['-e', field]);
      const { stdout } = spawnSync('tshark', ['-r', trace.capture, ...options, '-T', 'fields', ...fields], {
        env: { ...process.env, XDG_CONFIG_HOME: profile, HOME: folder.path('.') },
        encoding: 'utf8',
      });
      const rows = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
      expect(rows.filter(([, hash]) => hash)).toHaveLength(7);
      expect(rows.filter(([, , icmp, icv]) => icmp && icv === '1')).toHaveLength(8);
    });
  });
});

/** Everything that must not be shown unasked: the values of the key file that are not sent in the clear. */
const secrets = ['dh_shared_secret', 'skeyid', 'skeyid_d', 'skeyid_a', 'skeyid_e', 'enc_key'].map((name) => ikeSa[name] ?? '');
const shown = (text: string): readonly string[] => [...secrets, 'thisisasecretpassword'].filter((secret) => text.includes(secret));

describe('secrets', () => {
  test.each([
    ['events', '--format', 'json'],
    ['events', '--format', 'text'],
    ['messages', '--format', 'json'],
    ['replay', '--format', 'json'],
    ['state', '--format', 'json'],
    ['state', '--format', 'text'],
    ['explain', '--at', '6'],
  ])('%s %s %s masks them', async (command, ...rest) => {
    const { status, stdout, stderr } = await ikewind([command, ...withKeys, ...rest]);
    expect(status).toBe(0);
    expect(shown(stdout + stderr)).toEqual([]);
  });

  test('step masks them in every view, and shows them with --reveal', async () => {
    const input = Array.from({ length: 20 }, (_, i) => `g ${i}\nkeys\nstate\npacket\nwhy\n`).join('');
    const masked = await ikewind(['step', ...withKeys], { input });
    expect(masked.status).toBe(0);
    expect(shown(masked.stdout + masked.stderr)).toEqual([]);
    const revealed = await ikewind(['step', ...withKeys, '--reveal'], { input });
    expect(shown(revealed.stdout)).toContain(ikeSa['skeyid']);
  });
});

describe('events, state, explain', () => {
  test('events: what happened begins at 1, with the frames of the capture', async () => {
    const happened = (await records(['events', ...withKeys])).filter((r) => Number(r['event']) > 0);
    expect(happened.map((r) => [r['event'], r['kind'], r['via']])).toEqual(
      Array.from({ length: 19 }, (_, i) => [i + 1, 'DatagramSeen', 'capture']),
    );
    expect(happened[0]).toMatchObject({ time: '1795288105.600507000' });
  });

  test('state: a key given moves no index, and the states need no key', async () => {
    const at = async (args: readonly string[]) =>
      JSON.parse((await ikewind(['state', ...args, '--at', '6', '--format', 'json'])).stdout) as Json;
    const states = ({ negotiations }: Json) =>
      (negotiations as { initiator: Json; responder: Json }[]).map((n) => [n.initiator['state'], n.responder['state']]);
    const [open, closed] = [await at(withKeys), await at([trace.capture])];
    expect(open['event']).toBe(6);
    expect(states(open)).toEqual([['IKE_P1_COMPLETE', 'IKE_P1_COMPLETE']]);
    expect(states(closed)).toEqual(states(open));
  });

  test('state: the digest is the same on every run', async () => {
    const hash = async () => (JSON.parse((await ikewind(['state', ...withKeys, '--format', 'json'])).stdout) as Json)['hash'];
    expect(await hash()).toBe(await hash());
  });

  test('explain cites the RFC', async () => {
    const { status, stdout } = await ikewind(['explain', ...withKeys, '--at', '5']);
    expect(status).toBe(0);
    expect(stdout).toContain('RFC 2409');
    const [record] = await records(['explain', ...withKeys, '--at', '5']);
    expect(record).toMatchObject({ event: 5, time: '1795288105.875982000', label: 'MM5' });
  });
});

describe('step', () => {
  const step = (input: string) => ikewind(['step', ...withKeys], { input });
  /** Where it stood after each command. */
  const places = ({ stdout }: { stdout: string }) => [...stdout.matchAll(/^(\d+)\/19\b/gm)].map((m) => Number(m[1]));

  test('forwards, back, go to, first, last', async () => {
    const ended = await step('n\nn\n\np\nn 3\ng 7\nlast\nn\nfirst\np\ng end\n');
    expect(places(ended)).toEqual([0, 1, 2, 3, 2, 5, 7, 19, 0, 19]);
    expect(ended.status).toBe(0);
  });

  test('back shows what forward showed', async () => {
    const { stdout } = await step('n\nn\nn\nn\nn\np\nn\n');
    const pages = stdout.split(/^(?=\d+\/19\b)/m);
    expect(pages[7]).toBe(pages[5]);
  });

  test('search, search again, breakpoints', async () => {
    const ended = await step('/ESP\n/\nfirst\nb MM5\nc\nc\nr\nq\nn\n');
    expect(places(ended)).toEqual([0, 10, 11, 0, 5, 19, 5]);
  });

  test('what is no command is said, and the next one counts', async () => {
    const ended = await step('fly\nn\n');
    expect(ended.stderr).toContain('"fly" is not a command');
    expect(places(ended)).toEqual([0, 1]);
    expect(ended.status).toBe(0);
  });
});
