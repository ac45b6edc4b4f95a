/** One row of the ladder: a group head, what was given before the start, or a message as an arrow between the two lanes. */
import { KeyRound, Lock, LockOpen } from 'lucide-react';
import { memo } from 'react';
import type { LadderRow } from '../../protocol/protocol.ts';
import { headPath } from '../design/icons.tsx';
import { spoken } from './rows.ts';

interface RowProps {
  readonly row: LadderRow;
  readonly id?: string;
  readonly index?: number;
  readonly current: boolean;
  /** What lies after the current event is grey. */
  readonly future: boolean;
  readonly onPick?: () => void;
}

export const LadderRowView = memo(
  function LadderRowView({ row, id, index, current, future, onPick }: RowProps) {
    const state = `${current ? ' now' : ''}${future ? ' future' : ''}`;
    const common = { id, 'aria-rowindex': index, 'aria-label': spoken(row), onClick: onPick };
    if (row.kind === 'group') {
      return (
        <div {...common} role="row" className={`rung group${state}`}>
          <span className="mid" role="gridcell">
            <span className="cut">
              {row.label} {row.code === null ? null : <span className="code">{row.code}</span>}
            </span>
          </span>
        </div>
      );
    }
    const message = row.kind === 'message' ? row : null;
    return (
      <div {...common} role="row" className={`rung${state}`} aria-selected={current}>
        <span className="n" role="gridcell">
          {row.event}
        </span>
        <span className="t" role="gridcell">
          {message ? message.delta : 'before'}
        </span>
        <span className="state initiator" role="gridcell" title={message?.initiatorState ?? undefined}>
          {message?.initiatorState}
        </span>
        <div className={`lane ${message?.side ?? 'nobody'}`} role="gridcell">
          {message?.side ? <Arrow to={message.side === 'initiator' ? 'responder' : 'initiator'} /> : null}
          <span className="what">
            {message ? <MessageIcon lock={message.lock} /> : <KeyRound size={12} className="line-secret" aria-hidden />}
            <b>{row.label}</b>
            <span className="payloads" title={row.detail}>
              {row.detail}
            </span>
            {message?.note ? <span className={`aside ink-${message.tone ?? 'note'}`}>{message.note}</span> : null}
          </span>
        </div>
        <span className="state responder" role="gridcell" title={message?.responderState ?? undefined}>
          {message?.responderState}
        </span>
      </div>
    );
  },
  (before, now) => before.row === now.row && before.current === now.current && before.future === now.future && before.id === now.id,
);

function MessageIcon({ lock }: { readonly lock: 'opened' | 'sealed' | null }) {
  if (lock === null) return null;
  return lock === 'opened' ? (
    <LockOpen size={12} strokeWidth={2.2} aria-label="decrypted" />
  ) : (
    <Lock size={12} strokeWidth={2.2} aria-label="encrypted" />
  );
}

function Arrow({ to }: { readonly to: 'initiator' | 'responder' }) {
  return (
    <>
      <span className="shaft" />
      <svg className={`tip-${to}`} width="7" height="10" viewBox="0 0 7 10" aria-hidden="true">
        <path d={headPath(to)} fill="var(--c)" />
      </svg>
    </>
  );
}
