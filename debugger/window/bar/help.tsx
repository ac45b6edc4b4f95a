/** Every key and what it does. */
import { Fragment } from 'react';
import { Keys } from '../design/controls.tsx';
import { commandGroups } from '../stream/command.ts';
import { commands } from '../stream/commands.ts';
import { useDispatch, useWindow } from '../stream/store.ts';

/** What only works inside a panel. */
const inPanels: readonly (readonly [string, readonly string[]])[] = [
  ['Packet: fold and unfold', ['ArrowLeft', 'ArrowRight']],
  ['Bytes: by one octet', ['ArrowLeft', 'ArrowRight']],
  ['Bytes: mark', ['Shift ArrowRight']],
  ['Up one level', ['Escape']],
];

export function Help() {
  const dispatch = useDispatch();
  const letters = useWindow((state) => state.letters);
  const version = useWindow((state) => state.version);
  return (
    <div className="help">
      <div className="help-columns">
        {commandGroups.map((group) => {
          const rows = commands.filter((row) => row.group === group && row.keys.length > 0);
          return rows.length === 0 ? null : (
            <section key={group}>
              <h3>{group}</h3>
              <List rows={rows.map(({ title, keys }) => [title, keys])} />
            </section>
          );
        })}
        <section>
          <h3>In a panel</h3>
          <List rows={inPanels} />
        </section>
      </div>
      <div className="help-foot">
        <label>
          <input type="checkbox" checked={letters} onChange={(event) => dispatch({ type: 'letters', on: event.target.checked })} />
          Single letters are commands
        </label>
        <span className="grow" />
        <span className="ink3">ikewind {version}</span>
      </div>
    </div>
  );
}

function List({ rows }: { readonly rows: readonly (readonly [string, readonly string[]])[] }) {
  return (
    <dl className="help-list">
      {rows.map(([title, keys]) => (
        <Fragment key={title}>
          <dt>{title}</dt>
          <dd>
            {keys.map((one) => (
              <Keys key={one} keys={one} />
            ))}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
