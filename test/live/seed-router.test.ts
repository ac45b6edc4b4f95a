/**
 * The running configuration of a real router makes this engine that router: it takes the offer that a Linksys made in that router's own debug
 * log at the same place, after the same twelve refusals.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Effect } from 'effect';
import { describe, expect, test } from 'vitest';
import { givenBy, planOf } from '../../debugger/host/live-plan.ts';
import { type Plan, type Tunnel, usual } from '../../engine/decide/plan.ts';
import type { Event } from '../../engine/event/event.ts';
import type { AddressRange, IsakmpPolicy } from '../../engine/event/policy.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, connectRequest, type Log, policyPage, readConfiguration, transitionRecords } from '../../engine/index.ts';
import { accept, type Input, type Pump, startPump } from '../../engine/live/pump.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { fromSeconds, timestamp } from '../../engine/values/timestamp.ts';
import { ctx, secret } from './two-engines.ts';

const file = join(import.meta.dirname, '../../../shared/captures/cisco-text/seed-running-config-3725.txt');
const router = '200.56.4.1' as IpAddress;
const linksys = '200.100.1.1' as IpAddress;
const origin = { input: 0, number: 0 };

/** As `ISAKMP: encryption 3DES-CBC`, `hash SHA`, `default group 2` and `life duration (VPI) of 0x0 0x1 0x51 0x80` have it. */
const offered = (encryption: number, hash: number, group: number): IsakmpPolicy => ({
  priority: 1,
  encryption,
  keyBits: null,
  hash,
  authentication: 1,
  group,
  lifetimeSeconds: 86_400,
  defaulted: [],
  line: null,
});
const [des, tripleDes, md5, sha1] = [1, 5, 1, 2] as const;
const net = (address: string): AddressRange => ({ address: address as IpAddress, mask: '255.255.255.0' as IpAddress });
const tunnel: Tunnel = {
  peer: router,
  transformSets: [{ name: 'T', esp: 3, keyBits: null, espAuthentication: 2, ah: null, ipcomp: null, mode: 'tunnel', line: null }],
  pfsGroup: null,
  lifetimeSeconds: 3600,
  lifetimeKilobytes: null,
  flows: [{ action: 'permit', protocol: 0, source: net('172.18.30.0'), sourcePort: 0, destination: net('192.168.100.0'), destinationPort: 0, line: 1 }], // biome-ignore format: one flow
};
const initiatorPlan: Plan = {
  ...usual,
  local: linksys,
  policies: [offered(tripleDes, sha1, 2), offered(des, md5, 1), offered(tripleDes, sha1, 2), offered(tripleDes, md5, 2)],
  tunnels: [tunnel],
};

/** What the router logged of its thirteen comparisons: the first attribute that did not fit, by priority, then by transform. */
const logged = [
  ['Group', 'Encryption', 'Group', 'Hash'],
  ['Hash', 'Encryption', 'Hash', 'Group'],
  ['Encryption', 'Hash', 'Encryption', 'Encryption'],
  ['Accepted'],
];

describe.skipIf(!existsSync(file))('a router by its running configuration (needs ../shared/captures)', () => {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const given = givenBy(text);
  const planOfRouter = (): Plan => Effect.runSync(planOf(given, { local: router, port: 500, natPort: 4500 }));
  const key = given.find((e) => e.kind === 'SecretLearned' && e.about.what === 'preSharedKey' && e.about.peer === linksys);

  test('holds a key for that peer, and traffic to protect with it', () => {
    expect(key).toBeDefined();
    expect(planOfRouter().tunnels.filter((t) => t.peer === linksys)).toMatchObject([{ flows: [{ source: { address: '192.168.100.0' } }] }]);
  });

  test('takes the offer at policy 4, and reaches IKE_QM_PHASE2_COMPLETE', () => {
    const psk = key?.kind === 'SecretLearned' ? key.value : null;
    const happened: Event[] = [];
    const ends = new Map<IpAddress, Pump>([
      [router, startPump(ctx, planOfRouter(), given)],
      [linksys, startPump(ctx, initiatorPlan, [{ ...secret(''), value: psk }])],
    ]);
    let now = fromSeconds(1_700_000_000, 0);
    const queue: [IpAddress, Input][] = [[linksys, { kind: 'OperatorRequested', at: now, origin, request: connectRequest(router) }]];
    for (let next = queue.shift(), n = 0; next && n < 50; next = queue.shift(), n++) {
      const [at, input] = next;
      const round = accept(ctx, ends.get(at) as Pump, input, (purpose, length) =>
        nodeCrypto.hash('sha512', new TextEncoder().encode(`${at} ${purpose}`)).subarray(0, length),
      );
      ends.set(at, round.pump);
      if (at === router) happened.push(...round.happened.map((h) => h.event));
      now = timestamp(now + 1_000_000n);
      for (const { datagram } of round.sends) {
        queue.push([datagram.dst, { kind: 'DatagramSeen', at: now, origin, via: 'received', datagram }]);
      }
    }
    const log: Log = { inputs: [{ name: 'live', kind: 'live', detail: 'test' }], given, happened, damage: [] };
    const fold = buildReplay(log, nodeCrypto, { replayWindow: 64 });
    let step = fold.next();
    while (!step.done) step = fold.next();
    const replay = step.value;
    const steps = [...transitionRecords(replay)].filter((t) => t.side === 'responder' && t.exchange !== null);
    expect(steps.at(-1)?.to).toBe('IKE_QM_PHASE2_COMPLETE');
    const page = policyPage(replay, { negotiation: null, policies: [readConfiguration(text).policy] });
    const compared = page.sheets[0]?.matrix.cells.map((row) => row.flatMap((c) => (c.order === null ? [] : [c.label])));
    expect(compared).toEqual(logged);
  });
});
