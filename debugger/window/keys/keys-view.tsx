/** The view of all keys: how every one of them is derived, drawn at full size, and the one that is selected with its formula and inputs. */
import { Eye, EyeOff, Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useRef } from 'react';
import type { KeyNode } from '../../protocol/protocol.ts';
import { IconButton } from '../design/controls.tsx';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { FullGraph } from './full-graph.tsx';
import { KeyPanel } from './key-panel.tsx';
import { KeysTable } from './table.tsx';
import { usePanZoom } from './use-pan-zoom.ts';
import './keys.css';

export function KeysPage() {
  const dispatch = useDispatch();
  const keys = useWindow((state) => state.moment?.keys);
  const event = useWindow((state) => state.moment?.event ?? 0);
  const label = useWindow((state) => state.overview?.negotiations.find(({ id }) => id === state.moment?.keys.negotiation)?.label ?? null);
  const selected = useWindow((state) => state.selection.key);
  const reveal = useWindow((state) => state.reveal);
  const nodes = keys?.nodes ?? [];
  const node: KeyNode | undefined = nodes.find(({ id }) => id === selected);
  const tables = useWindow((state) => state.tables);
  const picture = useRef<HTMLDivElement>(null);
  const { ref, zoom, zoomBy, fit, onPointerDown } = usePanZoom();
  const masked = reveal !== 'all' && reveal.length === 0;
  return (
    <main className="keys-view">
      <section className="panel" aria-label="Key derivation" data-panel tabIndex={-1}>
        <div className="view-head">
          <h1>
            Keys{label === null ? '' : ' of '}
            <span className="mono">{label}</span>
          </h1>
          <span className="ink3 sm">at #{event}</span>
          <span className="grow" />
          <span className="key-legend sm">
            <i className="secret" />
            secret
            <i />
            public, from the packets
            <i className="lit" />
            selected, and what it comes from
          </span>
          <button type="button" className="btn small" onClick={() => dispatch({ type: 'revealAll', on: masked })}>
            {masked ? <Eye size={14} aria-hidden /> : <EyeOff size={14} aria-hidden />}
            {masked ? 'Reveal all' : 'Mask all'}
          </button>
          {nodes.length > 0 && !tables ? (
            <span className="zoom-buttons">
              <IconButton name="Smaller" className="btn quiet small icon" icon={<ZoomOut size={14} />} onClick={() => zoomBy(1 / 1.25)} />
              <span className="num xs ink3" role="status" aria-label="Zoom">
                {Math.round(zoom * 100)}%
              </span>
              <IconButton name="Larger" className="btn quiet small icon" icon={<ZoomIn size={14} />} onClick={() => zoomBy(1.25)} />
              <IconButton name="All of it" className="btn quiet small icon" icon={<Maximize size={14} />} onClick={fit} />
            </span>
          ) : null}
          <SavePicture name="keys" of={picture} />
        </div>
        <div ref={ref} className="scroll keys-canvas" tabIndex={0} data-first onPointerDown={onPointerDown}>
          {nodes.length > 0 && tables ? (
            <KeysTable nodes={nodes} />
          ) : nodes.length > 0 ? (
            <div ref={picture} className="keys-zoomed" style={{ zoom }}>
              <FullGraph nodes={nodes} />
            </div>
          ) : (
            <div className="nothing">
              <b>No keys at this event</b>
              <p className="ink2">{keys?.note}</p>
            </div>
          )}
          {nodes.length > 0 && keys && keys.note !== '' ? <p className="note keys-foot">{keys.note}</p> : null}
        </div>
      </section>
      <KeyPanel node={node ?? null} nodes={nodes} />
    </main>
  );
}
