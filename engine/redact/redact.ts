/** A log that can be handed on: no key material, and other addresses and names, the same everywhere. Transitions and verdicts stay. */
import type { Crypto } from '../crypto/provider.ts';
import type { Event } from '../event/event.ts';
import type { SecretAbout } from '../event/secret.ts';
import type { Told } from '../event/told.ts';
import type { Damage, Input, Log } from '../log/log.ts';
import { redactConfiguration, redactTyped } from './configuration.ts';
import { redactedDatagram } from './datagram.ts';
import { newPieces } from './pieces.ts';
import { type Census, type Loss, type Redaction, type Renaming, takeCensus } from './renaming.ts';
import { redactReported } from './reported.ts';
import { standIns } from './stand-ins.ts';
import { redactText, redactValue } from './text.ts';

export interface Redacted {
  readonly log: Log;
  /** What was replaced or blanked, and how often: kinds alone, no originals. Addresses and names count once each. */
  readonly replaced: readonly { readonly what: string; readonly count: number }[];
  /** Checks that cannot hold any more, each a sentence. */
  readonly lost: readonly string[];
}

/** Total: any log gives one. The log is walked twice, so that a name that the last line tells is replaced in the first. */
export const redact = (log: Log, crypto: Crypto): Redacted => {
  const first = takeCensus();
  for (const e of [...log.given, ...log.happened]) if (e.kind === 'SecretLearned') noteSecret(first.renaming, e.value);
  walk(log, { crypto, renaming: first.renaming, count: () => undefined, sealedIdentities: new Set() });
  const counts = new Map<Loss, number>();
  const count = (what: Loss): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  };
  const names = new Set<string>();
  const renaming = counting(standIns(first.census), names);
  const redacted = walk(log, { crypto, renaming, count, sealedIdentities: new Set() });
  return { log: redacted, replaced: replacedOf(first.census, renaming, names.size, counts), lost: lostOf(counts) };
};

/** Keeps which names were met. */
const counting = (renaming: Renaming, met: Set<string>): Renaming => ({
  ...renaming,
  name: (original, sameLength) => {
    met.add(original);
    return renaming.name(original, sameLength);
  },
});

const walk = (log: Log, redaction: Redaction): Log => {
  const { renaming } = redaction;
  const pieces = newPieces();
  const event = (e: Event): Event => {
    const origin = e.origin.vantage === undefined ? e.origin : { ...e.origin, vantage: renaming.name(e.origin.vantage, false) };
    switch (e.kind) {
      case 'DatagramSeen':
        return { ...e, origin, datagram: redactedDatagram(redaction, pieces, e.datagram) };
      case 'DeviceReported':
        return { ...redactReported(redaction, e), origin };
      case 'SecretLearned':
        redaction.count('secret');
        return { ...e, origin, about: redactAbout(renaming, e.about), value: null };
      case 'EntropyDrawn':
        redaction.count('chance');
        return { ...e, origin, purpose: redactText(renaming, e.purpose), value: null };
      case 'PolicyConfigured':
        return { ...e, origin, text: policyText(redaction, e.syntax, e.text) };
      case 'TimerFired':
        return { ...e, origin, timer: redactText(renaming, e.timer) };
      case 'OperatorRequested':
        return { ...e, origin, request: redactText(renaming, e.request) };
    }
  };
  // What was learned on the way keeps its event, without octets: the others keep their numbers.
  const given = log.given.map(event).filter((e) => e.kind !== 'SecretLearned');
  const happened = log.happened.map(event);
  pieces.finish();
  const { alignments: _, told, ...rest } = log;
  return {
    ...rest,
    inputs: log.inputs.map((input, i) => inputOf(redaction, input, i)),
    given,
    happened,
    damage: log.damage.map((d) => damageOf(renaming, d)),
    ...(told === undefined ? {} : { told: told.map((t) => toldOf(renaming, t)) }),
  };
};

/** A key that somebody typed may stand in a line too: there it is a name like any other. */
const noteSecret = (renaming: Renaming, value: Uint8Array | null): void => {
  const isText = value !== null && value.length >= 4 && value.length <= 128 && value.every((octet) => octet > 0x20 && octet < 0x7f);
  if (isText) renaming.name(String.fromCharCode(...value), false);
};

const redactAbout = ({ address, name }: Renaming, about: SecretAbout): SecretAbout => {
  switch (about.what) {
    case 'preSharedKey':
      return about.peer === undefined ? about : { ...about, peer: address(about.peer) };
    case 'xauthPassword':
      return { ...about, user: name(about.user, false) };
    case 'ipsecEncryptionKey':
    case 'ipsecIntegrityKey': {
      const { src, dst } = about;
      return { ...about, ...(src && { src: address(src) }), ...(dst && { dst: address(dst) }) };
    }
    default:
      return about;
  }
};

const policyText = ({ renaming, count }: Redaction, syntax: string, text: string): string =>
  syntax === 'ios' ? redactConfiguration(renaming, text, () => count('configurationLine')) : redactTyped(renaming, text);

/** Files are often named after whom they are of. */
const inputOf = ({ renaming, count }: Redaction, { name, kind, detail }: Input, index: number): Input => {
  const extension = /\.(?:pcap|pcapng|cap|log|txt|ikelog|json|gz)$/i.exec(name)?.[0] ?? '';
  count('fileName');
  return { name: `${kind}-${index + 1}${extension.toLowerCase()}`, kind, detail: redactText(renaming, detail) };
};

const damageOf = (renaming: Renaming, damage: Damage): Damage => ({
  ...damage,
  message: redactText(renaming, damage.message),
  bytes: new Uint8Array(0),
});

const toldOf = (renaming: Renaming, told: Told): Told => ({
  ...told,
  value: typeof told.value === 'string' ? told.value.replace(/[^\s,]+/g, (name) => redactValue(renaming, name)) : told.value,
  ...(told.peer === undefined ? {} : { peer: redactValue(renaming, told.peer) }),
});

const losses: readonly (readonly [Loss, string])[] = [
  ['secret', 'secrets left out'],
  ['chance', 'values of chance emptied'],
  ['natHash', 'NAT-D hashes made again'],
  ['hash', 'hashes in the clear blanked'],
  ['signature', 'signatures in the clear blanked'],
  ['certificate', 'certificates and key hashes blanked'],
  ['notification', 'data of notifications blanked'],
  ['configuration', 'values of configuration payloads blanked'],
  ['unknownPayload', 'payloads of unknown kinds blanked'],
  ['otherPacket', 'contents of other packets blanked'],
  ['line', 'lines that were not understood blanked'],
  ['configurationLine', 'lines of configurations left out'],
  ['fileName', 'names of inputs'],
];

const replacedOf = (census: Census, renaming: Renaming, names: number, counts: ReadonlyMap<Loss, number>): Redacted['replaced'] => {
  const changed = [...census.addresses].filter((a) => renaming.address(a) !== a);
  const rows: [string, number][] = [
    ['IPv4 addresses', changed.filter((a) => !a.includes(':')).length],
    ['IPv6 addresses', changed.filter((a) => a.includes(':')).length],
    ['hardware addresses', [...census.macs].filter((m) => renaming.mac(m) !== m).length],
    ['names', names],
    ...losses.map(([what, words]): [string, number] => [words, counts.get(what) ?? 0]),
  ];
  return rows.filter(([, count]) => count > 0).map(([what, count]) => ({ what, count }));
};

const sentences: readonly (readonly [Loss, string])[] = [
  ['hash', 'The HASH of aggressive mode and the pre-shared key: what was blanked cannot be compared with anything.'],
  ['signature', 'Signatures: they and what they sign were blanked or replaced.'],
  ['certificate', 'Certificates: their chains, names and times are gone.'],
  ['chance', 'Driving the log again (replay --verify): chance was emptied, so that no octet can be made again.'],
];

const lostOf = (counts: ReadonlyMap<Loss, number>): readonly string[] => [
  'Everything that needs a key: what is encrypted stays so, and hashes over identities would not fit their stand-ins.',
  ...sentences.filter(([what]) => counts.has(what)).map(([, sentence]) => sentence),
];
