/** A fork beside the log that it left: which events differ, in which fields, in which steps. */
import type { Difference } from '../../protocol/protocol.ts';
import { useWindow } from '../stream/store.ts';
import { useAnswer } from '../stream/use-answer.ts';

export function Compare() {
  const shown = useWindow((state) => state.live?.shown ?? null);
  const answer = useAnswer('compareFork', typeof shown === 'number' ? { fork: shown } : null);
  if (typeof shown !== 'number') return <p className="note">Show a fork first.</p>;
  if (answer === undefined) return <p className="note">…</p>;
  if (answer.differences.length === 0) return <p className="note">Nothing: the fork is the same but for its times.</p>;
  return (
    <div className="scroll compare">
      <table>
        <thead>
          <tr>
            <th scope="col">Engine</th>
            <th scope="col">Fork</th>
            <th scope="col">What</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {answer.differences.map((difference) => (
            <tr key={`${difference.what} ${difference.a} ${difference.b}`}>
              <td className="num ink3">{place(difference.a)}</td>
              <td className="num ink3">{place(difference.b)}</td>
              <td>{difference.label || difference.what}</td>
              <td>
                <Said difference={difference} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {answer.more ? <p className="note">And more.</p> : null}
    </div>
  );
}

const place = (event: number | null): string => (event === null ? '–' : `#${event}`);

/** Beyond these nobody reads on. */
const mostFields = 6;

function Said({ difference }: { readonly difference: Difference }) {
  const { a, b, fields, states } = difference;
  if (a === null || b === null) return <span className="ink3">{a === null ? 'only in the fork' : 'only in the log of the engine'}</span>;
  return (
    <ul>
      {states.map(({ side, a: was, b: is }) => (
        <li key={`${side} ${was} ${is}`}>
          {side}: <span className="mono">{was ?? is}</span>{' '}
          <span className="ink3">{was === null ? 'only in the fork' : 'not in the fork'}</span>
        </li>
      ))}
      {fields.slice(0, mostFields).map(({ field, a: was, b: is }) => (
        <li key={field}>
          {field}: <span className="mono">{was ?? '–'}</span> → <span className="mono">{is ?? '–'}</span>
        </li>
      ))}
      {fields.length > mostFields ? <li className="ink3">and {fields.length - mostFields} fields more</li> : null}
    </ul>
  );
}
