/** A configuration among a log's inputs: its keys as secrets, its text without them, each of its lines understood. */
import { expect, test } from 'vitest';
import { toEnd } from '../reading.ts';
import { readText } from '../text.ts';
import { configurationEvents } from './events.ts';

const text = `R1#show running-config
hostname R1
crypto isakmp policy 10
 authentication pre-share
crypto isakmp key sesame1 address 198.51.100.1
crypto isakmp key sesame2 address 0.0.0.0 0.0.0.0
crypto isakmp key 6 sesame3 address 198.51.100.2
crypto isakmp key sesame4 with blanks address 198.51.100.3
crypto map M 10 ipsec-isakmp
 set peer 198.51.100.1
`;

test('a key for one address is tied to it, one for a network is not, one that is enciphered is none', () => {
  const { events, text: masked } = configurationEvents(text, 2);
  expect(
    events.map((e) => (e.kind === 'SecretLearned' ? [e.origin, e.about, e.value && new TextDecoder().decode(e.value)] : e.syntax)),
  ).toEqual([
    'ios',
    [{ input: 2, number: 5 }, { what: 'preSharedKey', peer: '198.51.100.1' }, 'sesame1'],
    [{ input: 2, number: 6 }, { what: 'preSharedKey' }, 'sesame2'],
  ]);
  expect(masked).not.toContain('sesame');
  expect(masked.split('\n')[4]).toBe('crypto isakmp key ***** address 198.51.100.1');
});

test('as an input, its lines are events, and the keys are in none of them', () => {
  const { events } = toEnd(readText(text, 'r1.txt', 0));
  const lines = events.flatMap((e) => (e.kind === 'DeviceReported' ? [e] : []));
  expect(lines.filter((e) => e.recognised === false)).toEqual([]);
  expect(events.filter((e) => e.kind === 'PolicyConfigured')).toHaveLength(1);
  expect(JSON.stringify(events.filter((e) => e.kind !== 'SecretLearned'))).not.toContain('sesame');
});
