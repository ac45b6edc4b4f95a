/** Keys that a daemon wrote into its log, strongSwan's charon or a pluto; and the log without them. */
import { readCharonKeys, withoutKeys } from './charon-log/keys.ts';
import { charonPart } from './charon-log/line.ts';
import type { KeysRead } from './keys-read.ts';
import { readPlutoKeys, withoutPlutoKeys } from './pluto-log/keys.ts';

export interface LogKeys extends KeysRead {
  /** Whether this is a log of a daemon that can log keys, with or without any. */
  readonly isLog: boolean;
  /** The same text, line for line, with the octets of keys taken out: what may be kept and shown. */
  readonly text: string;
}

/** How far into a text its first line of a daemon is looked for. */
const head = 65_536;

/** Reads the keys of a log, the log's input `input`. Any other text comes back as it is. */
export const readLogKeys = (text: string, input: number): LogKeys => {
  const lines = text.slice(0, head).split('\n', 400);
  if (lines.some((line) => charonPart(line) !== undefined)) {
    const { events, ikev2, secretLines } = readCharonKeys(text, input);
    const known =
      ikev2.length === 0
        ? []
        : [{ line: ikev2[0]?.line ?? 1, message: `${ikev2.length} keys of IKEv2 SAs stand here, which this version does not use` }];
    return { isLog: true, events, issues: known, text: withoutKeys(text, secretLines) };
  }
  if (lines.some((line) => plutoLine.test(line.slice(0, 300)))) {
    const { events, issues, secretLines } = readPlutoKeys(text, input);
    return { isLog: true, events, issues, text: withoutPlutoKeys(text, secretLines) };
  }
  return { isLog: false, events: [], issues: [], text };
};

const plutoLine =
  /\bpluto(?:\[\d{1,9}\])?: |^(?:\d{3} )?"[^"]{1,128}"(?:\[\d{1,9}\])?(?: [0-9a-f.:]{3,45})? #\d{1,9}: |\| (?:ICOOKIE|RCOOKIE): /;
