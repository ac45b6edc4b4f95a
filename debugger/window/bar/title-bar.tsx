/** The title bar: the file, the views, the search, whether secrets are shown, saving, the palette. */
import { Command, Download, Eye, EyeOff, ListTree } from 'lucide-react';
import { IconButton, Tip } from '../design/controls.tsx';
import { Logo } from '../design/logo.tsx';
import { useDispatch, useWindow } from '../stream/store.ts';
import { hasView, views } from '../stream/views.ts';
import './bar.css';
import { FileMenu } from './file-menu.tsx';
import { Search } from './search.tsx';

export function TitleBar() {
  const dispatch = useDispatch();
  const overview = useWindow((state) => state.overview);
  const view = useWindow((state) => state.view);
  const sideOpen = useWindow((state) => state.sideOpen);
  return (
    <header className="bar">
      {overview ? (
        <FileMenu overview={overview} />
      ) : (
        <span className="file">
          <Logo />
          <span className="file-name">ikewind</span>
        </span>
      )}
      {overview ? (
        <>
          <nav className="views" aria-label="Views">
            {views
              .filter(({ view: name }) => hasView(overview, name))
              .map(({ view: name, title: label }) => (
                <button
                  key={name}
                  type="button"
                  aria-current={view === name ? 'page' : undefined}
                  onClick={() => dispatch({ type: 'view', view: name })}
                >
                  {label}
                </button>
              ))}
          </nav>
          {view === 'step' ? (
            <span className="side-button">
              <IconButton
                name="Negotiations"
                hint="["
                icon={<ListTree size={14} />}
                aria-expanded={sideOpen}
                onClick={() => dispatch({ type: 'side', open: !sideOpen })}
              />
            </span>
          ) : null}
        </>
      ) : null}
      <span className="grow" />
      {overview ? (
        <>
          <Search />
          <Secrets />
          <IconButton
            name="Save the event log"
            hint="Mod S"
            icon={<Download size={14} />}
            onClick={() => dispatch({ type: 'dialog', dialog: { name: 'save' } })}
          />
        </>
      ) : null}
      <IconButton
        name="Command palette"
        hint="Mod K"
        icon={<Command size={14} />}
        onClick={() => dispatch({ type: 'dialog', dialog: { name: 'palette' } })}
      />
    </header>
  );
}

function Secrets() {
  const dispatch = useDispatch();
  const reveal = useWindow((state) => state.reveal);
  const masked = reveal !== 'all' && reveal.length === 0;
  const words = masked
    ? 'Secrets masked'
    : reveal === 'all'
      ? 'Secrets shown'
      : `${reveal.length} ${reveal.length === 1 ? 'secret' : 'secrets'} shown`;
  return (
    <Tip text={masked ? 'Secrets are masked. Show all of them' : `${words}. Mask all of them`}>
      <button
        type="button"
        className="btn quiet secrets"
        aria-pressed={!masked}
        aria-label={words}
        onClick={() => dispatch({ type: 'revealAll', on: masked })}
      >
        {masked ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
        <span className="words">{words}</span>
      </button>
    </Tip>
  );
}
