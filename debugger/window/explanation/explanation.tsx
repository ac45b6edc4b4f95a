/** One plain paragraph on what happens at this event and why. A sentence that speaks of a field or a key selects it. */
import type { Explanation as Text } from '../../protocol/protocol.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import './explanation.css';

export function Explanation() {
  const explanation = useWindow((state) => state.moment?.explanation);
  return (
    <section className="explanation" aria-label="Explanation" data-panel tabIndex={-1}>
      <p className="copyable">
        {explanation?.sentences.map((sentence, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sentences have no other name
          <Sentence key={index} sentence={sentence} />
        ))}
        {explanation && explanation.next !== '' ? <span className="ink3">{explanation.next}</span> : null}
      </p>
      <div className="refs">
        {explanation?.rfcs.map((rfc) => (
          <span key={rfc} className="rfc">
            {rfc}
          </span>
        ))}
      </div>
    </section>
  );
}

function Sentence({ sentence }: { readonly sentence: Text['sentences'][number] }) {
  const dispatch = useDispatch();
  const selection = useWindow((state) => state.selection);
  const hover = useWindow((state) => state.hover);
  const { text, strong, node, key } = sentence;
  const isOf = (pointer: typeof selection) => (node !== null && node === pointer.node) || (key !== null && key === pointer.key);
  const look = `${isOf(selection) ? 'lit' : isOf(hover) ? 'hovered' : ''}${strong ? ' strong' : ''}`;
  if (node === null && key === null) return <span className={look}>{text} </span>;
  const pick = () => (node !== null ? dispatch({ type: 'selectNode', node }) : dispatch({ type: 'selectKey', key }));
  return (
    <>
      <span
        className={`linked ${look}`}
        role="button"
        tabIndex={0}
        onClick={pick}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          pick();
        }}
        onMouseEnter={() => dispatch({ type: 'hover', node, key })}
        onMouseLeave={() => dispatch({ type: 'hover', node: null, key: null })}
      >
        {text}
      </span>{' '}
    </>
  );
}
