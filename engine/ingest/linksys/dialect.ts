/** Linksys and Cisco Small Business routers: the IKE log of the WAG, WRV and BEFVP series, and the VPN log of the RV0xx. */
import type { Report } from '../../event/report.ts';
import { type Dialect, hexNumeral, match, noted, numeral, type Row, row, saidOf } from '../text/grammar.ts';

const payloadsOf = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.trim()
    .split(/[\s,]+/)
    .filter((name) => name !== '');

const cookie = (text: string | undefined): string | undefined => {
  const hex = text?.replace(/\s+/g, '').toLowerCase();
  return hex !== undefined && /^[0-9a-f]{16}$/.test(hex) ? hex : undefined;
};

/** `MM_I1`: who sent it is in the label. */
const sideOf = (label: string | undefined, way: 'sent' | 'received'): 'initiator' | 'responder' | undefined => {
  const letter = /_([IR])\d$/.exec(label ?? '')?.[1];
  return letter === undefined ? undefined : (letter === 'I') === (way === 'sent') ? 'initiator' : 'responder';
};

const packet = (way: 'sent' | 'received', form: RegExp, example: string): Row =>
  row(form, example, ({ label, peer, payloads }) => ({
    says: 'packet',
    way,
    label,
    peer,
    payloads: payloadsOf(payloads),
    side: sideOf(label, way),
  }));

export const linksysRows: readonly Row[] = [
  row(
    /^(?<way>Tx >>|Rx <<)\s*Notify ?: ?(?<peer>[\w.:]+)\s*(?<notify>[\w-]+)/i,
    'Rx << Notify : 192.0.2.1 INVALID-ID-INFORMATION',
    ({ way, peer, notify = '' }) => ({
      says: 'notify',
      way: way?.startsWith('Tx') ? 'sent' : 'received',
      notify,
      peer,
    }),
  ),
  row(
    /^(?<way>Tx >>|Rx <<)\s*Delete (?<protocol>\S+)\s*:?\s*(?<spi>.*)/i,
    'Tx >> Delete ISAKMP_SA : cookie 9ddfe293 4d8be14b |cca2f07a 9045af27',
    ({ way, protocol, spi }) => ({
      says: 'delete',
      way: way?.startsWith('Tx') ? 'sent' : 'received',
      protocol,
      spi: spi?.replace(/^cookie:?\s*/i, '').trim() || undefined,
    }),
  ),
  packet('sent', /^Tx >> (?<label>[A-Z]+_[IR]\d|\w+) ?: ?(?<peer>[\w.:]+)\s*(?<payloads>.*)/, 'Tx >> MM_I1 : 192.0.2.1 SA'),
  packet('received', /^Rx << (?<label>[A-Z]+_[IR]\d|\w+) ?: ?(?<peer>[\w.:]+)\s*(?<payloads>.*)/, 'Rx << MM_R2 : 192.0.2.1 KE, NONCE, VID'),
  row(/^(?<way>Tx >>|Rx <<)\s*(?<text>.+)/, 'Rx << XCHG_TYPE(101) from 192.0.2.1', ({ way, text }) => ({
    says: 'packet',
    way: way?.startsWith('Tx') ? 'sent' : 'received',
    label: text?.trim(),
    peer: /\bfrom ([\w.:]+)/.exec(text ?? '')?.[1],
  })),
  row(
    /^ISAKMP SA CKI=\[(?<i>[0-9a-f ]+)\] CKR=\[(?<r>[0-9a-f ]+)\]/i,
    'ISAKMP SA CKI=[9ddfe293 4d8be14b] CKR=[cca2f07a 9045af27]',
    ({ i, r }) => ({
      says: 'ikeSa',
      doing: 'detail',
      initiatorCookie: cookie(i),
      responderCookie: cookie(r),
    }),
  ),
  row(
    /^ISAKMP SA (?<proposal>[\w-]+ ?\/.+)/,
    'ISAKMP SA 3DES / SHA / PreShared / MODP_1024 / 86400 sec (*86400 sec)',
    ({ proposal = '' }) => ({
      says: 'proposals',
      which: 'selected',
      proposals: [proposal.trim()],
    }),
  ),
  row(
    /^(?<protocol>ESP|AH)_SA (?<transform>.+?)\s*\/\s*(?<seconds>\d+) sec\s*\/\s*SPI=\[(?<one>[0-9a-f]{1,8}):(?<two>[0-9a-f]{1,8})\]/i,
    'ESP_SA 3DES / SHA / 86400 sec / SPI=[c243f13f:a213c248]',
    ({ protocol, transform, seconds, one, two }) => {
      const common = {
        protocol: protocol?.toUpperCase() === 'AH' ? 'ah' : 'esp',
        transform: transform?.trim(),
        lifetimeSeconds: numeral(seconds),
      } as const;
      return { says: 'associations', doing: 'created', associations: [one, two].map((spi) => ({ ...common, spi: hexNumeral(spi) })) };
    },
    'Which of the two SPIs is whose, the line does not say.',
  ),
  row(/^(?:ESP|AH)_SA (?<text>.+)/, 'ESP_SA DES / MD5 / 3600 sec', ({ text = '' }) => ({
    says: 'proposals',
    which: 'selected',
    proposals: [text.trim()],
  })),
  row(
    /^Set up (?:ESP|AH) tunnel with (?<peer>[\w.:]+?) (?<result>Success|Fail\w*)/i,
    'Set up ESP tunnel with 192.0.2.1 Success !',
    ({ peer, result = '' }) =>
      /^s/i.test(result) ? { says: 'association', doing: 'installed', peer } : { says: 'error', text: 'set up tunnel: failed', peer },
  ),
  row(/^Dead Peer Detection (?<text>.+)/i, 'Dead Peer Detection Start, DPD delay timer=10 sec timeout=10 sec', ({ text = '' }) => ({
    says: 'dpd',
    doing: text.trim(),
  })),
  row(/^\*\*\s?(?<text>.+)/, '**Check your ISAKMP Pre-share Key setting !', ({ text = '' }) => ({ says: 'error', text: text.trim() })),
  row(
    /^(?<text>.*(?:fail|error|timeout|time out|not match|mismatch|unknown|invalid|no response).*)/i,
    'Phase 1 negotiation timeout',
    ({ text = '' }) => ({ says: 'error', text: text.trim() }),
  ),
  row(
    /^\[Tunnel Negotiation Info\]\s*(?<way>>>>|<<<)\s*(?<side>Initiator|Responder) (?:send|received?) (?<label>.+)/i,
    '[Tunnel Negotiation Info] >>> Initiator Send Main Mode 1st packet',
    ({ way, side, label }) => ({
      says: 'packet',
      way: way === '>>>' ? 'sent' : 'received',
      label: label?.trim(),
      side: side?.toLowerCase() === 'initiator' ? 'initiator' : 'responder',
    }),
  ),
  row(
    /^\[Tunnel Negotiation Info\]\s*(?<side>Initiator|Responder) Cookies = (?<cookie>[0-9a-f ]+)/i,
    '[Tunnel Negotiation Info] Initiator Cookies = c527 d584 595c 2c3b',
    ({ side, cookie: text }) => ({
      says: 'ikeSa',
      doing: 'detail',
      ...(side?.toLowerCase() === 'initiator' ? { initiatorCookie: cookie(text) } : { responderCookie: cookie(text) }),
    }),
  ),
  row(
    /^\[Tunnel Negotiation Info\]\s*(?<direction>Inbound|Outbound) SPI value = (?<spi>[0-9a-f]{1,8})/i,
    '[Tunnel Negotiation Info] Inbound SPI value = c3bdba08',
    ({ direction, spi }) => ({
      says: 'association',
      doing: 'detail',
      direction: direction?.toLowerCase() === 'outbound' ? 'outbound' : 'inbound',
      spi: hexNumeral(spi),
    }),
  ),
  row(/^\[Tunnel Negotiation Info\]\s*.*Phase 1 SA Established/i, '[Tunnel Negotiation Info] Main Mode Phase 1 SA Established', () => ({
    says: 'ikeSa',
    doing: 'established',
  })),
  row(
    /^\[Tunnel Negotiation Info\]\s*.*Phase 2 SA Established/i,
    '[Tunnel Negotiation Info] Quick Mode Phase 2 SA Established, IPSec Tunnel Connected',
    () => ({ says: 'association', doing: 'installed' }),
  ),
  row(
    /^(?:Main|Aggressive) mode peer ID is (?<type>ID_\w+): ?'?(?<value>[^']+)/i,
    "Main mode peer ID is ID_IPV4_ADDR: '192.0.2.2'",
    ({ type, value }) => ({ says: 'identity', whose: 'theirs', idType: type, value }),
  ),
  row(
    /^(?:initiat\w+|responding to) (?<mode>Main|Aggressive|Quick) Mode(?: to (?<peer>[\w.:]+))?/i,
    'Initiating Main Mode',
    ({ mode = '', peer }) => ({
      says: 'exchange',
      began: mode.toLowerCase() === 'main' ? 'main' : mode.toLowerCase() === 'quick' ? 'quick' : 'aggressive',
      peer,
    }),
  ),
  row(
    /^Received Vendor ID payload(?: Type)? = \[?(?<name>[^\]]+)/i,
    'Received Vendor ID payload Type = [Dead Peer Detection]',
    ({ name }) => ({ says: 'vendorId', way: 'received', name: name?.trim() }),
  ),
  row(/^ignoring Vendor ID payload(?: Type)? = \[?(?<name>[^\]]+)/i, 'Ignoring Vendor ID payload Type = [Cisco-Unity]', ({ name }) => ({
    says: 'vendorId',
    way: 'received',
    guess: name?.trim(),
  })),
  row(/^(?:initiate|initiat\w+) (?:to )?(?<peer>\d[\w.:]+)/i, 'initiate to 192.0.2.1', ({ peer }) => ({
    says: 'exchange',
    began: 'main',
    peer,
  })),
  noted(
    /^(?:\[Tunnel \w+ Info\]|Inserting|Transform|Delete|delete|terminat|rekey|Rekey|STATE|NAT)/i,
    '[Tunnel Negotiation Info] Deleting connection',
    'step',
  ),
];

const prefix = /^(?:IKE\[(?<tunnel>\d+)\]|VPN Log|\[VPN Log\]:?)\s*/;

export const linksys: Dialect = {
  name: 'linksys',
  opens: (message) => prefix.test(message),
  continues: () => false,
  read: (message): Report | undefined => {
    const found = prefix.exec(message);
    const body = message.slice(found?.[0].length ?? 0).replace(/^[-:\s]+/, '');
    if (body === '') return undefined;
    const tunnel = found?.groups?.['tunnel'];
    return saidOf(match(linksysRows, body), tunnel === undefined ? {} : { tunnel });
  },
};
