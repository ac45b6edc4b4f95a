/** Tables against what the standards, and other programs, say. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedFolder } from '../../test/support/trace.ts';
import { fromHex } from '../bytes/hex.ts';
import { configurationAttributes, phaseOneAttributes, phaseTwoAttributes } from './attribute.ts';
import { dhGroups } from './dh-group.ts';
import { exchangeName } from './exchange-type.ts';
import { notifyTypesV1, notifyTypesV2 } from './notify-type.ts';
import { payloadTypes, payloadTypesV1 } from './payload-type.ts';
import { named, nameOf } from './registry.ts';
import { transformIds } from './transform.ts';
import { vendorIdName } from './vendor-id.ts';
import { vendorIdMeaning } from './vendor-id-meaning.ts';

const vendor = (hex: string): string | undefined => vendorIdName(fromHex(hex) ?? new Uint8Array(0));

describe('names', () => {
  test('with their number, or said to be unassigned', () => {
    expect(named(payloadTypesV1, 11)).toBe('Notification (11)');
    expect(named(payloadTypesV1, 99)).toBe('unassigned (99)');
    expect(nameOf(notifyTypesV1, 24578)).toBe('INITIAL-CONTACT');
  });

  // tshark 4.0.17 prints these names.
  test.each([
    [1, 2, 'Identity Protection (Main Mode)'],
    [1, 4, 'Aggressive'],
    [1, 5, 'Informational'],
    [1, 6, 'Transaction (Config Mode)'],
    [1, 32, 'Quick Mode'],
    [1, 16, 'Unknown'],
    [1, 40, 'Unknown'],
    [2, 34, 'IKE_SA_INIT'],
    [2, 35, 'IKE_AUTH'],
    [2, 36, 'CREATE_CHILD_SA'],
    [2, 37, 'INFORMATIONAL'],
  ])('exchange of version %i, type %i', (major, type, name) => {
    expect(exchangeName(major, type)).toBe(name);
  });

  test('the versions share numbers, not meanings', () => {
    expect(nameOf(notifyTypesV1, 16384)).toBe('CONNECTED'); // RFC 2408 3.14.1
    expect(nameOf(notifyTypesV2, 16384)).toBe('INITIAL_CONTACT'); // RFC 7296 3.10.1
    expect(payloadTypes(2).get(4)).toBeUndefined();
    expect(payloadTypes(1).get(34)).toBeUndefined();
  });

  test('a transform number means what its protocol says', () => {
    expect(nameOf(transformIds(1), 1)).toBe('KEY_IKE');
    expect(nameOf(transformIds(2), 3)).toBe('AH_SHA');
    expect(nameOf(transformIds(3), 3)).toBe('ESP_3DES');
    expect(nameOf(transformIds(3), 23)).toBe('ESP_NULL_AUTH_AES-GMAC');
    expect(nameOf(transformIds(9), 3)).toBeUndefined();
  });
});

describe('attributes', () => {
  const basics = (table: typeof phaseOneAttributes): number[] => [...table].filter(([, row]) => row.form === 'Basic').map(([n]) => n);
  test('RFC 2409 appendix A and RFC 2407 4.5 say which are basic', () => {
    expect(basics(phaseOneAttributes)).toEqual([1, 2, 3, 4, 5, 11, 13, 14, 15]);
    expect(basics(phaseTwoAttributes)).toEqual([1, 3, 4, 5, 6, 7, 8, 10, 11, 14]);
    expect(basics(configurationAttributes)).toEqual([]);
  });
});

test('a MODP group has public values as long as its modulus, RFC 3526', () => {
  const bits = [...dhGroups.values()].flatMap((g) =>
    /^MODP-(\d+)/.test(g.name) ? [[Number(/\d+/.exec(g.name)?.[0]), g.publicOctets]] : [],
  );
  expect(bits.length).toBeGreaterThan(8);
  for (const [size, octets] of bits) expect(octets).toBe(Number(size) / 8);
});

describe('vendor IDs', () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  // The texts are published; the IDs are their MD5.
  test.each([
    ['RFC 3947', 'RFC 3947 NAT-T'],
    ['draft-ietf-ipsec-nat-t-ike-02', 'draft-ietf-ipsec-nat-t-ike-02'],
    ['draft-ietf-ipsec-nat-t-ike-02\n', 'draft-ietf-ipsec-nat-t-ike-02 (with newline)'],
    ['draft-ietf-ipsec-nat-t-ike-03', 'draft-ietf-ipsec-nat-t-ike-03'],
    ['FRAGMENTATION', 'IKE fragmentation'],
    ['strongSwan', 'strongSwan'],
  ])('MD5 of %j', (text, name) => {
    expect(vendor(md5(text))).toBe(name);
  });

  test('what follows a known beginning is a version or a capability', () => {
    expect(vendor('afcad71368a1f1c96b8696fc77570100')).toBe('RFC 3706 DPD');
    expect(vendor('4048b7d56ebce88525e7de7f00d6c2d3c0000000')).toBe('IKE fragmentation');
    expect(vendor('12f5f28c457168a9702d9fe274cc0100')).toBe('Cisco Unity');
    expect(vendor('09002689dfd6b712')).toBe('XAUTH');
    expect(vendor('1e2b516905991c7d7c96fcbfb587e46100000007')).toBe('Windows-7');
    expect(vendor('1e2b516905991c7d7c96fcbfb587e461000000ff')).toBe('Windows');
  });

  test('an ID that nobody told us', () => {
    expect(vendor('')).toBeUndefined();
    expect(vendor('00112233445566778899aabbccddeeff')).toBeUndefined();
  });
});

test.each([
  ['4a131c81070358455c5728f20e95452f', 'NAT traversal (RFC 3947)'],
  ['90cb80913ebb696e086381b5ec427b1f', 'NAT traversal (RFC 3947)'],
  ['afcad71368a1f1c96b8696fc77570100', 'dead peer detection (RFC 3706)'],
  ['09002689dfd6b712', 'extended authentication (XAUTH)'],
  ['4048b7d56ebce88525e7de7f00d6c2d3', 'messages in fragments'],
  ['12f5f28c457168a9702d9fe274cc0100', 'Cisco Unity (mode config)'],
  ['ffffffffffffffffffffffffffffffff', undefined],
])('vendor ID %s says %s', (hex, meaning) => {
  expect(vendorIdMeaning(fromHex(hex) ?? new Uint8Array())).toBe(meaning);
});

describe('vendor IDs, collected', () => {
  test('a FreeS/WAN of no known version is known by its letters and its length', () => {
    expect(vendor('4f454e000000000000000000')).toBe('FreeS/WAN, Openswan or Libreswan');
    expect(vendor('4f4500000000000000000000')).toBe('FreeS/WAN or Openswan');
    expect(vendor('4f45000000000000000000')).toBeUndefined();
  });

  const collected = join(sharedFolder, 'reference/vendor-ids.tsv');
  test.skipIf(!existsSync(collected))(
    'every collected ID that names somebody has a name (needs ../shared/reference/vendor-ids.tsv)',
    () => {
      const nameless = readFileSync(collected, 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .filter(([hex = '', , , names = '']) => /^[0-9a-f]+$/.test(hex) && !/^Unknown \d+$/.test(names) && !names.includes('[pattern'))
        .filter(([hex = '']) => vendor(hex) === undefined);
      expect(nameless).toEqual([]);
    },
  );
});
