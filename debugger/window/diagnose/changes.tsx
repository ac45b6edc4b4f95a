/** Lines of a configuration that change: what goes is marked with a minus and red, what comes with a plus and green. */
import type { RemedyView } from '../../protocol/protocol.ts';

const names = { ' ': '', '-': 'remove', '+': 'add' } as const;

export function Changes({ change }: { readonly change: RemedyView }) {
  return (
    <figure className="config" aria-label={`${change.title}, ${change.device}`}>
      <figcaption className="mono">{change.device}</figcaption>
      <div className="copyable">
        {change.lines.map(({ sign, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their order, and two can be alike
          <div key={index} className={`config-line${sign === '-' ? ' out' : sign === '+' ? ' in' : ''}`}>
            <span className="sign">
              {sign}
              <span className="hidden-words">{names[sign]}</span>
            </span>
            {text}
          </div>
        ))}
      </div>
    </figure>
  );
}
