/** IOS `debug crypto isakmp`: offers held against policies, attribute by attribute, in both phases. RFC 2409 5, RFC 2407 4.5. */
import type { ReportOf } from '../../event/report.ts';
import { type Groups, noted, numeral, octetNumeral, type Row, row } from '../text/grammar.ts';

type AttributeName = ReportOf<'attribute'>['name'];

/** An attribute whose value is the group `value`. */
const attribute = (name: AttributeName, form: RegExp, example: string): Row =>
  row(form, example, ({ value = '' }) => {
    const number = numeral(/^\d+(?=\s|\(|$)/.exec(value)?.[0]);
    return { says: 'attribute', name, value: value.trim(), number };
  });

const duration = ({ octets, value }: Groups): ReportOf<'attribute'> => ({
  says: 'attribute',
  name: 'lifeDuration',
  value: (octets ?? value ?? '').trim(),
  number: octets === undefined ? numeral(value) : octetNumeral(octets),
});

type Mismatch = ReportOf<'mismatch'>['attribute'];

const differing: Readonly<Record<string, Mismatch>> = {
  encryption: 'encryption',
  hash: 'hash',
  authentication: 'authentication',
  'diffie-hellman': 'group',
  dh: 'group',
  proposed: 'keyLength',
  keylength: 'keyLength',
  key: 'keyLength',
  xauth: 'authentication',
  lifetime: 'lifetime',
};

const verdict =
  (acceptable: boolean) =>
  ({ next }: Groups, message: string): ReportOf<'verdict'> => ({
    says: 'verdict',
    acceptable,
    nextPayload: numeral(next),
    text: message.trim(),
  });

export const transformRows: readonly Row[] = [
  row(
    /^Checking ISAKMP transform (?<transform>\d+) against (?:priority )?(?<priority>\d+) policy/,
    'Checking ISAKMP transform 2 against priority 10 policy',
    ({ transform, priority }) => ({ says: 'policyCheck', transform: Number(transform), priority: Number(priority) }),
  ),
  row(/^Checking IPSec proposal (?<proposal>\d+)/i, 'Checking IPSec proposal 1', ({ proposal }) => ({
    says: 'proposalCheck',
    proposal: Number(proposal),
  })),
  row(
    /^transform (?<number>\d+), ?(?<protocol>ESP|AH|IPPCP|PCP|COMP)_(?<name>\w+)/,
    'transform 1, ESP_AES',
    ({ number, protocol, name }) => ({
      says: 'transform',
      number: Number(number),
      protocol: protocol ?? '',
      name: name ?? '',
    }),
  ),
  noted(/^attributes in transform/, 'attributes in transform:', 'attributes follow'),
  attribute('keyLength', /^keylength of (?<value>\d+)/, 'keylength of 256'),
  attribute('keyLength', /^key length is (?<value>\d+)/, 'key length is 256'),
  attribute('encryption', /^encryption (?<value>(?!algorithm)[\w-]+(?: [\w-]+)?)/i, 'encryption 3DES-CBC'),
  attribute('hash', /^hash (?<value>(?:algorithm )?[\w.-]+(?: [\w-]+)?)/, 'hash SHA'),
  attribute('prf', /^prf (?<value>[\w-]+)/i, 'prf HMAC_SHA1'),
  attribute('group', /^(?:default )?group (?:is )?(?<value>\d+)/, 'default group 2'),
  attribute('group', /^(?:default|unknown|Unknown) group (?<value>.+)/, 'unknown group 31'),
  attribute('authentication', /^(?:extended )?auth (?<value>(?!method|status)[\w-]+(?: [\w-]+)*)/, 'auth pre-share'),
  attribute('lifeType', /^(?:SA )?life type in (?<value>\w+)/, 'life type in seconds'),
  row(/^(?:SA )?life duration \(VPI\) of\s+(?<octets>(?:0x[0-9a-f]{1,2}\s*)+)/i, 'life duration (VPI) of  0x0 0x1 0x51 0x80', duration),
  row(/^(?:SA )?life duration \((?:basic|VPI)\) of\s*(?<value>\d+)/, 'life duration (basic) of 3600', duration),
  attribute('lifeDuration', /^lifetime (?<value>\d+(?: seconds)?)/, 'lifetime 86400 seconds'),
  attribute('encapsulation', /^encaps is (?<value>\d+(?: \([\w -]+\))?)/, 'encaps is 3 (Tunnel-UDP)'),
  attribute('integrity', /^authenticator is (?<value>[\w-]+)/, 'authenticator is HMAC-SHA'),
  attribute('extendedSequenceNumbers', /^(?:extended sequence numbers?|ESN)(?: is)? (?<value>\w+)/i, 'ESN is enabled'),
  attribute('none', /^(?:unknown|Unknown) (?<value>(?:ESP|AH) transform.*)/, 'unknown ESP transform!'),
  row(
    /^(?<what>Encryption|Hash|Authentication|Diffie-Hellman|DH|Proposed key ?length|Key ?length|Lifetime|Xauth authentication)\b.{0,60}? (?:does|do) not match (?:the )?policy/i,
    'Hash algorithm offered does not match policy!',
    ({ what = '' }, message) => ({
      says: 'mismatch',
      attribute: differing[what.toLowerCase().split(' ')[0] ?? ''] ?? 'proposal',
      text: message.trim(),
    }),
    'The first attribute that differs; IOS looks no further.',
  ),
  row(
    /^Preshared authentication offered but does not match policy/i,
    'Preshared authentication offered but does not match policy!',
    (_, message) => ({
      says: 'mismatch',
      attribute: 'authentication',
      text: message.trim(),
    }),
  ),
  row(/^atts are not acceptable\.?(?: Next payload is (?<next>\d+))?/, 'atts are not acceptable. Next payload is 3', verdict(false)),
  row(/^atts are acceptable\.?(?: Next payload is (?<next>\d+))?/, 'atts are acceptable. Next payload is 0', verdict(true)),
  row(/^atts not acceptable\.?(?: Next payload is (?<next>\d+))?/, 'atts not acceptable. Next payload is 0', verdict(false)),
  row(/^(?:no offers accepted|No offers accepted|no proposal chosen|Offered.*not acceptable)/, 'no offers accepted!', (_, message) => ({
    says: 'verdict',
    acceptable: false,
    phase: 1,
    text: message.trim(),
  })),
  row(
    /^phase (?<phase>[12]) SA policy not acceptable! ?\(local (?<local>\S+) remote (?<peer>[^)\s]+)\)/,
    'phase 1 SA policy not acceptable! (local 192.0.2.1 remote 192.0.2.2)',
    ({ phase, local, peer }, message) => ({ says: 'verdict', acceptable: false, phase: Number(phase), local, peer, text: message.trim() }),
  ),
  row(/^phase (?<phase>[12]) SA policy not acceptable/, 'phase 2 SA policy not acceptable!', ({ phase }, message) => ({
    says: 'verdict',
    acceptable: false,
    phase: Number(phase),
    text: message.trim(),
  })),
  row(
    /^IPSec policy invalidated proposal(?: with error (?<code>\d+))?/i,
    'IPSec policy invalidated proposal with error 32',
    ({ code }, message) => ({
      says: 'error',
      code,
      text: message.trim(),
    }),
  ),
  row(
    /^(?:Acceptable atts:(?:actual )?life:?|Basic life_in_seconds:|Returning Actual lifetime:|Started lifetime timer:|Adjusted lifetime)\s*(?<seconds>\d+)/i,
    'Acceptable atts:actual life: 86400',
    ({ seconds }, message) => ({ says: 'lifetime', of: 'ike', seconds: Number(seconds), text: message.trim() }),
  ),
  row(
    /^(?:Fill atts in sa (?:life_in_seconds|vpi_length)|Fill atts|vpi_length)[:\s]*(?<number>\d+)/i,
    'Fill atts in sa life_in_seconds:86400',
    (_, message) => ({
      says: 'note',
      topic: 'lifetime',
      text: message.trim(),
    }),
  ),
  row(
    /^(?:re)?start(?:ing|ed)? (?:ike )?sa (?:life )?timer(?: to)?\s*(?<seconds>\d+)?/i,
    'restart ike sa timer to 3600 secs',
    ({ seconds }, message) => ({
      says: 'lifetime',
      of: 'ike',
      seconds: numeral(seconds),
      text: message.trim(),
    }),
  ),
];
