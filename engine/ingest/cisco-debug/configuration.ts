/** IOS debug lines of XAUTH and mode configuration: draft-ietf-ipsec-isakmp-xauth-06, draft-ietf-ipsec-isakmp-mode-cfg-05, Unity. */
import { type Row, row, unsigned } from '../text/grammar.ts';

const configured = (doing: string, form: RegExp, example: string): Row =>
  row(form, example, ({ attribute, value, peer, id }) => ({
    says: 'configuration',
    doing,
    attribute: attribute?.trim(),
    value: value?.trim() || undefined,
    peer,
    messageId: unsigned(id),
  }));

export const configurationRows: readonly Row[] = [
  configured('needs', /^Need (?<attribute>XAUTH|config\/address)/, 'Need XAUTH'),
  configured(
    'begins',
    /^initiating peer config to (?<peer>[\d.:a-f]*[\da-f])\.? ?(?:ID = ?(?<id>-?\d+))?/,
    'initiating peer config to 192.0.2.2. ID = 1641488057',
  ),
  configured(
    'answers',
    /^responding to peer config from (?<peer>[\d.:a-f]*[\da-f])\.? ?(?:ID = ?(?<id>-?\d+))?/,
    'responding to peer config from 192.0.2.2. ID = 1641488057',
  ),
  configured('message', /^Config payload (?<value>REQUEST|REPLY|SET|ACK)/i, 'Config payload ACK'),
  configured('message', /^(?:checking|processing) (?<value>request|reply|set|ack)\b/i, 'checking request:'),
  configured(
    'asked for',
    /^(?:attributes? )?(?:request|requesting) attribute:? (?<attribute>\S+)/i,
    'request attribute XAUTH_USER_NAME_V2',
  ),
  configured('answered', /^(?:reply|set|ack) attribute:? (?<attribute>\S+)/i, 'reply attribute XAUTH_USER_NAME_V2'),
  configured('missing', /^Expected attribute (?<attribute>\S+) not received/i, 'Expected attribute XAUTH_TYPE_V2 not received'),
  configured('attributes follow', /^attributes sent in message/i, 'attributes sent in message:'),
  configured('unknown attribute', /^(?:UNKNOWN )?Unknown Attr:? ?(?<attribute>.+)/i, 'UNKNOWN Unknown Attr: 0x7800'),
  configured(
    'attribute',
    /^(?<attribute>(?:INTERNAL_)?(?:IP4|IP6|IPV4|IPV6|UNITY|MODECFG|XAUTH|ADDRESS|APPLICATION|DEFAULT|SPLIT|SAVE|FW|PFS|BANNER|CONFIG|DDNS)\w*)[:=,]?(?<value>.*)/,
    'IP4_ADDRESS',
  ),
  configured('attribute', /^attribute:? (?<attribute>[\w-]+)[:,]? ?(?<value>.*)/i, 'attribute: XAUTH_USER_NAME'),
  configured(
    'sending',
    /^Sending (?<attribute>private address|subnet mask|save password|split|default domain|banner|[A-Z0-9_]{4,40})(?: [a-z][a-z ]*)?: ?(?<value>.*)/i,
    'Sending private address: 10.1.1.10',
  ),
  configured(
    'address',
    /^(?:allocating|Allocated|assigned?) (?:private )?address:? (?<value>[\d.:a-f]*[\da-f])/i,
    'allocating address 10.1.1.10',
  ),
  configured('client', /^Talking to (?<value>.+)/, 'Talking to a Unity Client'),
  configured(
    'group',
    /^Author(?:ization)? request for group:? ?(?<value>\S+)/i,
    'Author request for group VPNCLIENTS successfully sent to AAA',
  ),
];
