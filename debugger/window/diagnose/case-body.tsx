/** One finding in full: what it says, what was offered and wanted, what shows it, what would show the opposite, what to do. */
import { CircleDashed, Copy, Crosshair, FlaskConical, Telescope } from 'lucide-react';
import { useRef, useState } from 'react';
import type { CaseFinding, CaseView } from '../../protocol/protocol.ts';
import { IconButton } from '../design/controls.tsx';
import { SeverityIcon } from '../design/icons.tsx';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useDispatch } from '../stream/store.ts';
import { ToneIcon } from './case-list.tsx';
import { Changes } from './changes.tsx';
import { Offers } from './offers.tsx';

const certainty = { shown: 'shown by the packets', likely: 'likely', possible: 'possible: others fit as well' } as const;

export function CaseBody({ view, finding }: { readonly view: CaseView; readonly finding: number }) {
  const dispatch = useDispatch();
  const page = useRef<HTMLDivElement>(null);
  const shown = view.findings[finding] ?? view.findings[0];
  const failed = shown !== undefined && shown.severity !== 'note';
  const go = (event: number, node: string | null) => dispatch({ type: 'show', event, node });
  const primary = shown?.evidence.find(({ event }) => event === shown.event)?.node ?? null;
  return (
    <section className="panel case-main" aria-label="Verdict" data-panel tabIndex={-1}>
      <div className="scroll" tabIndex={0} data-first>
        <div ref={page} className="case-page">
          <header className="case-head">
            <div className="case-top">
              <span className={`case-step ink-${view.tone}`}>
                <ToneIcon tone={view.tone} />
                {view.step}
              </span>
              <span className="grow" />
              {shown ? (
                <button type="button" id="go-to-finding" className="btn primary" onClick={() => go(shown.event, primary)}>
                  <Crosshair size={14} aria-hidden />
                  Go to #{shown.event.toLocaleString('en')}
                  <kbd>↵</kbd>
                </button>
              ) : null}
              <SavePicture name="verdict" of={page} />
            </div>
            <h1>{shown && failed ? shown.title : view.step === view.verdict ? 'Nothing is wrong' : titleOf(view)}</h1>
            {shown && failed ? <p className="case-message">{shown.message}</p> : null}
            <p className="ink3 sm">
              <span className="mono copyable">{view.code}</span> {view.detail}
            </p>
          </header>
          {view.findings.length > 1 || !failed ? <Findings view={view} shown={shown} /> : null}
          {view.offers ? <Offers offers={view.offers} onGo={(event) => go(event, null)} /> : null}
          {shown ? <Evidence finding={shown} onGo={go} /> : null}
          {shown ? <Remedy finding={shown} /> : null}
        </div>
      </div>
    </section>
  );
}

const titleOf = ({ verdict }: CaseView): string => {
  switch (verdict) {
    case 'up':
      return 'Nothing is wrong with it';
    case 'down':
      return 'It ended in order';
    case 'incomplete':
      return 'It is not complete in this trace';
    default:
      return 'What was found';
  }
};

/** All that was found about it; the one that is shown is pressed. */
function Findings({ view, shown }: { readonly view: CaseView; readonly shown: CaseFinding | undefined }) {
  const dispatch = useDispatch();
  if (view.findings.length === 0) return <p className="ink2">Not even a note: there is nothing to say about it.</p>;
  return (
    <section aria-label="Findings">
      <h2 className="case-title">{view.findings.length === 1 ? 'One note' : `${view.findings.length} findings`}</h2>
      <ul className="case-findings">
        {view.findings.map((finding, index) => (
          <li key={`${finding.code} ${finding.event} ${finding.message}`}>
            <button
              type="button"
              aria-pressed={finding === shown}
              className={finding === shown ? 'chosen' : undefined}
              onClick={() => dispatch({ type: 'choose', chosen: { negotiation: view.id ?? '', finding: index } })}
            >
              <SeverityIcon severity={finding.severity} />
              <b>{finding.title}</b>
              <span className="ink2 cut" title={finding.message}>
                {finding.message}
              </span>
              {finding.certainty === 'shown' ? null : <span className="mark">{finding.certainty}</span>}
              <span className="ink3 num xs">#{finding.event.toLocaleString('en')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Evidence({ finding, onGo }: { readonly finding: CaseFinding; readonly onGo: (event: number, node: string | null) => void }) {
  return (
    <div className="case-two">
      <section aria-label="What shows it">
        <h2 className="case-title">
          What shows it <span className="ink3 sm">{finding.severity === 'note' ? '' : certainty[finding.certainty]}</span>
        </h2>
        <ol className="case-evidence">
          {finding.evidence.map(({ event, text, where, node }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: evidence keeps its order, and two can be alike
            <li key={index}>
              <button type="button" className="link num" onClick={() => onGo(event, node)}>
                #{event.toLocaleString('en')}
              </button>
              <span>
                {text}
                <br />
                <span className="ink3">{where}</span>
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section aria-label="What would show the opposite">
        <h2 className="case-title">What would show the opposite</h2>
        <ul className="case-opposite">
          <li>
            <CircleDashed size={14} aria-hidden />
            <span>{finding.opposite}</span>
          </li>
          {finding.tellApart ? (
            <li>
              <FlaskConical size={14} aria-label="The test that tells it from other causes" />
              <span>
                {finding.tellApart} <span className="ink3">This tells it from the other causes that fit.</span>
              </span>
            </li>
          ) : null}
          {finding.limits ? (
            <li>
              <Telescope size={14} aria-label="What cannot be known from here" />
              <span className="ink2">{finding.limits}</span>
            </li>
          ) : null}
        </ul>
      </section>
    </div>
  );
}

function Remedy({ finding }: { readonly finding: CaseFinding }) {
  const dispatch = useDispatch();
  const [picked, setPicked] = useState(0);
  const change = finding.changes[picked] ?? finding.changes[0];
  const copy = () => {
    const lines = (change?.lines ?? []).filter(({ sign }) => sign !== '-').map(({ text }) => text);
    void navigator.clipboard.writeText([finding.remedy, ...lines].join('\n'));
    dispatch({ type: 'notice', text: 'Copied the remedy. It holds no secret.' });
  };
  return (
    <section aria-label="Remedy">
      <h2 className="case-title">
        Remedy
        {finding.changes.length > 1 ? (
          <span className="seg" role="group" aria-label="Whose configuration" data-not-in-picture>
            {finding.changes.map(({ device }, index) => (
              <button key={device} type="button" aria-pressed={finding.changes[index] === change} onClick={() => setPicked(index)}>
                Change {device}
              </button>
            ))}
          </span>
        ) : null}
        <span className="grow" />
        <span className="rfc">{finding.rfc}</span>
        <IconButton name="Copy the remedy" className="btn quiet small icon" icon={<Copy size={14} />} onClick={copy} />
      </h2>
      <p className="case-remedy copyable">{finding.remedy}</p>
      {change ? <Changes change={change} /> : null}
      {change ? <p className="ink3 sm case-missing">{change.detail}</p> : null}
    </section>
  );
}
