/** The keys of this negotiation beside the packet: a small drawing, and where there is room the table and the proof of what is selected. */
import { Eye, EyeOff } from 'lucide-react';
import { useRef } from 'react';
import type { KeysView } from '../../protocol/protocol.ts';
import { ProofTable } from '../bytes/proof.tsx';
import { useSize } from '../design/size.ts';
import { nodeAt } from '../packet/path.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import './keys.css';
import { smallChoice } from './graph.ts';
import { SmallGraph } from './small-graph.tsx';
import { KeysTable } from './table.tsx';

export function Keys({ full }: { readonly full: boolean }) {
  const keys = useWindow((state) => state.moment?.keys);
  const event = useWindow((state) => state.moment?.event ?? 0);
  const selected = useWindow((state) => state.selection.key);
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const nodes = keys ? smallChoice(keys, selected) : [];
  return (
    <section className={`panel keys-panel${full ? ' full' : ''}`} aria-label="Keys" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Keys</h2>
        {full ? <span className="count">at #{event}</span> : null}
        <span className="grow" />
        <RevealMark />
      </div>
      <div className="keys-frame" ref={frame} tabIndex={0} data-first>
        {nodes.length > 0 ? (
          <SmallGraph nodes={nodes} width={Math.max(200, width - 24)} />
        ) : (
          <p className="note keys-none">{keys?.note || 'No keys at this event.'}</p>
        )}
        {full && keys ? <Details keys={keys} /> : null}
      </div>
    </section>
  );
}

function Details({ keys }: { readonly keys: KeysView }) {
  const packet = useWindow((state) => state.moment?.packet ?? null);
  const selected = useWindow((state) => state.selection.node);
  const proof = nodeAt(packet?.nodes ?? [], selected)?.proof ?? null;
  return (
    <>
      <KeysTable nodes={keys.nodes} />
      {keys.note === '' ? null : <p className="note keys-note">{keys.note}</p>}
      {proof === null ? null : (
        <section className="keys-proof" aria-label={`What went into ${proof.name}`}>
          <div className="head">
            <h2>What went into {proof.name}</h2>
            <span className="count">{proof.rfc}</span>
          </div>
          <ProofTable proof={proof} />
        </section>
      )}
    </>
  );
}

/** Says whether secrets are shown, and switches all of them. */
function RevealMark() {
  const dispatch = useDispatch();
  const reveal = useWindow((state) => state.reveal);
  const masked = reveal !== 'all' && reveal.length === 0;
  const Icon = masked ? EyeOff : Eye;
  return (
    <button
      type="button"
      className="mark secret"
      aria-pressed={!masked}
      aria-label={masked ? 'Secrets masked: reveal all' : 'Secrets shown: mask all'}
      title={masked ? 'Reveal all secrets' : 'Mask all secrets'}
      onClick={() => dispatch({ type: 'revealAll', on: masked })}
    >
      <Icon size={12} strokeWidth={2.2} aria-hidden />
      {masked ? 'masked' : reveal === 'all' ? 'all shown' : `${reveal.length} shown`}
    </button>
  );
}
