/** IOS `debug crypto ipsec`: requests, offers, SAs as the IPsec part of the device sees them. RFC 2407 4, RFC 4301 4.4. */
import type { Report, ReportedAssociation } from '../../event/report.ts';
import { hexNumeral, noted, numeral, type Row, row, unsigned } from '../text/grammar.ts';

/** `name= value`, with or without the space, up to a comma or the next name. */
const member = (message: string, name: string): string | undefined =>
  new RegExp(`\\b${name}\\s*=\\s*([^,\\s][^,]*?)(?=,|\\s+\\w+(?:\\(k/sec\\))?\\s*=|\\s*\\(sa\\)|\\s*\\(identity\\)|\\s*$)`)
    .exec(message)?.[1]
    ?.trim();

/** `200.56.4.1:500` is an address with a port; an IPv6 address has more colons. */
const host = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (/^(\d+\.\d+\.\d+\.\d+)(?::\d+)?/.exec(text)?.[1] ?? text.replace(/\s.*$/, '')) || undefined;

/** `192.168.100.0/255.255.255.0/0/0`; what follows in brackets is its type, which the mask says too. */
const proxy = (text: string | undefined): string | undefined => text?.replace(/\s*\(type.*$/, '').trim() || undefined;

const protocols: Readonly<Record<string, ReportedAssociation['protocol']>> = {
  ESP: 'esp',
  AH: 'ah',
  PCP: 'ipcomp',
  '50': 'esp',
  '51': 'ah',
  '108': 'ipcomp',
};

/** `0x52B905BC(1387857340)`: the hex form, and where it was damaged the decimal one. */
const spiOf = (text: string | undefined): number | undefined => {
  const found = /^(?:0x([0-9a-f]{1,8})\b)?(?:.*\((\d+)\))?/i.exec(text ?? '');
  return hexNumeral(found?.[1]) ?? numeral(found?.[2]) ?? unsigned(text);
};

/** Transform and mode: `esp-3des esp-sha-hmac  (Tunnel)`. */
const splitTransform = (text: string | undefined) => {
  const mode = /\((Tunnel[\w-]*|Transport[\w-]*)\)/i.exec(text ?? '')?.[1];
  return { mode, transform: text?.replace(/\s*\((?:Tunnel|Transport)[\w-]*\)/i, '').trim() || undefined };
};

const proposal =
  (step: string) =>
  (_: unknown, message: string): Report => {
    const direction = /\b(INBOUND|OUTBOUND)\b/.exec(message)?.[1];
    const local = host(member(message, 'local'));
    const remote = host(member(message, 'remote'));
    const src = host(member(message, 'src'));
    const dst = host(member(message, 'dest'));
    const localProxy = proxy(member(message, 'local_proxy') ?? member(message, 'src_proxy'));
    const remoteProxy = proxy(member(message, 'remote_proxy') ?? member(message, 'dest_proxy'));
    const inbound = direction === 'INBOUND';
    const { mode, transform } = splitTransform(member(message, 'transform'));
    const life = /\blifedur\s*=\s*(\d+)s and (\d+)kb/.exec(message);
    return {
      says: 'proposal',
      step,
      part: numeral(/part #(\d+)/.exec(message)?.[1]),
      direction: direction === undefined ? undefined : inbound ? 'inbound' : 'outbound',
      local: local ?? src,
      remote: remote ?? dst,
      peer: remote ?? dst,
      src: (inbound ? remote : local) ?? src,
      dst: (inbound ? local : remote) ?? dst,
      srcProxy: inbound ? remoteProxy : localProxy,
      dstProxy: inbound ? localProxy : remoteProxy,
      protocol: protocols[member(message, 'protocol') ?? ''],
      transform,
      mode,
      lifetimeSeconds: numeral(life?.[1]),
      lifetimeKilobytes: numeral(life?.[2]),
      spi: spiOf(member(message, 'spi')),
      flow: numeral(member(message, 'conn_id')),
      keySize: numeral(member(message, 'keysize')),
      flags: member(message, 'flags'),
    };
  };

const changed =
  (doing: 'created' | 'deleted' | 'rekeyed' | 'expired') =>
  (_: unknown, message: string): Report => {
    const life = /\bsa_lifetime\(k\/sec\)\s*=\s*\((\d+)\/(\d+)\)/.exec(message);
    const dst = host(member(message, 'sa_dest'));
    const [local, remote] = [host(member(message, 'local')), host(member(message, 'remote'))];
    const [localProxy, remoteProxy] = [proxy(member(message, 'local_proxy')), proxy(member(message, 'remote_proxy'))];
    const outbound = dst !== undefined && dst === remote;
    const knowsWay = dst !== undefined && (dst === local || outbound);
    return {
      says: 'association',
      doing,
      dst,
      src: knowsWay ? (outbound ? local : remote) : undefined,
      direction: knowsWay ? (outbound ? 'outbound' : 'inbound') : undefined,
      protocol: protocols[/\bsa_proto?\s*=\s*(\d+)/.exec(message)?.[1] ?? ''],
      spi: spiOf(member(message, 'sa_spi')),
      transform: member(message, 'sa_trans'),
      flow: numeral(member(message, 'sa_conn_id')),
      lifetimeKilobytes: numeral(life?.[1]),
      lifetimeSeconds: numeral(life?.[2]),
      srcProxy: knowsWay ? (outbound ? localProxy : remoteProxy) : undefined,
      dstProxy: knowsWay ? (outbound ? remoteProxy : localProxy) : undefined,
    };
  };

const rowsOfSteps: readonly Row[] = [
  'validate_proposal_request',
  'initialize_sas',
  'sa_request',
  'sa_initiate',
  'ipsec_process_proposal',
].map((step) =>
  row(
    new RegExp(`^IPSEC:?(?: ?\\([^)]*=[^)]*\\))?\\s*\\(${step}\\):?`, 'i'),
    `IPSEC(${step}): , (key eng. msg.) INBOUND local= 192.0.2.1, remote= 192.0.2.2, local_proxy= 10.0.0.0/255.255.255.0/0/0 (type=4), protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel), lifedur= 3600s and 4608000kb, spi= 0x52B905BC(1387857340), conn_id= 0, keysize= 0, flags= 0x22`,
    (_, message) =>
      /invalid|not supported|no IPSEC|not accept|not found|doesn't|mismatch/i.test(message) && !/key eng/.test(message)
        ? { says: 'error', text: message.trim() }
        : proposal(step)(_, message),
  ),
);

export const ipsecRows: readonly Row[] = [
  ...rowsOfSteps,
  row(
    /^IPSEC:?(?: ?\([^)]*=[^)]*\))?\s*\(create_sa\):?\s*sa created/i,
    'IPSEC(create_sa): sa created, (sa) sa_dest= 192.0.2.1, sa_proto= 50, sa_spi= 0x63A278D7(1671592151), sa_trans= esp-aes 256 esp-sha512-hmac , sa_conn_id= 2005',
    changed('created'),
  ),
  row(
    /^IPSEC:?(?: ?\([^)]*=[^)]*\))?\s*\((?:delete_sa|update_current_outbound_sa)\):?.*deleting SA/i,
    'IPSEC(delete_sa): deleting SA, (sa) sa_dest= 192.0.2.1, sa_proto= 50, sa_spi= 0x63A278D7(1671592151), sa_trans= esp-aes , sa_conn_id= 2005',
    changed('deleted'),
  ),
  row(
    /^IPSEC:?(?: ?\([^)]*=[^)]*\))?\s*\((?:lifetime_expiry|sa_aging|lifetime)\)/i,
    'IPSEC(lifetime_expiry): SA lifetime threshold reached, expiring in 1079 seconds',
    (_, message) => ({
      says: 'association',
      doing: 'expired',
      reason: message.trim(),
    }),
  ),
  row(
    /^IPSEC:?(?: ?\([^)]*=[^)]*\))?\s*\(spi_response\):?.*?getting spi (?<spi>\d+|0x[0-9a-f]+)(?:\(\d+\))? for SA(?:\s+from (?<local>\S+)\s+to (?<peer>\S+))?/i,
    'IPSEC(spi_response): getting spi 1387857340 for SA from 192.0.2.1 to 192.0.2.2 for prot 3',
    ({ spi, local, peer }) => ({
      says: 'spi',
      doing: 'allocated',
      spi: unsigned(spi),
      local,
      peer,
    }),
  ),
  row(
    /^IPSEC:?\s*\((?:epa_des_crypt|epa_\w+|decrypt|check_\w+)\)/i,
    'IPSEC(epa_des_crypt): decrypted packet failed SA identity check',
    (_, message) => ({
      says: 'traffic',
      problem: message.trim(),
    }),
  ),
  row(
    /^IPSEC:?(?: ?\([^)]*=[^)]*\))?\s*\(\s*(?<step>[\w ]+?)\s*\)(?<text>.*)/i,
    'IPSEC(key_engine): got a queue event with 1 KMI message(s)',
    ({ step = '', text = '' }) =>
      /\b(?:invalid|not found|not supported|failed|fail|error|mismatch|unable|denied|no matching|no IPSEC|doesn't|cannot)\b/i.test(text) &&
      !/No (?:outbound|old) SA/i.test(text)
        ? { says: 'error', text: `${step}${text}`.trim() }
        : { says: 'note', topic: step, text: text.replace(/^:\s*/, '').trim() || undefined },
    'What stands in brackets is the routine that printed it.',
  ),
  row(/^\(ipsec_process_proposal\)\s*(?<text>.+)/, '(ipsec_process_proposal)Map Accepted: CMAP, 10', ({ text }) => ({
    says: 'note',
    topic: 'ipsec_process_proposal',
    text,
  })),
  row(
    /^Crypto mapdb ?: ?(?<text>.+)/i,
    'Crypto mapdb : proxy_match src addr     : 192.168.102.0 dst addr     : 192.168.101.0 protocol     : 0',
    ({ text }) => ({
      says: 'note',
      topic: 'crypto map lookup',
      text,
    }),
  ),
  noted(
    /^(?:IPSec: |map_db_|crypto_map|crypto_ipsec_|crypto_notify_|ipsec_|IPSEC-IFC|IPSec-IFC|insert of map|add mtree|CRYPTO_SS|Crypto (?:Map|map|SS))/,
    'insert of map into mapdb AVL failed, map + ace pair already exists on the mapdb',
    'IPsec part',
  ),
];

/** Lines of `Creating IPSec SAs` that carry a time of their own, and no facility. */
export const detailRows: readonly Row[] = [
  row(
    /^(?<direction>inbound|outbound) SA from (?<src>[\w.:]+)\s+to (?<dst>[\w.:]+)\s*(?:\(f\/i\))?[\s\d/]*(?:\(proxy (?<srcProxy>\S+)\s+to (?<dstProxy>[^\s)]+)\s*\))?/,
    'inbound SA from 192.0.2.2 to 192.0.2.1 (f/i)  0/ 0 (proxy 172.18.30.0 to 192.168.100.0)',
    ({ direction, src, dst, srcProxy, dstProxy }, message): Report => {
      const spi = /\bhas spi\s+(?:0x([0-9a-f]+)|(-?\d+))/i.exec(message);
      return {
        says: 'association',
        doing: 'detail',
        direction: direction === 'outbound' ? 'outbound' : 'inbound',
        src,
        dst,
        srcProxy,
        dstProxy,
        spi: hexNumeral(spi?.[1]) ?? unsigned(spi?.[2]),
        flow: numeral(/\bconn_id (\d+)/.exec(message)?.[1]),
        lifetimeSeconds: numeral(/\blifetime of (\d+) seconds/.exec(message)?.[1]),
        lifetimeKilobytes: numeral(/\blifetime of (\d+) kilobytes/.exec(message)?.[1]),
      };
    },
  ),
  row(/^\(proxy (?<srcProxy>\S+)\s+to (?<dstProxy>[^\s)]+)\s*\)/, '(proxy 172.18.30.0 to 192.168.100.0)', ({ srcProxy, dstProxy }) => ({
    says: 'association',
    doing: 'detail',
    srcProxy,
    dstProxy,
  })),
  row(
    /^has spi\s+(?:0x(?<hex>[0-9a-f]+)|(?<spi>-?\d+))(?:\(\d+\))?(?: and conn_id (?<flow>\d+))?/i,
    'has spi 0x52B905BC and conn_id 5810 and flags 23',
    ({ hex, spi, flow }) => ({
      says: 'association',
      doing: 'detail',
      spi: hexNumeral(hex) ?? unsigned(spi),
      flow: numeral(flow),
    }),
  ),
  row(/^lifetime of (?<number>\d+) (?<unit>seconds|kilobytes)/, 'lifetime of 86400 seconds', ({ number, unit }) => ({
    says: 'association',
    doing: 'detail',
    ...(unit === 'seconds' ? { lifetimeSeconds: numeral(number) } : { lifetimeKilobytes: numeral(number) }),
  })),
  noted(/^(?:has client flags|IPSec Tunnel|delete.*flow)/, 'has client flags 0x0', 'flags'),
  row(
    /^from (?<local>\S+)\s+to (?<peer>\S+)\s+for prot (?<protocol>\d+)/,
    'from 192.0.2.1   to 192.0.2.2  for prot 3',
    ({ local, peer }) => ({ says: 'spi', doing: 'allocated', local, peer }),
  ),
];
