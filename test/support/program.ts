/** Runs the command inside the test's own process: its answer, what it remarked, and its exit status. */
import { Readable } from 'node:stream';
import { runProgram } from '../../debugger/cli/program.ts';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export const run = async (args: readonly string[], signal?: AbortSignal): Promise<Ran> => {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err') => ({
    isTerminal: false,
    columns: 120,
    write: (text: string) => {
      written[name] += text;
      return Promise.resolve();
    },
  });
  const status = await runProgram(args, { out: into('out'), err: into('err'), input: Readable.from([]), env: { NO_COLOR: '1' } }, signal);
  return { status, ...written };
};

/** The objects of an `ndjson` answer. */
export const ranRecords = async (args: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { status, out, err } = await run([...args, '--format', 'ndjson']);
  if (status !== 0) throw new Error(`status ${status}: ${err}`);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
};
