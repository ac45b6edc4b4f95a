/** Every value of the keys view in a table: what it is made from and since when it is known. */
import type { KeyNode } from '../../protocol/protocol.ts';
import { useDispatch, useWindow } from '../stream/store.ts';

export function KeysTable({ nodes }: { readonly nodes: readonly KeyNode[] }) {
  const dispatch = useDispatch();
  const selected = useWindow((state) => state.selection.key);
  return (
    <table className="tbl keys-table">
      <thead>
        <tr>
          <th>Value</th>
          <th>From</th>
          <th>Known since</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <tr
            key={node.id}
            className={node.id === selected ? 'chosen' : undefined}
            onClick={() => dispatch({ type: 'selectKey', key: node.id })}
          >
            <td>
              <button type="button" className={`medium${node.secret ? ' ink-secret' : ''}`}>
                {node.label}
              </button>
            </td>
            <td className="ink2 cut" title={node.formula}>
              {node.from.length > 0 ? node.from.join(', ') : node.formula}
            </td>
            <td className="num">
              {node.state === 'known' && node.since !== null ? (
                `#${node.since}`
              ) : (
                <span className="ink3">{node.state === 'missing' ? 'missing' : 'not yet'}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
