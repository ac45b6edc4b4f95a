/** Facts while the lines of a `show` are being read: each line adds to what was begun last. */

import type { Groups } from '../text/grammar.ts';
import { hexNumeral, numeral } from '../text/grammar.ts';
import type { CryptoMapFact, Ikev2SaFact, IpsecFlowFact, IpsecSaFact, PolicyFact, SessionFact, ShowFact } from './facts.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Flow = Omit<Writable<IpsecFlowFact>, 'sas' | 'counters'> & {
  readonly sas: Writable<IpsecSaFact>[];
  readonly counters: Map<string, number>;
};
type CryptoMap = Omit<Writable<CryptoMapFact>, 'peers' | 'transforms' | 'interfaces'> & {
  readonly peers: string[];
  readonly transforms: { name: string; words: string }[];
  readonly interfaces: string[];
};
type Session = Omit<Writable<SessionFact>, 'ikeSas' | 'flows'> & {
  readonly ikeSas: Writable<SessionFact['ikeSas'][number]>[];
  readonly flows: Writable<SessionFact['flows'][number]>[];
};
type Ikev2 = Omit<Writable<Ikev2SaFact>, 'children'> & { readonly children: Writable<Ikev2SaFact['children'][number]>[] };

const side = (text: string | undefined): 'initiator' | 'responder' | null => {
  if (text === undefined) return null;
  return /^init/i.test(text) ? 'initiator' : 'responder';
};

export class Building {
  readonly facts: ShowFact[] = [];
  #interface: string | null = null;
  #map: string | null = null;
  #local: string | null = null;
  #vrf: string | null = null;
  #flow: Flow | null = null;
  #direction: Pick<IpsecSaFact, 'direction' | 'protocol'> | null = null;
  #sa: Writable<IpsecSaFact> | null = null;
  #cryptoMap: CryptoMap | null = null;
  /** Names of interfaces follow. */
  #listing = false;
  #session: Session | null = null;
  #ikev2: Ikev2 | null = null;
  #policy: Writable<PolicyFact> | null = null;

  isakmp(g: Groups, line: number): void {
    const { dst = '', src = '', state = '', id, slot, status, deleted } = g;
    this.facts.push({
      kind: 'isakmpSa',
      line,
      dst,
      src,
      state,
      connection: numeral(id) ?? 0,
      slot: numeral(slot) ?? null,
      status: status ?? null,
      deleted: deleted !== undefined,
    });
  }

  isakmpDetail(g: Groups, line: number): void {
    this.facts.push({
      kind: 'isakmpSaDetail',
      line,
      connection: numeral(g['id']) ?? 0,
      local: g['local'] ?? null,
      remote: g['remote'] ?? '',
      vrf: g['vrf'] ?? null,
      status: g['status'] ?? '',
      encryption: g['encr'] ?? '',
      hash: g['hash'] ?? '',
      authentication: g['auth'] ?? '',
      group: numeral(g['dh']) ?? null,
      lifetimeSeconds: clockSeconds(g['life']) ?? 0,
      capabilities: g['cap'] ?? '',
      side: side(g['dir']),
    });
  }

  onInterface(g: Groups): void {
    this.#interface = g['interface'] ?? null;
    this.#vrf = null;
    if (g['map'] !== undefined) this.onMap(g);
  }

  onMap(g: Groups): void {
    this.#map = g['map'] ?? null;
    this.#local = g['local'] ?? null;
  }

  onVrf(vrf: string | undefined): void {
    this.#vrf = vrf === undefined || vrf === '' || vrf === '(none)' ? null : vrf;
  }

  flow(localIdent: string, line: number): void {
    this.#flow = {
      kind: 'ipsecFlow',
      line,
      interface: this.#interface,
      cryptoMap: this.#map,
      localAddress: this.#local,
      vrf: this.#vrf,
      localIdent,
      remoteIdent: null,
      peer: null,
      peerPort: null,
      counters: new Map(),
      pathMtu: null,
      pfsGroup: null,
      outboundSpi: null,
      sas: [],
    };
    this.facts.push(this.#flow);
    this.#direction = null;
    this.#sa = null;
  }

  set(values: Partial<Pick<Flow, 'remoteIdent' | 'peer' | 'peerPort' | 'pathMtu' | 'outboundSpi'>>): void {
    if (this.#flow) Object.assign(this.#flow, values);
  }

  /** `#pkts encaps: 4, #pkts encrypt: 4`, `#pkts digest 0`, `#send errors 0`. */
  count(text: string): void {
    if (!this.#flow) return;
    for (const found of text.matchAll(/#*([A-Za-z][\w.() -]{1,60}?):? (\d{1,15})(?=,|$|\s)/g))
      this.#flow.counters.set((found[1] ?? '').trim(), Number(found[2]));
  }

  direct(g: Groups): void {
    this.#direction = {
      direction: g['direction'] === 'inbound' ? 'inbound' : 'outbound',
      protocol: g['protocol'] === 'ah' ? 'ah' : g['protocol'] === 'pcp' ? 'ipcomp' : 'esp',
    };
    this.#sa = null;
  }

  beginSa(spi: number, line: number): void {
    if (!this.#flow || !this.#direction) return;
    this.#sa = {
      ...this.#direction,
      spi,
      line,
      transform: null,
      settings: [],
      connection: null,
      cryptoMap: null,
      remainingKilobytes: null,
      remainingSeconds: null,
      ivOctets: null,
      replayDetection: null,
      replayWindow: null,
      status: null,
    };
    this.#flow.sas.push(this.#sa);
  }

  readonly sa = (values: Partial<Omit<IpsecSaFact, 'direction' | 'protocol' | 'spi' | 'line'>>): void => {
    if (this.#sa) Object.assign(this.#sa, values);
  };

  status(status: string): void {
    this.sa({ status });
  }

  /** Belongs to a flow, or to a crypto map. */
  pfs(g: Groups): void {
    const group = g['group'] === undefined || g['group'] === 'none' ? null : g['group'];
    if (this.#cryptoMap) Object.assign(this.#cryptoMap, { pfs: g['pfs'] === 'Y', pfsGroup: group });
    else if (this.#flow) this.#flow.pfsGroup = group;
  }

  map(g: Groups, line: number): void {
    this.#cryptoMap = {
      kind: 'cryptoMap',
      line,
      name: g['name'] ?? '',
      sequence: numeral(g['sequence']) ?? 0,
      type: g['type'] ?? '',
      peers: [],
      accessList: null,
      profile: null,
      lifetimeKilobytes: null,
      lifetimeSeconds: null,
      pfs: null,
      pfsGroup: null,
      transforms: [],
      interfaces: [],
      incomplete: false,
    };
    this.facts.push(this.#cryptoMap);
    this.#flow = null;
    this.#listing = false;
  }

  setMap(values: Partial<Pick<CryptoMap, 'incomplete' | 'accessList' | 'profile' | 'lifetimeKilobytes' | 'lifetimeSeconds'>>): void {
    if (this.#cryptoMap) Object.assign(this.#cryptoMap, values);
  }

  addTo(list: 'peers', value: string | undefined): void {
    if (value !== undefined) this.#cryptoMap?.[list].push(value);
  }

  transform(g: Groups): void {
    this.#cryptoMap?.transforms.push({ name: g['name'] ?? '', words: g['words'] ?? '' });
  }

  mapInterfaces(name: string | undefined): void {
    if (name !== undefined && this.#listing) this.#cryptoMap?.interfaces.push(name);
    else this.#listing = true;
  }

  session(name: string | null, line: number): void {
    this.#session = {
      kind: 'session',
      line,
      interface: name,
      status: null,
      uptime: null,
      peer: null,
      peerPort: null,
      identity: null,
      ikeSas: [],
      flows: [],
    };
    this.facts.push(this.#session);
  }

  setSession(values: Partial<Pick<Session, 'status' | 'uptime' | 'peer' | 'peerPort' | 'identity'>>): void {
    if (this.#session) Object.assign(this.#session, values);
  }

  sessionSa(g: Groups): void {
    const { local = '', localPort = '', remote = '', remotePort = '', status = '' } = g;
    this.#session?.ikeSas.push({
      version: g['version'] === '2' ? 2 : 1,
      local: `${local}/${localPort}`,
      remote: `${remote}/${remotePort}`,
      status,
      capabilities: null,
      connection: null,
      lifetimeSeconds: null,
    });
  }

  sessionDetail(g: Groups): void {
    const last = this.#session?.ikeSas.at(-1);
    if (last)
      Object.assign(last, {
        capabilities: g['cap'] === '(none)' ? '' : (g['cap'] ?? ''),
        connection: numeral(g['id']) ?? null,
        lifetimeSeconds: clockSeconds(g['life']),
      });
  }

  sessionFlow(flow: string): void {
    this.#session?.flows.push({ flow, activeSas: null, decrypted: null, encrypted: null, dropped: null });
  }

  sessionCount(values: Partial<SessionFact['flows'][number]>): void {
    const last = this.#session?.flows.at(-1);
    if (last) Object.assign(last, values);
  }

  ikev2(g: Groups, line: number): void {
    this.#ikev2 = {
      kind: 'ikev2Sa',
      line,
      tunnel: numeral(g['id']) ?? 0,
      local: g['local'] ?? '',
      remote: g['remote'] ?? '',
      status: g['status'] ?? '',
      side: side(g['role']),
      encryption: null,
      keyBits: null,
      prf: null,
      integrity: null,
      group: null,
      authenticationSign: null,
      authenticationVerify: null,
      lifetimeSeconds: null,
      activeSeconds: null,
      localSpi: null,
      remoteSpi: null,
      localId: null,
      remoteId: null,
      children: [],
    };
    this.facts.push(this.#ikev2);
  }

  ikev2Suite(g: Groups): void {
    this.setIkev2({
      encryption: g['encr'] ?? null,
      keyBits: numeral(g['bits']) ?? null,
      prf: g['prf'] ?? null,
      integrity: g['hash'] ?? null,
      group: numeral(g['group']) ?? null,
      authenticationSign: g['sign']?.trim() ?? null,
      authenticationVerify: g['verify']?.trim() ?? null,
    });
  }

  setIkev2(values: Partial<Omit<Ikev2, 'kind' | 'line' | 'children'>>): void {
    if (this.#ikev2) Object.assign(this.#ikev2, values);
  }

  child(local: string | undefined): void {
    this.#ikev2?.children.push({ local: (local ?? '').trim(), remote: '', inbound: null, outbound: null });
  }

  childRemote(remote: string): void {
    const last = this.#ikev2?.children.at(-1);
    if (last) last.remote = remote;
  }

  /** IOS-XE lists several pairs of selectors for one child SA: they are kept together. */
  childPair(g: Groups): void {
    const last = this.#ikev2?.children.at(-1);
    if (!last) return;
    last.local = last.local === '' ? (g['local'] ?? '') : `${last.local}, ${g['local']}`;
    last.remote = last.remote === '' ? (g['remote'] ?? '') : `${last.remote}, ${g['remote']}`;
  }

  childSpis(g: Groups): void {
    const last = this.#ikev2?.children.at(-1);
    if (last) Object.assign(last, { inbound: hexNumeral(g['in']) ?? null, outbound: hexNumeral(g['out']) ?? null });
  }

  policy(g: Groups, line: number): void {
    this.#policy = {
      kind: 'isakmpPolicy',
      line,
      priority: numeral(g['priority']) ?? null,
      isDefault: g['default'] !== undefined,
      encryption: null,
      hash: null,
      authentication: null,
      group: null,
      lifetimeSeconds: null,
    };
    this.facts.push(this.#policy);
  }

  setPolicy(values: Partial<Omit<PolicyFact, 'kind' | 'line'>>): void {
    if (this.#policy) Object.assign(this.#policy, values);
  }
}

/** `00:01:47`, `1d02h`, `2w3d`, as seconds. */
export const clockSeconds = (text: string | undefined): number | null => {
  const clock = /^(\d{1,3}):(\d{2}):(\d{2})$/.exec(text ?? '');
  if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const units: Readonly<Record<string, number>> = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
  const parts = [...(text ?? '').slice(0, 32).matchAll(/(\d{1,5})([ywdhms])/g)];
  if (parts.length > 0) return parts.reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0), 0);
  return numeral(text) ?? null;
};
