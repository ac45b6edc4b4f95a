/** Offers as `debug crypto isakmp` prints them, transform by transform, and held against a policy where one is known. RFC 2409 5, RFC 2407 4.5. */
import { reading } from '../../bytes/field.ts';
import type { DevicePolicy, PhaseOneAttribute } from '../../event/policy.ts';
import { matchPhaseOne } from '../../state/ike/policy-match.ts';
import { attributeNumber, attributeOf, phase1Suite } from '../../state/ike/suite.ts';
import type { Attribute } from '../../wire/attribute.ts';
import { securityAssociation } from '../../wire/payload/security-association.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';
import type { Place } from '../models.ts';
import { say, sayPlain, type Voice } from './voice.ts';
import { authenticationWord, authenticatorWord, cipherWord, encapsulationWord, hashWord, lifeTypeWord, transformName } from './words.ts';

/** Proposals of an SA payload's body, which the state keeps as octets. */
export const proposalsIn = (body: Uint8Array | undefined): readonly Proposal[] =>
  body ? securityAssociation.read(reading(body, 'wire', 0, body.length), {}).proposals : [];

const octets = (value: Uint8Array): string => Array.from(value, (b) => `0x${b.toString(16).toUpperCase()} `).join('');

/** The short form is a number, the long one octets. */
const duration = (a: Attribute): string =>
  a.form === 'TV' ? `life duration (basic) of ${attributeNumber(a.value)}` : `life duration (VPI) of  ${octets(a.value)}`;

const phaseOneText = (a: Attribute): string | null => {
  const n = attributeNumber(a.value);
  switch (a.type) {
    case 1:
      return `encryption ${cipherWord(n)}`;
    case 2:
      return `hash ${hashWord(n)}`;
    case 3:
      return `auth ${authenticationWord(n)}`;
    case 4:
      return `default group ${n}`;
    case 11:
      return `life type in ${lifeTypeWord(n)}`;
    case 12:
      return duration(a);
    case 14:
      return `keylength of ${n}`;
    default:
      return null;
  }
};

const phaseTwoText = (a: Attribute): string | null => {
  const n = attributeNumber(a.value);
  switch (a.type) {
    case 1:
      return `SA life type in ${lifeTypeWord(n)}`;
    case 2:
      return `SA ${duration(a)}`;
    case 3:
      return `group is ${n}`;
    case 4:
      return n === null ? null : `encaps is ${encapsulationWord(n)}`;
    case 5:
      return `authenticator is ${authenticatorWord(n)}`;
    case 6:
      return `key length is ${n}`;
    default:
      return null;
  }
};

const attributeLines = (v: Voice, list: readonly Attribute[], text: (a: Attribute) => string | null, place: Place | null): void => {
  for (const a of list) {
    const line = text(a);
    if (line !== null) sayPlain(v, `     ${line}`, place);
  }
};

/** A phase 1 transform payload announces the next one by its type, 3; the last announces none. */
const nextPayload = (offers: readonly Transform[], at: number): number => (at >= 0 && at < offers.length - 1 ? 3 : 0);

const mismatchWords: Readonly<Record<PhaseOneAttribute, string>> = {
  encryption: 'Encryption algorithm offered does not match policy!',
  keyBits: 'Proposed key length does not match policy',
  hash: 'Hash algorithm offered does not match policy!',
  authentication: 'Authentication method offered does not match policy!',
  group: 'Diffie-Hellman group offered does not match policy!',
  lifetimeSeconds: 'Lifetime offered does not match policy!',
};

export interface PhaseOneChoice {
  /** In the order offered; empty where the offer was not seen. */
  readonly offers: readonly Transform[];
  /** What was taken; `null` for a refusal. */
  readonly chosen: Transform | null;
  readonly policy: DevicePolicy | null;
  readonly place: Place | null;
}

/**
 * How the device came to its choice. With its policies each comparison is made again, and stands where it leads to what the packets show;
 * without them only what was taken is known, not which policy took it.
 */
export const sayPhaseOneChoice = (v: Voice, { offers, chosen, policy, place }: PhaseOneChoice): void => {
  const verdict = (t: Transform, at: number, mismatch: string | null): void => {
    attributeLines(v, t.attributes, phaseOneText, place);
    if (mismatch !== null) say(v, mismatch, place);
    say(v, `atts are ${mismatch === null ? '' : 'not '}acceptable. Next payload is ${nextPayload(offers, at)}`, place);
  };
  const match = policy
    ? matchPhaseOne(
        policy.isakmp,
        offers.map((t) => phase1Suite(t.attributes)),
      )
    : null;
  const taken = match?.accepted ? offers[match.accepted.offer] : undefined;
  if (match && policy && taken?.number === chosen?.number) {
    const compared = match.cells.flat().filter((c) => c.order !== null);
    for (const { policy: p, offer, differences } of compared.sort((a, b) => (a.order ?? 0) - (b.order ?? 0))) {
      const t = offers[offer];
      if (!t) continue;
      say(v, `Checking ISAKMP transform ${t.number} against priority ${policy.isakmp[p]?.priority} policy`, place);
      verdict(t, offer, differences[0] ? mismatchWords[differences[0].attribute] : null);
    }
  } else if (chosen) {
    const at = offers.findIndex((t) => t.number === chosen.number);
    verdict(chosen, at, null);
  }
  if (!chosen) {
    if (match) say(v, 'no offers accepted!');
    return;
  }
  const seconds = phase1Suite(chosen.attributes).lifetimeSeconds;
  if (seconds !== null) {
    say(v, `Returning Actual lifetime: ${seconds}`);
    say(v, `Started lifetime timer: ${seconds}.`);
  }
};

/** The proposals of quick mode that were taken, each with its one transform. */
export const sayPhaseTwoChoice = (v: Voice, proposals: readonly Proposal[], place: Place | null): void => {
  for (const p of proposals) {
    say(v, `Checking IPSec proposal ${p.number}`, place);
    for (const t of p.transforms) {
      sayPlain(v, `transform ${t.number}, ${transformName(p.protocolId, t.id)}`, place);
      sayPlain(v, '  attributes in transform:', place);
      attributeLines(v, t.attributes, phaseTwoText, place);
      say(v, 'atts are acceptable.', place);
    }
  }
};

/** Mode of the first transform, as `IPSEC(...)` lines have it: `Tunnel`, `Transport-UDP`. */
export const modeWord = (t: Transform): string => {
  const mode = attributeOf(t.attributes, 4);
  return mode === null ? '' : (/\((.*)\)/.exec(encapsulationWord(mode))?.[1] ?? '');
};
