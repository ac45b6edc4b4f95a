/** What a command is: something to do from the keyboard, the palette or a menu. */
import type { WindowState } from './state.ts';
import type { Desk } from './store.ts';

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: (typeof commandGroups)[number];
  /** Keys as they are shown: `J`, `Shift ArrowRight`, `Mod K`. The first one is shown beside the title. */
  readonly keys: readonly string[];
  readonly run: (desk: Desk) => void;
  /** Whether it makes sense now; absent where it always does. */
  readonly when?: (state: WindowState) => boolean;
}

/** In the order in which palette and help show them. */
export const commandGroups = ['Time', 'Selection', 'View', 'Engine', 'File', 'Window'] as const;
