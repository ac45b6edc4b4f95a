/**
 * Phase 1 between two peers that exist only here, made with node:crypto and none of the engine's own computations: for the ways of proving an
 * identity of which there is no recording. 3DES, SHA-1, group 2. RFC 2409 5.
 */
import {
  type BinaryLike,
  constants,
  createCipheriv,
  createDiffieHellman,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  getDiffieHellman,
  publicEncrypt,
  sign,
} from 'node:crypto';
import type { Event, SecretLearned } from '../../engine/event/event.ts';
import type { Log } from '../../engine/log/log.ts';
import { fromSeconds } from '../../engine/values/timestamp.ts';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from './frames.ts';
import { payload } from './what-if.ts';

const sha1 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
};

const prf = (key: Uint8Array, ...parts: readonly BinaryLike[]): Uint8Array => {
  const mac = createHmac('sha1', key);
  for (const part of parts) mac.update(part);
  return Uint8Array.from(mac.digest());
};

const cookieI = octets('1111111111111111');
const cookieR = octets('2222222222222222');
const nonceI = new Uint8Array(20).fill(0xa1);
const nonceR = new Uint8Array(20).fill(0xb2);
/** ID_FQDN, RFC 2407 4.6.2. */
const idI = octets(2, 0, u16(0), new TextEncoder().encode('left.example'));
const idR = octets(2, 0, u16(0), new TextEncoder().encode('right.example'));

const prime = getDiffieHellman('modp2').getPrime();
const half = (fill: number) => {
  const dh = createDiffieHellman(prime, Buffer.from([2]));
  dh.setPrivateKey(Buffer.alloc(32, fill));
  dh.generateKeys();
  return dh;
};
const padded = (value: Buffer): Uint8Array => Uint8Array.from(Buffer.concat([Buffer.alloc(128 - value.length), value]));
const [left, right] = [half(0x31), half(0x32)];
const gxi = padded(left.getPublicKey());
const gxr = padded(right.getPublicKey());
const gxy = padded(left.computeSecret(right.getPublicKey()));

/** Private values as somebody may give them. */
export const privateValues = { initiator: new Uint8Array(32).fill(0x31), responder: new Uint8Array(32).fill(0x32) };

const tv = (type: number, value: number): Uint8Array => octets(u16(0x8000 | type), u16(value));
/** An SA payload body with one transform of this method, RFC 2408 3.4 to 3.6. */
const saBody = (method: number): Uint8Array => {
  const attributes = octets(tv(1, 5), tv(2, 2), tv(3, method), tv(4, 2));
  const transform = octets(0, 0, u16(8 + attributes.length), 1, 1, u16(0), attributes);
  const proposal = octets(0, 0, u16(8 + transform.length), 1, 1, 0, 1, transform);
  return octets(u32(1), u32(1), proposal);
};

type Part = readonly [type: number, body: Uint8Array];
const chain = (parts: readonly Part[]): Uint8Array => octets(...parts.map(([, body], i) => payload(parts[i + 1]?.[0] ?? 0, body)));

type Sender = 'initiator' | 'responder';
interface Message {
  readonly from: Sender;
  readonly exchange: number;
  readonly first: number;
  readonly flags: number;
  readonly id: number;
  readonly body: Uint8Array;
  readonly answered: boolean;
  readonly port?: number;
}

const frame = (m: Message): Uint8Array => {
  const header = octets(
    cookieI,
    m.answered ? cookieR : new Uint8Array(8),
    m.first,
    0x10,
    m.exchange,
    m.flags,
    u32(m.id),
    u32(28 + m.body.length),
  );
  const ends = m.from === 'initiator' ? { src: '192.0.2.1', dst: '198.51.100.1' } : { src: '198.51.100.1', dst: '192.0.2.1' };
  const port = m.port ?? 500;
  return ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(port, port, octets(header, m.body)), ...ends }));
};

/** A log of these frames, a second apart, with these secrets. */
export const logOf = (frames: readonly Uint8Array[], secrets: readonly SecretLearned[] = []): Log => ({
  inputs: [{ name: 'made', kind: 'capture', detail: 'made' }],
  damage: [],
  given: secrets,
  happened: frames.map(
    (bytes, i): Event => ({
      kind: 'DatagramSeen',
      at: fromSeconds(1_800_000_000 + i, 0),
      origin: { input: 0, number: i + 1 },
      via: 'capture',
      datagram: { form: 'frame', linkType: 1, bytes, wireLength: bytes.length },
    }),
  ),
});

/** A message in the clear. */
export const clear = (
  from: Sender,
  exchange: number,
  parts: readonly Part[],
  to: { readonly id?: number; readonly answered?: boolean; readonly port?: number } = {},
): Uint8Array =>
  frame({
    from,
    exchange,
    first: parts[0]?.[0] ?? 0,
    flags: 0,
    id: to.id ?? 0,
    body: chain(parts),
    answered: to.answered ?? true,
    ...(to.port === undefined ? {} : { port: to.port }),
  });

interface Keys {
  readonly skeyid: Uint8Array;
  readonly skeyidA: Uint8Array;
  readonly ka: Uint8Array;
}

const keysFrom = (skeyid: Uint8Array): Keys => {
  const cookies = octets(cookieI, cookieR);
  const d = prf(skeyid, gxy, cookies, octets(0));
  const a = prf(skeyid, d, gxy, cookies, octets(1));
  const e = prf(skeyid, a, gxy, cookies, octets(2));
  const k1 = prf(e, octets(0));
  return { skeyid, skeyidA: a, ka: octets(k1, prf(e, k1)).slice(0, 24) };
};

/** One conversation: seals messages one after the other, as RFC 2409 App. B chains them. */
class Chain {
  #iv: Uint8Array;
  readonly #ka: Uint8Array;
  constructor(ka: Uint8Array, iv: Uint8Array) {
    this.#ka = ka;
    this.#iv = iv;
  }
  get last(): Uint8Array {
    return this.#iv;
  }
  seal(from: Sender, exchange: number, parts: readonly Part[], id = 0, flags = 1): Uint8Array {
    const plain = chain(parts);
    const blocks = new Uint8Array(Math.ceil(plain.length / 8) * 8);
    blocks.set(plain);
    const cipher = createCipheriv('des-ede3-cbc', this.#ka, this.#iv).setAutoPadding(false);
    const body = Uint8Array.from(Buffer.concat([cipher.update(blocks), cipher.final()]));
    this.#iv = body.slice(-8);
    return frame({ from, exchange, first: parts[0]?.[0] ?? 0, flags, id, body, answered: true });
  }
}

const hashI = (keys: Keys, sa: Uint8Array): Uint8Array => prf(keys.skeyid, gxi, gxr, cookieI, cookieR, sa, idI);
const hashR = (keys: Keys, sa: Uint8Array): Uint8Array => prf(keys.skeyid, gxr, gxi, cookieR, cookieI, sa, idR);

/** Phase 1, and what is needed to go on. */
export interface Made {
  readonly frames: readonly Uint8Array[];
  /** A chain for a later exchange. */
  readonly exchange: (id: number) => Chain;
  readonly keys: Keys;
}

const finish = (frames: readonly Uint8Array[], keys: Keys, last: Uint8Array): Made => ({
  frames,
  keys,
  exchange: (id) => new Chain(keys.ka, sha1(last, u32(id)).slice(0, 8)),
});

const pskOf = (psk: string): Keys => keysFrom(prf(new TextEncoder().encode(psk), nonceI, nonceR));

/** Aggressive mode with a pre-shared key; the third message in the clear or not. */
export const madeAggressive = (psk: string, sealThird = false): Made => {
  const sa = saBody(1);
  const keys = pskOf(psk);
  const first = sha1(gxi, gxr).slice(0, 8);
  const third = new Chain(keys.ka, first);
  const proof: readonly Part[] = [[8, hashI(keys, sa)]];
  const frames = [
    clear(
      'initiator',
      4,
      [
        [1, sa],
        [4, gxi],
        [10, nonceI],
        [5, idI],
      ],
      { answered: false },
    ),
    clear('responder', 4, [
      [1, sa],
      [4, gxr],
      [10, nonceR],
      [5, idR],
      [8, hashR(keys, sa)],
    ]),
    sealThird ? third.seal('initiator', 4, proof) : clear('initiator', 4, proof),
  ];
  return finish(frames, keys, third.last);
};

/** Main mode with a pre-shared key. */
export const madeMain = (psk: string): Made => {
  const sa = saBody(1);
  const keys = pskOf(psk);
  const phase1 = new Chain(keys.ka, sha1(gxi, gxr).slice(0, 8));
  const frames = [
    clear('initiator', 2, [[1, sa]], { answered: false }),
    clear('responder', 2, [[1, sa]]),
    clear('initiator', 2, [
      [4, gxi],
      [10, nonceI],
    ]),
    clear('responder', 2, [
      [4, gxr],
      [10, nonceR],
    ]),
    phase1.seal('initiator', 2, [
      [5, idI],
      [8, hashI(keys, sa)],
    ]),
    phase1.seal('responder', 2, [
      [5, idR],
      [8, hashR(keys, sa)],
    ]),
  ];
  return finish(frames, keys, phase1.last);
};

/** Main mode with RSA encryption, RFC 2409 5.2, or its revised form, 5.3. Both sides hold the same key, PKCS #8. */
export const madeRsa = (method: 4 | 5, privateKey: Uint8Array): Made => {
  const sa = saBody(method);
  const key = createPublicKey(createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' }));
  const rsa = (body: Uint8Array): Uint8Array => Uint8Array.from(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, body));
  const keys = keysFrom(prf(sha1(nonceI, nonceR), cookieI, cookieR));
  const revised = (nonce: Uint8Array, cookie: Uint8Array, ke: Uint8Array, id: Uint8Array): readonly Part[] => {
    const ne = prf(nonce, cookie);
    const k1 = prf(ne, octets(0));
    const cipher = createCipheriv('des-ede3-cbc', octets(k1, prf(ne, k1)).slice(0, 24), Buffer.alloc(8)).setAutoPadding(false);
    // Always padded: zeros, then their number.
    const seal = (body: Uint8Array): Uint8Array => {
      const zeros = 7 - (body.length % 8);
      return Uint8Array.from(cipher.update(octets(body, new Uint8Array(zeros), zeros)));
    };
    return [
      [10, rsa(nonce)],
      [4, seal(ke)],
      [5, seal(id)],
    ];
  };
  const parts = (nonce: Uint8Array, cookie: Uint8Array, ke: Uint8Array, id: Uint8Array): readonly Part[] =>
    method === 4
      ? [
          [4, ke],
          [5, rsa(id)],
          [10, rsa(nonce)],
        ]
      : revised(nonce, cookie, ke, id);
  const phase1 = new Chain(keys.ka, sha1(gxi, gxr).slice(0, 8));
  const frames = [
    clear('initiator', 2, [[1, sa]], { answered: false }),
    clear('responder', 2, [[1, sa]]),
    clear('initiator', 2, parts(nonceI, cookieI, gxi, idI)),
    clear('responder', 2, parts(nonceR, cookieR, gxr, idR)),
    phase1.seal('initiator', 2, [[8, hashI(keys, sa)]]),
    phase1.seal('responder', 2, [[8, hashR(keys, sa)]]),
  ];
  return finish(frames, keys, phase1.last);
};

interface SignedBy {
  /** The Authentication Method attribute: 2 DSS, 9 ECDSA on P-256, 64221 hybrid. */
  readonly method: number;
  /** Certificates in DER, the signer's own first. */
  readonly certificates: readonly Uint8Array[];
  readonly privateKey: Uint8Array;
  /** Of the hash that is signed, RFC 2409 5.1 and RFC 4754 4. */
  readonly hash: 'sha1' | 'sha256';
  /** The initiator proves nothing but that it took part: hybrid. */
  readonly oneSided?: boolean;
}

/** Main mode with signatures: both sides are `left.example` and have one key. */
export const madeSigned = ({ method, certificates, privateKey, hash, oneSided = false }: SignedBy): Made => {
  const sa = saBody(method);
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  const keys = keysFrom(prf(octets(nonceI, nonceR), gxy));
  const mac = (...parts: readonly Uint8Array[]): Uint8Array => {
    const m = createHmac(hash, keys.skeyid);
    for (const part of parts) m.update(part);
    return Uint8Array.from(m.digest());
  };
  const cookies = octets(cookieI, cookieR);
  const signature = (value: Uint8Array): Uint8Array => Uint8Array.from(sign(hash, value, { key, dsaEncoding: 'ieee-p1363' }));
  const shown: readonly Part[] = certificates.map((der): Part => [6, octets(4, der)]);
  const phase1 = new Chain(keys.ka, sha1(gxi, gxr).slice(0, 8));
  const proofI = mac(gxi, gxr, cookies, sa, idI);
  const proofR = mac(gxr, gxi, cookieR, cookieI, sa, idI);
  const own: readonly Part[] = oneSided ? [[8, proofI]] : [...shown, [9, signature(proofI)]];
  const frames = [
    clear('initiator', 2, [[1, sa]], { answered: false }),
    clear('responder', 2, [[1, sa]]),
    clear('initiator', 2, [
      [4, gxi],
      [10, nonceI],
    ]),
    clear('responder', 2, [
      [4, gxr],
      [10, nonceR],
    ]),
    phase1.seal('initiator', 2, [[5, idI], ...own]),
    phase1.seal('responder', 2, [[5, idI], ...shown, [9, signature(proofR)]]),
  ];
  return finish(frames, keys, phase1.last);
};

/** The base exchange, RFC 2408 4.4. */
export const madeBase = (): readonly Uint8Array[] => [
  clear(
    'initiator',
    1,
    [
      [1, saBody(1)],
      [10, nonceI],
    ],
    { answered: false },
  ),
  clear('responder', 1, [
    [1, saBody(1)],
    [10, nonceR],
  ]),
  clear('initiator', 1, [
    [4, gxi],
    [5, idI],
    [8, new Uint8Array(20)],
  ]),
  clear('responder', 1, [
    [4, gxr],
    [5, idR],
    [8, new Uint8Array(20)],
  ]),
];

/** A HASH payload over what follows it, RFC 2409 5.5 and 5.7. `before`: what stands between message ID and payloads. */
export const hashed = (keys: Keys, id: number, parts: readonly Part[], before: Uint8Array = new Uint8Array()): readonly Part[] => [
  [8, prf(keys.skeyidA, u32(id), before, chain(parts))],
  ...parts,
];

export const secret = (about: SecretLearned['about'], value: Uint8Array | string): SecretLearned => ({
  kind: 'SecretLearned',
  at: null,
  origin: { input: 0, number: 0 },
  about,
  ref: 0,
  value: typeof value === 'string' ? new TextEncoder().encode(value) : value,
});

/** Attributes payload body, draft-dukes-ike-mode-cfg-02 3.2. */
export const configuration = (type: number, ...attributes: readonly (readonly [type: number, value: Uint8Array | number])[]): Uint8Array =>
  octets(type, 0, u16(7), ...attributes.map(([t, v]) => (typeof v === 'number' ? tv(t, v) : octets(u16(t), u16(v.length), v))));

export const notify = (type: number, data: Uint8Array, protocol = 1, spi: Uint8Array = octets(cookieI, cookieR)): Uint8Array =>
  octets(u32(1), protocol, spi.length, u16(type), spi, data);

export const shared = { gxy, gxi, gxr, nonceI, nonceR, initiatorCookie: '1111111111111111' };
export { saBody };
