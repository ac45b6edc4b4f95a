/** The view of time: how long handshakes and answers took, how each tunnel was rekeyed, what ICMP said, and what got lost between two captures. */
import { useRef } from 'react';
import type { TimingPage as TimingPageModel } from '../../protocol/protocol.ts';
import { useSize } from '../design/size.ts';
import { SavePicture } from '../pictures/save-picture.tsx';
import { useTimes } from '../stream/times.ts';
import { useAnswer } from '../stream/use-answer.ts';
import { EventLink } from './event-link.tsx';
import { Handshakes } from './handshakes.tsx';
import { Losses } from './losses.tsx';
import { More } from './more.tsx';
import './timing.css';
import { Tunnel } from './tunnel.tsx';

/** Room at both sides of the page, in pixels. */
const margin = 48;
const widest = 1120;

export function TimingPage() {
  const page = useAnswer('timing', {});
  const panel = useRef<HTMLElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const width = Math.max(320, Math.min(widest, useSize(panel).width) - margin);
  return (
    <main className="timing-view" aria-label="Timing">
      <section ref={panel} className="panel" aria-label="Times" data-panel tabIndex={-1}>
        <div className="view-head">
          <h1>Timing</h1>
          <span className="ink3 sm cut">as seen from where the trace was taken</span>
          <span className="grow" />
          <SavePicture name="timing" of={picture} />
        </div>
        {page === undefined ? null : isEmpty(page) ? (
          <div className="nothing">
            <b>Nothing took time here</b>
            <p className="ink2">
              There is no IKEv1 message, no tunnel and no ICMP error in this trace, and no second capture to compare it with.
            </p>
          </div>
        ) : (
          <div className="scroll" tabIndex={0} data-first>
            <div ref={picture} className="timing-page">
              {page.cut === '' ? null : <p className="sm ink2">{page.cut}</p>}
              <Handshakes negotiations={page.negotiations} />
              <Tunnels page={page} width={width} />
              <Icmp icmp={page.icmp} />
              {page.losses ? <Losses losses={page.losses} /> : null}
            </div>
          </div>
        )}
      </section>
    </main>
  );
}

const isEmpty = ({ negotiations, tunnels, icmp, losses }: TimingPageModel): boolean =>
  negotiations.shown.length + tunnels.shown.length + icmp.shown.length === 0 && losses === null;

function Tunnels({ page, width }: { readonly page: TimingPageModel; readonly width: number }) {
  const { tunnels, end, ticks } = page;
  return (
    <section aria-label="Tunnels">
      <h2 className="timing-title">Tunnels</h2>
      <p className="sm ink3">
        {tunnels.shown.length === 0
          ? 'No SAs of a tunnel can be seen: no quick mode was completed, or no key opens it.'
          : 'A bar goes from the quick mode that made a pair of SAs to the next one; the thin line, to the end of their lifetime.'}
      </p>
      {tunnels.shown.map((tunnel) => (
        <Tunnel key={`${tunnel.between} ${tunnel.networks}`} tunnel={tunnel} end={end} ticks={ticks} width={width} />
      ))}
      <More of={tunnels} what="tunnels" />
    </section>
  );
}

function Icmp({ icmp }: { readonly icmp: TimingPageModel['icmp'] }) {
  const write = useTimes();
  return (
    <section aria-label="ICMP errors">
      <h2 className="timing-title">ICMP errors</h2>
      {icmp.shown.length === 0 ? (
        <p className="sm ink3">No router and no host complained in this trace.</p>
      ) : (
        <div className="timing-card">
          <table className="tbl">
            <caption className="hidden-words">ICMP errors, each beside the step that it is about</caption>
            <thead>
              <tr>
                <th>Event</th>
                <th className="right">Time</th>
                <th>From</th>
                <th>What it says</th>
                <th>About</th>
              </tr>
            </thead>
            <tbody>
              {icmp.shown.map(({ event, at, from, text, about }, index) => (
                <tr key={event}>
                  <td>
                    <EventLink event={event} />
                  </td>
                  <td className="right" title={write(at, null).title}>
                    {write(at, icmp.shown[index - 1]?.at ?? null).text}
                  </td>
                  <td className="mono">{from}</td>
                  <td>{text}</td>
                  <td>
                    {about ? (
                      <>
                        {about.label} <EventLink event={about.event} />
                      </>
                    ) : (
                      <span className="ink3">nothing in this trace</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={icmp} what="errors" />
    </section>
  );
}
