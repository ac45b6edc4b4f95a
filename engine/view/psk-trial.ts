/**
 * Tries pre-shared keys against what a trace holds, RFC 2409 5: HASH_R of aggressive mode, which stands in the clear; SKEYID, where it is known;
 * and the encrypted messages of main mode, where g^xy is known.
 */
import { equalOctets } from '../bytes/octets.ts';
import type { Event } from '../event/event.ts';
import { eventsAt } from '../log/log.ts';
import type { Replay } from '../replay/replay.ts';
import { atIndex, evolve } from '../state/evolve.ts';
import type { Side } from '../state/fact.ts';
import { algorithmsOf } from '../state/ike/suite.ts';
import { skeyidFromPsk } from '../state/ikev1/keys.ts';
import { get, values } from '../state/persistent-map.ts';
import { isToldOnly } from '../state/report/sources.ts';
import type { Authenticator } from '../state/seen.ts';
import { initialState, type Negotiation, type State } from '../state/state.ts';

/** One negotiation, and whether keys can be tried on it. */
export type PskTrial = {
  readonly negotiation: string;
  readonly initiator: string;
  readonly responder: string;
} & (
  | {
      readonly possible: true;
      /** What a key is held against: `HASH_R of event 2`. */
      readonly against: string;
      /** Whose key it is; empty where it fits nobody's. Costs two prf, or a few messages decrypted. */
      readonly fits: (preSharedKey: Uint8Array) => readonly Side[];
    }
  /** A sentence that says what is missing and how to give it. */
  | { readonly possible: false; readonly why: string }
);

/** Every negotiation that a pre-shared key authenticates, in the order in which they began. */
export const pskTrials = (replay: Replay): readonly PskTrial[] =>
  values(replay.final.negotiations)
    .filter((n) => n.version === 1 && !isToldOnly(n) && (n.suite === null || methods.has(n.suite.authentication ?? 0)))
    .sort((a, b) => a.first - b.first)
    .map((n) => ({ negotiation: n.id, initiator: n.initiator.address, responder: n.responder.address, ...trialOf(replay, n) }));

/** Authentication with a pre-shared key, alone and with XAUTH of either side: RFC 2409 App. A, draft-beaulieu-ike-xauth-02 7.2. */
const methods: ReadonlySet<number> = new Set([1, 65001, 65002]);

type Trial =
  | { readonly possible: true; readonly against: string; readonly fits: (key: Uint8Array) => readonly Side[] }
  | { readonly possible: false; readonly why: string };

const cannot = (why: string): Trial => ({ possible: false, why });

const trialOf = (replay: Replay, n: Negotiation): Trial => {
  const { nonceI, nonceR, skeyid } = n.values;
  const hash = algorithmsOf(n.suite)?.hash;
  if (!n.suite) return cannot('No proposal was chosen: no key was used, so none can be tried.');
  if (!hash) return cannot('The hash that was agreed on cannot be computed here.');
  if (!nonceI || !nonceR)
    return cannot('The nonces of both ends are needed, and the trace does not hold them: it ends too early or begins too late.');
  const messages = phase1Events(replay, n);
  const trial = proofsWith(replay, n, messages, placeholder);
  const clear = trial.find((p) => p.place.buffer !== 'decrypted' && p.inputs.length > 0);
  if (clear) {
    const side = clear.name === 'HASH_I' ? 'initiator' : 'responder';
    const inputs = clear.inputs.map((i) => i.bytes);
    const { crypto } = replay.context;
    return {
      possible: true,
      against: clear.name,
      fits: (key) =>
        equalOctets(crypto.hmac(hash, skeyidFromPsk(crypto, hash, key, nonceI.value, nonceR.value), ...inputs), clear.seen) ? [side] : [],
    };
  }
  // A SKEYID that follows from a pre-shared key says no more than that key.
  if (skeyid?.basis === 'supplied') {
    const { crypto } = replay.context;
    return {
      possible: true,
      against: 'SKEYID, which is known',
      fits: (key) =>
        equalOctets(skeyidFromPsk(crypto, hash, key, nonceI.value, nonceR.value), skeyid.value) ? ['initiator', 'responder'] : [],
    };
  }
  if (!n.values.dhSharedSecret)
    return cannot(
      'Main mode shows nothing in the clear that depends on the key: without g^xy, or a private value of either end, no key can be tried. Give one with --keys.',
    );
  if (n.encrypted === 0) return cannot('Nothing encrypted was sent: there is nothing that a key could be held against.');
  return {
    possible: true,
    against: 'the encrypted messages of main mode, with the g^xy given',
    fits: (key) =>
      proofsWith(replay, n, messages, key).flatMap((p) => (p.verdict === 'equal' ? [p.name === 'HASH_I' ? 'initiator' : 'responder'] : [])),
  };
};

const placeholder = new Uint8Array(1);
/** Datagrams of phase 1 that are folded again for each key: more than a phase 1 has, its fragments and copies included. */
const mostMessages = 32;

const phase1Events = (replay: Replay, n: Negotiation): readonly (readonly [number, Event])[] =>
  (replay.chronicle.messages.get(n.id) ?? [])
    .filter((m) => phase1Types.has(m.exchangeType) && m.repeats === null)
    .slice(0, mostMessages)
    .flatMap((m) => eventsAt(replay.log, m.event).map((event) => [m.event, event] as const));

/** Identity protection, aggressive and base: RFC 2408 3.1. */
const phase1Types: ReadonlySet<number> = new Set([1, 2, 4]);

/** HASH_I and HASH_R of the phase 1 as they come out with one key for both ends; any key that was given does not count. */
const proofsWith = (
  replay: Replay,
  n: Negotiation,
  messages: readonly (readonly [number, Event])[],
  key: Uint8Array,
): readonly Authenticator[] => {
  let state: State = initialState;
  const secrets = eventsAt(replay.log, 0).filter((e) => e.kind === 'SecretLearned' && kept.has(e.about.what));
  for (const event of secrets) ({ state } = evolve(replay.context, state, event));
  state = {
    ...state,
    secrets: [...state.secrets, { about: { what: 'preSharedKey', initiatorCookie: n.initiatorCookie }, ref: -1, value: key, since: 0 }],
  };
  const proofs: Authenticator[] = [];
  for (const [index, event] of messages) {
    const step = evolve(replay.context, atIndex(state, index), event);
    state = step.state;
    if (step.seen.ike) proofs.push(...step.seen.ike.authenticators.filter((a) => a.name === 'HASH_I' || a.name === 'HASH_R'));
    // With the wrong key the first encrypted message stays closed: what follows cannot tell more.
    if (step.seen.ike?.message.encrypted && !step.seen.ike.opened && get(state.negotiations, n.id)?.values.encryptionKey) break;
  }
  return proofs;
};

const kept: ReadonlySet<string> = new Set(['dhSharedSecret', 'dhPrivateValue']);
