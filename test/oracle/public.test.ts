// Foreign captures, with what keys were published, against tshark's account of every message. Known differences are a ratchet: none may be added, and one that is gone must go from the list.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askEverything } from '../support/look-at-all.ts';
import { publicDifferences, publicFolder, publicReplay } from './public-trace.ts';

const present = existsSync(publicFolder);
const names = present ? readdirSync(join(publicFolder, 'expected')).filter((name) => name.endsWith('.json')) : [];

/** By capture: why, and each difference as `frame field`. */
const known: Readonly<Record<string, { readonly why: string; readonly differences: readonly string[] }>> = {
  'packetgen__esp-transport-esn.pcapng.json': {
    why: 'tshark knows no extended sequence numbers: with the upper half in the associated data, RFC 4106 5, the tag of frame 2 is right',
    differences: ['2 authenticated'],
  },
  'wireshark-wiki__ipsec_esp_capture_3.pcap.json': {
    why: 'Twofish is none of the ciphers of ESP, RFC 8221 5, and has no number: the ICV is checked, the inside stays closed',
    differences: Array.from({ length: 15 }, (_, i) => [`${i + 7} nextHeader`, `${i + 7} decrypted`]).flat(),
  },
  'tcpdump__ISAKMP_sa_setup.pcap.json': {
    why: 'two NAT-D payloads as the drafts number them (15, since RFC 6407 one of GDOI), in a chain that RFC 2408 3.2 lets run on: tshark stops at the second',
    differences: ['3 payloads', '4 payloads'],
  },
  'tcpdump__esp_truncated.pcap.json': {
    why: 'the capture ends before the sequence number, RFC 4303 2.2: no record without one',
    differences: ['1 missing'],
  },
  'tcpdump__isakmp-ikev1_n_print-oobr.pcap.json': {
    why: 'tshark gives no length where it is absurd; we say what stands there, RFC 2408 3.1',
    differences: ['3 length'],
  },
  'tcpdump__isakmp-pointer-loop.pcap.json': {
    why: 'cookies of zero on port 500: broken IKE to us (RFC 2408 2.5.3), data to tshark',
    differences: ['1 more'],
  },
  'zeek-spicy-ipsec__ipsec-ikev1-payload-bad-length.pcap.json': {
    why: 'a payload’s length is less than its own header (RFC 2408 3.2): nobody knows where the next begins, and we stop; tshark goes on',
    differences: ['1 payloads'],
  },
};

describe.skipIf(!present)('captures of ../shared/captures/public, message by message (skipped where they are missing)', () => {
  test.skipIf(!present).each(names)('%s shows and can be searched', (name) => {
    expect(askEverything(publicReplay(name), 300)).toBeGreaterThan(0);
  });

  test.skipIf(!present).each(names)('%s', (name) => {
    const found = publicDifferences(name, publicReplay(name)).map(({ frame, what, text }) => ({ key: `${frame} ${what}`, text }));
    const expected = known[name]?.differences ?? [];
    expect(found.filter(({ key }) => !expected.includes(key))).toEqual([]);
    expect(found.map(({ key }) => key)).toEqual(expected);
  });

  test('what is known to differ is in these captures, and has its reason in an RFC', () => {
    expect(Object.keys(known).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.entries(known).filter(([, { why }]) => !/RFC \d+ \d/.test(why))).toEqual([]);
  });
});
