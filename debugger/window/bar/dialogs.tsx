/** What opens over the window: one dialog at a time, each a native one, so that focus, Escape and what lies behind are the browser's business. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { ProofTable } from '../bytes/proof.tsx';
import { Attach } from '../live/attach.tsx';
import { Compare } from '../live/compare.tsx';
import { ForkHere } from '../live/fork-here.tsx';
import { NextMessage } from '../live/next-message.tsx';
import { DamageBytes } from '../states/damage.tsx';
import { MissingKeyForm } from '../states/missing-key.tsx';
import type { Dialog } from '../stream/state.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import './dialogs.css';
import { GoTo } from './go-to.tsx';
import { Help } from './help.tsx';
import { Palette } from './palette.tsx';
import { Save } from './save.tsx';
import { TimesForm } from './times.tsx';

export function Dialogs() {
  const dialog = useWindow((state) => state.dialog);
  return dialog === null ? null : <Open key={dialog.name} dialog={dialog} />;
}

const titles: Readonly<Record<Dialog['name'], string>> = {
  palette: 'Command palette',
  help: 'All keys',
  goto: 'Go to event',
  damage: 'Where the file breaks',
  save: 'Save the event log',
  pending: 'The next message',
  fork: 'Fork here',
  attach: 'Attach to a running engine',
  times: 'Times',
  compare: 'What differs from the log of the engine',
  proof: 'What went in',
  missing: 'Give a key',
};

function Open({ dialog }: { readonly dialog: Dialog }) {
  const dispatch = useDispatch();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = element;
    if (current && !current.open) {
      // Without a field of its own the dialog takes the focus itself, not its close button.
      if (!current.querySelector('[data-begin]')) current.setAttribute('autofocus', '');
      current.showModal();
      current.querySelector<HTMLElement>('[data-begin]')?.focus();
    }
    return () => current?.close();
  }, []);
  const close = () => dispatch({ type: 'dialog', dialog: null });
  const title = dialog.name === 'proof' ? `What went into ${dialog.proof.name}` : titles[dialog.name];
  return (
    <dialog
      ref={element}
      className={`float dialog-${dialog.name}`}
      aria-label={title}
      tabIndex={-1}
      onClose={close}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {dialog.name === 'palette' ? null : (
        <div className="head">
          <h2>{title}</h2>
          {dialog.name === 'proof' ? <span className="count">{dialog.proof.rfc}</span> : null}
          <span className="grow" />
          {/* No tip here: a tip that is open would take the Escape that is meant for the dialog. */}
          <button type="button" className="btn quiet icon" aria-label="Close" onClick={close}>
            <X size={16} aria-hidden />
          </button>
        </div>
      )}
      <div className="dialog-body">{content(dialog)}</div>
    </dialog>
  );
}

function content(dialog: Dialog): ReactNode {
  switch (dialog.name) {
    case 'palette':
      return <Palette />;
    case 'help':
      return <Help />;
    case 'goto':
      return <GoTo />;
    case 'damage':
      return <DamageBytes />;
    case 'save':
      return <Save />;
    case 'pending':
      return <NextMessage />;
    case 'fork':
      return <ForkHere />;
    case 'attach':
      return <Attach />;
    case 'compare':
      return <Compare />;
    case 'times':
      return <TimesForm />;
    case 'proof':
      return <ProofTable proof={dialog.proof} />;
    case 'missing':
      return <MissingKeyForm missing={dialog.missing} />;
  }
}
