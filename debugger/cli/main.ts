/** `ikewind`: the process around the commands. */
import type { Output } from './io.ts';
import { runProgram } from './program.ts';

/** Resolves when the system took the text; rejects where nobody reads any more (EPIPE). */
const output = (stream: NodeJS.WriteStream): Output => {
  // Without a listener a closed pipe would end the process with a stack trace.
  stream.on('error', () => undefined);
  return {
    isTerminal: stream.isTTY === true,
    columns: stream.columns || 100,
    write: (text) => new Promise((resolve, reject) => stream.write(text, (fault) => (fault ? reject(fault) : resolve()))),
  };
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Somebody who asks twice does not want to wait for tidying up.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}

const streams = { out: output(process.stdout), err: output(process.stderr), input: process.stdin, env: process.env };
process.exitCode = await runProgram(process.argv.slice(2), streams, interruption.signal);
// A terminal or a pipe on standard input would keep the process alive after the work is done.
process.stdin.destroy();
