/** Why an engine cannot take part, or not any more, in sentences: what is so, and the one next step. */
import { Data } from 'effect';
import type { Plan } from '../../engine/index.ts';

export class LiveError extends Data.TaggedError('LiveError')<{
  readonly reason: 'configuration' | 'port' | 'raw' | 'log';
  readonly message: string;
  readonly cure: string;
}> {}

const codeOf = (fault: unknown): string => (fault instanceof Error && 'code' in fault ? String(fault.code) : '');

export const rawError = (fault: unknown): LiveError =>
  new LiveError({
    reason: 'raw',
    message: fault instanceof Error ? `${fault.message}.` : 'ESP cannot be sent without UDP.',
    cure: 'Leave out --raw-esp: with NAT traversal ESP goes in UDP.',
  });

export const portError = ({ local, port, natPort }: Plan, fault: unknown): LiveError => {
  const ports = `ports ${port} and ${natPort} of ${local}`;
  switch (codeOf(fault)) {
    case 'EACCES':
    case 'EPERM':
      return new LiveError({
        reason: 'port',
        message: `There is no right to bind ${ports}.`,
        cure: 'Run as root or with CAP_NET_BIND_SERVICE, or choose ports above 1023 with --port and --nat-port.',
      });
    case 'EADDRINUSE':
      return new LiveError({
        reason: 'port',
        message: `One of the ${ports} is taken.`,
        cure: 'End the other IKE daemon, or choose others with --port and --nat-port.',
      });
    case 'EADDRNOTAVAIL':
      return new LiveError({ reason: 'port', message: `${local} is no address of this machine.`, cure: 'Name one with --local.' });
    default:
      return new LiveError({ reason: 'port', message: `The ${ports} cannot be bound (${codeOf(fault)}).`, cure: 'Name others.' });
  }
};

/** A log that cannot be begun, or not be gone on with. */
export const openError = (log: string, resume: boolean, fault: unknown): LiveError => {
  switch (codeOf(fault)) {
    case 'EEXIST':
      return new LiveError({
        reason: 'log',
        message: `${log} is there already.`,
        cure: 'Name another file with --log, or go on with it: --resume.',
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return resume
        ? new LiveError({ reason: 'log', message: `${log} is not there.`, cure: 'Begin it, without --resume.' })
        : new LiveError({
            reason: 'log',
            message: `The folder of ${log} is not there.`,
            cure: 'Make it, or name another file with --log.',
          });
    default:
      return new LiveError({
        reason: 'log',
        message: `${log} cannot be written (${codeOf(fault)}).`,
        cure: 'Check the folder, its rights and the room there is.',
      });
  }
};

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A log that was begun, and takes nothing more: nothing may be sent that is not in it. */
export const keepError = (log: string, fault: unknown): LiveError => {
  const code = codeOf(fault);
  return new LiveError({
    reason: 'log',
    message: `${log} takes nothing more (${code}), so that nothing is sent any more.`,
    cure: full.has(code) ? 'Make room, then go on with it: --resume.' : 'See to the disk, then go on with it: --resume.',
  });
};

export const goneError = (log: string): LiveError =>
  new LiveError({ reason: 'log', message: `${log} was taken away, so that nothing is sent any more.`, cure: 'Begin another log.' });
