/** The pages of the window, in the order of their tabs and of the keys 1 to 9. */
import type { ViewName, WindowState } from './state.ts';

interface Page {
  readonly view: ViewName;
  readonly title: string;
  /** Whether this log has something to show there; absent where there always is a page. */
  readonly when?: (overview: NonNullable<WindowState['overview']>) => boolean;
}

export const views: readonly Page[] = [
  { view: 'step', title: 'Step' },
  { view: 'diagnose', title: 'Diagnose' },
  { view: 'policy', title: 'Policy' },
  { view: 'keys', title: 'Keys' },
  { view: 'sas', title: 'SAs' },
  { view: 'esp', title: 'ESP' },
  { view: 'log', title: 'Log' },
  { view: 'timing', title: 'Timing' },
  { view: 'certificates', title: 'Certificates', when: ({ certificates }) => certificates },
];

/** Whether a log has that page. */
export const hasView = (overview: WindowState['overview'], name: ViewName): boolean =>
  overview !== null && views.some(({ view, when }) => view === name && when?.(overview) !== false);
