/** How times are written: from where they count, and in which zone the calendar is read. */
import { useState } from 'react';
import { isZone, timeForms } from '../../protocol/clock.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import { formNames } from '../stream/times.ts';

/** UTC, that of this machine, and all others that it knows. */
const zones = [...new Set(['UTC', new Intl.DateTimeFormat().resolvedOptions().timeZone, ...Intl.supportedValuesOf('timeZone')])];

export function TimesForm() {
  const dispatch = useDispatch();
  const { form, zone } = useWindow((state) => state.times);
  const [text, setText] = useState(zone);
  const type = (typed: string) => {
    setText(typed);
    if (isZone(typed)) dispatch({ type: 'times', times: { zone: typed } });
  };
  return (
    <div className="times-form">
      <fieldset>
        <legend className="hidden-words">Times</legend>
        {timeForms.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="times"
              data-begin={one === form ? true : undefined}
              checked={one === form}
              onChange={() => dispatch({ type: 'times', times: { form: one } })}
            />
            {formNames[one]}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>Time zone</span>
        <input list="time-zones" value={text} spellCheck={false} onChange={(changed) => type(changed.target.value)} />
      </label>
      <datalist id="time-zones">
        {zones.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <p className={isZone(text) ? 'ink3 sm' : 'ink-bad sm'}>
        {isZone(text) ? 'Point at a time to see it in full.' : `There is no time zone ${text}; one is called, for example, Europe/Vienna.`}
      </p>
    </div>
  );
}
