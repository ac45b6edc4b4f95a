// SAs and peers as the window lists them.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { dropped, fold, knowing, moved, repeated, since, until, withoutSecrets } from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import type { Association } from '../state/ipsec/association.ts';
import { entries, set } from '../state/persistent-map.ts';
import { associationsView } from './associations.ts';
import { moment } from './moment.ts';

const log = loadTrace(bundledTrace);
const at = (given: Log, event: number, negotiation: string | null = null) => moment(fold(given), event, { reveal: [], negotiation });
const saAt = (given: Log, event: number, spi = 'c50d31e3') => {
  const sa = at(given, event).associations.ipsec.find((a) => a.spi === spi);
  if (!sa) throw new Error(`no SA ${spi}`);
  return sa;
};

describe('IPsec SAs', () => {
  test('what was agreed on', () => {
    expect(saAt(log, 10)).toMatchObject({
      protocol: 'esp',
      side: 'initiator',
      src: '192.0.2.1',
      dst: '198.51.100.1',
      state: 'mature',
      selectors: '10.1.0.0/16 → 10.2.0.0/16',
      suite: '3DES-CBC, HMAC-SHA1-96, tunnel',
      current: true,
    });
  });

  test('the one of this packet is current, the initiator’s direction comes first', () => {
    expect(at(log, 11).associations.ipsec.map((a) => [a.side, a.current])).toEqual([
      ['initiator', false],
      ['responder', true],
    ]);
  });

  test('counters', () => {
    expect(saAt(log, 17)).toMatchObject({ highest: '4', received: 4, lost: '0', replayed: 0, packets: 4, bytes: '464' });
    expect(saAt(dropped(log, 12), 16)).toMatchObject({ highest: '4', received: 3, lost: '1' });
    expect(saAt(repeated(log, 12), 13)).toMatchObject({ replayed: 1, packets: 3 });
    expect(saAt(log, 8)).toMatchObject({ highest: 'none yet', lost: '0', packets: 0 });
  });

  test('the window: one sign a number, the newest last', () => {
    expect(saAt(log, 17).window).toBe(`${'.'.repeat(60)}1111`);
    expect(saAt(dropped(log, 12), 16).window).toBe(`${'.'.repeat(60)}1011`);
    expect(saAt(log, 8).window).toBe('.'.repeat(64));
    expect(saAt(log, 17).windowEnd).toBe('4');
  });

  test('numbers before the first that is seen are unknown, not lost', () => {
    const late = since(log, 14);
    expect(saAt(late, 1)).toMatchObject({ highest: '3', lost: '0', window: `${'.'.repeat(63)}1` });
  });

  test('without keys an SA is shown with its packet, and what is not known is said', () => {
    expect(saAt(withoutSecrets(log), 10)).toMatchObject({ side: null, suite: 'unknown', selectors: 'unknown', lifetime: 'unknown' });
  });

  test('a packet that came before its quick mode is counted by the SA', () => {
    expect(saAt(moved(until(knowing(log, 'preSharedKey', 'dhSharedSecret'), 10), 10, 8), 9)).toMatchObject({ packets: 1, state: 'larval' });
  });
});

test.each<[string, Partial<Association>, string]>([
  [
    'AES with 256 bits and extended numbers',
    { mode: 'transport', suite: { transform: 12, keyBits: 256, authentication: 5, esn: true } },
    'AES-CBC-256, HMAC-SHA2-256-128, ESN, transport',
  ],
  [
    'NULL without integrity',
    { mode: 'tunnel', suite: { transform: 11, keyBits: null, authentication: null, esn: false } },
    'NULL, no integrity, tunnel',
  ],
  [
    'AH',
    { protocol: 'ah', mode: 'transport', suite: { transform: 3, keyBits: null, authentication: 2, esn: false } },
    'HMAC-SHA1-96, transport',
  ],
])('the suite of %s', (_, part, words) => {
  const { final } = fold(log);
  const [key, sa] = entries(final.associations)[0] ?? [];
  if (key === undefined || !sa) throw new Error('the trace has SAs');
  const state = { ...final, associations: set(final.associations, key, { ...sa, ...part }) };
  expect(associationsView(state, sa.negotiation, null).ipsec.map((a) => a.suite)).toContain(words);
});

test('the ISAKMP SA in a line', () => {
  expect([2, 6, 19].map((event) => at(log, event).associations.isakmp[0]?.state)).toEqual([
    'being negotiated',
    'established',
    'deleted by initiator',
  ]);
  expect(at(log, 6).associations.isakmp[0]?.text).toBe('3DES-CBC, SHA, group 2, pre-shared key; 15,840 s');
});

test('both peers side by side, from unknown to known', () => {
  const rows = (event: number) => Object.fromEntries(at(log, event).peers.map((r) => [r.label, [r.initiator, r.responder]]));
  expect(rows(1)).toMatchObject({
    Address: ['192.0.2.1:500', '198.51.100.1:500'],
    Cookie: ['e2ac48224b9fbe1e', 'no answer yet'],
    Identity: ['not seen', 'not seen'],
    Authenticated: ['not yet', 'not yet'],
    NAT: ['unknown', 'unknown'],
  });
  expect(rows(6)).toMatchObject({ Identity: ['192.0.2.1', '198.51.100.1'], Authenticated: ['yes', 'yes'], NAT: ['none', 'none'] });
});

test('an event of no negotiation shows the one that was chosen', () => {
  expect(at(withoutSecrets(log), 10, 'e2ac48224b9fbe1e').peers).toHaveLength(6);
  expect(at(withoutSecrets(log), 10).peers).toEqual([]);
});
