/** The number of an event, which leads to it. */
import { useDispatch } from '../stream/store.ts';

export function EventLink({ event }: { readonly event: number }) {
  const dispatch = useDispatch();
  const number = `#${event.toLocaleString('en')}`;
  return (
    <button type="button" className="link num" aria-label={`Go to ${number}`} onClick={() => dispatch({ type: 'show', event, node: null })}>
      {number}
    </button>
  );
}
