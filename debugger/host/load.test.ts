// Text as an input: what is no log is opened all the same, and a daemon's log can be given for its keys alone.
import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { type InputFile, readInputs } from './load.ts';

const read = (...files: readonly InputFile[]) => Effect.runPromise(readInputs(files, () => Effect.void));
const file = (name: string, text: string, keysOnly = false): InputFile => ({ name, bytes: new TextEncoder().encode(text), keysOnly });

const charon = [
  '2026-11-21T19:08:25.669 13[MGR] <1> checkin IKEv1 SA conn[1] with SPIs e2ac48224b9fbe1e_i 0775b1a6d96874a3_r',
  '2026-11-21T19:08:25.670 13[IKE] <1> SKEYID_d => 4 bytes @ 0x7f6d2c00cf90',
  '2026-11-21T19:08:25.670 13[IKE] <1>    0: DE AD BE EF                                      ....',
  '',
].join('\n');

test('prose is opened, every line of it, and it is said that none of them speaks', async () => {
  const [reading] = await read(file('letter.txt', 'Dear router,\nhow are you?\n'));
  expect(reading?.events.map((e) => e.kind === 'DeviceReported' && [e.line, e.text, e.recognised])).toEqual([
    [1, 'Dear router,', false],
    [2, 'how are you?', false],
  ]);
  expect(reading?.damage).toMatchObject([{ code: 'text-not-understood', offset: 0 }]);
});

test('a log is an input with lines, or keys alone', async () => {
  const [lines] = await read(file('daemon.log', charon));
  expect(lines?.input.kind).toBe('text');
  expect(lines?.events.filter((e) => e.kind === 'DeviceReported')).toHaveLength(3);
  expect(JSON.stringify(lines?.events.map((e) => e.kind === 'DeviceReported' && e.text))).not.toContain('DE AD');
  const [keys] = await read(file('daemon.log', charon, true));
  expect(keys?.input.kind).toBe('keys');
  expect(keys?.events.map((e) => e.kind === 'SecretLearned' && e.about.what)).toEqual(['skeyidD']);
});

test('text without a key, given for its keys, is refused', async () => {
  await expect(read(file('letter.txt', 'Dear router,\n', true))).rejects.toMatchObject({ reason: 'not-understood' });
});

test('a capture given for its keys is refused: it would be read as packets seen elsewhere', async () => {
  const capture: InputFile = { name: 'c.pcap', bytes: Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0), keysOnly: true };
  await expect(read(capture)).rejects.toMatchObject({ reason: 'not-understood', file: 'c.pcap' });
});
