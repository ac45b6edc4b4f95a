/** Before anything is open: a place to drop files, what is understood, the traces that ship with the program. */
import { FileDown, FolderOpen, Shield } from 'lucide-react';
import { Keys } from '../design/controls.tsx';
import { pickFiles } from '../stream/commands.ts';
import { useAsk, useWindow } from '../stream/store.ts';
import './states.css';

const understood: readonly (readonly [string, string])[] = [
  ['Packets', 'pcap, pcapng, also gzipped'],
  ['Keys', 'keys.json, Wireshark’s tables'],
  ['Event logs', '.ikelog'],
];

export function Empty() {
  const ask = useAsk();
  const bundled = useWindow((state) => state.bundled);
  return (
    <main className="start">
      <div className="start-page">
        <section className="drop-zone" aria-label="Open a trace" data-panel tabIndex={-1}>
          <FileDown size={24} strokeWidth={1.5} aria-hidden />
          <h1>Drop a trace here</h1>
          <p>
            Captures, key tables and event logs, alone or together. Several are merged by time. Files are recognised by what is in them,
            never by their name.
          </p>
          <div className="start-buttons">
            <button type="button" className="btn primary" onClick={pickFiles} data-first>
              <FolderOpen size={14} aria-hidden />
              Open files
              <Keys keys="Mod O" />
            </button>
          </div>
          <dl className="understood">
            {understood.map(([what, kinds]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{kinds}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section aria-label="Bundled traces">
          <div className="start-head">
            <h2>Bundled traces</h2>
            <span className="ink3 sm">real negotiations, with keys</span>
          </div>
          {bundled.length === 0 ? <p className="note">None ships with this build.</p> : null}
          <ul className="start-list">
            {bundled.map(({ id, title, detail, packets }) => (
              <li key={id}>
                <button type="button" onClick={() => ask('openBundled', { id })}>
                  <span className="cut">
                    <b>{title}</b>
                    <span className="ink3 cut">{detail}</span>
                  </span>
                  <span className="ink3 xs num">{packets.toLocaleString('en')} packets</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
        <p className="start-foot">
          <Shield size={14} aria-hidden />
          <span className="grow">
            Everything stays on this machine. Nothing is written beside your files, and secrets are hidden until you ask.
          </span>
          <Keys keys="Mod K" /> commands <Keys keys="?" /> keys
        </p>
      </div>
    </main>
  );
}
