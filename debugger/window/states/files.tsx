/** Files come in by drop, anywhere on the window, and by the hidden field behind every `Open` button. */
import { FileDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { refusal } from '../stream/effects.ts';
import { useDesk } from '../stream/store.ts';
import { readFiles, shouldAdd } from './given-files.ts';

export function Files() {
  const { store, engine } = useDesk();
  const [over, setOver] = useState(false);

  const open = async (given: Iterable<File>, asked: boolean) => {
    const files = await readFiles(given);
    if (files.length === 0) return;
    const add = shouldAdd(files, store.now().overview !== null, asked);
    engine.ask('open', { files, add }).subscribe({ error: (error: Error) => store.dispatch(refusal(error)) });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: listens once; the desk never changes
  useEffect(() => {
    let leaving = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      clearTimeout(leaving);
      setOver(true);
      // A window that loses the drag gets no last word: without news the overlay goes.
      leaving = window.setTimeout(() => setOver(false), 300);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) void open(event.dataTransfer.files, event.shiftKey);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);

  return (
    <>
      <input
        id="files"
        type="file"
        multiple
        className="hidden-words"
        tabIndex={-1}
        aria-label="Files to open"
        onChange={(event) => {
          if (event.target.files) void open(event.target.files, false);
          event.target.value = ''; // the same file may be opened again
        }}
      />
      {over ? (
        <div className="drop-over" aria-hidden="true">
          <div className="float">
            <FileDown size={24} strokeWidth={1.5} />
            <b>Drop to open</b>
            <span className="ink2">Keys are added to what is open. With Shift, captures are too.</span>
          </div>
        </div>
      ) : null}
    </>
  );
}
