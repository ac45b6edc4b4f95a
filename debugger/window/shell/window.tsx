/** The whole window: title bar, banners, the view, the explanation, the way through time, and what opens over them. */
import { Tooltip } from 'radix-ui';
import { useEffect } from 'react';
import { SasView } from '../associations/sas-view.tsx';
import { Dialogs } from '../bar/dialogs.tsx';
import { TitleBar } from '../bar/title-bar.tsx';
import { CertificatesPage } from '../certificates/certificates-page.tsx';
import { DiagnosePage } from '../diagnose/diagnose-page.tsx';
import { EspPage } from '../esp/esp-page.tsx';
import { Explanation } from '../explanation/explanation.tsx';
import { KeysPage } from '../keys/keys-view.tsx';
import { LiveBar } from '../live/live-bar.tsx';
import { LogPage } from '../log/log-page.tsx';
import { PolicyPage } from '../policy/policy-page.tsx';
import { Banners } from '../states/banners.tsx';
import { Empty } from '../states/empty.tsx';
import { Files } from '../states/files.tsx';
import { Loading } from '../states/loading.tsx';
import type { ViewName } from '../stream/state.ts';
import { useWindow } from '../stream/store.ts';
import { TimingPage } from '../timing/timing-page.tsx';
import { Transport } from '../transport/transport.tsx';
import './shell.css';
import { StepView } from './step-view.tsx';

export function Window() {
  const isOpen = useWindow((state) => state.overview !== null);
  const name = useWindow((state) => state.overview?.name ?? null);
  const view = useWindow((state) => state.view);
  const theme = useWindow((state) => state.theme);
  const quiet = useWindow((state) => state.line === 'lost' || state.stopped !== null);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    document.title = name === null ? 'ikewind' : `${name} · ikewind`;
  }, [name]);
  return (
    <Tooltip.Provider delayDuration={500}>
      <div className={`window${isOpen ? '' : ' empty'}${quiet ? ' quiet' : ''}`}>
        <TitleBar />
        <div className="over-page">
          <LiveBar />
          <Banners />
        </div>
        {isOpen ? (
          <>
            <Page view={view} />
            {view === 'step' ? <Explanation /> : null}
            <Transport />
          </>
        ) : (
          <Empty />
        )}
        <Loading />
        <Files />
        <Dialogs />
        <Notice />
        <Announcer />
      </div>
    </Tooltip.Provider>
  );
}

function Page({ view }: { readonly view: ViewName }) {
  switch (view) {
    case 'step':
      return <StepView />;
    case 'keys':
      return <KeysPage />;
    case 'sas':
      return <SasView />;
    case 'esp':
      return <EspPage />;
    case 'diagnose':
      return <DiagnosePage />;
    case 'policy':
      return <PolicyPage />;
    case 'log':
      return <LogPage />;
    case 'timing':
      return <TimingPage />;
    case 'certificates':
      return <CertificatesPage />;
  }
}

function Notice() {
  const notice = useWindow((state) => state.notice);
  return (
    <div role="status" aria-live="polite">
      {notice === null ? null : <div className="float toast">{notice}</div>}
    </div>
  );
}

/** Says a step once: the event, and how much it changed. */
function Announcer() {
  const moment = useWindow((state) => state.moment);
  const text =
    moment === null
      ? ''
      : `event ${moment.event}, ${moment.label}, ${moment.changes.length} ${moment.changes.length === 1 ? 'change' : 'changes'}`;
  return (
    <div className="hidden-words" aria-live="polite">
      {text}
    </div>
  );
}
