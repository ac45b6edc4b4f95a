/** How times are written in the window: the form, the zone, and the commands that choose them. */
import { useMemo } from 'react';
import { clockOf, type TimeForm, type TimeText, timeForms } from '../../protocol/clock.ts';
import type { Command } from './command.ts';
import { useWindow } from './store.ts';

export const formNames: Readonly<Record<TimeForm, string>> = {
  relative: 'Since the start of the log',
  delta: 'Since the event before',
  absolute: 'By the calendar',
};

/** A time as it is drawn, and in full for whoever points at it. */
export interface Written {
  readonly text: string;
  readonly title: string;
}

/** `start`: what relative times count from, where it is not the start of the log. */
export type WriteTime = (time: TimeText, before: TimeText, start?: TimeText) => Written;

export function useTimes(): WriteTime {
  const { form, zone } = useWindow((state) => state.times);
  const begin = useWindow((state) => state.overview?.start ?? null);
  return useMemo(() => {
    const [chosen, calendar] = [clockOf(form, zone), clockOf('absolute', zone)];
    return (time, before, start = begin) => {
      const moments = { start, before, time };
      return { text: chosen.short(moments), title: calendar.full(moments) };
    };
  }, [form, zone, begin]);
}

export const timesCommands: readonly Command[] = [
  ...timeForms.map(
    (form): Command => ({
      id: `times:${form}`,
      title: `Times: ${formNames[form].toLowerCase()}`,
      group: 'View',
      keys: [],
      run: ({ store }) => store.dispatch({ type: 'times', times: { form } }),
    }),
  ),
  {
    id: 'times',
    title: 'Times and their zone…',
    group: 'View',
    keys: [],
    run: ({ store }) => store.dispatch({ type: 'dialog', dialog: { name: 'times' } }),
  },
];
