/** What is known of the two ends, side by side. */
import { Check, TriangleAlert, X } from 'lucide-react';
import type { PeerRow, Tone } from '../../protocol/protocol.ts';
import { toneOf } from '../design/icons.tsx';
import { useWindow } from '../stream/store.ts';

export function Peers() {
  const peers = useWindow((state) => state.moment?.peers) ?? [];
  return (
    <section className="panel peers" aria-label="Peers" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Peers</h2>
      </div>
      {peers.length === 0 ? (
        <p className="note">No negotiation at this event, so no peers.</p>
      ) : (
        <div className="peers-table">
          <table className="tbl">
            <thead>
              <tr>
                <th>
                  <span className="hidden-words">What</span>
                </th>
                <th className="ink-initiator">Initiator</th>
                <th className="ink-responder">Responder</th>
              </tr>
            </thead>
            <tbody>
              {peers.map((row) => (
                <tr key={row.label}>
                  <td className="ink3">{row.label}</td>
                  <Cell row={row} text={row.initiator} tone={row.initiatorTone} />
                  <Cell row={row} text={row.responder} tone={row.responderTone} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Cell({ row, text, tone }: { readonly row: PeerRow; readonly text: string; readonly tone: Tone | null }) {
  const Icon = tone === 'good' ? Check : tone === 'bad' ? X : tone === 'warning' ? TriangleAlert : null;
  if (tone !== null && tone !== 'note') {
    return (
      <td>
        <span className={`mark ${toneOf(tone)}`}>
          {Icon ? <Icon size={12} strokeWidth={2.2} aria-hidden /> : null}
          {text}
        </span>
      </td>
    );
  }
  return (
    <td className={`${row.code ? 'mono copyable' : ''}${tone === 'note' ? ' ink3' : ''}`} title={text}>
      {text}
    </td>
  );
}
