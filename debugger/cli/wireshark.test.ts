/** Wireshark's tables: rows as they stand in the profile folder of the lab's traces, which tshark 4.0.17 opened them with. */
import { expect, test } from 'vitest';
import { wiresharkTables } from './wireshark.ts';

const sa = { protocol: 'esp', spi: 'c185666e', src: '198.51.100.1', dst: '192.0.2.1', encryption: '3DES-CBC', integrity: 'HMAC-SHA1-96' };
const rows = (table: string, keys: Parameters<typeof wiresharkTables>[0]) =>
  (wiresharkTables(keys).get(table) ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('an IKEv1 row is cookie and key; of two ends with different keys the initiator has it', () => {
  const ispi = 'e2ac48224b9fbe1e';
  const keys = {
    ikev1: [{ ispi, side: 'responder', encryptionKey: 'bb' }, { ispi, side: 'initiator', encryptionKey: 'aa' }, { ispi: '00' }],
    esp: [],
  };
  expect(rows('ikev1_decryption_table', keys)).toEqual([`${ispi},aa`]);
});

test.each([
  ['3DES-CBC', 'HMAC-SHA1-96', 'TripleDES-CBC [RFC2451]', 'HMAC-SHA-1-96 [RFC2404]'],
  ['AES-CBC-128', 'HMAC-MD5-96', 'AES-CBC [RFC3602]', 'HMAC-MD5-96 [RFC2403]'],
  ['DES-CBC', 'HMAC-SHA2-256-128', 'DES-CBC [RFC2405]', 'HMAC-SHA-256-128 [RFC4868]'],
  ['AES-CBC', 'HMAC-SHA2-384-192', 'AES-CBC [RFC3602]', 'HMAC-SHA-384-192 [RFC4868]'],
  ['AES-CBC', 'HMAC-SHA2-512-256', 'AES-CBC [RFC3602]', 'HMAC-SHA-512-256 [RFC4868]'],
  ['AES-GCM-16', 'NULL', 'AES-GCM with 16 octet ICV [RFC4106]', 'NULL'],
])('ESP with %s and %s', (encryption, integrity, cipher, authentication) => {
  const aead = integrity === 'NULL';
  const esp = [{ ...sa, encryption, integrity, encryptionKey: 'aa', ...(aead ? {} : { integrityKey: 'bb' }) }];
  expect(rows('esp_sa', { ikev1: [], esp })).toEqual([
    `"IPv4","198.51.100.1","192.0.2.1","0xc185666e","${cipher}","0xaa","${authentication}","${aead ? '' : '0xbb'}"`,
  ]);
});

test('AH and SAs without a key have no row', () => {
  expect(rows('esp_sa', { ikev1: [], esp: [{ ...sa, protocol: 'ah', encryptionKey: 'aa' }, sa] })).toEqual([]);
});

test('IPv6 is told from the address', () => {
  const esp = [{ ...sa, src: '2001:db8::1', dst: '2001:db8::2', encryptionKey: 'aa', integrityKey: 'bb' }];
  expect(rows('esp_sa', { ikev1: [], esp })[0]).toMatch(/^"IPv6","2001:db8::1","2001:db8::2",/);
});
