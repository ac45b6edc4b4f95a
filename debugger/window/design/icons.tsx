/** Icons with a fixed meaning, so that the same thing looks the same everywhere. */
import {
  ArrowLeft,
  ArrowLeftRight,
  ArrowRight,
  CircleCheck,
  CircleDashed,
  CircleOff,
  CircleSlash,
  CircleX,
  Info,
  Layers,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react';
import type { FindingView, PartView, Side, Tone, Verdict } from '../../protocol/protocol.ts';

/** The plain arrowhead of a message, pointing to the side that gets it. */
export const headPath = (to: Side): string => (to === 'responder' ? 'M0 0l7 5-7 5z' : 'M7 0 0 5l7 5z');

export function VerdictIcon({ verdict }: { readonly verdict: Verdict }) {
  switch (verdict) {
    case 'up':
      return <CircleCheck size={14} className="line-good" aria-label="up" />;
    case 'failed':
      return <CircleX size={14} className="line-bad" aria-label="failed" />;
    case 'down':
      return <CircleOff size={14} className="line-note" aria-label="down" />;
    case 'incomplete':
      return <CircleDashed size={14} className="line-warning" aria-label="incomplete" />;
  }
}

export function SeverityIcon({ severity, size = 14 }: { readonly severity: FindingView['severity']; readonly size?: number }) {
  switch (severity) {
    case 'error':
      return <CircleX size={size} className="line-bad" aria-label="error" />;
    case 'warning':
      return <TriangleAlert size={size} className="line-warning" aria-label="warning" />;
    case 'note':
      return <Info size={size} className="line-note" aria-label="note" />;
  }
}

export function PartIcon({ kind, side }: { readonly kind: PartView['kind']; readonly side: Side | null }) {
  if (side !== null && (kind === 'esp' || kind === 'ah')) {
    const Arrow = side === 'initiator' ? ArrowRight : ArrowLeft;
    return <Arrow size={14} className={`line-${side}`} aria-label={`from the ${side}`} />;
  }
  switch (kind) {
    case 'phase1':
      return <ShieldCheck size={14} aria-hidden />;
    case 'quick':
      return <Layers size={14} aria-hidden />;
    case 'informational':
      return <CircleSlash size={14} aria-hidden />;
    default:
      return <ArrowLeftRight size={14} aria-hidden />;
  }
}

export const toneOf = (tone: Tone): string => (tone === 'note' ? '' : tone);
