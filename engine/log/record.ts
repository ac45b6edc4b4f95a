/** What a log consists of, as plain arrays of values in a fixed order: the bodies of the records of an `.ikelog`, version 1. */
import type { DeviceReported, Event, Origin } from '../event/event.ts';
import type { Report } from '../event/report.ts';
import type { SecretAbout, SecretRef } from '../event/secret.ts';
import type { Datagram } from '../values/datagram.ts';
import { messageId } from '../values/message-id.ts';
import { spi } from '../values/spi.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { Fields } from './fields.ts';
import type { Damage, Input } from './log.ts';

/** Values that msgpack has, and arrays of them. */
export type Body = readonly (string | number | bigint | boolean | null | Uint8Array | Body)[];

export const inputBody = (input: Input): Body => [input.name, input.kind, input.detail];

/** `undefined` for a body that is none. */
export const readInput = (body: unknown): Input | undefined => {
  const f = new Fields(body);
  return f.finish({ name: f.text(), kind: f.word('capture', 'text', 'keys', 'log', 'live'), detail: f.text() });
};

export const damageBody = (damage: Damage): Body => [damage.input, damage.offset, damage.code, damage.message, damage.bytes];

/** `undefined` for a body that is none. */
export const readDamage = (body: unknown): Damage | undefined => {
  const f = new Fields(body);
  return f.finish({ input: f.count(), offset: f.count(), code: f.text(), message: f.text(), bytes: f.octets().slice() });
};

export const secretBody = (ref: SecretRef, value: Uint8Array): Body => [ref, value];

/** `undefined` for a body that is none. The octets are a copy. */
export const readSecret = (body: unknown): { readonly ref: SecretRef; readonly value: Uint8Array } | undefined => {
  const f = new Fields(body);
  return f.finish({ ref: f.count(), value: f.octets().slice() });
};

/** An event without its secret octets: those have a record of their own. */
export const eventBody = (event: Event): Body => {
  const { input, number, vantage } = event.origin;
  return [event.kind, timestampValue(event.at), input, number, vantage ?? null, ...particulars(event)];
};

const particulars = (event: Event): Body => {
  switch (event.kind) {
    case 'DatagramSeen':
      return [event.via, ...datagramValues(event.datagram)];
    case 'TimerFired':
      return [event.timer];
    case 'EntropyDrawn':
      return [event.purpose, event.length, event.ref];
    case 'SecretLearned':
      return [aboutBody(event.about), event.ref];
    case 'PolicyConfigured':
      return [event.syntax, event.text];
    case 'OperatorRequested':
      return [event.request];
    case 'DeviceReported':
      return [event.line, event.text, event.recognised, event.timeBasis ?? null, event.repaired ?? null, reportValue(event.report)];
  }
};

/** `secretOf` gives the octets of an earlier record, `null` where there is none. `undefined` for a body that is no event. */
export const readEvent = (body: unknown, secretOf: (ref: SecretRef) => Uint8Array | null): Event | undefined => {
  const f = new Fields(body);
  const kind = f.word(
    'DatagramSeen',
    'TimerFired',
    'EntropyDrawn',
    'SecretLearned',
    'PolicyConfigured',
    'OperatorRequested',
    'DeviceReported',
  );
  const common = { at: f.maybe((g) => g.timestamp()), origin: readOrigin(f) };
  switch (kind) {
    case 'DatagramSeen':
      return f.finish({ kind, ...common, via: f.word('capture', 'received', 'sent'), datagram: readDatagram(f) });
    case 'TimerFired':
      return f.finish({ kind, ...common, timer: f.text() });
    case 'EntropyDrawn': {
      const drawn = { kind, ...common, purpose: f.text(), length: f.count(), ref: f.count() } as const;
      return f.finish({ ...drawn, value: secretOf(drawn.ref) });
    }
    case 'SecretLearned': {
      const about = readAbout(f.fields());
      const ref = f.count();
      return about && f.finish({ kind, ...common, about, ref, value: secretOf(ref) });
    }
    case 'PolicyConfigured':
      return f.finish({ kind, ...common, syntax: f.text(), text: f.text() });
    case 'OperatorRequested':
      return f.finish({ kind, ...common, request: f.text() });
    case 'DeviceReported':
      return f.finish({ kind, ...common, line: f.count(), text: f.text(), recognised: f.recognised(), ...readSaid(f) });
  }
};

/** JSON, since a report's members have names that grow with the grammar; an array of values could not. */
const reportValue = (report: Report | undefined): string | null => (report ? JSON.stringify(report) : null);

const readSaid = (f: Fields): Pick<DeviceReported, 'timeBasis' | 'repaired' | 'report'> => {
  const timeBasis = f.maybe((g) => g.word('year-assumed'));
  const repaired = f.maybe((g) => g.repairs());
  return known({ timeBasis, repaired, report: f.maybe((g) => g.report()) });
};

const readOrigin = (f: Fields): Origin => {
  const [input, number, vantage] = [f.count(), f.count(), f.maybe((g) => g.text())];
  return vantage === null ? { input, number } : { input, number, vantage };
};

const datagramValues = (d: Datagram): Body =>
  d.form === 'frame' ? [d.form, d.linkType, d.wireLength, d.bytes] : [d.form, d.src, d.sport, d.dst, d.dport, d.bytes];

const readDatagram = (f: Fields): Datagram => {
  const form = f.word('frame', 'udp');
  return form === 'frame'
    ? { form, linkType: f.count(), wireLength: f.count(), bytes: f.octets() }
    : { form, src: f.address(), sport: f.count(0xffff), dst: f.address(), dport: f.count(0xffff), bytes: f.octets() };
};

const aboutBody = (about: SecretAbout): Body => {
  switch (about.what) {
    case 'preSharedKey':
      return [about.what, about.side ?? null, about.peer ?? null, about.initiatorCookie ?? null];
    case 'dhSharedSecret':
      return [about.what, about.initiatorCookie, about.responderCookie ?? null, about.messageId ?? null];
    case 'ipsecEncryptionKey':
    case 'ipsecIntegrityKey':
      return [about.what, about.protocol, about.spi, about.src ?? null, about.dst ?? null, about.algorithm, ...esnBody(about.esn)];
    case 'dhPrivateValue':
      return [about.what, about.side ?? null, about.initiatorCookie ?? null, about.responderCookie ?? null, about.messageId ?? null];
    case 'signaturePrivateKey':
      return [about.what];
    case 'xauthPassword':
      return [about.what, about.user];
    case 'rsaPrivateKey':
      return [about.what, about.side ?? null, about.initiatorCookie ?? null];
    default: {
      const body = [about.what, about.initiatorCookie, about.responderCookie ?? null];
      return about.side === undefined ? body : [...body, about.side];
    }
  }
};

/** Records from before this was told end without it. */
const esnBody = (esn: boolean | undefined): Body => (esn === undefined ? [] : [esn ? 'extended' : 'plain']);

const readAbout = (f: Fields): SecretAbout | undefined => {
  const what = f.word(
    'preSharedKey',
    'dhSharedSecret',
    'skeyid',
    'skeyidD',
    'skeyidA',
    'skeyidE',
    'encryptionKey',
    'dhPrivateValue',
    'rsaPrivateKey',
    'signaturePrivateKey',
    'xauthPassword',
    'ipsecEncryptionKey',
    'ipsecIntegrityKey',
  );
  switch (what) {
    case 'preSharedKey': {
      const side = f.maybe((g) => g.word('initiator', 'responder'));
      const peer = f.maybe((g) => g.address());
      const initiatorCookie = f.maybe((g) => g.cookie());
      return f.finish({ what, ...known({ side, peer, initiatorCookie }) });
    }
    case 'dhSharedSecret': {
      const initiatorCookie = f.cookie();
      const responderCookie = f.maybe((g) => g.cookie());
      const id = f.maybe((g) => messageId(g.count(0xffff_ffff)));
      return f.finish({ what, initiatorCookie, ...known({ responderCookie, messageId: id }) });
    }
    case 'ipsecEncryptionKey':
    case 'ipsecIntegrityKey': {
      const [protocol, number] = [f.word('esp', 'ah'), f.maybe((g) => spi(g.count(0xffff_ffff)))];
      const [src, dst] = [f.maybe((g) => g.address()), f.maybe((g) => g.address())];
      const algorithm = f.text();
      const esn = f.more() ? f.word('extended', 'plain') === 'extended' : null;
      return f.finish({ what, protocol, spi: number, ...known({ src, dst, esn }), algorithm });
    }
    case 'dhPrivateValue': {
      const side = f.maybe((g) => g.word('initiator', 'responder'));
      const [initiatorCookie, responderCookie] = [f.maybe((g) => g.cookie()), f.maybe((g) => g.cookie())];
      const id = f.maybe((g) => messageId(g.count(0xffff_ffff)));
      return f.finish({ what, ...known({ side, initiatorCookie, responderCookie, messageId: id }) });
    }
    case 'signaturePrivateKey':
      return f.finish({ what });
    case 'xauthPassword':
      return f.finish({ what, user: f.text() });
    case 'rsaPrivateKey': {
      const side = f.maybe((g) => g.word('initiator', 'responder'));
      return f.finish({ what, ...known({ side, initiatorCookie: f.maybe((g) => g.cookie()) }) });
    }
    default: {
      const initiatorCookie = f.cookie();
      const responderCookie = f.maybe((g) => g.cookie());
      // Records from before sides were told apart end here.
      const side = f.more() ? f.word('initiator', 'responder') : null;
      return f.finish({ what, initiatorCookie, ...known({ responderCookie, side }) });
    }
  }
};

/** Without the members that are null: what is not known is absent. */
const known = <T extends Readonly<Record<string, unknown>>>(members: T): { [K in keyof T]?: Exclude<T[K], null> } =>
  Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null)) as { [K in keyof T]?: Exclude<T[K], null> };

/** A broken capture can claim a moment that 64 bits do not hold; msgpack has no larger integer, so that one becomes text. */
const timestampValue = (at: Timestamp | null): bigint | string | null => (at === null || BigInt.asIntN(64, at) === at ? at : at.toString());
