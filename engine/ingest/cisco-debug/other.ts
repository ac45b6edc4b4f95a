/** What else IOS prints around VPNs: `debug crypto engine`, `debug crypto ikev2`, PKI, and syslog messages of any facility. */
import type { Report } from '../../event/report.ts';
import { hexNumeral, noted, numeral, type Row, row } from '../text/grammar.ts';

export const engineRows: readonly Row[] = [
  row(
    /^(?:crypto_?engine\d*|Crypto ?Engine ?\d*|CRYPTO_ENGINE|crypto engine)\b ?\d*:?\s*(?<text>.*)/i,
    'CRYPTO_ENGINE: Dh phase 1 status: 0',
    ({ text }) => ({ says: 'note', topic: 'crypto engine', text: text?.trim() }),
  ),
  row(
    /^(?:CRYPTO_PKI|CRYPTO-PKI|PKI|CRYPTO_CS|CRYPTO_OPSSL|SCEP)\S*:?\s*(?<text>.*)/,
    'CRYPTO_PKI: Added x509 peer certificate -(1359) bytes',
    ({ text = '' }) =>
      /\b(?:failed|not found|no suitable|invalid|expired|error|unable)\b/i.test(text)
        ? { says: 'error', text: text.trim() }
        : { says: 'note', topic: 'certificates', text: text.trim() || undefined },
  ),
  row(
    /^(?:AAA(?:\/\w+)*|RADIUS(?:\/\w+)*|TPLUS|NHRP(?:-\w+)*|KMI|CRYPTO-KMI|IPSEC-IFC|EZVPN(?:\([^)]*\))?|IKE-DPD|CRYPTO_DPD|CRYPTO|ISADB|GDOI(?:-\w+)?)\b[^:]{0,60}:\s*(?<text>.*)/,
    "AAA/AUTHEN/START (1435): port='' list='local' action=LOGIN service=LOGIN",
    ({ text }) => ({
      says: 'note',
      topic: 'other part',
      text: text?.trim() || undefined,
    }),
  ),
];

/** `IKEv2 ... Exchange REQUEST` with cookies and payloads. */
const ikev2Packet = (way: 'sent' | 'received', message: string): Report => {
  const to = /\[(?:To|From) ([^\s\]/]+?):(\d+)\/(?:From|To) ([^\s\]/]+?):(\d+)/.exec(message);
  const spis = /Initiator SPI : ([0-9A-F]{16}) - Responder SPI : ([0-9A-F]{16}) Message id: (\d+)/i.exec(message);
  const contents = /Payload contents:\s*([A-Za-z][^[\]]*)$/.exec(message)?.[1];
  return {
    says: 'packet',
    way,
    version: 2,
    peer: to?.[1],
    peerPort: numeral(to?.[2]),
    local: to?.[3],
    localPort: numeral(to?.[4]),
    vrf: /\/VRF (\S+?)\]/.exec(message)?.[1],
    initiatorCookie: spis?.[1]?.toLowerCase(),
    responderCookie: spis?.[2]?.toLowerCase(),
    messageId: numeral(spis?.[3]),
    exchange: /IKEv2 (\w+) Exchange/.exec(message)?.[1],
    word: /Exchange (REQUEST|RESPONSE)/.exec(message)?.[1],
    payloads: contents?.match(/[A-Za-z]\w*(?:\([^)]*\))?/g) ?? undefined,
  };
};

const prefix = String.raw`^IKEv2(?:-(?:ERROR|INTERNAL|PAK|PACKET))?\s*:?\s*(?:\([^)]*\)\s*:{0,2}\s*)?`;
const ikev2 = (body: string) => new RegExp(prefix + body, 'i');

export const ikev2Rows: readonly Row[] = [
  row(
    ikev2('Send(?:ing)? Packet'),
    'IKEv2:(SESSION ID = 31,SA ID = 1):Sending Packet [To 192.0.2.1:500/From 192.0.2.2:500/VRF i0:f0] Initiator SPI : 1D418169B24BF95A - Responder SPI : 0000000000000000 Message id: 0 IKEv2 IKE_SA_INIT Exchange REQUEST Payload contents: SA KE N',
    (_, message) => ikev2Packet('sent', message),
  ),
  row(
    ikev2('Received Packet'),
    'IKEv2:(SESSION ID = 31,SA ID = 1):Received Packet [From 192.0.2.1:500/To 192.0.2.2:500/VRF i0:f0] Initiator SPI : 1D418169B24BF95A - Responder SPI : A645046F734260C6 Message id: 0 IKEv2 IKE_SA_INIT Exchange RESPONSE Payload contents: SA KE N',
    (_, message) => ikev2Packet('received', message),
  ),
  row(
    ikev2(
      String.raw`SM Trace-> ?SA: ?I_SPI=(?<i>[0-9A-F]{16}) R_SPI=(?<r>[0-9A-F]{16}) ?\((?<side>[IR])\) MsgID = (?<id>[0-9A-F]+) CurState: (?<state>\w+) Event: (?<event>\w+)`,
    ),
    'IKEv2:(SESSION ID = 14607,SA ID = 68):SM Trace-> SA: I_SPI=E4368647479E50EF R_SPI=97B2C8AA5268271A (R) MsgID = 1 CurState: R_VERIFY_AUTH Event: EV_CERT_FAIL',
    ({ i, r, side, id, state = '', event }) => ({
      says: 'transition',
      from: '',
      to: state,
      event,
      initiatorCookie: i?.toLowerCase(),
      responderCookie: r?.toLowerCase(),
      side: side === 'I' ? 'initiator' : 'responder',
      messageId: hexNumeral(id),
    }),
  ),
  row(
    /^IKEv2-ERROR\s*:?\s*(?:\([^)]*\)\s*:{0,2}\s*)?(?<text>.*)/i,
    'IKEv2-ERROR:(SESSION ID = 31,SA ID = 1):Initial exchange failed: Initial exchange failed',
    ({ text = '' }) => ({ says: 'error', text: text.trim() }),
  ),
  row(ikev2('(?<text>Retransmitting packet.*)'), 'IKEv2:(SESSION ID = 31,SA ID = 1):Retransmitting packet', ({ text }) => ({
    says: 'retransmission',
    text: text?.trim(),
  })),
  row(
    ikev2(String.raw`(?<text>.*(?:\bFAILED\b|\bfailed\b|cert failed|timed out|No proposal|mismatch).*)`),
    'IKEv2:(SESSION ID = 14607,SA ID = 68):Verify cert failed',
    ({ text = '' }) => ({ says: 'error', text: text.trim() }),
  ),
  row(
    ikev2('(?<text>.*)'),
    'IKEv2:(SESSION ID = 31,SA ID = 1):Processing IKE_SA_INIT message',
    ({ text }) => ({ says: 'note', topic: 'IKEv2', text: text?.trim() || undefined }),
    'Kept: what IKEv2 debugs mean in detail comes with IKEv2 itself.',
  ),
];

const severe =
  /^%(?<facility>[A-Z][A-Z0-9_]*(?:-[A-Z][A-Z0-9_]*)??)-(?:SP-|SW\d-|STDBY-)?(?<severity>[0-7])-(?<mnemonic>[A-Z0-9_]+): ?(?<text>.*)/;

const traffic = (form: RegExp, example: string): Row =>
  row(form, example, (_, message) => ({
    says: 'traffic',
    problem: /^%\S+?-\d-(\w+)/.exec(message)?.[1] ?? '',
    protocol: /\bprot=\s*(\w+)/.exec(message)?.[1],
    spi: hexNumeral(/\bspi[= ]*0x([0-9a-f]{1,8})/i.exec(message)?.[1]),
    sequence: numeral(/\bsequence number=\s*(\d+)/.exec(message)?.[1]),
    src: /\bsrc(?:addr|_addr)?[= ]\s*([\w.:]+)/.exec(message)?.[1],
    dst: /\bdest(?:addr|_addr)?[= ]\s*\/?([\w.:]+)/.exec(message)?.[1],
  }));

/** IOS syslog. A message of any other facility is kept by name: a tunnel interface that goes down is told by LINEPROTO. */
export const syslogRows: readonly Row[] = [
  traffic(
    /^%(?:CRYPTO|IPSEC|IOSXE|CRYPTO_ENGINE)-\d-(?:PKT_REPLAY_ERR|RECVD_PKT_INV_SPI|RECVD_PKT_NOT_IPSEC|RECVD_PKT_MAC_ERR|RECVD_PKT_INV_IDENTITY|RECVD_PKT_INV_PROT|REPLAY_ERROR|INVALID_SPI|PKT_LENGTH_ERROR|RECVD_\w+)\b/,
    "%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=192.0.2.1, prot=50, spi=0x3EA71AED(1051138797), srcaddr=192.0.2.2",
  ),
  row(
    /^%CRYPTO-\d-IKMP_MODE_FAILURE: Processing of (?<mode>.+?) mode failed with peer at (?<peer>[\w.:]+)/,
    '%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Informational mode failed with peer at 192.0.2.2',
    ({ mode, peer }) => ({
      says: 'error',
      code: 'IKMP_MODE_FAILURE',
      text: `processing of ${mode} mode failed`,
      peer,
    }),
  ),
  row(
    /^%CRYPTO-\d-(?<code>IKMP_\w+): (?<text>.*)/,
    '%CRYPTO-4-IKMP_NO_SA: IKE message from 192.0.2.2 has no SA and is not an initialization offer',
    ({ code, text = '' }) => ({
      says: 'error',
      code,
      text: text.trim(),
      peer: /\b(?:from|with peer at|peer|by) (\d[\w.:]*[\w]|[0-9a-f]*:[0-9a-f:]+)/i.exec(text)?.[1],
    }),
  ),
  row(
    /^%CRYPTO-\d-(?:SESSION_STATUS|EZVPN_CONNECTION_\w+): .*?\bis (?<status>UP|DOWN)\b.*?Peer (?<peer>[\d.a-fA-F:]+?)(?::\d+)?\s+(?:Id|User|fvrf|$)/,
    '%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer 192.0.2.2:500       Id: 192.0.2.2',
    ({ status, peer }) => ({
      says: 'ikeSa',
      doing: status === 'UP' ? 'established' : 'deleted',
      peer,
    }),
  ),
  row(severe, '%SYS-5-CONFIG_I: Configured from console by console', ({ facility = '', severity, mnemonic = '', text = '' }) => ({
    says: 'syslog',
    facility,
    severity: Number(severity),
    mnemonic,
    text: text.trim(),
  })),
  noted(/^-(?:Traceback|Process)=/, '-Traceback= 0x60C08C6C 0x60C08D4C', 'traceback'),
];
