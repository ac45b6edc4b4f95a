/** Signatures with certificates between two engines, RFC 2409 5.1 and RFC 4754: believed are those who show that they are whom we trust, nobody else. */
import { describe, expect, test } from 'vitest';
import { derOf } from '../../debugger/host/pem.ts';
import { isEstablished } from '../../engine/decide/ikev1/phase1.ts';
import type { Credentials, OwnIdentity, Plan } from '../../engine/decide/plan.ts';
import type { SecretLearned } from '../../engine/event/event.ts';
import { startPump } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { values } from '../../engine/state/persistent-map.ts';
import pems from './credentials.json' with { type: 'json' };
import { connect, ctx, type End, makeWorld, tripleDes, type World } from './two-engines.ts';

type Name = Exclude<keyof typeof pems, 'about'>;

const der = (name: Name): Uint8Array => {
  const [octets] = derOf(pems[name], 'CERTIFICATE');
  if (!octets) throw new Error(`${name} is no certificate`);
  return octets;
};

const privateKey = (name: Name): SecretLearned => ({
  kind: 'SecretLearned',
  at: null,
  origin: { input: 0, number: 0 },
  about: { what: 'signaturePrivateKey' },
  ref: 1,
  value: new TextEncoder().encode(pems[name]),
});

interface Signer {
  readonly certificates: readonly Name[];
  readonly anchors: readonly Name[];
  readonly key: Name;
  readonly identity?: OwnIdentity;
}

const rsa: { readonly a: Signer; readonly b: Signer } = {
  a: { certificates: ['a'], anchors: ['ca'], key: 'aKey' },
  b: { certificates: ['b'], anchors: ['ca'], key: 'bKey' },
};
const ecdsa: typeof rsa = {
  a: { certificates: ['ecA'], anchors: ['ecCa'], key: 'ecAKey' },
  b: { certificates: ['ecB'], anchors: ['ecCa'], key: 'ecBKey' },
};

const equip = (end: End, method: number, signer: Signer, more: Partial<Plan>): void => {
  const { plan } = end.pump;
  const credentials: Credentials = { certificates: signer.certificates.map(der), anchors: signer.anchors.map(der) };
  const policies = plan.policies.map((p) => ({ ...p, authentication: method }));
  const identity = signer.identity ?? plan.identity;
  const given = [...end.log.given, privateKey(signer.key)];
  end.log.given.splice(0, Number.POSITIVE_INFINITY, ...given);
  end.pump = startPump(ctx, { ...plan, ...more, policies, identity, credentials }, given);
};

const signedWorld = (method: number, { a, b }: typeof rsa, more: Partial<Plan> = {}): World => {
  const world = makeWorld(tripleDes);
  equip(world.initiator, method, a, more);
  equip(world.responder, method, b, more);
  return world;
};

const standing = ({ initiator, responder }: World): boolean[] =>
  (
    [
      ['initiator', initiator],
      ['responder', responder],
    ] as const
  ).map(([side, { pump }]) => values(pump.taking.state.negotiations).some((n) => isEstablished(pump.taking, n, side)));

const replays = (world: World): void => {
  for (const end of [world.initiator, world.responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
};

const aggressive = { aggressive: { begin: true, answer: true } };
const subject: OwnIdentity = { kind: 'subject' };
const named = (name: string): OwnIdentity => ({ kind: 'written', idType: 2, value: new TextEncoder().encode(name) });

describe.each([
  ['RSA', 3, rsa],
  ['ECDSA on P-256', 9, ecdsa],
] as const)('%s', (_name, method, pair) => {
  test.each([
    ['main mode', {}, 9],
    ['aggressive mode', aggressive, 6],
  ] as const)('%s: both sides complete, and each log gives the same octets', (_mode, more, messages) => {
    const world = signedWorld(method, pair, { ...more, fragmentOctets: null });
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(world.wire).toHaveLength(messages);
    expect(standing(world)).toEqual([true, true]);
    replays(world);
  });

  test('by the subject of the certificate, and by a host name in it', () => {
    const world = signedWorld(method, { a: { ...pair.a, identity: subject }, b: { ...pair.b, identity: named('b.example') } });
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(standing(world)).toEqual([true, true]);
  });
});

test('a chain over another authority', () => {
  const world = signedWorld(3, { a: rsa.a, b: { ...rsa.b, certificates: ['bByBranch', 'intermediate'] } });
  connect(world);
  expect(world.initiator.verdicts).toEqual(['done']);
  replays(world);
});

const refused: readonly [string, Partial<Signer>, string][] = [
  ['signed by an authority of the same name', { certificates: ['bByOther'] }, 'nobody whose word we take'],
  ['signed by one that is no authority', { certificates: ['bByA', 'a'] }, 'nobody whose word we take'],
  ['without what stands between it and the anchor', { certificates: ['bByBranch'] }, 'nobody whose word we take'],
  ['out of date', { certificates: ['bExpired'] }, 'not valid at this time'],
  ['for somebody else', { identity: named('c.example') }, 'does not stand in its certificate'],
  [
    'of another key, with its own behind it',
    { certificates: ['a', 'b'], identity: named('a.example') },
    'not made with the key of its certificate',
  ],
  [
    'named by something that no certificate holds',
    { identity: { kind: 'written', idType: 11, value: Uint8Array.of(1, 2) } },
    'does not stand',
  ],
];

describe.each([
  ['main mode', {}],
  ['aggressive mode', aggressive],
] as const)('%s: who is not believed', (_mode, more) => {
  test.each(refused)('the responder, %s: the initiator says so, and nothing stands', (_name, change, why) => {
    const world = signedWorld(3, { a: rsa.a, b: { ...rsa.b, ...change } }, more);
    connect(world);
    expect(world.initiator.verdicts[0]).toContain(why);
    expect(standing(world)[0]).toBe(false);
    expect(world.wire.some(({ datagram }) => datagram.form === 'udp' && datagram.bytes[18] === 5)).toBe(true);
    replays(world);
  });

  test.each(refused)('the initiator, %s: the responder refuses, and knows why', (_name, change, why) => {
    // It stands elsewhere than the address in its certificate says, so it gives its name.
    const world = signedWorld(3, { a: { ...rsa.b, identity: named('b.example'), ...change }, b: { ...rsa.a, identity: subject } }, more);
    connect(world);
    expect(values(world.responder.pump.taking.doubts)).toEqual([expect.stringContaining(why)]);
    expect(standing(world)[1]).toBe(false);
    expect(world.initiator.verdicts[0]).not.toBe('done');
    replays(world);
  });
});

test('nobody whose word is taken: not even offered', () => {
  const world = signedWorld(3, { a: { ...rsa.a, anchors: [] }, b: rsa.b });
  connect(world);
  expect(world.initiator.verdicts[0]).toContain('none whose word we take');
  expect(world.wire).toHaveLength(0);
});

test('a key of another kind than the policy asks for', () => {
  const world = signedWorld(9, rsa);
  connect(world);
  expect(world.initiator.verdicts[0]).toContain('no private key of the kind');
});
