/** The octets at the breaks of damaged files. */
import { printable } from '../bytes/runs.ts';
import { offset } from '../design/cut.ts';
import { useWindow } from '../stream/store.ts';

const perRow = 16;

export function DamageBytes() {
  const damage = useWindow((state) => state.overview?.damage) ?? [];
  return (
    <div className="damage">
      {damage.map((one) => (
        <section key={`${one.input} ${one.offset}`}>
          <h3>
            {one.title} <span className="ink3">{one.input}</span>
          </h3>
          <p className="ink2">{one.message}</p>
          <div className="mono damage-rows copyable">
            {rowsOf(one.bytes).map((row, index) => (
              <div key={offset(one.offset + index * perRow)}>
                <span className="ink3">{offset(one.offset + index * perRow)}</span>
                <span>{Array.from(row, (octet) => octet.toString(16).padStart(2, '0')).join(' ')}</span>
                <span className="ink2">{Array.from(row, printable).join('')}</span>
              </div>
            ))}
            {one.bytes.length === 0 ? <span className="ink3">No octets here: the file ends.</span> : null}
          </div>
        </section>
      ))}
    </div>
  );
}

const rowsOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / perRow) }, (_, row) => bytes.subarray(row * perRow, (row + 1) * perRow));
