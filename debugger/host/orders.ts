/** What the main process says to the engine host, beside handing it a port for each window; and what the host says back. Types alone. */
import type { BundledTrace } from '../protocol/protocol.ts';
import type { PathsToOpen } from './session.ts';

export type Order =
  /** First, once. */
  | { readonly order: 'start'; readonly version: string; readonly tracesDir: string; readonly replayWindow: number | undefined }
  /** Comes with one port: a window's. */
  | { readonly order: 'connect' }
  | { readonly order: 'open'; readonly what: PathsToOpen }
  | { readonly order: 'openBundled'; readonly id: string; readonly stay?: boolean }
  /** `path`: of a file that grows; `null` where pieces of standard input come as orders. */
  | { readonly order: 'follow'; readonly path: string | null; readonly keys: readonly string[]; readonly psk: string | undefined }
  | { readonly order: 'piece'; readonly octets: Uint8Array }
  | { readonly order: 'noMorePieces' };

export type HostNews =
  /** For the menu. */
  | { readonly news: 'bundled'; readonly traces: readonly BundledTrace[] }
  /** A window opened something by itself: what main ordered to open is no longer what is open. */
  | { readonly news: 'handed-over' };
