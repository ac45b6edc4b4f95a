/** Cisco IOS and IOS XE: debug lines and syslog, from 12.x to 17.x. */
import type { Report } from '../../event/report.ts';
import { type Dialect, match, type Row, saidOf } from '../text/grammar.ts';
import { configurationRows } from './configuration.ts';
import { opensIsakmp, readPrefix } from './connection.ts';
import { detailRows, ipsecRows } from './ipsec.ts';
import { messageRows } from './isakmp.ts';
import { lifecycleRows } from './lifecycle.ts';
import { engineRows, ikev2Rows, syslogRows } from './other.ts';
import { remarkRows } from './remarks.ts';
import { transformRows } from './transforms.ts';

/** What begins a message; ISAKMP has its own test. */
const openers =
  /^(?:IPSEC(?:\(|:\s*\()|IPSec(?:\(|: )|IKEv2(?:-[A-Z]+)?:|%(?!ASA|PIX|FTD|FWSM)[A-Z][A-Z0-9_-]*-[0-7]-[A-Z0-9_]+:|Crypto ?Engine ?\d*:|CRYPTO_ENGINE|crypto_engine|crypto engine|CRYPTO_PKI|CRYPTO_CS|PKI:|\(ipsec_process_proposal\)|Crypto mapdb|map_db_|insert sa successfully|crypto_ipsec_|ISADB:|IKE-DPD|CRYPTO-KMI|KMI:|EZVPN\(|CRYPTO_SS|insert of map|IPSEC-IFC|(?:AAA|RADIUS)\/\w)/;

/** Lines that a device prints below a message, without a facility. */
const details =
  /^\s*(?:\(key eng\. msg\.\)|\(sa\)|\(identity\)|\(proxy |(?:local|remote|src|dest)(?:_proxy)?\s*=|protocol\s*=|lifedur\s*=|spi\s*=|sa_(?:dest|prot|spi|trans|lifetime|conn)|(?:next-payload|type|address|protocol|port|length|FQDN name|USER FQDN|group id|Dist\. name)\s*:|(?:src|dst) (?:addr|port)\s*:|authenticated\s*$|spi \S+,? (?:message|sequence)|(?:inbound|outbound) SA from|has (?:spi|client flags)|lifetime of \d|from \S+\s+to \S+\s+for prot|Initiator SPI :|IKEv2 \w+ Exchange|Payload contents|Num\. transforms|bring down existing|connection id=|identity\b)/;

const rows: readonly Row[] = [...transformRows, ...messageRows, ...lifecycleRows, ...configurationRows, ...remarkRows];
const bare: readonly Row[] = [...ikev2Rows, ...syslogRows, ...ipsecRows, ...engineRows, ...detailRows];

const readIsakmp = (message: string): Report | undefined => {
  const prefix = readPrefix(message);
  if (!prefix) return undefined;
  const body = message.slice(prefix.length).replace(/^[\s:]+/, '');
  if (body === '') return { says: 'note', topic: 'empty', ...prefix.about };
  const report = saidOf(match(rows, body), prefix.about);
  if (report) return report;
  // What a device marks as an error is one, also where its words are new; a part's name says at least what it is about.
  if (prefix.part === 'ERROR') return saidOf({ says: 'error', text: body.trim() }, prefix.about);
  const other = prefix.part !== null && /^[a-z]/i.test(prefix.part) && !['PAK', 'INFO', 'INTERNAL'].includes(prefix.part);
  return other ? saidOf({ says: 'note', topic: prefix.part ?? '', text: body.trim() }, prefix.about) : undefined;
};

export const ciscoIos: Dialect = {
  name: 'cisco-ios',
  opens: (message) => opensIsakmp(message) || openers.test(message),
  continues: (line, message) => details.test(line) || continuesIkev2(line, message),
  read: (message) => {
    if (/^ISAKMP\b/.test(message)) return readIsakmp(message);
    const report = match(bare, message) ?? match(rows, message);
    return saidOf(report, {});
  },
};

/** IKEv2 debugs list payloads, transforms and attributes below a message, in lines that begin anyhow. */
const continuesIkev2 = (line: string, message: string): boolean => {
  if (!/^IKEv2/.test(message)) return false;
  if (/(?:Payload contents:|Num\. transforms: \d+|:)\s*$/.test(message)) return true;
  return (
    /^\s{1,4}\S|^(?:SM Trace->|CurState:|Event:|R_SPI=)/.test(line) ||
    (/data: Cisco IOS/.test(message) && /^(?:Technical Support|Copyright|Compiled)/.test(line))
  );
};
