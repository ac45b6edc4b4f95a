/** This project's own form of a configuration, JSON: read, checked to the last number, and made into what an end wants. docs/taking-part.md shows it. */
import { Effect, Schema } from 'effect';
import { ipAddress, type Plan, type Tunnel, usual } from '../../engine/index.ts';
import { LiveError } from './live-error.ts';
import { derOf } from './pem.ts';

type Range = Tunnel['flows'][number]['source'];
type Wants = Partial<Plan> & Pick<Plan, 'policies' | 'tunnels'>;

/** Numbers of RFC 2409 App. A, RFC 2407 4.4 and the XAUTH draft by the names that people write. */
const ciphers = { des: 1, blowfish: 3, '3des': 5, cast: 6, aes: 7, camellia: 8 } as const;
const hashes = { md5: 1, sha1: 2, sha256: 4, sha384: 5, sha512: 6 } as const;
const methods = {
  psk: 1,
  'rsa-signature': 3,
  'ecdsa-256': 9,
  'ecdsa-384': 10,
  'ecdsa-521': 11,
  'xauth-psk': 65001,
  'xauth-rsa-signature': 65005,
} as const;
const espCiphers = {
  des: 2,
  '3des': 3,
  cast: 6,
  blowfish: 7,
  null: 11,
  aes: 12,
  'aes-ctr': 13,
  'aes-ccm-8': 14,
  'aes-ccm-12': 15,
  'aes-ccm': 16,
  'aes-gcm-8': 18,
  'aes-gcm-12': 19,
  'aes-gcm': 20,
  camellia: 22,
} as const;
const integrities = { md5: 1, sha1: 2, sha256: 5, sha384: 6, sha512: 7, 'aes-xcbc': 9 } as const;
const identityTypes = { fqdn: 2, userFqdn: 3, keyId: 11 } as const;

const names = <T extends object>(table: T) => Schema.Literals(Object.keys(table) as (keyof T & string)[]);
const may = <S extends Schema.Top>(schema: S) => Schema.optionalKey(schema);
const texts = Schema.Array(Schema.String);

export const Typed = Schema.Struct({
  identity: may(
    Schema.Union([
      Schema.Literals(['address', 'subject']),
      Schema.Struct({ fqdn: Schema.String }),
      Schema.Struct({ userFqdn: Schema.String }),
      Schema.Struct({ keyId: Schema.String }),
    ]),
  ),
  phase1: Schema.Array(
    Schema.Struct({
      encryption: names(ciphers),
      keyBits: may(Schema.Number),
      hash: names(hashes),
      group: Schema.Number,
      authentication: may(names(methods)),
      lifetimeSeconds: may(Schema.Number),
    }),
  ),
  tunnels: Schema.Array(
    Schema.Struct({
      peer: may(Schema.String),
      local: Schema.String,
      remote: Schema.String,
      esp: Schema.Array(Schema.Struct({ encryption: names(espCiphers), keyBits: may(Schema.Number), integrity: may(names(integrities)) })),
      mode: may(Schema.Literals(['tunnel', 'transport'])),
      pfsGroup: may(Schema.Number),
      lifetimeSeconds: may(Schema.Number),
      lifetimeKilobytes: may(Schema.Number),
    }),
  ),
  aggressive: may(Schema.Struct({ begin: may(Schema.Boolean), answer: may(Schema.Boolean) })),
  certificates: may(texts),
  anchors: may(texts),
  privateKey: may(Schema.String),
  xauth: may(
    Schema.Union([
      Schema.Struct({ role: Schema.Literal('client'), user: Schema.String, passwordFile: may(Schema.String) }),
      Schema.Struct({
        role: Schema.Literal('server'),
        users: Schema.Array(Schema.Struct({ user: Schema.String, passwordFile: may(Schema.String) })),
      }),
    ]),
  ),
  modeConfig: may(
    Schema.Union([
      Schema.Struct({ role: Schema.Literal('client') }),
      Schema.Struct({
        role: Schema.Literal('server'),
        addresses: texts,
        netmask: may(Schema.String),
        dns: may(texts),
        banner: may(Schema.String),
        split: may(texts),
        push: may(Schema.Boolean),
      }),
    ]),
  ),
  dpd: may(
    Schema.Union([
      Schema.Literal(false),
      Schema.Struct({ idleSeconds: Schema.Number, retrySeconds: may(Schema.Number), tries: may(Schema.Number) }),
    ]),
  ),
  retransmission: may(Schema.Struct({ firstMilliseconds: may(Schema.Number), factor: may(Schema.Number), tries: may(Schema.Number) })),
  keepaliveSeconds: may(Schema.Union([Schema.Literal(false), Schema.Number])),
  rekeyAt: may(Schema.Union([Schema.Literal(false), Schema.Number])),
  fragmentOctets: may(Schema.Union([Schema.Literal(false), Schema.Number])),
  mostHalfOpen: may(Schema.Number),
  esn: may(Schema.Boolean),
  rawEsp: may(Schema.Boolean),
  udpEncapsulation: may(Schema.Boolean),
});
export type Typed = typeof Typed.Type;

const strict = { onExcessProperty: 'error' } as const;

export const wrong = (message: string, cure: string): LiveError => new LiveError({ reason: 'configuration', message, cure });

/** The text as the form it should have. Errors name the place, also of a word that means nothing. */
export const readTyped = (text: string): Effect.Effect<Typed, LiveError> =>
  Effect.mapError(Schema.decodeUnknownEffect(Schema.fromJsonString(Typed))(text, strict), (e) =>
    wrong(`The configuration is not of the form it should have: ${oneLine(e.message)}.`, 'Mend that place.'),
  );

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ', ');

const anHour = 3600;
const aDay = 86_400;

/** What the text wants. Certificates stand in it as PEM. */
export const typedWants = (text: string): Effect.Effect<Wants, LiveError> =>
  Effect.gen(function* () {
    const typed = yield* readTyped(text);
    const policies = yield* Effect.forEach(typed.phase1, (p, i) =>
      Effect.gen(function* () {
        const at = `phase1[${i}]`;
        return {
          priority: i + 1,
          encryption: ciphers[p.encryption],
          keyBits: p.keyBits ?? (p.encryption === 'aes' || p.encryption === 'camellia' ? 128 : null),
          hash: hashes[p.hash],
          authentication: methods[p.authentication ?? 'psk'],
          group: yield* whole(p.group, 1, 65_535, `${at}.group`),
          lifetimeSeconds: yield* whole(p.lifetimeSeconds ?? aDay, 1, 0xffff_ffff, `${at}.lifetimeSeconds`),
          defaulted: [],
          line: null,
        };
      }),
    );
    const tunnels = yield* Effect.forEach(typed.tunnels, tunnelOf);
    const { identity } = typed;
    if (identity === 'subject' && !typed.certificates?.length) {
      return yield* wrong('identity is the subject of a certificate, and there is none.', 'Name one under certificates.');
    }
    return {
      policies,
      tunnels,
      ...(identity && { identity: identityOf(identity) }),
      ...((typed.certificates || typed.anchors) && {
        credentials: {
          certificates: yield* certificatesOf(typed.certificates ?? [], 'certificates'),
          anchors: yield* certificatesOf(typed.anchors ?? [], 'anchors'),
        },
      }),
      ...(typed.aggressive && { aggressive: { ...usual.aggressive, ...typed.aggressive } }),
      ...(typed.xauth && {
        xauth:
          typed.xauth.role === 'client'
            ? { role: 'client', user: typed.xauth.user }
            : { role: 'server', users: typed.xauth.users.map(({ user }) => user) },
      }),
      ...(typed.modeConfig && { configuring: yield* configuringOf(typed.modeConfig) }),
      ...(typed.dpd !== undefined && { dpd: typed.dpd === false ? null : yield* dpdOf(typed.dpd) }),
      ...(typed.retransmission && { patience: yield* patienceOf({ ...usual.patience, ...typed.retransmission }) }),
      ...(typed.keepaliveSeconds !== undefined && {
        keepaliveSeconds: typed.keepaliveSeconds === false ? null : yield* whole(typed.keepaliveSeconds, 1, aDay, 'keepaliveSeconds'),
      }),
      ...(typed.rekeyAt !== undefined && { rekeyAt: typed.rekeyAt === false ? null : yield* within(typed.rekeyAt, 0.1, 1, 'rekeyAt') }),
      ...(typed.fragmentOctets !== undefined && {
        fragmentOctets: typed.fragmentOctets === false ? null : yield* whole(typed.fragmentOctets, 64, 65_000, 'fragmentOctets'),
      }),
      ...(typed.mostHalfOpen !== undefined && { mostHalfOpen: yield* whole(typed.mostHalfOpen, 1, 1_000_000, 'mostHalfOpen') }),
      ...(typed.esn !== undefined && { esn: typed.esn }),
      ...(typed.rawEsp !== undefined && { rawEsp: typed.rawEsp }),
      ...(typed.udpEncapsulation !== undefined && { udpEncapsulation: typed.udpEncapsulation }),
    };
  });

const within = (n: number, least: number, most: number, at: string): Effect.Effect<number, LiveError> =>
  n >= least && n <= most ? Effect.succeed(n) : Effect.fail(wrong(`${at} is ${n}.`, `Write a number from ${least} to ${most}.`));

const whole = (n: number, least: number, most: number, at: string): Effect.Effect<number, LiveError> =>
  Number.isInteger(n) ? within(n, least, most, at) : Effect.fail(wrong(`${at} is ${n}.`, 'Write a whole number.'));

const addressIn = (text: string, at: string): Effect.Effect<Plan['local'], LiveError> => {
  const address = ipAddress(text);
  return address ? Effect.succeed(address) : Effect.fail(wrong(`${at} is no address.`, 'Write one, for example 198.51.100.1.'));
};

const tunnelOf = (t: Typed['tunnels'][number], i: number): Effect.Effect<Tunnel, LiveError> =>
  Effect.gen(function* () {
    const at = `tunnels[${i}]`;
    const peer = t.peer === undefined ? null : ipAddress(t.peer);
    if (peer === undefined) {
      return yield* wrong(`${at}.peer is no address.`, 'Write one, for example 198.51.100.1, or leave it out for any peer.');
    }
    const flow = {
      action: 'permit' as const,
      line: 0,
      protocol: 0,
      source: yield* rangeIn(t.local, `${at}.local`),
      sourcePort: 0,
      destination: yield* rangeIn(t.remote, `${at}.remote`),
      destinationPort: 0,
    };
    const transformSets = t.esp.map((s, k) => ({
      name: `${at}.esp[${k}]`,
      esp: espCiphers[s.encryption],
      keyBits: s.keyBits ?? (s.encryption.startsWith('aes') || s.encryption === 'camellia' ? 128 : null),
      espAuthentication: s.integrity === undefined ? null : integrities[s.integrity],
      ah: null,
      ipcomp: null,
      mode: t.mode ?? ('tunnel' as const),
      line: null,
    }));
    return {
      peer,
      transformSets,
      pfsGroup: t.pfsGroup === undefined ? null : yield* whole(t.pfsGroup, 1, 65_535, `${at}.pfsGroup`),
      lifetimeSeconds: yield* whole(t.lifetimeSeconds ?? anHour, 1, 0xffff_ffff, `${at}.lifetimeSeconds`),
      lifetimeKilobytes:
        t.lifetimeKilobytes === undefined ? null : yield* whole(t.lifetimeKilobytes, 1, 0xffff_ffff, `${at}.lifetimeKilobytes`),
      flows: [flow],
    };
  });

const identityOf = (identity: NonNullable<Typed['identity']>): Plan['identity'] => {
  if (identity === 'address' || identity === 'subject') return { kind: identity };
  const [name, text] = Object.entries(identity)[0] as [keyof typeof identityTypes, string];
  return { kind: 'written', idType: identityTypes[name], value: new TextEncoder().encode(text) };
};

const certificatesOf = (pems: readonly string[], at: string): Effect.Effect<readonly Uint8Array[], LiveError> =>
  Effect.map(
    Effect.forEach(pems, (pem, i) => {
      const certificates = derOf(pem, 'CERTIFICATE');
      return certificates.length > 0
        ? Effect.succeed(certificates)
        : Effect.fail(wrong(`${at}[${i}] holds no certificate.`, 'Name a PEM file, or write its text.'));
    }),
    (lists) => lists.flat(),
  );

const configuringOf = (typed: NonNullable<Typed['modeConfig']>): Effect.Effect<Plan['configuring'], LiveError> =>
  typed.role === 'client'
    ? Effect.succeed({ role: 'client' })
    : Effect.gen(function* () {
        const list = (texts: readonly string[] | undefined, at: string) =>
          Effect.forEach(texts ?? [], (t, i) => addressIn(t, `${at}[${i}]`));
        return {
          role: 'server',
          addresses: yield* list(typed.addresses, 'modeConfig.addresses'),
          netmask: typed.netmask === undefined ? null : yield* addressIn(typed.netmask, 'modeConfig.netmask'),
          dns: yield* list(typed.dns, 'modeConfig.dns'),
          banner: typed.banner ?? null,
          split: yield* Effect.forEach(typed.split ?? [], (t, i) => rangeIn(t, `modeConfig.split[${i}]`)),
          push: typed.push ?? false,
        };
      });

const dpdOf = ({ idleSeconds, retrySeconds = 5, tries = 5 }: Exclude<Typed['dpd'], false | undefined>) =>
  Effect.gen(function* () {
    return {
      idleSeconds: yield* within(idleSeconds, 0.1, aDay, 'dpd.idleSeconds'),
      retrySeconds: yield* within(retrySeconds, 0.1, aDay, 'dpd.retrySeconds'),
      tries: yield* whole(tries, 1, 100, 'dpd.tries'),
    };
  });

const patienceOf = ({ firstMilliseconds, factor, tries }: Plan['patience']) =>
  Effect.gen(function* () {
    return {
      firstMilliseconds: yield* whole(firstMilliseconds, 10, 60_000, 'retransmission.firstMilliseconds'),
      factor: yield* within(factor, 1, 10, 'retransmission.factor'),
      tries: yield* whole(tries, 0, 20, 'retransmission.tries'),
    };
  });

const rangeIn = (text: string, at: string): Effect.Effect<Range, LiveError> => {
  const [host = '', bits = '32', more] = text.split('/');
  const address = ipAddress(host);
  const n = Number(bits);
  const ones = n === 0 ? 0 : (0xffff_ffff << (32 - n)) >>> 0;
  const mask = ipAddress([24, 16, 8, 0].map((shift) => (ones >>> shift) & 255).join('.'));
  return address && mask && !address.includes(':') && more === undefined && /^\d{1,2}$/.test(bits) && n <= 32
    ? Effect.succeed({ address, mask })
    : Effect.fail(wrong(`${at} is no IPv4 network.`, 'Write one, for example 10.1.0.0/16.'));
};
