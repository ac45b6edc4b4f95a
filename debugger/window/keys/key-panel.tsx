/** One value of the keys view in full: formula, inputs, value, use. A secret shows on demand, and a copy says what it holds. */
import { Copy, Eye, EyeOff, KeyRound } from 'lucide-react';
import type { KeyNode } from '../../protocol/protocol.ts';
import { IconButton, Masked } from '../design/controls.tsx';
import { grouped } from '../design/cut.ts';
import { useDispatch } from '../stream/store.ts';
import { Value } from './full-graph.tsx';

export function KeyPanel({ node, nodes }: { readonly node: KeyNode | null; readonly nodes: readonly KeyNode[] }) {
  const dispatch = useDispatch();
  if (node === null) {
    return (
      <section className="panel key-panel" aria-label="Selected key" data-panel tabIndex={-1}>
        <div className="head">
          <h2>No key selected</h2>
        </div>
        <p className="note">Select a value to see its formula, what went into it and what it opens.</p>
      </section>
    );
  }
  return (
    <section className="panel key-panel" aria-label="Selected key" data-panel tabIndex={-1}>
      <div className="head">
        <h2>{node.label}</h2>
        <span className="count">{node.length === null ? '' : `${node.length} B`}</span>
      </div>
      <div className="scroll">
        <div className="key-block">
          <div className="block-head">
            <h3>Formula</h3>
            <span className="grow" />
            {node.rfc === '' ? null : <span className="rfc">{node.rfc}</span>}
          </div>
          <p className="mono formula copyable">{node.formula}</p>
        </div>
        {node.from.length > 0 ? (
          <div className="key-block">
            <div className="block-head">
              <h3>Inputs</h3>
            </div>
            <ul className="key-inputs">
              {node.from.map((id) => (
                <Input key={id} id={id} node={nodes.find((other) => other.id === id)} />
              ))}
            </ul>
          </div>
        ) : null}
        <ValueBlock node={node} />
        <div className="key-block">
          <div className="block-head">
            <h3>Use</h3>
          </div>
          <p className="ink2">{node.use === '' ? 'Not used at this event.' : node.use}</p>
          {node.since === null ? null : (
            <p className="ink3">
              Known since{' '}
              <button type="button" className="link" onClick={() => dispatch({ type: 'go', event: node.since ?? 0 })}>
                #{node.since}
              </button>
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

function Input({ id, node }: { readonly id: string; readonly node: KeyNode | undefined }) {
  const dispatch = useDispatch();
  return (
    <li>
      <button type="button" className="link plain" onClick={() => dispatch({ type: 'selectKey', key: id })}>
        {node?.label ?? id}
      </button>
      {node ? <Value node={node} /> : <span className="ink3">unknown</span>}
      {node?.since == null ? (
        <span className="ink3">not yet</span>
      ) : (
        <button type="button" className="link num" onClick={() => dispatch({ type: 'go', event: node.since ?? 0 })}>
          #{node.since}
        </button>
      )}
    </li>
  );
}

function ValueBlock({ node }: { readonly node: KeyNode }) {
  const dispatch = useDispatch();
  const shown = node.value !== null;
  const copy = () => {
    if (node.value === null) return;
    void navigator.clipboard.writeText(node.value);
    dispatch({
      type: 'notice',
      text: node.secret ? `Copied ${node.label}: the clipboard now holds a secret.` : `Copied ${node.label}. It holds no secret.`,
    });
  };
  return (
    <div className="key-block">
      <div className="block-head">
        <h3>Value</h3>
        {node.secret ? (
          <span className="mark secret">
            <KeyRound size={12} strokeWidth={2.2} aria-hidden />
            secret
          </span>
        ) : null}
        <span className="grow" />
        {node.secret && node.state === 'known' ? (
          <button type="button" className="btn small" onClick={() => dispatch({ type: 'reveal', key: node.id })}>
            {shown ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
            {shown ? 'Hide' : 'Reveal'}
          </button>
        ) : null}
        {shown ? (
          <IconButton
            name={node.secret ? `Copy ${node.label}, a secret` : `Copy ${node.label}`}
            className="btn small icon"
            icon={<Copy size={14} />}
            onClick={copy}
          />
        ) : null}
      </div>
      {node.state !== 'known' ? (
        <p className="ink3">
          {node.state === 'missing' ? 'Missing: it was not given and cannot be derived.' : 'Not yet: it comes into being at a later event.'}
        </p>
      ) : shown ? (
        <p className={`mono key-value copyable${node.secret ? ' secret' : ''}`}>
          {/^[0-9a-f]+$/.test(node.value ?? '') ? grouped(node.value ?? '') : node.value}
        </p>
      ) : (
        <p>
          <Masked />
        </p>
      )}
      {node.secret && shown ? <p className="ink3">Shown until you hide it. A copy says that it holds a secret.</p> : null}
    </div>
  );
}
