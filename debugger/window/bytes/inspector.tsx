/** What is selected, in full: its value, how it was proved, where it is defined. */
import { Check, Copy, TriangleAlert, X } from 'lucide-react';
import type { BufferView, PacketNode } from '../../protocol/protocol.ts';
import { IconButton } from '../design/controls.tsx';
import { grouped, hexOf } from '../design/cut.ts';
import { toneOf } from '../design/icons.tsx';
import { useDispatch } from '../stream/store.ts';

/** More than this is not read but skimmed; a copy has all of it. */
const shownOctets = 160;

export function Inspector({ node, buffers }: { readonly node: PacketNode | null; readonly buffers: readonly BufferView[] }) {
  const dispatch = useDispatch();
  if (node === null) {
    return buffers.length === 0 ? null : (
      <div className="inspector" aria-live="off">
        <span className="ink3">Select a field, or an octet, to see what it says.</span>
      </div>
    );
  }
  const bytes =
    buffers.find(({ name }) => name === node.place.buffer)?.bytes.subarray(node.place.start, node.place.end) ?? new Uint8Array();
  const hex = hexOf(bytes);
  const { proof } = node;
  const copy = () => {
    void navigator.clipboard.writeText(hex);
    dispatch({ type: 'notice', text: `Copied ${node.name}, ${bytes.length} B. It holds no secret.` });
  };
  return (
    <section className="inspector" aria-label="Selected field">
      <div className="inspector-head">
        <b className="cut" title={node.rfc ?? undefined}>
          {node.name}
        </b>
        {proof ? (
          <ProofMark verdict={proof.verdict} />
        ) : node.mark ? (
          <span className={`mark ${toneOf(node.mark.tone)}`}>{node.mark.text}</span>
        ) : null}
        <span className="grow" />
        {node.rfc && !proof && !node.mark ? <span className="rfc">{node.rfc}</span> : null}
        <IconButton name={`Copy ${node.name}`} className="btn quiet small icon" icon={<Copy size={14} />} onClick={copy} />
      </div>
      {node.value !== null && !isSameAs(node.value, hex) ? <div className="inspector-value cut copyable">{node.value}</div> : null}
      <div className="mono inspector-hex copyable" title={bytes.length > shownOctets ? 'Copy gives all of it.' : undefined}>
        {bytes.length === 0 ? 'no octets' : grouped(hex.slice(0, 2 * shownOctets))}
        {bytes.length > shownOctets ? ' …' : ''}
      </div>
      {proof ? (
        <div className="ink2 inspector-proof">
          {proof.keyedWith === '' ? null : (
            <>
              <span>keyed with</span>
              <span className="ink-secret">{proof.keyedWith}</span>
            </>
          )}
          <span>
            over {proof.inputs.length} {proof.inputs.length === 1 ? 'input' : 'inputs'}
          </span>
          <button type="button" className="link" onClick={() => dispatch({ type: 'dialog', dialog: { name: 'proof', proof } })}>
            Show them
          </button>
        </div>
      ) : node.mark ? (
        <div className="ink2 inspector-note">{node.mark.title}</div>
      ) : null}
    </section>
  );
}

/** A value that only repeats its octets, cut or whole. */
function isSameAs(value: string, hex: string): boolean {
  const [head = '', tail = ''] = value.replaceAll(' ', '').split('…');
  return hex.startsWith(head) && hex.endsWith(tail) && (tail !== '' || head === hex);
}

export function ProofMark({ verdict }: { readonly verdict: 'equal' | 'differs' | 'unknown' }) {
  switch (verdict) {
    case 'equal':
      return (
        <span className="mark good">
          <Check size={12} strokeWidth={2.2} aria-hidden />
          equal when recomputed
        </span>
      );
    case 'differs':
      return (
        <span className="mark bad">
          <X size={12} strokeWidth={2.2} aria-hidden />
          differs when recomputed
        </span>
      );
    case 'unknown':
      return (
        <span className="mark">
          <TriangleAlert size={12} strokeWidth={2.2} aria-hidden />
          not recomputed
        </span>
      );
  }
}
