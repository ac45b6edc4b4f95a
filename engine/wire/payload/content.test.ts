/** Payload bodies, each from octets laid out by hand as the section in its name draws them. */
import { describe, expect, test } from 'vitest';
import { reading } from '../../bytes/field.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { type PayloadContent, type PayloadKind, readContent, writeContent } from './content.ts';
import { identityText } from './identification.ts';

const octets = (hex: string): Uint8Array => fromHex(hex.replaceAll(/\s/g, '')) ?? new Uint8Array(0);
const read = (kind: PayloadKind, hex: string) => {
  const bytes = octets(hex);
  const r = reading(bytes, 'wire', 0, bytes.length);
  const content = readContent(r, kind);
  return { content, issues: r.issues.map((i) => i.code), nodes: r.nodes };
};

const cases: readonly (readonly [string, string, PayloadContent])[] = [
  [
    'Identification, RFC 2407 4.6.2',
    '04 00 0000 0a010000 ffff0000',
    { kind: 'identification', idType: 4, protocolId: 0, port: 0, data: octets('0a010000ffff0000') },
  ],
  ['Certificate Request, RFC 2408 3.10', '04 3000', { kind: 'certificateRequest', encoding: 4, data: octets('3000') }],
  [
    'Notification with an SPI, RFC 2408 3.14',
    '00000001 03 04 000e c185666e beef',
    { kind: 'notification', doi: 1, protocolId: 3, notifyType: 14, spi: octets('c185666e'), data: octets('beef') },
  ],
  [
    'Delete of two ESP SAs, RFC 2408 3.15',
    '00000001 03 04 0002 c185666e c50d31e3',
    { kind: 'delete', doi: 1, protocolId: 3, spiSize: 4, spis: [octets('c185666e'), octets('c50d31e3')] },
  ],
  [
    'Attributes, mode config: an address asked for, a name given',
    '01 00 1234 0001 0000 4089 0003 626f62',
    {
      kind: 'attributes',
      type: 1,
      identifier: 0x1234,
      attributes: [
        { type: 1, form: 'TLV', value: octets('') },
        { type: 16521, form: 'TLV', value: octets('626f62') },
      ],
    },
  ],
  ['NAT Original Address, RFC 3947 5.2', '01 000000 c0000201', { kind: 'natOriginalAddress', idType: 1, data: octets('c0000201') }],
  ['Fragment', '0001 02 01 aabb', { kind: 'fragment', id: 1, number: 2, flags: 1, data: octets('aabb') }],
  [
    'Security Association with AH and ESP under one number, RFC 2408 4.2, and a long-form lifetime',
    `00000001 00000001
     02000018 01 02 04 01 11223344  0000000c 01 03 0000 8005 0002
     00000020 01 03 04 01 55667788  00000014 01 0c 0000 8006 0080 0002 0004 00015180`,
    {
      kind: 'securityAssociation',
      doi: 1,
      situation: 1,
      proposals: [
        {
          number: 1,
          protocolId: 2,
          spi: octets('11223344'),
          transforms: [{ number: 1, id: 3, attributes: [{ type: 5, form: 'TV', value: octets('0002') }] }],
        },
        {
          number: 1,
          protocolId: 3,
          spi: octets('55667788'),
          transforms: [
            {
              number: 1,
              id: 12,
              attributes: [
                { type: 6, form: 'TV', value: octets('0080') },
                { type: 2, form: 'TLV', value: octets('00015180') },
              ],
            },
          ],
        },
      ],
    },
  ],
  [
    'Security Association with labels, RFC 2407 4.6.1',
    '00000001 00000003 00000007 0001 0000 aa000000 0009 0000 ff800000 0000 0000 0000 0000',
    {
      kind: 'securityAssociation',
      doi: 1,
      situation: 3,
      labels: {
        domain: 7,
        secrecyLength: 1,
        secrecyLevel: octets('aa000000'),
        secrecyCategoryBits: 9,
        secrecyCategories: octets('ff800000'),
        integrityLength: 0,
        integrityLevel: octets(''),
        integrityCategoryBits: 0,
        integrityCategories: octets(''),
      },
      proposals: [],
    },
  ],
  [
    'Security Association of GDOI: kept',
    '00000002 00000000 0f000000',
    { kind: 'securityAssociation', doi: 2, situation: 0, proposals: [], other: octets('0f000000') },
  ],
];

describe('payload bodies, both ways', () => {
  test.each(cases)('%s', (_, hex, content) => {
    const result = read(content.kind, hex);
    expect(result.issues).toEqual([]);
    expect(result.content).toEqual(content);
    const out: number[] = [];
    writeContent(out, content);
    expect(toHex(Uint8Array.from(out))).toBe(hex.replaceAll(/\s/g, ''));
  });
});

describe('bodies that lie', () => {
  test.each([
    ['an SPI longer than the payload', 'notification', '00000001 03 10 000e c185666e', 'truncated'],
    ['more SPIs announced than there are', 'delete', '00000001 03 04 0002 c185666e', 'truncated'],
    ['SPIs without octets', 'delete', '00000001 03 00 ffff', 'count-mismatch'],
    ['SPIs beyond those announced', 'delete', '00000001 03 04 0001 c185666e c50d31e3', 'trailing-octets'],
    ['a transform that is its header only', 'securityAssociation', '00000001 00000001 0000000c 01 01 00 01 00000004', 'truncated'],
    ['a transform shorter than its header', 'securityAssociation', '00000001 00000001 0000000c 01 01 00 01 00000003', 'payload-length'],
    [
      'fewer transforms than announced',
      'securityAssociation',
      '00000001 00000001 00000010 01 01 00 02 00000008 01 01 0000',
      'count-mismatch',
    ],
    [
      'a proposal that announces another, and none is left',
      'securityAssociation',
      '00000001 00000001 02000010 01 01 00 01 00000008 01 01 0000',
      'chain-broken',
    ],
  ] as const)('%s', (_, kind, hex, code) => {
    const { content, issues } = read(kind, hex);
    expect(issues).toEqual([code]);
    expect(content).toEqual({ kind: 'unknown', data: octets(hex) });
  });

  test('a basic attribute in the long form is misbehaviour, and read all the same', () => {
    const { content, issues } = read('securityAssociation', '00000001 00000001 00000016 01 01 00 01 0000000e 01 01 0000 0001 0002 0005');
    expect(issues).toEqual(['basic-attribute-long']);
    expect(content.kind).toBe('securityAssociation');
  });
});

test('passwords are not written into the tree', () => {
  const { nodes } = read('attributes', '02 00 0001 408a 0004 70617373');
  expect(JSON.stringify(nodes)).not.toContain('70617373');
});

describe('identities in words', () => {
  test.each([
    [1, 'c0000201', '192.0.2.1'],
    [4, '0a010000ffff0000', '10.1.0.0/16'],
    [4, '0a010000ffffffff', '10.1.0.0/32'],
    [4, '0000000000000000', '0.0.0.0/0'],
    [4, '0a010000ff00ff00', '10.1.0.0/255.0.255.0'],
    [5, '20010db8000000000000000000000001', '2001:db8::1'],
    [6, '20010db8000000000000000000000000ffffffff000000000000000000000000', '2001:db8::/32'],
    [7, '0a0000010a000009', '10.0.0.1-10.0.0.9'],
    [2, '67772e6c6162', 'gw.lab'],
    [3, '6140622e63', 'a@b.c'],
    [11, '00ff', '00ff'],
    [1, 'c000', 'c000'],
  ])('type %i', (type, hex, text) => {
    expect(identityText(type, octets(hex))).toBe(text);
  });
});
