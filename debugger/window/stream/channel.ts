/** The way to the engine host: the preload script's bridge in Electron, a WebSocket in a browser. Either way the same messages. */
import { BehaviorSubject, Subject } from 'rxjs';
import type { Channel, Telling } from '../../protocol/protocol.ts';
import type { Line, LineStatus } from './line.ts';
import { socketLine } from './socket.ts';

declare global {
  interface Window {
    /** Put there by the preload script in Electron, absent in a browser. */
    readonly ikewind?: Channel;
  }
}

/** The bridge if there is one, else a WebSocket to where the page came from. */
export function openLine(bridge: Channel | undefined, location: Location): Line {
  return bridge ? bridgeLine(bridge) : socketLine(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`);
}

function bridgeLine(bridge: Channel): Line {
  const tellings = new Subject<Telling>();
  bridge.onTelling((telling) => tellings.next(telling));
  return { status: new BehaviorSubject<LineStatus>('open'), tellings, send: (question) => bridge.send(question) };
}
