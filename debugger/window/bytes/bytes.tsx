/** The octets of the packet, decrypted and as they were on the wire, with what is selected lit in both. */
import { Lock, LockOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { BufferName, BufferView, Place } from '../../protocol/protocol.ts';
import { useWide } from '../design/size.ts';
import { nodeAt } from '../packet/path.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import './bytes.css';
import { HexView } from './hex-view.tsx';
import { Inspector } from './inspector.tsx';
import { blocksUnder, type Range } from './layout.ts';

interface MarkedByHand {
  readonly buffer: BufferName;
  readonly range: Range;
  /** The selection and the event that it was marked over: it goes when they do. */
  readonly over: string;
}

export function Bytes() {
  const dispatch = useDispatch();
  const moment = useWindow((state) => state.moment);
  const selection = useWindow((state) => state.selection);
  const hover = useWindow((state) => state.hover);
  const wished = useWindow((state) => state.buffer);
  const both = useWindow((state) => state.both);
  const [marked, setMarked] = useState<MarkedByHand | null>(null);
  const wide = useWide();
  const packet = moment?.packet ?? null;
  const nodes = packet?.nodes ?? [];
  const buffers = packet?.buffers ?? [];
  const over = `${moment?.event} ${selection.node}`;
  useEffect(() => setMarked((old) => (old?.over === over ? old : null)), [over]);

  const all = wide && both && buffers.length > 1;
  const one = buffers.find(({ name }) => name === wished) ?? buffers[0];
  const shown = all ? buffers : one ? [one] : [];
  const node = nodeAt(nodes, selection.node);
  const pointed = nodeAt(nodes, hover.node);
  const inBuffer = (place: Place | undefined, { name }: BufferView): Range | null => (place?.buffer === name ? place : null);
  const carriedIn = (buffer: BufferView): Range | null => {
    const from = buffers.find(({ name }) => name === node?.place.buffer)?.carriedBy;
    return node && from?.buffer === buffer.name && node.place.end > node.place.start ? blocksUnder(node.place, from) : null;
  };

  return (
    <section className="panel bytes" aria-label="Bytes" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Bytes</h2>
        <span className="grow" />
        {buffers.length > 1 ? (
          <span className="seg" role="group" aria-label="Which bytes">
            {buffers.map(({ name, label }) => (
              <button
                type="button"
                key={name}
                aria-pressed={!all && name === one?.name}
                onClick={() => dispatch({ type: 'buffer', buffer: name })}
              >
                {label}
              </button>
            ))}
            {wide ? (
              <button type="button" aria-pressed={all} onClick={() => dispatch({ type: 'buffer', buffer: 'both' })}>
                {buffers.length === 2 ? 'Both' : 'All'}
              </button>
            ) : null}
          </span>
        ) : null}
      </div>
      <div className={`hex-all${all ? ' several' : ''}`}>
        {shown.map((buffer) => {
          const byHand = marked?.buffer === buffer.name && marked.over === over ? marked.range : null;
          const selected = byHand ?? inBuffer(node?.place, buffer);
          const carrying = carriedIn(buffer);
          return (
            <div key={buffer.name} className="hex-part">
              <div className="hex-head">
                {buffer.name === 'decrypted' ? (
                  <LockOpen size={12} strokeWidth={2.2} aria-hidden />
                ) : buffers.length > 1 ? (
                  <Lock size={12} strokeWidth={2.2} aria-hidden />
                ) : null}
                <span className="cut">{buffer.title}</span>
                <span className="grow" />
                <span className="range">{rangeText(selected ?? carrying, selected === null && carrying !== null)}</span>
              </div>
              <HexView
                buffer={buffer}
                nodes={nodes}
                selected={selected}
                carrying={carrying}
                hovered={pointed?.id === node?.id ? null : inBuffer(pointed?.place, buffer)}
                onMark={(range) => setMarked(range ? { buffer: buffer.name, range, over } : null)}
              />
            </div>
          );
        })}
        {packet === null && moment !== null ? <p className="note hex-none">No bytes at this event.</p> : null}
      </div>
      <Inspector node={node} buffers={buffers} />
    </section>
  );
}

/** `10–23, 20 B`; offsets in hex as beside the rows. */
function rangeText(range: Range | null, isCarrier: boolean): string {
  if (range === null || range.end <= range.start) return '';
  const text = `${range.start.toString(16)}–${(range.end - 1).toString(16)}, ${range.end - range.start} B`;
  return isCarrier ? `${text} carry it` : text;
}
