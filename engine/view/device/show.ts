/** The `show crypto` commands of one device, by name. */
import type { Replay } from '../../replay/replay.ts';
import type { Speaker } from './device.ts';
import { showIpsecSa } from './show-ipsec-sa.ts';
import { showIsakmpSa } from './show-isakmp-sa.ts';
import { showMap } from './show-map.ts';
import { showSession } from './show-session.ts';

/** What is asked of the device. `ios`: 12.3 has other columns for ISAKMP SAs than those that came after it. */
export type ShowCommand =
  | { readonly what: 'isakmp sa'; readonly detail: boolean; readonly ios: '12.3' | 'later' }
  | { readonly what: 'ipsec sa'; readonly detail: boolean }
  | { readonly what: 'session'; readonly detail: boolean }
  | { readonly what: 'map' };

/** The lines that the device would print after the event `at`. What is not known of it stands as the device shows what it lacks, or is left out. */
export const showLines = (replay: Replay, speaker: Speaker, at: number, command: ShowCommand): readonly string[] => {
  switch (command.what) {
    case 'isakmp sa':
      return showIsakmpSa(replay, speaker, at, command);
    case 'ipsec sa':
      return showIpsecSa(replay, speaker, at, command.detail);
    case 'session':
      return showSession(replay, speaker, at, command.detail);
    case 'map':
      return showMap(replay, speaker, at);
  }
};
