/** The pages of the window, in the order of their tabs and of the keys 1 to 9. */
import type { ViewName } from './state.ts';

export const views: readonly { readonly view: ViewName; readonly title: string }[] = [
  { view: 'step', title: 'Step' },
  { view: 'diagnose', title: 'Diagnose' },
  { view: 'policy', title: 'Policy' },
  { view: 'keys', title: 'Keys' },
  { view: 'sas', title: 'SAs' },
  { view: 'esp', title: 'ESP' },
  { view: 'log', title: 'Log' },
];
