/** Configurations of devices as they stand in a log, parsed once for each log. */
import { type Log, readConfiguration } from '../../engine/index.ts';

type Policy = ReturnType<typeof readConfiguration>['policy'];

const parsed = new WeakMap<Log, readonly Policy[]>();

export const policiesIn = (log: Log): readonly Policy[] => {
  const known = parsed.get(log);
  if (known) return known;
  const texts = [...log.given, ...log.happened].flatMap((e) => (e.kind === 'PolicyConfigured' && e.syntax === 'ios' ? [e.text] : []));
  const policies = texts.map((text) => readConfiguration(text).policy);
  parsed.set(log, policies);
  return policies;
};
