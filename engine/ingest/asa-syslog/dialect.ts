/** Cisco ASA, PIX and FTD: `%ASA-n-nnnnnn` syslog, and `debug crypto ikev1` / `debug crypto isakmp` lines in their `[IKEv1]` form. */
import type { About, Report } from '../../event/report.ts';
import { type Dialect, match, saidOf } from '../text/grammar.ts';
import { asaRows } from './rows.ts';

const syslog = /^%?(?<facility>ASA|PIX|FTD|FWSM)-(?:[a-z]{2,10}-)?(?<severity>[0-7])-(?<mnemonic>\d{6}):\s*/;
const debug = /^\[IKEv1(?:[ _](?<part>[A-Z]+))?\]\s*:?\s*/;
/** What `debug crypto ipsec` and packet dumps print. */
const others =
  /^(?:IPSEC(?::| )(?! *\()|(?:RECV|SEND) PACKET (?:from|to)|(?:BEFORE ENCRYPTION|AFTER DECRYPTION|RAW PACKET DUMP)\b|IKE Recv RAW packet dump|ISAKMP Header\s*$|IKEv1 )/;

/** `Group = x, Username = y, IP = z, `: any of them may be missing. */
const who = /^(?:Group = (?<group>[^,]{0,128}), )?(?:Username = (?<user>[^,]{0,128}), )?(?:IP = (?<ip>[^,\s]{1,64}),? ?)?/;

const ofWhom = (body: string): { readonly about: About; readonly text: string } => {
  const found = who.exec(body);
  const { group, ip } = found?.groups ?? {};
  return {
    about: { ...(group !== undefined && { tunnel: group }), ...(ip !== undefined && { peer: ip }) },
    text: body.slice(found?.[0].length ?? 0).trimStart(),
  };
};

const readSyslog = (message: string, head: RegExpExecArray): Report | undefined => {
  const { facility = '', severity, mnemonic = '' } = head.groups ?? {};
  const { about, text } = ofWhom(message.slice(head[0].length));
  const typed = match(asaRows, text);
  // The number says which message it is, also where we have no row for its words.
  const report: Report =
    typed && typed.says !== 'note' ? typed : { says: 'syslog', facility, severity: Number(severity), mnemonic, text: text.trim() };
  return saidOf(report, about);
};

export const asa: Dialect = {
  name: 'cisco-asa',
  opens: (message) => syslog.test(message) || debug.test(message) || others.test(message),
  continues: (line, message) =>
    /^\s*(?:Local|Remote) (?:subnet|host|range)/i.test(line) ||
    (/^(?:RECV|SEND|ISAKMP Header|BEFORE|AFTER|RAW|IKE Recv)/.test(message) &&
      /^\s*(?:\S.{0,40}:|[0-9a-f]{2}(?: [0-9a-f]{2})+|ISAKMP Header|Payload )/i.test(line)),
  read: (message) => {
    const head = syslog.exec(message);
    if (head) return readSyslog(message, head);
    const debugged = debug.exec(message);
    if (debugged) {
      const { about, text } = ofWhom(message.slice(debugged[0].length));
      return saidOf(match(asaRows, text), about);
    }
    if (/^IPSEC/.test(message))
      return saidOf(match(asaRows, message) ?? { says: 'note', topic: 'IPsec part', text: message.replace(/^IPSEC:?\s*/, '') }, {});
    const dump = /^(?<way>RECV|SEND) PACKET (?:from|to) (?<peer>[\w.:]+)/.exec(message)?.groups;
    if (dump) return readDump(message, dump);
    return { says: 'note', topic: 'packet dump', text: message.slice(0, 200) };
  },
};

/** `ISAKMP Header` with its fields, below the line that says where it goes. */
const readDump = (message: string, { way, peer }: Readonly<Record<string, string | undefined>>): Report => {
  const cookie = (name: string): string | undefined => {
    const hex = new RegExp(`${name} COOKIE: ?((?:[0-9a-f]{2} ?){8})`, 'i').exec(message)?.[1]?.replace(/ /g, '').toLowerCase();
    return hex?.length === 16 ? hex : undefined;
  };
  const id = /MessageID: ?([0-9A-F]{1,8})\b/i.exec(message)?.[1];
  const length = /\bLength: ?(\d+)/.exec(message)?.[1];
  return (
    saidOf(
      {
        says: 'packet',
        way: way === 'RECV' ? 'received' : 'sent',
        peer,
        exchange: /Exchange Type: ?(.+?)\s+Flags/.exec(message)?.[1],
        length: length === undefined ? undefined : Number(length),
        initiatorCookie: cookie('Initiator'),
        responderCookie: cookie('Responder'),
        messageId: id === undefined ? undefined : Number.parseInt(id, 16),
      },
      {},
    ) ?? { says: 'note', topic: 'packet dump' }
  );
};
