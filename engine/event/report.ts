/**
 * What a line of a device's log says, typed. One table gives the TypeScript types and the check that a stored log goes through:
 * a report is plain data, and a log file can come from anywhere.
 */

interface Field<T> {
  readonly fits: (value: unknown) => value is T;
}

interface Optional<T> extends Field<T> {
  readonly optional: true;
}

type Shape = Readonly<Record<string, Field<unknown>>>;

type Value<F> = F extends Field<infer T> ? T : never;

type Data<S extends Shape> = {
  readonly [K in keyof S as S[K] extends Optional<unknown> ? never : K]: Value<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends Optional<unknown> ? K : never]?: Value<S[K]> | undefined;
};

const field = <T>(fits: (value: unknown) => boolean): Field<T> => ({ fits: fits as (value: unknown) => value is T });
const text = field<string>((value) => typeof value === 'string');
const count = field<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);
const flag = field<boolean>((value) => typeof value === 'boolean');
const texts = field<readonly string[]>((value) => Array.isArray(value) && value.every((item) => typeof item === 'string'));
const word = <const T extends string>(...words: readonly T[]): Field<T> => field((value) => words.some((w) => w === value));
const maybe = <T>(inner: Field<T>): Optional<T> => ({ ...inner, optional: true });
const list = <S extends Shape>(shape: S): Field<readonly Data<S>[]> =>
  field((value) => Array.isArray(value) && value.every((item) => hasShape(shape, item)));

const side = word('initiator', 'responder');
const direction = word('inbound', 'outbound');
const way = word('sent', 'received');

/** What any line can say of whom it speaks. */
const about = {
  /** The device's own number for the ISAKMP SA: 709 of `(0:709)`; 0 before there is one. Several negotiations share 0. */
  connection: maybe(count),
  /** A name the log gives the connection: a tunnel group, a configured connection. */
  tunnel: maybe(text),
  /** Address of the other end. */
  peer: maybe(text),
  /** Address of the device itself. */
  local: maybe(text),
  /** The device's own role, where the line says so: `(I)`, `(R)`. */
  side: maybe(side),
  /** Unsigned, whatever sign the device prints. 0 in phase 1. */
  messageId: maybe(count),
  /** Cookies or IKE SPIs: 16 lower-case hex digits. */
  initiatorCookie: maybe(text),
  responderCookie: maybe(text),
} as const;

/** One direction of an IPsec SA, or the part of it that a line tells. */
const association = {
  direction: maybe(direction),
  protocol: maybe(word('esp', 'ah', 'ipcomp')),
  spi: maybe(count),
  src: maybe(text),
  dst: maybe(text),
  /** Protected traffic, as printed: `192.168.100.0`, `192.168.100.0/255.255.255.0/0/0`. */
  srcProxy: maybe(text),
  dstProxy: maybe(text),
  /** As configured: `esp-3des esp-sha-hmac`. */
  transform: maybe(text),
  lifetimeSeconds: maybe(count),
  lifetimeKilobytes: maybe(count),
  /** The device's number for this direction. */
  flow: maybe(count),
} as const;

const shapes = {
  /** A message went out or came in. `word` is IOS's state word (`MM_KEY_EXCH`), `label` another device's (`MM_I1`). */
  packet: {
    way,
    word: maybe(text),
    label: maybe(text),
    exchange: maybe(text),
    localPort: maybe(count),
    peerPort: maybe(count),
    vrf: maybe(text),
    /** Payload names in the log's words and order. */
    payloads: maybe(texts),
    length: maybe(count),
    version: maybe(count),
  },
  /** What drives the state machine: IOS prints it before the transition that it causes. */
  input: { class: text, input: text },
  /** `Old State = from  New State = to`, or one state alone (`from` empty) where a device prints no more. */
  transition: { from: text, to: text, event: maybe(text) },
  payload: { doing: word('processing', 'constructing', 'received'), payload: text },
  /** `guess` where the device says only what it resembles. */
  vendorId: { way, name: maybe(text), guess: maybe(text) },
  preSharedKey: { found: flag, where: maybe(text) },
  /** ISAKMP transform `transform` of the offer is held against the policy of priority `priority`. */
  policyCheck: { transform: count, priority: count },
  /** IPsec proposal `proposal` of the offer is looked at. */
  proposalCheck: { proposal: count },
  /** A transform of an IPsec proposal: `protocol` ESP, `name` 3DES. */
  transform: { number: count, protocol: text, name: text },
  /** An attribute of the transform that is looked at: `name` is `encryption`, `value` as printed, `number` where it is one. */
  attribute: {
    name: word(
      'encryption',
      'hash',
      'prf',
      'authentication',
      'group',
      'keyLength',
      'lifeType',
      'lifeDuration',
      'encapsulation',
      'integrity',
      'extendedSequenceNumbers',
      'none',
    ),
    value: text,
    number: maybe(count),
  },
  /** The first attribute of the offer that does not fit the policy. */
  mismatch: { attribute: word('encryption', 'hash', 'authentication', 'group', 'keyLength', 'lifetime', 'proposal'), text: text },
  verdict: { acceptable: flag, phase: maybe(count), nextPayload: maybe(count), text: maybe(text) },
  /** What one side proposes, or what was configured, received or selected, in the log's words. */
  proposals: { which: word('configured', 'received', 'selected'), proposals: texts },
  lifetime: { of: word('ike', 'ipsec'), seconds: maybe(count), kilobytes: maybe(count), text: maybe(text) },
  /** An ID payload, or one line of it. `idType` is the number or the name of RFC 2407 4.6.2.1. */
  identity: {
    whose: maybe(word('ours', 'theirs')),
    idType: maybe(text),
    value: maybe(text),
    protocol: maybe(count),
    port: maybe(count),
    length: maybe(count),
    nextPayload: maybe(count),
  },
  authentication: { result: maybe(word('succeeded', 'failed')), method: maybe(text), idType: maybe(text), text: maybe(text) },
  /** `behind`: who is behind a NAT, as seen from the device. */
  nat: { behind: maybe(word('self', 'peer', 'both', 'none')), port: maybe(count), text: maybe(text) },
  /** An IPsec request or offer as the IPsec part of the device has it. `step` is the routine that printed it. */
  proposal: {
    step: text,
    part: maybe(count),
    remote: maybe(text),
    mode: maybe(text),
    keySize: maybe(count),
    flags: maybe(text),
    ...association,
  },
  /** A device asks for, gets or gives back an SPI of its own. */
  spi: { doing: word('asking', 'allocated', 'released'), spi: maybe(count), count: maybe(count) },
  /** SAs of a quick mode, both directions in one text. */
  associations: { doing: word('created', 'installed'), associations: list(association) },
  /** One IPsec SA, or one line about it. */
  association: { doing: word('created', 'installed', 'detail', 'deleted', 'rekeyed', 'expired'), reason: maybe(text), ...association },
  ikeSa: {
    doing: word('requested', 'inserted', 'established', 'deleting', 'deleted', 'purged', 'rekeyed', 'expired', 'detail'),
    reason: maybe(text),
    word: maybe(text),
  },
  /** IOS keeps a node for each exchange of an SA, by message ID. */
  node: { doing: word('new', 'deleting', 'purging'), error: maybe(flag), reason: maybe(text), word: maybe(text) },
  /** An exchange begins. */
  exchange: { began: word('main', 'aggressive', 'quick', 'informational', 'transaction', 'ikev2'), text: maybe(text) },
  notify: { way, notify: text, protocol: maybe(text), spi: maybe(text), sequence: maybe(count) },
  delete: { way, protocol: maybe(text), spi: maybe(text) },
  retransmission: { attempt: maybe(count), of: maybe(count), phase: maybe(count), text: maybe(text) },
  /** Dead peer detection, RFC 3706. */
  dpd: { doing: text, sequence: maybe(count) },
  /** XAUTH and mode configuration. */
  configuration: { doing: text, attribute: maybe(text), value: maybe(text) },
  /** Something failed. `code` as printed. */
  error: { text: text, code: maybe(text) },
  /** Traffic that an SA or a policy did not let through. */
  traffic: { problem: text, protocol: maybe(text), spi: maybe(count), sequence: maybe(count), src: maybe(text), dst: maybe(text) },
  /** A syslog message known by its facility and mnemonic alone. */
  syslog: { facility: text, severity: count, mnemonic: text, text: text },
  /** Understood, and of no further consequence: what it is about. */
  note: { topic: text, text: maybe(text) },
} as const satisfies Readonly<Record<string, Shape>>;

type Shapes = typeof shapes;

export type About = Data<typeof about>;

/** One direction of an IPsec SA as a log tells it. */
export type ReportedAssociation = Data<typeof association>;

export type ReportKind = keyof Shapes;

type Reports = { readonly [K in ReportKind]: { readonly says: K } & Data<Shapes[K]> & About };

/** What a line of kind `K` says. */
export type ReportOf<K extends ReportKind> = Reports[K];

/** What a line says: `says` names which member of the union it is. */
export type Report = Reports[ReportKind];

/** Whether a value from a log file is a report as this version has it. Members that it does not know make it none. */
export const isReport = (value: unknown): value is Report => {
  if (!isRecord(value)) return false;
  const { says, ...members } = value;
  if (typeof says !== 'string' || !Object.hasOwn(shapes, says)) return false;
  return hasShape({ ...shapes[says as ReportKind], ...about }, members);
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasShape = (shape: Shape, value: unknown): boolean => {
  if (!isRecord(value) || !Object.keys(value).every((name) => Object.hasOwn(shape, name))) return false;
  return Object.entries(shape).every(([name, member]) => (value[name] === undefined ? 'optional' in member : member.fits(value[name])));
};
