/**
 * The one bridge between the window and the engine host: `window.ikewind`, two functions, each message checked in either direction.
 * Runs sandboxed and isolated; the port to the host never reaches the page.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Channel, Telling } from '../protocol/protocol.ts';
import { type AnyQuestion, checkQuestion, checkTelling } from '../protocol/validate.ts';

let port: MessagePort | undefined;
let listener: ((telling: Telling) => void) | undefined;
// What is said before somebody listens, and asked before somebody can answer.
const unheard: Telling[] = [];
const unsent: AnyQuestion[] = [];
const unanswered = new Set<number>();

const hear = (value: unknown): void => {
  const telling = checkTelling(value);
  if (!telling) return;
  if (telling.tell === 'answer' || telling.tell === 'refused') unanswered.delete(telling.id);
  if (telling.tell === 'stopped') giveUp();
  if (listener) listener(telling);
  else unheard.push(telling);
};

/** The host is gone, and with it what was asked of it. */
const giveUp = (): void => {
  port?.close();
  port = undefined;
  for (const id of [...unanswered]) hear({ tell: 'refused', id, message: 'The engine stopped before it could answer.' });
};

const post = (question: AnyQuestion): void => {
  unanswered.add(question.id);
  // Copied: octets in a transfer list do not arrive in a utility process.
  port?.postMessage(question);
};

ipcRenderer.on('port', ({ ports: [given] }) => {
  if (!given) return;
  port?.close();
  port = given;
  port.onmessage = ({ data }) => hear(data);
  for (const question of unsent.splice(0)) post(question);
});
ipcRenderer.on('telling', (_, telling: unknown) => hear(telling));

const channel: Channel = {
  send: (question) => {
    const checked = checkQuestion(question);
    if (!checked.ok) {
      if (checked.id !== null) hear({ tell: 'refused', id: checked.id, message: checked.message });
    } else if (port) post(checked.question);
    else unsent.push(checked.question);
  },
  onTelling: (given) => {
    listener = given;
    for (const telling of unheard.splice(0)) given(telling);
  },
};
contextBridge.exposeInMainWorld('ikewind', channel);
