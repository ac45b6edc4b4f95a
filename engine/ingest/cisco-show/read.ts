/** Reads `show crypto ...` output: as typed facts, and line by line as a dialect of a log. */
import { type Dialect, match } from '../text/grammar.ts';
import { splitLines } from '../text/lines.ts';
import { mend } from '../text/mend.ts';
import { Building } from './building.ts';
import type { ShowFact } from './facts.ts';
import { showRows } from './rows.ts';

export interface ShowRead {
  /** In the order of the text. */
  readonly facts: readonly ShowFact[];
  /** Lines that no form fits and that are not blank, from 1. */
  readonly unread: readonly number[];
}

/** A line is looked at to this length; no device prints longer ones. */
const longest = 1000;

/** Any text gives facts, or none. Prompts and commands are passed over. */
export const readShow = (text: string): ShowRead => {
  const to = new Building();
  const unread: number[] = [];
  splitLines(text).forEach((raw, i) => {
    const line = mend(raw.slice(0, longest)).text.trim();
    if (line === '' || isCommand(line)) return;
    for (const row of showRows) {
      const found = row.form.exec(line);
      if (!found) continue;
      row.put(to, found.groups ?? {}, i + 1);
      return;
    }
    unread.push(i + 1);
  });
  return { facts: to.facts, unread };
};

/** `R1#show crypto isakmp sa`, or a bare prompt. */
const isCommand = (line: string): boolean => /^[\w.\-/]{1,63}(?:\([\w-]+\))?[#>]/.test(line) || /^(?:sh|show)\s+cry/i.test(line);

export const show: Dialect = {
  name: 'show',
  // Forms as short as a lone bracket or interface name are no beginning of anything in a log: they count only below another.
  opens: (message) => opening.test(message) && match(showRows, message.trim()) !== undefined,
  continues: (line) => match(showRows, line.trim()) !== undefined,
  read: (message) => match(showRows, message.trim()),
};

const opening =
  /^\s*(?:(?:IPv[46] )?Crypto (?:ISAKMP|IKEv2|Map|session|map tag)|IKEv[12] (?:SA|Session)|dst\s+src|C-id|Engine-id|IKE Peer|interface:|protected vrf|(?:local|remote)\s+ident|current_peer|PERMIT, flags|##?(?:pkts|send|recv|PMTUs|TFC|pre-frag|post-frag|Valid|Invalid)|local crypto endpt|(?:plaintext|path) mtu|PMTU time|ICMP error validation|current (?:in|out)bound spi|PFS \(Y|(?:in|out)bound (?:esp|ah|pcp) sas|spi: 0|transform: |in use settings|slot: |conn[ _]id: |sa timing|IV size|replay detection|Anti replay|Status: |SA State|WARNING: This crypto map|\(missing peer|Peer = |Access-List SS|Extended IP access list|ISAKMP Profile:|Profile name:|Security association lifetime|Responder-Only|Dualstack|Mixed-mode|Transform sets|Interfaces using|Code: C - |[KXRTSNDU] - [A-Z]|Interface: |Profile: |SA ID:\d|dynamic allocated|Uptime: |Session status|Peer: |Phase1_id|Desc: |Session ID: |IKE(?:v[12])? SA: |Capabilities:|IPSEC FLOW|Active SAs|(?:In|Out)bound:|Tunnel-id|Session-id:|Encr: |Life\/Active|Local spi|(?:Local|Remote) (?:id|req|next|window|subnets)|Initiator of SA|CE id|Status Description|DPD configured|Fragmentation |Dynamic Route|Extended Auth|NAT-T is|Cisco Trust|Pushed IP|Child sa:|(?:local|remote) selector|(?:ESP|AH) spi in|(?:Default )?[Pp]rotection suite|encryption algorithm:|hash algorithm:|authentication method:|Diffie-Hellman group:|lifetime: {2}|[\w.:-]{1,64}:\s*\{ |(?:[\w.:-]{2,64}\s+){2}(?:MM|AG|QM|CONF|OAK|AM)_[A-Z_]+\s+\d|\d{1,10}\s+[0-9a-f.:]{3,45}(?:\/\d{1,5})?\s)/;
