/** How values are put into words on the screen: cut, counted, dated. */
import {
  authenticationMethods,
  configurationAttributes,
  configurationTypes,
  encryptionAlgorithms,
  hashAlgorithms,
} from '../registry/attribute.ts';
import { dhGroups } from '../registry/dh-group.ts';
import { notifyTypesV1 } from '../registry/notify-type.ts';
import { payloadTypes } from '../registry/payload-type.ts';
import { nameOf } from '../registry/registry.ts';
import type { Phase1Suite } from '../state/ike/suite.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { lastFragment } from '../wire/payload/fragment.ts';
import type { Payload } from '../wire/payload-chain.ts';

/** Values are cut in the middle: `d1fd4de7…c95e`. */
export const cut = (text: string, head = 8, tail = 4): string =>
  text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;

/** `1,234,567`, `0.5`: commas by threes and a point on every machine, whatever its locales. No more than `most` digits behind the point. */
export const grouped = (n: number | bigint, most = 3): string => {
  const text = typeof n === 'bigint' ? String(n) : n.toFixed(most);
  const [whole = '', fraction] = text.split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const shown = fraction?.replace(/0+$/, '') ?? '';
  return shown === '' ? digits : `${digits}.${shown}`;
};

export const counted = (n: number, noun: string): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Rounded to the nearest: for reading, not for reckoning. */
const milliseconds = (ns: bigint): string => {
  const ms = (ns + 500_000n) / 1_000_000n;
  return `${ms / 1000n}.${(ms % 1000n).toString().padStart(3, '0')}`;
};

/** Seconds since the start, `+0.275`; empty where there is no clock. */
export const delta = (at: Timestamp | null, start: Timestamp | null): string => {
  if (at === null || start === null) return '';
  const ns = at - start;
  return ns <= -500_000n ? `-${milliseconds(-ns)}` : `+${milliseconds(ns < 0n ? 0n : ns)}`;
};

/** `3.676 s`. */
export const duration = (from: Timestamp | null, to: Timestamp | null): string | null =>
  from === null || to === null || to < from ? null : `${milliseconds(to - from)} s`;

const two = (n: number): string => String(n).padStart(2, '0');

/** Days since 1970-01-01 as a date of the Gregorian calendar; a clock is not needed to count days. */
const dateOf = (days: number): string => {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return `${yoe + era * 400 + (month <= 2 ? 1 : 0)}-${two(month)}-${two(doy - Math.floor((153 * mp + 2) / 5) + 1)}`;
};

/** Division of bigints goes towards zero; before 1970 a clock counts up all the same. */
const floorDivide = (n: bigint, by: bigint): bigint => (n < 0n && n % by !== 0n ? n / by - 1n : n / by);

/** `2026-11-21 19:08:25.600507 UTC`. */
export const utc = (at: Timestamp | null): string => {
  if (at === null) return '';
  const micros = floorDivide(at, 1000n);
  const whole = floorDivide(micros, 1_000_000n);
  const seconds = Number(whole);
  const day = Math.floor(seconds / 86400);
  const rest = seconds - day * 86400;
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${dateOf(day)} ${clock}.${(micros - whole * 1_000_000n).toString().padStart(6, '0')} UTC`;
};

const shortNotify = (type: number): string => nameOf(notifyTypesV1, type) ?? String(type);

const mostNames = 3;

/** `REQUEST XAUTH_TYPE XAUTH_USER_NAME`, `REPLY IP4_ADDRESS IP4_DNS`: what is asked or said, not the values. */
const attributeWords = ({ type, attributes }: Extract<Payload['content'], { kind: 'attributes' }>): string => {
  const what = (nameOf(configurationTypes, type) ?? `type ${type}`).replace('ISAKMP_CFG_', '');
  const names = attributes.map((a) => (nameOf(configurationAttributes, a.type) ?? String(a.type)).replace('INTERNAL_', ''));
  const more = names.length > mostNames ? ` +${names.length - mostNames}` : '';
  return [what, ...names.slice(0, mostNames)].join(' ') + more;
};

/** `SA VID×5`, `ID HASH N(INITIAL-CONTACT)`: equal neighbours are counted. */
export const payloadWords = (payloads: readonly Payload[], major: number): string => {
  const types = payloadTypes(major);
  const words = payloads.map((p) => {
    const short = types.get(p.type)?.short ?? String(p.type);
    if (p.content.kind === 'notification') return `${short}(${shortNotify(p.content.notifyType)})`;
    if (p.content.kind === 'delete')
      return `${short}(${p.content.protocolId === 1 ? 'ISAKMP' : p.content.protocolId === 3 ? 'ESP' : 'AH'})`;
    if (p.content.kind === 'attributes') return `${short}(${attributeWords(p.content)})`;
    if (p.content.kind === 'fragment') return `${short}(${p.content.number}${p.content.flags & lastFragment ? ', last' : ''})`;
    return short;
  });
  const out: string[] = [];
  for (let i = 0; i < words.length; ) {
    let n = i;
    while (words[n] === words[i]) n++;
    out.push(n - i > 1 ? `${words[i]}×${n - i}` : (words[i] ?? ''));
    i = n;
  }
  return out.join(' ');
};

const named = (table: Parameters<typeof nameOf>[0], n: number | null): string =>
  n === null ? 'unknown' : (nameOf(table, n) ?? `number ${n}`);

export const cipherName = (suite: Phase1Suite): string =>
  `${named(encryptionAlgorithms, suite.encryption)}${suite.keyBits ? `-${suite.keyBits}` : ''}`;

/** `3DES-CBC, SHA, group 2, pre-shared key; 15,840 s`. */
export const suiteWords = (suite: Phase1Suite | null): string => {
  if (!suite) return 'none chosen yet';
  const group = suite.group === null ? 'group unknown' : `group ${suite.group}`;
  const parts = [cipherName(suite), named(hashAlgorithms, suite.hash), group, named(authenticationMethods, suite.authentication)];
  return `${parts.join(', ')}${suite.lifetimeSeconds === null ? '' : `; ${grouped(suite.lifetimeSeconds)} s`}`;
};

export const groupName = (group: number): string => dhGroups.get(group)?.name ?? `group ${group}`;
