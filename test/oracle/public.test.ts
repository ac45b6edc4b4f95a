// Foreign captures, with what keys were published, against tshark's account of every message. Known differences are a ratchet: none may be added, and one that is gone must go from the list.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askEverything } from '../support/look-at-all.ts';
import { publicDifferences, publicFolder, publicReplay } from './public-trace.ts';

const present = existsSync(publicFolder);
const names = present ? readdirSync(join(publicFolder, 'expected')).filter((name) => name.endsWith('.json')) : [];

/** By capture: why, and each difference as `frame field`. */
const known: Readonly<Record<string, { readonly why: string; readonly differences: readonly string[] | { readonly count: number } }>> = {
  'onurozcan35__ikev1-psk-aggressive-mode.pcapng.json': {
    why: 'aggressive mode is not followed yet',
    differences: ['3 decryptedPayloads'],
  },
  'open5gs__ipsec_reg.pcapng.json': { why: 'ESP inside GTP-U: tunnels are not followed yet', differences: { count: 28 } },
  'open5gs__ipsec_to_nonipsec_call.pcapng.json': { why: 'ESP inside GTP-U: tunnels are not followed yet', differences: { count: 24 } },
  'tcpdump__ISAKMP_sa_setup.pcap.json': {
    why: 'NAT-D of a draft as payload type 15, which GDOI was given later: tshark stops at the second, which is there',
    differences: ['3 payloads', '4 payloads'],
  },
  'tcpdump__esp_truncated.pcap.json': { why: 'the capture ends before the sequence number', differences: ['1 missing'] },
  'tcpdump__isakmp-ikev1_n_print-oobr.pcap.json': {
    why: 'tshark gives no length where it is absurd; we say what stands there',
    differences: ['3 length'],
  },
  'tcpdump__isakmp-pointer-loop.pcap.json': {
    why: 'cookies of zero on port 500: broken IKE to us, data to tshark',
    differences: ['1 more'],
  },
  'wireshark-wiki__test1-ikev1-cisco-frag-hybrid.pcap.json': {
    why: 'the oracle has the rebuilt message in place of its last fragment, and lacks those that came last-first',
    differences: ['28 length', '28 encrypted', '28 flags', '23 more', '31 more'],
  },
  'wireshark__ikev1-bug-12620.pcapng.gz.json': {
    why: 'aggressive mode is not followed yet',
    differences: [4, 5, 6, 7, 8, 9, 10].map((frame) => `${frame} decryptedPayloads`),
  },
  'zeek-spicy-ipsec__ipsec-ikev1-payload-bad-length.pcap.json': {
    why: 'a payload’s length is wrong: we stop there, tshark goes on behind it',
    differences: ['1 payloads'],
  },
  'zeek__ipv6_zero_len_ah.pcap.json': { why: 'an ICMP error that quotes AH: what it quotes is not read yet', differences: ['6 missing'] },
};

describe.skipIf(!present)('captures of ../shared/captures/public, message by message (skipped where they are missing)', () => {
  test.skipIf(!present).each(names)('%s shows and can be searched', (name) => {
    expect(askEverything(publicReplay(name), 300)).toBeGreaterThan(0);
  });

  test.skipIf(!present).each(names)('%s', (name) => {
    const found = publicDifferences(name, publicReplay(name)).map(({ frame, what, text }) => ({ key: `${frame} ${what}`, text }));
    const expected = known[name]?.differences ?? [];
    if ('count' in expected) expect(found).toHaveLength(expected.count);
    else {
      expect(found.filter(({ key }) => !expected.includes(key))).toEqual([]);
      expect(found.map(({ key }) => key)).toEqual(expected);
    }
  });
});
