/** Security associations at this moment, small: ISAKMP in a line, each IPsec SA with its counters and its replay window. */
import { useRef } from 'react';
import type { SaView } from '../../protocol/protocol.ts';
import { PartIcon } from '../design/icons.tsx';
import { useSize } from '../design/size.ts';
import { useDispatch, useWindow } from '../stream/store.ts';
import './associations.css';
import { ReplayWindow } from './replay-window.tsx';

export function Associations() {
  const dispatch = useDispatch();
  const associations = useWindow((state) => state.moment?.associations);
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const isakmp = associations?.isakmp ?? [];
  const ipsec = associations?.ipsec ?? [];
  return (
    <section className="panel associations" aria-label="Security associations" data-panel tabIndex={-1}>
      <div className="head">
        <h2>Security associations</h2>
        <span className="grow" />
        {ipsec.length > 0 ? (
          <button type="button" className="link xs" onClick={() => dispatch({ type: 'view', view: 'sas' })}>
            All counters
          </button>
        ) : null}
      </div>
      <div className="association-rows" ref={frame} tabIndex={0} data-first>
        <dl className="pairs">
          {isakmp.length === 0 ? (
            <>
              <dt>ISAKMP</dt>
              <dd className="ink3">none yet</dd>
            </>
          ) : (
            isakmp.map(({ id, text, state }) => (
              <div className="isakmp" key={id} title={`${text}, ${state}`}>
                <dt>ISAKMP</dt>
                <dd className={ipsec.length === 0 ? 'wraps' : 'cut'}>{text}</dd>
              </div>
            ))
          )}
          {ipsec.length === 0 ? (
            <>
              <dt>IPsec</dt>
              <dd className="ink3">none yet</dd>
            </>
          ) : null}
        </dl>
        {ipsec.map((sa) => (
          <SmallSa key={sa.id} sa={sa} width={Math.max(120, width - 24)} />
        ))}
      </div>
    </section>
  );
}

function SmallSa({ sa, width }: { readonly sa: SaView; readonly width: number }) {
  const faults = faultsOf(sa);
  return (
    <div
      className={`small-sa${sa.current ? ' current' : ''}${sa.state === 'dead' ? ' dead' : ''}`}
      title={`${sa.suite}; ${sa.selectors}; ${sa.lifetime}`}
    >
      <div className="small-sa-line">
        <PartIcon kind={sa.protocol} side={sa.side} />
        <span className="whole">
          {sa.protocol.toUpperCase()} <span className="mono">{sa.spi}</span>
        </span>
        <span className="ink3 cut">{sa.state}</span>
        <span className="grow" />
        {faults === '' ? null : <span className="ink-warning xs">{faults}</span>}
        <span className="num xs ink2">
          {sa.packets === 0 ? 'unused' : `seq ${sa.highest}${faults === '' ? `, ${count(sa.packets)}` : ''}`}
        </span>
      </div>
      <ReplayWindow window={sa.window} end={sa.windowEnd} side={sa.side} width={width} height={8} />
    </div>
  );
}

const count = (packets: number): string => (packets === 1 ? '1 pkt' : `${packets.toLocaleString('en')} pkts`);

/** What is not as it should be, in a few words; empty where all is well. */
export function faultsOf({ lost, replayed, old, badIcv }: SaView): string {
  return [
    lost === '0' ? '' : `${lost} lost`,
    replayed === 0 ? '' : `${replayed} replayed`,
    old === 0 ? '' : `${old} old`,
    badIcv === 0 ? '' : `${badIcv} bad ICV`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}
