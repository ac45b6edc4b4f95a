/** One line of the packet tree. */
import { Check, ChevronDown, ChevronRight, TriangleAlert, X } from 'lucide-react';
import type { PacketNode } from '../../protocol/protocol.ts';
import { offset } from '../design/cut.ts';
import { toneOf } from '../design/icons.tsx';
import { useDispatch } from '../stream/store.ts';
import type { TreeLine } from './visible.ts';

const indent = 14;
const firstIndent = 8;
/** Values of these shapes could be typed into a device, so they are set in the mono face. */
const isCode = (value: string): boolean => /^[0-9a-f.:/…x]+( [0-9a-f….]+)*$/i.test(value);

interface LineProps {
  readonly line: TreeLine;
  readonly id: string;
  readonly selected: boolean;
  readonly hovered: boolean;
}

export function TreeLineView({ line, id, selected, hovered }: LineProps) {
  const dispatch = useDispatch();
  const { node, depth, open, onPath } = line;
  const leaf = node.children.length === 0;
  const state = `${selected ? ' chosen' : onPath ? ' on-path' : ''}${leaf ? ' leaf' : ''}${hovered && !selected ? ' hovered' : ''}`;
  return (
    <div
      id={id}
      className={`tree-line${state}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={line.position}
      aria-setsize={line.siblings}
      aria-selected={selected}
      aria-expanded={leaf ? undefined : open}
      aria-label={[node.name, node.value, node.mark?.text].filter(Boolean).join(' ')}
      style={{ paddingLeft: firstIndent + depth * indent }}
      title={node.rfc ?? undefined}
      onClick={() => dispatch({ type: 'selectNode', node: node.id })}
      onDoubleClick={() => leaf || dispatch({ type: 'fold', node: node.id, open: !open })}
      onMouseEnter={() => dispatch({ type: 'hover', node: node.id, key: node.key })}
    >
      {Array.from({ length: depth }, (_, guide) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: guides have no other name
        <span key={guide} className="guide" style={{ left: firstIndent + 7 + guide * indent }} />
      ))}
      <span
        className="twist"
        onClick={(event) => {
          if (leaf) return;
          event.stopPropagation();
          dispatch({ type: 'fold', node: node.id, open: !open });
        }}
      >
        {leaf ? null : open ? <ChevronDown size={12} strokeWidth={2.2} /> : <ChevronRight size={12} strokeWidth={2.2} />}
      </span>
      <span className="name">{node.name}</span>
      <span
        className={`value${node.value !== null && isCode(node.value) ? '' : leaf ? ' words' : ' words ink3'}`}
        title={node.value ?? undefined}
      >
        {node.value}
      </span>
      {node.mark ? <Mark mark={node.mark} /> : null}
      <span className="where" aria-hidden="true">
        <i>{offset(node.place.start)}</i>
        <em>{node.place.end - node.place.start}</em>
      </span>
    </div>
  );
}

function Mark({ mark }: { readonly mark: NonNullable<PacketNode['mark']> }) {
  const Icon = mark.tone === 'good' ? Check : mark.tone === 'bad' ? X : mark.tone === 'warning' ? TriangleAlert : null;
  return (
    <span className={`mark ${toneOf(mark.tone)}`} title={mark.title}>
      {Icon ? <Icon size={12} strokeWidth={2.2} aria-hidden /> : null}
      {mark.text}
    </span>
  );
}
