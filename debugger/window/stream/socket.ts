/** The channel over a WebSocket, packed with msgpack. A line that breaks is tried again, ever more slowly, for as long as the page is open. */
import { Packr } from 'msgpackr/index-no-eval';
import { BehaviorSubject, Subject } from 'rxjs';
import type { Question, Telling } from '../../protocol/protocol.ts';
import { checkTelling } from '../../protocol/validate.ts';
import type { Line, LineStatus } from './line.ts';

const firstPause = 500;
const longestPause = 8000;

/** How long to wait, in milliseconds, before the next attempt after `failures` of them in a row. */
export const pauseAfter = (failures: number): number => Math.min(longestPause, firstPause * 2 ** Math.min(failures, 10));

export function socketLine(url: string): Line {
  const packr = new Packr({ useRecords: false });
  const status = new BehaviorSubject<LineStatus>('connecting');
  const tellings = new Subject<Telling>();
  let socket: WebSocket | undefined;
  let failures = 0;

  const connect = () => {
    const attempt = new WebSocket(url);
    attempt.binaryType = 'arraybuffer';
    attempt.onopen = () => {
      socket = attempt;
      failures = 0;
      status.next('open');
    };
    attempt.onmessage = ({ data }: MessageEvent<unknown>) => {
      const telling = data instanceof ArrayBuffer ? checkTelling(packr.unpack(new Uint8Array(data))) : undefined;
      if (telling) tellings.next(telling);
    };
    attempt.onclose = () => {
      socket = undefined;
      status.next('lost');
      setTimeout(connect, pauseAfter(failures));
      failures += 1;
    };
  };
  connect();
  return { status, tellings, send: (question: Question) => socket?.send(new Uint8Array(packr.pack(question))) };
}
