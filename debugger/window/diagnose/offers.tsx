/** What was offered beside what was wanted or taken, attribute by attribute. */
import type { CaseOffers } from '../../protocol/protocol.ts';

export function Offers({ offers, onGo }: { readonly offers: CaseOffers; readonly onGo: (event: number) => void }) {
  const deciding = offers.rows.find(({ first }) => first);
  return (
    <section aria-label={offers.title}>
      <h2 className="case-title">
        {offers.title}
        <span className="ink3 sm">{deciding ? `the attribute that decides: ${deciding.label}` : offers.note}</span>
      </h2>
      <div className="case-card">
        <table className="case-offers">
          <thead>
            <tr>
              <th>
                <span className="hidden-words">Attribute</span>
              </th>
              {offers.columns.map(({ label, side, event, place }) => (
                <th key={`${label} ${event}`}>
                  <span className={side ? `ink-${side}` : undefined}>{label}</span>
                  {event === null ? null : (
                    <button
                      type="button"
                      className="link xs num"
                      title={place}
                      aria-label={`${place}, #${event}`}
                      onClick={() => onGo(event)}
                    >
                      #{event.toLocaleString('en')}
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {offers.rows.map(({ label, cells, first }) => (
              <tr key={label} className={first ? 'first' : undefined}>
                <th>{label}</th>
                {cells.map(({ text, mark }, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                  <td key={column} className={mark ?? undefined} title={text}>
                    {mark === null ? null : (
                      <span className="sign" role="img" aria-label={mark}>
                        {mark === 'differs' ? '≠' : '='}
                      </span>
                    )}
                    {text}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {offers.missing === '' ? null : <p className="ink3 sm case-missing">{offers.missing}</p>}
    </section>
  );
}
