/** The key graph at full size: boxes are buttons over the edges, which are one drawing. */
import { useEffect, useRef } from 'react';
import type { KeyNode } from '../../protocol/protocol.ts';
import { Masked } from '../design/controls.tsx';
import { cutMiddle } from '../design/cut.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { type FullBox, fullLayout } from './full-layout.ts';
import { ancestry } from './graph.ts';

const zoneNames: Readonly<Record<KeyNode['group'], string>> = {
  phase1: 'Phase 1 keys',
  iv: 'IV chain',
  phase2: 'Phase 2 keys',
  proof: 'Proofs',
};

export function FullGraph({ nodes }: { readonly nodes: readonly KeyNode[] }) {
  const selected = useWindow((state) => state.selection.key);
  const layout = fullLayout(nodes);
  const graph = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection brings its box into view
  useEffect(() => {
    graph.current?.querySelector('.chosen-card')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);
  const family = ancestry(nodes, selected);
  const inFamily = ({ nodes: own }: { readonly nodes: readonly KeyNode[] }) => own.some(({ id }) => family.has(id));
  const edges = layout.edges.map((edge) => ({ ...edge, lit: inFamily(edge.from) && inFamily(edge.to) }));
  // What is lit lies on top.
  const sorted = edges.toSorted((a, b) => Number(a.lit) - Number(b.lit));
  return (
    <div ref={graph} className="full-graph" style={{ width: layout.width, height: layout.height }}>
      {layout.zones.map(({ group, top, height }) => (
        <div key={group} className="zone" style={{ top, height }}>
          <span>{zoneNames[group]}</span>
          <span className="zone-rfcs">
            {[...new Set(nodes.filter((node) => node.group === group && node.rfc !== '').map(({ rfc }) => rfc))].slice(0, 3).map((rfc) => (
              <span key={rfc} className="rfc">
                {rfc}
              </span>
            ))}
          </span>
        </div>
      ))}
      <svg className="full-edges" width={layout.width} height={layout.height} aria-hidden="true">
        {sorted.map(({ from, to, path, head, lit }) => (
          <g key={`${from.id} ${to.id}`} className={lit ? 'lit' : undefined}>
            <path d={path} className="shaft" />
            <path d={head} className="head-mark" />
          </g>
        ))}
      </svg>
      {layout.boxes.map((full) => (
        <Box key={full.box.id} full={full} selected={selected} />
      ))}
    </div>
  );
}

function Box({ full, selected }: { readonly full: FullBox; readonly selected: string | null }) {
  const { box, x, y, width, height } = full;
  const single = box.nodes.length === 1 ? box.nodes[0] : undefined;
  const place = { left: x, top: y, width, height };
  if (single && single.from.length > 0) return <Derived node={single} place={place} chosen={single.id === selected} />;
  const chosen = box.nodes.some(({ id }) => id === selected);
  return (
    <div
      className={`key-card inputs${box.nodes.every(({ secret }) => secret) ? ' secret' : ''}${chosen ? ' chosen-card' : ''}`}
      style={place}
    >
      {box.nodes.map((node) => (
        <InputLine key={node.id} node={node} chosen={node.id === selected} />
      ))}
    </div>
  );
}

function InputLine({ node, chosen }: { readonly node: KeyNode; readonly chosen: boolean }) {
  const dispatch = useDispatch();
  return (
    <button
      type="button"
      className="input-line"
      aria-pressed={chosen}
      title={node.formula}
      onClick={() => dispatch({ type: 'selectKey', key: node.id })}
    >
      <b>{node.label}</b>
      <Value node={node} />
      <Since node={node} />
    </button>
  );
}

interface DerivedProps {
  readonly node: KeyNode;
  readonly place: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly chosen: boolean;
}

function Derived({ node, place, chosen }: DerivedProps) {
  const dispatch = useDispatch();
  const look = `key-card derived${node.secret ? ' secret' : ''}${chosen ? ' chosen-card' : ''}${node.state === 'known' ? '' : ' unknown'}${node.current ? ' current' : ''}`;
  return (
    <button
      type="button"
      className={look}
      style={place}
      aria-pressed={chosen}
      onClick={() => dispatch({ type: 'selectKey', key: node.id })}
    >
      <span className="card-line">
        <b className="cut">{node.label}</b>
        <Since node={node} />
      </span>
      <span className="card-formula cut" title={node.formula}>
        {node.formula}
      </span>
      <span className="card-line">
        <Value node={node} />
        <span className="cut xs ink2" title={node.use}>
          {node.use}
        </span>
      </span>
    </button>
  );
}

const Since = ({ node }: { readonly node: KeyNode }) => <span className="since">{node.since === null ? 'not yet' : `#${node.since}`}</span>;

export function Value({ node }: { readonly node: KeyNode }) {
  if (node.state === 'missing') return <span className="ink-warning xs">missing</span>;
  if (node.state === 'ahead') return <span className="ink3 xs">not yet</span>;
  if (node.value === null) return node.secret ? <Masked /> : <span className="ink3 xs">unknown</span>;
  const text = cutMiddle(node.value, 4, 4);
  return node.secret ? <span className="shown-secret">{text}</span> : <span className="mono ink2">{text}</span>;
}
