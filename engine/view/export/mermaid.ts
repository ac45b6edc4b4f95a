/** The ladder as a Mermaid sequence diagram, which many wikis draw. */
import type { Replay } from '../../replay/replay.ts';
import type { Overview } from '../models.ts';
import { ladderLines } from './ladder-lines.ts';

export const ladderMermaid = (replay: Replay, overview: Overview): string => {
  const ends = new Map<string, { readonly initiator: string; readonly responder: string }>();
  const names = new Map<string, string>();
  const nameOf = (address: string): string => {
    const known = names.get(address) ?? `P${names.size + 1}`;
    names.set(address, known);
    return known;
  };
  for (const { id, initiator, responder } of overview.negotiations) {
    ends.set(id, { initiator: nameOf(initiator || 'initiator'), responder: nameOf(responder || 'responder') });
  }
  // A diagram needs somebody to stand in it.
  if (names.size === 0) nameOf('nobody');
  const all = [...names.values()];
  const over = all.length > 1 ? `${all[0]},${all.at(-1)}` : all[0];
  const lines = ['sequenceDiagram', ...[...names].map(([address, name]) => `  participant ${name} as ${said(address)}`)];
  for (const line of ladderLines(replay, overview)) {
    if (line.kind !== 'message') {
      lines.push(`  Note over ${over}: ${said('code' in line && line.code !== null ? `${line.label} ${line.code}` : line.label)}`);
      continue;
    }
    const between = line.negotiation === null ? undefined : ends.get(line.negotiation);
    const text = said(`#${line.event} ${line.label} ${line.detail}${line.note === null ? '' : ` (${line.note})`}`);
    if (!between || line.side === null) {
      lines.push(`  Note over ${over}: ${text}`);
      continue;
    }
    const { initiator, responder } = between;
    lines.push(`  ${line.side === 'initiator' ? `${initiator}->>${responder}` : `${responder}->>${initiator}`}: ${text}`);
    if (line.initiatorState !== null) lines.push(`  Note left of ${initiator}: ${said(line.initiatorState)}`);
    if (line.responderState !== null) lines.push(`  Note right of ${responder}: ${said(line.responderState)}`);
  }
  return `${lines.join('\n')}\n`;
};

/** What would end a line or begin a tag, an entity or a directive becomes an entity of Mermaid's own form. */
const said = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, ' ').replace(/[#;<>&"%{}]/g, (c) => `#${c.charCodeAt(0)};`);
