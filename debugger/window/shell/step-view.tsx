/** The view in which one steps: negotiations, ladder, packet, bytes, and beside them state, associations, changes and keys. */
import { useEffect, useRef, useState } from 'react';
import { Associations } from '../associations/associations.tsx';
import { Peers } from '../associations/peers.tsx';
import { Bytes } from '../bytes/bytes.tsx';
import { Changes } from '../changes/changes.tsx';
import { useMedia, useNarrow, useVast, useWide } from '../design/size.ts';
import { Keys } from '../keys/keys.tsx';
import { Ladder } from '../ladder/ladder.tsx';
import { Machine } from '../machine/machine.tsx';
import { Negotiations } from '../negotiations/negotiations.tsx';
import { Packet } from '../packet/packet.tsx';
import { forgetMeasures, type Measures, rememberedMeasures, rememberMeasures } from '../stream/remembered.ts';
import { Splitter } from './splitter.tsx';

const usual: Readonly<Record<'narrow' | 'middle' | 'wide' | 'vast', Measures>> = {
  narrow: { side: 248, right: 316, bytes: 292, ladderShare: 42 },
  middle: { side: 232, right: 316, bytes: 336, ladderShare: 45 },
  wide: { side: 256, right: 376, bytes: 376, ladderShare: 42 },
  vast: { side: 296, right: 376, bytes: 376, ladderShare: 38 },
};

export function StepView() {
  const wide = useWide();
  const narrow = useNarrow();
  const low = useMedia('(max-height: 740px)');
  const vast = useVast();
  const name = vast ? 'vast' : wide ? 'wide' : narrow ? 'narrow' : 'middle';
  const [measures, setMeasures] = useState<Measures>(() => ({ ...usual[name], ...rememberedMeasures(name) }));
  const grid = useRef<HTMLElement>(null);
  useEffect(() => setMeasures({ ...usual[name], ...rememberedMeasures(name) }), [name]);
  useEffect(() => {
    const reset = () => {
      forgetMeasures();
      setMeasures(usual[name]);
    };
    window.addEventListener('ikewind:reset-layout', reset);
    return () => window.removeEventListener('ikewind:reset-layout', reset);
  }, [name]);
  const change = (part: Partial<Measures>) => {
    const next = { ...measures, ...part };
    setMeasures(next);
    rememberMeasures(name, next);
  };
  const reset = (key: keyof Measures) => () => change({ [key]: usual[name][key] });
  const height = grid.current?.clientHeight ?? 600;

  return (
    <main
      ref={grid}
      className="step-view"
      aria-label="Step"
      style={
        {
          '--side': `${measures.side}px`,
          '--right': `${measures.right}px`,
          '--bytes': `${measures.bytes}px`,
          '--ladder': `${measures.ladderShare}fr`,
          '--packet': `${100 - measures.ladderShare}fr`,
        } as React.CSSProperties
      }
    >
      <Negotiations />
      <Ladder />
      <Packet />
      <Bytes />
      <div className="right-column">
        <Machine />
        <Associations />
        {wide ? <Peers /> : null}
        <Changes />
        {vast || low ? null : <Keys full={false} />}
      </div>
      {vast ? <Keys full /> : null}
      {narrow ? null : (
        <Splitter
          name="Width of negotiations"
          area="side"
          upright
          value={measures.side}
          least={180}
          most={480}
          step={16}
          perPixel={1}
          onChange={(side) => change({ side })}
          onReset={reset('side')}
        />
      )}
      <Splitter
        name={wide ? 'Height of the packet' : 'Height of the ladder'}
        area={wide ? 'tree' : 'ladder'}
        upright={false}
        value={measures.ladderShare}
        least={20}
        most={75}
        step={3}
        perPixel={100 / height}
        onChange={(ladderShare) => change({ ladderShare })}
        onReset={reset('ladderShare')}
      />
      {wide ? null : (
        <Splitter
          name="Width of the packet"
          area="tree"
          upright
          value={measures.bytes}
          least={260}
          most={700}
          step={16}
          perPixel={-1}
          onChange={(bytes) => change({ bytes })}
          onReset={reset('bytes')}
        />
      )}
      <Splitter
        name="Width of the right column"
        area={wide ? 'bytes' : 'ladder'}
        upright
        value={measures.right}
        least={260}
        most={640}
        step={16}
        perPixel={-1}
        onChange={(right) => change({ right })}
        onReset={reset('right')}
      />
    </main>
  );
}
