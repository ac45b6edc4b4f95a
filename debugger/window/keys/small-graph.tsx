/** The small drawing of the keys. */
import type { KeyNode } from '../../protocol/protocol.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { cutToFit, type SmallBox, smallLabel, smallLayout } from './small-layout.ts';

export function SmallGraph({ nodes, width }: { readonly nodes: readonly KeyNode[]; readonly width: number }) {
  const selected = useWindow((state) => state.selection.key);
  const layout = smallLayout(nodes, width);
  const chosen = nodes.find(({ id }) => id === selected);
  // What is selected lights the edges that lead into it.
  const isLit = (edge: { readonly to: string }) =>
    layout.boxes.some(({ box }) => box.id === edge.to && box.nodes.some(({ id }) => id === selected));
  const inputs = new Set(chosen?.from ?? []);
  return (
    <svg
      className="small-graph"
      width={width}
      height={layout.height + 2}
      viewBox={`-1 -1 ${width + 2} ${layout.height + 2}`}
      role="img"
      aria-label={`Derivation of the keys: ${nodes.map(({ label }) => label).join(', ')}.${chosen ? ` ${chosen.label} is selected: ${chosen.formula}.` : ''}`}
    >
      {layout.edges.map((edge) => (
        <path key={`${edge.from} ${edge.to}`} d={edge.path} className={isLit(edge) ? 'edge lit' : 'edge'} />
      ))}
      {layout.boxes.map((small) => (
        <Box
          key={small.box.id}
          small={small}
          selected={selected}
          isInput={small.box.nodes.some(({ id }) => inputs.has(id) && small.box.nodes.some(({ secret }) => secret))}
        />
      ))}
    </svg>
  );
}

function Box({ small, selected, isInput }: { readonly small: SmallBox; readonly selected: string | null; readonly isInput: boolean }) {
  const dispatch = useDispatch();
  const hovered = useWindow((state) => state.hover.key);
  const { box, label, x, y, width, height } = small;
  const ids = box.nodes.map(({ id }) => id);
  const proof = box.group === 'proof';
  const known = box.nodes.every(({ state }) => state === 'known');
  const chosen = selected !== null && ids.includes(selected);
  const look = [
    'key-box',
    box.nodes.some(({ secret }) => secret) ? 'secret' : '',
    known ? '' : 'unknown',
    chosen ? 'chosen-box' : isInput ? 'input-box' : '',
    hovered !== null && ids.includes(hovered) && !chosen ? 'pointed' : '',
  ].join(' ');
  // A box of several values goes from one to the next.
  const next = ids[(ids.indexOf(selected ?? '') + 1) % ids.length] ?? box.id;
  return (
    <g
      className={look}
      onClick={() => dispatch({ type: 'selectKey', key: next })}
      onDoubleClick={() => dispatch({ type: 'view', view: 'keys' })}
      onMouseEnter={() => dispatch({ type: 'hover', node: null, key: box.id })}
      onMouseLeave={() => dispatch({ type: 'hover', node: null, key: null })}
    >
      <title>{`${smallLabel(box)}: ${box.nodes[0]?.formula ?? ''}${known ? '' : ', not known yet'}`}</title>
      <rect x={x + 0.5} y={y + 0.5} width={Math.max(0, width - 1)} height={height - 1} rx="5" />
      <text x={x + width / 2} y={proof ? y + 14 : y + height / 2 + 4} fontSize="11" textAnchor="middle">
        {label}
      </text>
      {proof ? (
        <text x={x + width / 2} y={y + 27} fontSize="11" textAnchor="middle" className="made-from">
          {cutToFit(`keyed with ${box.nodes[0]?.from[0] ?? 'nothing'}`, width)}
        </text>
      ) : null}
    </g>
  );
}
