/** One row of the ladder: a group head, what was given before the start, or a message as an arrow between the two lanes. */
import { ChevronDown, ChevronRight, KeyRound, Lock, LockOpen, UnfoldVertical } from 'lucide-react';
import { memo } from 'react';
import type { LadderRow } from '../../protocol/protocol.ts';
import { headPath } from '../design/icons.tsx';
import type { Written } from '../stream/times.ts';
import { spoken } from './rows.ts';

interface RowProps {
  readonly row: LadderRow;
  readonly id?: string;
  readonly index?: number;
  readonly time: Written;
  readonly current: boolean;
  /** What lies after the current event is grey. */
  readonly future: boolean;
  /** Where we stand inside a folded run. */
  readonly at?: number | null;
  /** Whether the run under this head is unfolded; `null` for a head of what never folds. */
  readonly open?: boolean | null;
  readonly onPick?: () => void;
}

export const LadderRowView = memo(
  function LadderRowView({ row, id, index, time, current, future, at = null, open = null, onPick }: RowProps) {
    const state = `${current ? ' now' : ''}${future ? ' future' : ''}`;
    const common = { id, 'aria-rowindex': index, 'aria-label': spoken(row, time.text), onClick: onPick };
    if (row.kind === 'group') {
      return (
        <div {...common} role="row" className={`rung group${state}${open === null ? '' : ' folds'}`} aria-expanded={open ?? undefined}>
          <span className="mid" role="gridcell">
            {open === null ? null : open ? <ChevronDown size={12} aria-hidden /> : <ChevronRight size={12} aria-hidden />}
            <span className="cut">
              {row.label} {row.code === null ? null : <span className="code">{row.code}</span>}
            </span>
          </span>
        </div>
      );
    }
    if (row.kind === 'fold') return <FoldRow row={row} time={time} common={common} state={state} current={current} at={at} />;
    const message = row.kind === 'message' ? row : null;
    return (
      <div {...common} role="row" className={`rung${state}`} aria-selected={current}>
        <span className="n" role="gridcell">
          {row.event}
        </span>
        <span className="t" role="gridcell" title={time.title}>
          {message ? time.text : 'before'}
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
  (before, now) =>
    before.row === now.row &&
    before.time.text === now.time.text &&
    before.time.title === now.time.title &&
    before.current === now.current &&
    before.future === now.future &&
    before.id === now.id &&
    before.at === now.at &&
    before.open === now.open,
);

interface FoldRowProps {
  readonly row: Extract<LadderRow, { kind: 'fold' }>;
  readonly time: Written;
  readonly common: React.HTMLAttributes<HTMLDivElement>;
  readonly state: string;
  readonly current: boolean;
  readonly at: number | null;
}

/** A run of packets as one row: who sent how many, and what was amiss. A click shows them one by one. */
function FoldRow({ row, time, common, state, current, at }: FoldRowProps) {
  return (
    <div {...common} role="row" className={`rung folded${state}`} aria-selected={current} title="Show them one by one">
      <span className="n" role="gridcell">
        {row.event}
      </span>
      <span className="t" role="gridcell" title={time.title}>
        {time.text}
      </span>
      <span className="state initiator" role="gridcell">
        {row.initiator > 0 ? `${row.initiator.toLocaleString('en')} →` : ''}
      </span>
      <div className="lane" role="gridcell">
        <span className="many" aria-hidden="true" />
        <span className="what">
          <UnfoldVertical size={12} aria-hidden />
          <b>{row.label}</b>
          <span className="payloads">
            {at === null ? row.detail : `at #${at.toLocaleString('en')}, packet ${(at - row.event + 1).toLocaleString('en')}`}
          </span>
          {row.note ? <span className={`aside ink-${row.tone ?? 'note'}`}>{row.note}</span> : null}
        </span>
      </div>
      <span className="state responder" role="gridcell">
        {row.responder > 0 ? `← ${row.responder.toLocaleString('en')}` : ''}
      </span>
    </div>
  );
}

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
