/** What devices report: the line as text, and what it says as a typed report, with the same stand-ins in both. */
import type { DeviceReported } from '../event/event.ts';
import type { Report } from '../event/report.ts';
import { redactConfigurationLine } from './configuration.ts';
import type { Redaction, Renaming } from './renaming.ts';
import { isTelling, redactText, redactValue } from './text.ts';

/** Members that are an address or a name as a whole. */
const values = new Set(['tunnel', 'vrf', 'peer', 'local', 'src', 'dst', 'srcProxy', 'dstProxy', 'remote', 'where']);
/** Members that are sentences. */
const sentences = new Set(['text', 'reason', 'guess']);
/** Reports whose `doing` is in the log's own words. */
const wordy = new Set(['configuration', 'dpd']);
/** Reports whose `value` is somebody's. */
const personal = new Set(['identity', 'configuration']);

const redactReport = (renaming: Renaming, report: Report): Report => {
  const member = ([name, value]: [string, unknown]): [string, unknown] => {
    if (Array.isArray(value)) return [name, value.map((item: unknown) => (isObject(item) ? mapped(item, member) : item))];
    if (typeof value !== 'string') return [name, value];
    if (values.has(name) || (name === 'value' && personal.has(report.says))) return [name, redactValue(renaming, value)];
    const isSentence = sentences.has(name) || (name === 'doing' && wordy.has(report.says));
    return [name, isSentence ? redactText(renaming, value) : value];
  };
  return mapped(report, member) as Report;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const mapped = (value: object, member: (entry: [string, unknown]) => [string, unknown]): object =>
  Object.fromEntries(Object.entries(value).map(member));

/** `Nov 21 19:08:25 gw charon: `, `Jan 28 12:01:37 fw %ASA-`, `R1: *Mar  1`, and a prompt that got into the line. */
const hosts: readonly RegExp[] = [
  /^(?:<\d{1,3}>)?(?:1 )?(?:\w{3} +\d{1,2} (?:\d{4} )?[\d:.]+(?: \w{2,5})?:?|\d{4}-\d\d-\d\dT\S+) +([A-Za-z][\w.-]*)(?= +[\w-]+(?:\[\d+\])?: | *: +[%*\d]| +%| +\d+: | +: )/,
  /^(?:<\d{1,3}>)?(?:\d+: )?([A-Za-z][\w.-]*): +(?=[*.]?\w{3} +\d{1,2} )/,
  /^([A-Za-z][\w.-]*)(?:\([\w-]+\))?[#>]/,
];
const programs = /^(?:charon(?:-systemd)?|pluto|ipsec|racoon|ISAKMP|IPSEC|IPSec|CRYPTO|Crypto|IKEv[12]|IKE)$/;

const noteHost = (renaming: Renaming, text: string): void => {
  for (const line of text.split('\n', 4))
    for (const form of hosts) {
      const host = form.exec(line)?.[1];
      if (host !== undefined && isTelling(host) && !programs.test(host)) renaming.name(host, false);
    }
};

/** strongSwan prints what it loaded, one value a line. */
const charon = /\b\d\d\[[A-Z]{3}\]/;

/** A line that nobody understood may say anything: its text goes. */
export const redactReported = ({ renaming, count }: Redaction, event: DeviceReported): DeviceReported => {
  if (event.recognised !== true) {
    noteHost(renaming, event.text);
    if (event.text.trim() !== '') count('line');
    return { ...event, text: '' };
  }
  noteHost(renaming, event.text);
  const { report } = event;
  const isConfiguration = report?.says === 'note' && report.topic === 'configuration' && !charon.test(event.text);
  const line = isConfiguration ? redactConfigurationLine(renaming, event.text) : redactText(renaming, event.text);
  if (line === null) count('configurationLine');
  if (report === undefined) return { ...event, text: line ?? '' };
  if (line === null && report.says === 'note') return { ...event, text: '!', report: { ...report, text: '!' } };
  return { ...event, text: line ?? '', report: redactReport(renaming, report) };
};
