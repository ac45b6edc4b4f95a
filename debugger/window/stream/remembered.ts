/** What the window remembers from one visit to the next: theme, letters, how times are written, the measures of the layout. Never anything of a trace. */
import { isTimeForm, isZone } from '../../protocol/clock.ts';
import { initialState, type Theme, type Times, type WindowState } from './state.ts';

const storeName = 'ikewind.window';

/** Sizes that somebody can drag. Widths in pixels, the ladder's height as a share of what it has together with the packet. */
export interface Measures {
  readonly side: number;
  readonly right: number;
  readonly bytes: number;
  readonly ladderShare: number;
}

interface Remembered {
  readonly theme?: Theme;
  readonly letters?: boolean;
  readonly times?: Partial<Times>;
  readonly measures?: Readonly<Record<string, Measures>>;
}

function read(): Remembered {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storeName) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Remembered) : {};
  } catch {
    return {}; // no storage, or not ours: begin anew
  }
}

function write(change: Remembered): void {
  try {
    localStorage.setItem(storeName, JSON.stringify({ ...read(), ...change }));
  } catch {
    // no storage: the next visit begins anew
  }
}

export function rememberedState(): Partial<WindowState> {
  const { theme, letters, times } = read();
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    letters: letters !== false,
    times: timesOf(times ?? {}),
  };
}

/** Another runtime may know fewer zones. */
const timesOf = ({ form, zone }: Partial<Times>): Times => ({
  form: isTimeForm(form) ? form : initialState.times.form,
  zone: typeof zone === 'string' && isZone(zone) ? zone : initialState.times.zone,
});

export const rememberState = ({ theme, letters, times }: WindowState): void => write({ theme, letters, times });

export function rememberedMeasures(name: string): Partial<Measures> {
  const measures = read().measures?.[name] ?? {};
  return Object.fromEntries(Object.entries(measures).filter(([, value]) => typeof value === 'number' && Number.isFinite(value)));
}

export const rememberMeasures = (name: string, measures: Measures): void => write({ measures: { ...read().measures, [name]: measures } });
export const forgetMeasures = (): void => write({ measures: {} });
