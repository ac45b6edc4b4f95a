/** `show crypto ipsec sa [detail]`: IPsec SAs of one device by flow, RFC 4301 4.4.2, in IOS's form. */
import { type Replay, stateAt } from '../../replay/replay.ts';
import { other } from '../../state/fact.ts';
import type { Association } from '../../state/ipsec/association.ts';
import type { State } from '../../state/state.ts';
import { type Device, deviceOf, type Speaker } from './device.ts';
import { type Flow, flowsAt, lifetimeLeft, type Numbered, packetsOf } from './flows.ts';
import { interfaceOf } from './policy.ts';
import { type ProxyIdentity, proxyText } from './proxy.ts';
import { ivOctets, shownSuite, spiHex } from './words.ts';

/** What the device would print after the event `at`. Lines of which nothing is known (path MTU, flags) are left out. */
export const showIpsecSa = (replay: Replay, speaker: Speaker, at: number, detail: boolean): readonly string[] => {
  const device = deviceOf(replay, speaker);
  const state = stateAt(replay, at);
  const lines: string[] = [];
  let head = '';
  for (const flow of flowsAt(device, at)) {
    const local = endOf(flow, device, 'local');
    const { name, map } = interfaceOf(device.policy, local);
    if (head !== `${name} ${local}`) lines.push('', `interface: ${name}`, `    Crypto map tag: ${map}, local addr ${local}`);
    head = `${name} ${local}`;
    lines.push('', ...flowLines(device, state, flow, map, detail));
  }
  return lines.length > 0 ? lines : ['', 'No SAs found'];
};

/** Addresses stand in the SAs: peers move, and what was agreed stays. */
const endOf = (flow: Flow, device: Device, which: 'local' | 'remote'): string => {
  const outward = flow.outbound.at(-1)?.sa;
  const inward = flow.inbound.at(-1)?.sa;
  const address = which === 'local' ? (outward?.src ?? inward?.dst) : (outward?.dst ?? inward?.src);
  return address ?? flow.negotiation[which === 'local' ? device.side : other(device.side)].address;
};

const ident = (which: string, proxy: ProxyIdentity): string => `   ${which.padEnd(6)} ident (addr/mask/prot/port): (${proxyText(proxy)})`;

const flowLines = (device: Device, state: State, flow: Flow, map: string, detail: boolean): string[] => {
  const { negotiation: n } = flow;
  const { sent, taken, replayed, bad } = packetsOf(flow);
  const [local, remote] = [endOf(flow, device, 'local'), endOf(flow, device, 'remote')];
  const outbound = flow.active.filter(({ sa }) => sa.side === device.side);
  const inbound = flow.active.filter(({ sa }) => sa.side !== device.side);
  const spi = outbound.findLast(({ sa }) => sa.protocol === 'esp')?.sa.spi ?? outbound.at(-1)?.sa.spi ?? 0;
  const group = flow.active.at(-1)?.sa.pfsGroup ?? null;
  const failures = detail
    ? [`    #pkts invalid prot (recv) 0, #pkts verify failed: ${bad}`, `    ##pkts replay failed (rcv): ${replayed}`]
    : [`    #send errors 0, #recv errors ${replayed + bad}`];
  const sas = (way: string, protocol: Association['protocol'] | 'pcp', list: readonly Numbered[]): string[] => [
    '',
    `     ${way} ${protocol} sas:`,
    ...list.filter(({ sa }) => sa.protocol === protocol).flatMap((numbered) => saLines(device, state, numbered, map)),
  ];
  return [
    '   protected vrf: (none)',
    ident('local', flow.local),
    ident('remote', flow.remote),
    `   current_peer ${remote} port ${n[other(device.side)].port ?? n.nat.port}`,
    '     PERMIT, flags={}',
    `    #pkts encaps: ${sent}, #pkts encrypt: ${sent}, #pkts digest: ${sent}`,
    `    #pkts decaps: ${taken}, #pkts decrypt: ${taken}, #pkts verify: ${taken}`,
    ...failures,
    '',
    `     local crypto endpt.: ${local}, remote crypto endpt.: ${remote}`,
    `     current outbound spi: ${spiHex(spi)}(${spi})`,
    `     PFS (Y/N): ${group === null ? 'N, DH group: none' : `Y, DH group: group${group}`}`,
    ...(['esp', 'ah', 'pcp'] as const).flatMap((protocol) => sas('inbound', protocol, inbound)),
    ...(['esp', 'ah', 'pcp'] as const).flatMap((protocol) => sas('outbound', protocol, outbound)),
  ];
};

const settings = ({ mode, udpEncap, suite }: Association): string => {
  const words = mode === null ? '' : `${mode === 'tunnel' ? 'Tunnel' : 'Transport'}${udpEncap ? ' UDP-Encaps' : ''}, `;
  return `${words}${suite?.esn ? 'esn' : ''}`;
};

const saLines = (device: Device, state: State, numbered: Numbered, map: string): string[] => {
  const { sa, number } = numbered;
  const { seconds, kilobytes } = lifetimeLeft(device, numbered, state);
  const iv = sa.protocol === 'esp' && sa.suite ? ivOctets(sa.suite.transform) : null;
  const timing =
    kilobytes === null
      ? seconds === null
        ? []
        : [`        sa timing: remaining key lifetime (sec): ${seconds}`]
      : [`        sa timing: remaining key lifetime (k/sec): (${kilobytes}/${seconds ?? 0})`];
  return [
    `      spi: ${spiHex(sa.spi)}(${sa.spi})`,
    ...(sa.suite ? [`        transform: ${shownSuite(sa.protocol, sa.suite)} ,`] : []),
    `        in use settings ={${settings(sa)}}`,
    `        conn id: ${number}, flow_id: SW:${number - 2000}, crypto map: ${map}`,
    ...timing,
    ...(iv === null ? [] : [`        IV size: ${iv} bytes`]),
    // RFC 2409 has no way to agree on anything else; without integrity there is nothing to detect replay with: RFC 2407 4.5.
    `        replay detection support: ${sa.suite && sa.suite.authentication === null && (sa.suite.transform < 14 || sa.suite.transform > 23) ? 'N' : 'Y'}`,
    '        Status: ACTIVE(ACTIVE)',
  ];
};
