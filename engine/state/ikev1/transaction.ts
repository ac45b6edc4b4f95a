/** Transaction exchanges: XAUTH (draft-beaulieu-ike-xauth-02) and mode config (draft-dukes-ike-mode-cfg-02), with the attributes of Cisco Unity. */
import { configurationAttributes, secretConfigurationAttributes } from '../../registry/attribute.ts';
import { ipv4, ipv6 } from '../../values/ip-address.ts';
import type { Attribute } from '../../wire/attribute.ts';
import { attributeNumber } from '../../wire/attribute.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type ContentOf, payloadsOf } from '../context.ts';
import { other, type Side } from '../fact.ts';
import type { Transition } from '../seen.ts';
import type { Negotiation } from '../state.ts';
import type { Xauth } from './extensions.ts';
import { gatewaySteps } from './transitions.ts';

type Body = ContentOf<'attributes'>;

const request = 1;
const reply = 2;
const set = 3;
const acknowledge = 4;

const firstXauth = 16520;
const lastXauth = 16529;
const userName = 16521;
const status = 16527;
const isXauth = ({ type }: Attribute): boolean => type >= firstXauth && type <= lastXauth;

/** Values of an IP address each, and those that hold an address with its mask, one after the other. */
const addressAttributes = new Set([1, 2, 3, 4, 6, 8, 10, 11, 12]);
const subnetAttributes = new Set([13, 28676, 28678]);
const textAttributes = new Set([7, 28672, 28674, 28675, 28681, 28682, userName, 16524, 16526]);
const assigned = new Set([1, 8]);

const longestText = 500;

const readable = (value: Uint8Array): string =>
  Array.from(utf8.decode(value.subarray(0, longestText)), (c) => (c < ' ' && c !== '\n' ? '\ufffd' : c))
    .join('')
    .trimEnd();
const utf8 = new TextDecoder();

/** Split tunnels come as one or more of: address, mask, and fourteen octets on ports and protocol, as Cisco sends them. */
const subnets = (value: Uint8Array): string => {
  const step = value.length % 14 === 0 ? 14 : 8;
  const out: string[] = [];
  for (let at = 0; at + 8 <= value.length; at += step) out.push(`${ipv4(value, at)}/${ipv4(value, at + 4)}`);
  return out.join(' ');
};

const valueText = ({ type, value }: Attribute): string => {
  if (addressAttributes.has(type) && value.length === 4) return ipv4(value, 0);
  if (addressAttributes.has(type) && value.length >= 16) return ipv6(value, 0);
  if (subnetAttributes.has(type) && value.length >= 8) return subnets(value);
  if (textAttributes.has(type)) return readable(value);
  return value.length <= 6 ? value.reduce((n, octet) => n * 256 + octet, 0).toString() : `${value.length} octets`;
};

const nameOf = (type: number): string => configurationAttributes.get(type)?.name ?? `attribute ${type}`;

/** What an attributes payload says, in words: `XAUTH request`, `XAUTH ok`, `assigned 10.2.0.100`. */
const saidBy = (body: Body): string => {
  const xauth = body.attributes.some(isXauth);
  const given = body.attributes.filter((a) => assigned.has(a.type) && a.value.length > 0);
  const outcome = body.attributes.find((a) => a.type === status);
  switch (body.type) {
    case request:
      return xauth ? 'XAUTH request' : 'config request';
    case reply:
      if (xauth) return 'XAUTH reply';
      return given.length > 0 ? `assigned ${given.map(valueText).join(', ')}` : 'config reply';
    case set:
      if (outcome) return attributeNumber(outcome) === 1 ? 'XAUTH ok' : 'XAUTH failed';
      return given.length > 0 ? `assigned ${given.map(valueText).join(', ')}` : 'config set';
    default:
      return body.type === acknowledge ? 'acknowledged' : `attributes of type ${body.type}`;
  }
};

/** What a message says that ends an exchange is worth more than what went before: an acknowledgement leaves it standing. */
export const transactionResult = (payloads: readonly Payload[], before: string | null): string | null => {
  const [first] = payloadsOf(payloads, 'attributes');
  const said = first ? saidBy(first.content) : null;
  if (said === null) return before;
  return said === 'acknowledged' ? (before ?? said) : said;
};

interface Step {
  readonly negotiation: Negotiation;
  readonly transitions: readonly Transition[];
}

/** The gateway's next state. `assumed`: the message was sent to it. */
const step = (n: Negotiation, gateway: Side, speaker: Side, name: keyof typeof gatewaySteps, event: number): Step => {
  const { to, because } = gatewaySteps[name];
  const proven = gateway === speaker;
  const transition: Transition = { negotiation: n.id, side: gateway, exchange: null, from: n[gateway].state, to, because, proven };
  return { negotiation: { ...n, [gateway]: { ...n[gateway], state: to, since: event, assumed: !proven } }, transitions: [transition] };
};

const configured = (n: Negotiation, gateway: Side, body: Body, event: number): Negotiation => {
  const given = body.attributes.filter((a) => a.value.length > 0 && !isXauth(a) && !secretConfigurationAttributes.has(a.type));
  if (given.length === 0) return n;
  const before = n.configuration?.gateway === gateway ? n.configuration : null;
  const addresses = given.filter((a) => assigned.has(a.type)).map(valueText);
  return {
    ...n,
    configuration: {
      gateway,
      addresses: addresses.length > 0 ? addresses : (before?.addresses ?? []),
      attributes: given.slice(0, 100).map((a) => ({ name: nameOf(a.type), value: valueText(a) })),
      since: event,
    },
  };
};

const ofXauth = (n: Negotiation, speaker: Side, body: Body, event: number): Step => {
  const gateway = body.type === request || body.type === set ? speaker : other(speaker);
  const before: Xauth = n.xauth ?? { gateway, asked: event, requests: 0, user: null, replied: null, status: null, decided: null };
  const user = body.attributes.find((a) => a.type === userName && a.value.length > 0);
  const outcome = body.attributes.find((a) => a.type === status);
  switch (body.type) {
    case request:
      return step({ ...n, xauth: { ...before, gateway, requests: before.requests + 1 } }, gateway, speaker, 'xauthRequest', event);
    case reply:
      return step(
        { ...n, xauth: { ...before, gateway, replied: event, user: user ? readable(user.value) : before.user } },
        gateway,
        speaker,
        'xauthReply',
        event,
      );
    case set: {
      const verdict = outcome ? (attributeNumber(outcome) === 1 ? 'ok' : 'failed') : before.status;
      return step({ ...n, xauth: { ...before, gateway, status: verdict, decided: event } }, gateway, speaker, 'xauthSet', event);
    }
    default:
      return step(n, gateway, speaker, 'acknowledged', event);
  }
};

const ofConfiguration = (n: Negotiation, speaker: Side, body: Body, event: number): Step => {
  switch (body.type) {
    case request:
      return step(n, other(speaker), speaker, 'configRequest', event);
    case reply:
      return step(configured(n, speaker, body, event), speaker, speaker, 'configReply', event);
    case set:
      return step(configured(n, speaker, body, event), speaker, speaker, 'configSet', event);
    default:
      return step(n, other(speaker), speaker, 'acknowledged', event);
  }
};

/** What a believed message of a transaction exchange does to its negotiation. An acknowledgement may be empty: the gateway's state tells of what. */
export const applyTransaction = (n: Negotiation, speaker: Side, payloads: readonly Payload[], event: number): Step => {
  let negotiation = n;
  const transitions: Transition[] = [];
  for (const { content } of payloadsOf(payloads, 'attributes')) {
    if (content.type < request || content.type > acknowledge) continue;
    const acknowledges = content.type === acknowledge;
    if (acknowledges && !['IKE_XAUTH_SET_SENT', 'IKE_CONFIG_MODE_SET_SENT'].includes(negotiation[other(speaker)].state)) continue;
    const xauth = content.attributes.some(isXauth) || (acknowledges && negotiation[other(speaker)].state === 'IKE_XAUTH_SET_SENT');
    const done = (xauth ? ofXauth : ofConfiguration)(negotiation, speaker, content, event);
    negotiation = done.negotiation;
    transitions.push(...done.transitions);
  }
  return { negotiation, transitions };
};
