/** What went wrong on purpose, and what was found wrong, in words. */
import type { Trouble } from '../decide/impairments.ts';
import type { Decision } from './scenario.ts';

export const decisionText = (decision: Decision): string =>
  decision.what === 'crash'
    ? `${decision.end} crashes with ${decision.event} events on disk`
    : `datagram ${decision.number} of ${decision.end} ${troubleText(decision.trouble)}`;

const troubleText = (trouble: Trouble): string => {
  switch (trouble.kind) {
    case 'lost':
      return 'is lost';
    case 'repeated':
      return `comes again ${trouble.milliseconds} ms later`;
    case 'delayed':
      return `is ${trouble.milliseconds} ms late`;
    case 'corrupted':
      return `has bit ${trouble.bit} of octet ${trouble.octet} turned (counted round)`;
    case 'rebound':
      return `meets a NAT that forgot, and leaves it from port ${trouble.port}`;
    case 'wrong-hash':
      return 'has a wrong hash';
    case 'missing-payload':
      return `lacks payload ${trouble.payload} (counted round)`;
    case 'wrong-length':
      return `says that payload ${trouble.payload} (counted round) is ${trouble.by} octets longer than it is`;
  }
};
