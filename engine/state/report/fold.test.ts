import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceReported } from '../../event/event.ts';
import type { Report } from '../../event/report.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { atIndex, evolve } from '../evolve.ts';
import { get, values } from '../persistent-map.ts';
import type { Transition } from '../seen.ts';
import { initialState, type State } from '../state.ts';
import { metAs } from './meeting.ts';

const ctx = { crypto: nodeCrypto, replayWindow: 64, detail: false };

interface Replayed {
  readonly state: State;
  readonly transitions: readonly (Transition & { readonly event: number })[];
}

const replay = (events: readonly DeviceReported[]): Replayed => {
  let state = initialState;
  const transitions: (Transition & { event: number })[] = [];
  events.forEach((event, i) => {
    const step = evolve(ctx, atIndex(state, i + 1), event);
    state = step.state;
    for (const t of step.seen.transitions) transitions.push({ ...t, event: i + 1 });
  });
  return { state, transitions };
};

const ofText = (source: string | Uint8Array): Replayed =>
  replay(toEnd(readText(source, 'device.log', 0)).events.filter((e) => e.kind === 'DeviceReported'));

const steps = ({ transitions }: Replayed) => transitions.map((t) => `${t.negotiation} ${t.side} ${t.exchange ?? '-'} ${t.from} ${t.to}`);

test('a responder: 12.3 gives the number once the SA is there, and the ends come from two lines', () => {
  const replayed = ofText(`
ISAKMP (0:0): received packet from 192.0.2.2 dport 500 sport 500 Global (N) NEW SA
ISAKMP (0:7): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH
ISAKMP (0:7): Old State = IKE_READY  New State = IKE_R_MM1
ISAKMP (0:7): Checking ISAKMP transform 1 against priority 10 policy
ISAKMP:      encryption AES-CBC
ISAKMP:      keylength of 256
ISAKMP:      hash SHA256
ISAKMP:      default group 14
ISAKMP:      auth pre-share
ISAKMP:      life type in seconds
ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80
ISAKMP (0:7): atts are acceptable. Next payload is 0
ISAKMP (0:7): SA has been authenticated with 192.0.2.2
ISAKMP: Trying to insert a peer 192.0.2.1/192.0.2.2/500/,  and inserted successfully 66440AA0.
`);
  expect(steps(replayed)).toEqual(['reported-2 responder - IKE_READY IKE_R_MM1']);
  expect(replayed.transitions[0]).toMatchObject({ because: 'IKE_MESG_FROM_PEER, IKE_MM_EXCH', proven: true });
  expect(values(replayed.state.negotiations)).toMatchObject([
    {
      mode: 'main',
      rolesKnown: true,
      initiator: { address: '192.0.2.2', port: 500, state: 'IKE_READY' },
      responder: { port: 500, state: 'IKE_R_MM1' },
      suite: { encryption: 7, keyBits: 256, hash: 4, group: 14, authentication: 1, lifetimeSeconds: 86400 },
      authenticated: { initiator: true, responder: null },
      reported: ['initiator', 'responder', 'suite', 'authenticated'],
    },
  ]);
});

test('two negotiations share connection 0 until each has its number', () => {
  const replayed = ofText(`
ISAKMP-PAK: (0):received packet from 192.0.2.2 dport 500 sport 500 Global (N) NEW SA
ISAKMP-PAK: (0):received packet from 192.0.2.3 dport 500 sport 500 Global (N) NEW SA
ISAKMP: (0):found peer pre-shared key matching 192.0.2.2
ISAKMP-PAK: (1001):sending packet to 192.0.2.3 my_port 500 peer_port 500 (R) MM_KEY_EXCH
ISAKMP-PAK: (1002):sending packet to 192.0.2.2 my_port 500 peer_port 500 (R) MM_KEY_EXCH
ISAKMP: (1002):Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE
ISAKMP: (1002):Old State = IKE_R_MM3  New State = IKE_R_MM4
ISAKMP: (1001):Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE
ISAKMP: (1001):Old State = IKE_R_MM3  New State = IKE_R_MM4
`);
  const peers = Object.fromEntries(values(replayed.state.negotiations).map((n) => [n.id, n.initiator.address]));
  expect(replayed.transitions.map((t) => peers[t.negotiation])).toEqual(['192.0.2.2', '192.0.2.3']);
});

test('an initiator, of which the log tells the role late, and names that packets never show', () => {
  const replayed = ofText(`
ISAKMP: (0):Created a peer struct for 192.0.2.2, peer port 500
ISAKMP: (0):insert sa successfully sa = 7F368CB7D310
ISAKMP: (0):Input = IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM
ISAKMP: (0):Old State = IKE_READY  New State = IKE_I_MM1
ISAKMP-PAK: (0):sending packet to 192.0.2.2 my_port 500 peer_port 500 (I) MM_NO_STATE
ISAKMP: (1003):Node 1025971884, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH
ISAKMP: (1003):Old State = IKE_QM_I_QM1  New State = IKE_QM_IPSEC_INSTALL_AWAIT
ISAKMP: (1003):deleting SA reason "No reason" state (I) QM_IDLE       (peer 192.0.2.2)
`);
  expect(steps(replayed)).toEqual([
    'reported-3 initiator - IKE_READY IKE_I_MM1',
    'reported-3 initiator 1025971884 IKE_QM_I_QM1 IKE_QM_IPSEC_INSTALL_AWAIT',
  ]);
  const [n] = values(replayed.state.negotiations);
  expect(n).toMatchObject({ responder: { address: '192.0.2.2' }, ended: { event: 9, why: 'No reason' } });
  expect(n && values(n.exchanges)).toMatchObject([{ messageId: 1025971884, initiatorState: 'IKE_QM_IPSEC_INSTALL_AWAIT' }]);
});

const folder = new URL('../../../../shared/captures/cisco-text/', import.meta.url);

describe.skipIf(!existsSync(folder))('real logs in ../shared/captures/cisco-text (skipped without that folder)', () => {
  test('the seed replays from IKE_READY to IKE_QM_PHASE2_COMPLETE without a packet', () => {
    const replayed = ofText(readFileSync(new URL('seed-linksys-to-ios-debug.txt', folder)));
    const quick = 'reported-1 responder 3453201568';
    expect(steps(replayed)).toEqual([
      'reported-1 responder - IKE_READY IKE_R_MM1',
      'reported-1 responder - IKE_R_MM1 IKE_R_MM1',
      'reported-1 responder - IKE_R_MM1 IKE_R_MM2',
      'reported-1 responder - IKE_R_MM2 IKE_R_MM3',
      'reported-1 responder - IKE_R_MM3 IKE_R_MM3',
      'reported-1 responder - IKE_R_MM3 IKE_R_MM4',
      'reported-1 responder - IKE_R_MM4 IKE_R_MM5',
      'reported-1 responder - IKE_R_MM5 IKE_R_MM5',
      'reported-1 responder - IKE_R_MM5 IKE_P1_COMPLETE',
      'reported-1 responder - IKE_P1_COMPLETE IKE_P1_COMPLETE',
      `${quick} IKE_QM_READY IKE_QM_SPI_STARVE`,
      `${quick} IKE_QM_SPI_STARVE IKE_QM_R_QM2`,
      `${quick} IKE_QM_R_QM2 IKE_QM_PHASE2_COMPLETE`,
    ]);
    const [n] = values(replayed.state.negotiations);
    expect(n).toMatchObject({
      initiator: { address: '200.100.1.1', identity: '200.100.1.1' },
      responder: { address: '200.56.4.1', identity: '200.56.4.1', state: 'IKE_P1_COMPLETE' },
      suite: { encryption: 5, hash: 2, group: 2, authentication: 1, lifetimeSeconds: 86400 },
      authenticated: { initiator: true },
    });
    expect(n && values(n.exchanges)).toMatchObject([{ begunBy: 'initiator', responderState: 'IKE_QM_PHASE2_COMPLETE', pfsGroup: 2 }]);
    const sas = values(replayed.state.associations).sort((a, b) => a.spi - b.spi);
    expect(sas).toMatchObject([
      { spi: 0x52b905bc, src: '200.100.1.1', dst: '200.56.4.1', side: 'initiator', mode: 'tunnel', lifetimeSeconds: 86400 },
      { spi: 0xcdd3aca0, src: '200.56.4.1', dst: '200.100.1.1', side: 'responder', mode: 'tunnel', lifetimeSeconds: 86400 },
    ]);
    expect(sas.map((a) => [a.suite?.transform, a.suite?.authentication, a.pfsGroup, a.state])).toEqual([
      [3, 2, 2, 'mature'],
      [3, 2, 2, 'mature'],
    ]);
  });

  test.each([
    ['iosxe-natt-sitea-initiator-mainmode.txt', 14, 'initiator'],
    ['iosxe-natt-hq-responder-mainmode.txt', 14, 'responder'],
    ['ios-initiator-pfs-mismatch.txt', 14, 'initiator'],
  ])('%s: %i transitions, one negotiation', (name, count, side) => {
    const text = readFileSync(new URL(name, folder));
    const { transitions, state } = ofText(text);
    // What `grep -c 'New State'` counts in the file.
    expect(
      text
        .toString()
        .split('\n')
        .filter((line) => line.includes('New State')).length,
    ).toBe(count);
    expect(transitions.map((t) => t.side)).toEqual(Array(count).fill(side));
    expect(new Set(transitions.map((t) => t.negotiation)).size).toBe(1);
    expect(values(state.negotiations).every((n) => n.initiator.address !== n.responder.address)).toBe(true);
  });
});

const anyReport: fc.Arbitrary<Report> = fc.oneof(
  fc.record({
    says: fc.constant('transition' as const),
    from: fc.constantFrom('IKE_READY', 'IKE_QM_READY', ''),
    to: fc.constantFrom('IKE_R_MM1', 'IKE_I_MM1', 'IKE_QM_R_QM2', '__proto__', 'IKE_DEST_SA'),
    connection: fc.nat(3),
  }),
  fc.record({
    says: fc.constant('packet' as const),
    way: fc.constantFrom('sent' as const, 'received' as const),
    word: fc.constantFrom('NEW SA', 'MM_KEY_EXCH'),
    peer: fc.constantFrom('192.0.2.2', '2001:db8::1', 'nonsense'),
    connection: fc.nat(3),
    side: fc.constantFrom('initiator' as const, 'responder' as const, undefined),
  }),
  fc.record({
    says: fc.constant('association' as const),
    doing: fc.constantFrom('created' as const, 'detail' as const, 'deleted' as const),
    spi: fc.nat(5),
    direction: fc.constantFrom('inbound' as const, 'outbound' as const, undefined),
    dst: fc.constantFrom('192.0.2.1', undefined),
    local: fc.constantFrom('192.0.2.1', undefined),
  }),
  fc.record({
    says: fc.constant('input' as const),
    class: fc.string(),
    input: fc.constantFrom('IKE_SA_REQ_MM', 'x'),
    messageId: fc.nat(2),
  }),
  fc.record({
    says: fc.constant('node' as const),
    doing: fc.constant('deleting' as const),
    messageId: fc.nat(2),
    error: fc.boolean(),
    connection: fc.nat(3),
  }),
);

test('any reports, in any order, fold without an exception, and the same reports to the same state', () => {
  fc.assert(
    fc.property(fc.array(anyReport, { maxLength: 40 }), (reports) => {
      const events = reports.map(
        (report, i): DeviceReported => ({
          kind: 'DeviceReported',
          at: null,
          origin: { input: i % 2, number: i + 1 },
          line: i + 1,
          text: '',
          recognised: true,
          report,
        }),
      );
      const { state, transitions } = replay(events);
      expect(replay(events).state).toEqual(state);
      // One whose log met that of the other end goes by the other name from then on.
      for (const t of transitions) expect(get(state.negotiations, metAs(state, t.negotiation))).toBeDefined();
    }),
  );
});
