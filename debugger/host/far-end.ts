/** Whom the windows of this program talk to: our own session, or that of a run elsewhere which somebody attached to. All of them the same one. */
import type { Telling } from '../protocol/protocol.ts';
import { checkQuestion } from '../protocol/validate.ts';
import type { Connection } from './connection.ts';
import { type Remote, reach } from './remote.ts';
import type { Session } from './session.ts';

interface Linked {
  readonly tell: (telling: Telling) => void;
  connection: Connection;
}

export interface FarEnd extends Remote {
  /** Back to our own session: something is opened there. */
  readonly detach: () => void;
}

export const makeFarEnd = (session: Session): FarEnd => {
  const windows = new Set<Linked>();
  let remote: Remote | null = null;
  const relink = (): void => {
    for (const window of windows) {
      window.connection.close();
      window.connection = (remote ?? session).connect(window.tell);
    }
  };
  const detach = (): void => {
    if (!remote) return;
    remote = null;
    relink();
    for (const { tell } of windows) {
      tell({ tell: 'closed' });
      tell({ tell: 'live', live: null });
    }
  };
  const attach = async (address: string): Promise<{ readonly ok: boolean; readonly message: string }> => {
    const reached = await reach(address);
    if (typeof reached === 'string') return { ok: false, message: reached };
    remote = reached;
    relink();
    return { ok: true, message: '' };
  };
  const connect = (tell: (telling: Telling) => void): Connection => {
    const window: Linked = { tell, connection: (remote ?? session).connect(tell) };
    windows.add(window);
    return {
      receive: (value) => {
        const checked = checkQuestion(value);
        const name = checked.ok ? checked.question.name : null;
        if (checked.ok && checked.question.name === 'attach') {
          const { id, ask } = checked.question;
          void attach(ask.address).then((answer) => tell({ tell: 'answer', id, answer }));
        } else if (name === 'close' && remote) {
          detach();
          if (checked.ok) tell({ tell: 'answer', id: checked.question.id, answer: { ok: true } });
        } else window.connection.receive(value);
      },
      close: () => {
        windows.delete(window);
        window.connection.close();
      },
    };
  };
  return { connect, detach };
};
