/** A fault of our own, told by kind and place only: the message of an error may quote data, key material among it. */
import { Cause } from 'effect';

/** `TypeError`, then at most eight lines of where it happened. */
export const faultPlaces = (cause: Cause.Cause<unknown>): string => {
  const [error] = Cause.prettyErrors(cause);
  const places = (error?.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error?.name ?? 'unknown', ...places.slice(0, 8)].join('\n');
};

/** Names our own fault on standard error. */
export const report = (what: string, cause: Cause.Cause<unknown>): void => {
  console.error(`ikewind host: "${what}" failed (${faultPlaces(cause)})`);
};
