/** How the command is called, and how it ends: statuses, streams, files that are no files. The contract of the command line. */
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ikewind, scratch, trace } from './command.ts';

const names = [
  'open',
  'serve',
  'import',
  'events',
  'messages',
  'replay',
  'state',
  'step',
  'keys',
  'explain',
  'show',
  'debug',
  'diagnose',
  'psk',
  'losses',
  'timing',
  'certificates',
  'diff',
  'export',
  'redact',
  'connect',
  'listen',
  'simulate',
];

describe('help', () => {
  test('lists the commands that there are, and no other', async () => {
    const { status, stdout, stderr } = await ikewind(['--help']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    const listed = [...stdout.slice(stdout.indexOf('SUBCOMMANDS')).matchAll(/^ {2}([a-z]+) {2,}/gm)].map((m) => m[1]);
    expect(listed.sort()).toEqual([...names].sort());
  });

  test.each(names)('%s --help shows an example of it', async (name) => {
    const { status, stdout } = await ikewind([name, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`EXAMPLES[^]*\\bikewind ${name}\\b`));
  });

  test('--version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await ikewind(['--version'])).toEqual({ status: 0, stdout: `ikewind ${version}\n`, stderr: '' });
  });

  test.each(['bash', 'zsh', 'fish'])('completions for %s name the commands and their options', async (shell) => {
    const { status, stdout } = await ikewind(['--completions', shell]);
    expect(status).toBe(0);
    for (const word of [...names, 'psk-file', 'wireshark']) expect(stdout).toContain(word);
  });
});

describe('wrong usage is said in one line, with status 2', () => {
  test.each([
    ['nothing', [], /a command is missing/],
    ['an unknown command', ['mesages', trace.capture], /mesages/],
    ['no input', ['messages'], /input/],
    ['an unknown option', ['messages', trace.capture, '--colour'], /--colour/],
    ['an option without its value', ['messages', trace.capture, '--keys'], /--keys/],
    ['a secret as an argument', ['messages', trace.capture, '--psk', 'x'], /--psk/],
    ['an unknown format', ['messages', trace.capture, '--format', 'xml'], /xml/],
    ['a replay window of nothing', ['messages', trace.capture, '--window', '0'], /window/],
    ['an index past the end', ['state', trace.capture, '--at', '20'], /0 to 19/],
    ['an index below 0', ['state', trace.capture, '--at', '-1'], /0 to 19/],
    ['a search that finds nothing', ['state', trace.capture, '--at', 'no-such-thing-anywhere'], /no-such-thing-anywhere/],
    ['no output', ['import', trace.capture], /output/],
    ['an output that is an input', ['import', trace.capture, '-o', trace.capture], /would replace/],
    ['standard input twice', ['messages', '-', '-'], /once/],
    ['standard input as input and as keyboard', ['step', '-'], /standard input/],
  ])('%s', async (_what, args, sentence) => {
    const { status, stdout, stderr } = await ikewind(args);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('what cannot be read at all is named, with status 3', () => {
  test('a file that is not there', async () => {
    const { status, stdout, stderr } = await ikewind(['messages', 'no-such-file.pcap']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('no-such-file.pcap was not found');
  });

  test('a folder', async () => {
    using folder = scratch();
    const { status, stderr } = await ikewind(['messages', folder.path('.')]);
    expect(status).toBe(3);
    expect(stderr).toContain('is a folder');
  });

  test('an empty file', async () => {
    using folder = scratch();
    const { status, stderr } = await ikewind(['messages', folder.write('empty.pcap', '')]);
    expect(status).toBe(3);
    expect(stderr).toContain('empty.pcap is empty');
  });

  test('empty standard input', async () => {
    expect((await ikewind(['messages', '-'])).status).toBe(3);
  });

  test('something else altogether, told from its content and not from its name', async () => {
    using folder = scratch();
    const { status, stderr } = await ikewind([
      'messages',
      folder.write('picture.pcap', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)),
    ]);
    expect(status).toBe(3);
    expect(stderr).toContain('picture.pcap');
  });

  test('one bad input among good ones', async () => {
    expect((await ikewind(['messages', trace.capture, 'no-such-file.pcap'])).status).toBe(3);
  });

  test('keys, which are no input', async () => {
    expect((await ikewind(['messages', trace.keys])).status).toBe(3);
  });

  test('a key file that is not there', async () => {
    expect((await ikewind(['messages', trace.capture, '--keys', 'no-such-keys.json'])).status).toBe(3);
  });

  test('an empty file of a pre-shared key', async () => {
    using folder = scratch();
    expect((await ikewind(['messages', trace.capture, '--psk-file', folder.write('psk', '\n')])).status).toBe(3);
  });

  test('a folder that the event log cannot be written into', async () => {
    using folder = scratch();
    const { status, stderr } = await ikewind(['import', trace.capture, '-o', folder.path('missing/x.ikelog')]);
    expect(status).toBe(3);
    expect(stderr).toContain('its folder does not exist');
  });
});

describe('a damaged capture is read as far as it goes', () => {
  const whole = readFileSync(trace.capture);
  /** Offset of the record of frame 19: the file ends with it. */
  const lastRecord = 3400;

  test('cut in the middle of its last record: status 0, a warning with the offset, every whole frame', async () => {
    using folder = scratch();
    const cut = folder.write('cut.pcap', whole.subarray(0, whole.length - 5));
    const { status, stdout, stderr } = await ikewind(['messages', cut, '--format', 'ndjson']);
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n').length).toBeGreaterThanOrEqual(18);
    expect(stderr).toMatch(new RegExp(`warning: cut\\.pcap, offset ${lastRecord}:`));
  });

  test('the damage is a finding in the state, and --fail-on sees it', async () => {
    using folder = scratch();
    const cut = folder.write('cut.pcap', whole.subarray(0, whole.length - 5));
    const { stdout } = await ikewind(['state', cut, '--format', 'json']);
    const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
    expect(findings.map((f) => f.code)).toContain('truncated-record');
    expect((await ikewind(['messages', cut, '--fail-on', 'truncated-record'])).status).toBe(1);
    expect((await ikewind(['messages', cut, '--fail-on', 'error'])).status).toBe(1);
  });

  test('--fail-on of what is not there leaves status 0', async () => {
    expect(
      (await ikewind(['messages', trace.capture, '--keys', trace.keys, '--fail-on', 'error', '--fail-on', 'esp-bad-icv'])).status,
    ).toBe(0);
  });
});

describe('streams', () => {
  test('standard input is an input', async () => {
    const named = await ikewind(['messages', trace.capture]);
    const piped = await ikewind(['messages', '-'], { input: readFileSync(trace.capture) });
    expect(piped).toEqual(named);
  });

  test('after -- an option is an input', async () => {
    const { status, stderr } = await ikewind(['messages', '--', '--reveal']);
    expect(status).toBe(3);
    expect(stderr).toContain('--reveal was not found');
  });

  test('options may stand before and after inputs', async () => {
    const before = await ikewind(['messages', '--format', 'json', '--keys', trace.keys, trace.capture]);
    const after = await ikewind(['messages', trace.capture, '--keys', trace.keys, '--format=json']);
    expect(before.status).toBe(0);
    expect(before).toEqual(after);
  });

  test('no colour where nobody looks', async () => {
    const { stdout } = await ikewind(['messages', trace.capture, '--keys', trace.keys]);
    expect(stdout).not.toMatch(/\p{Cc}\[/u);
  });

  test('json is one array, ndjson the same objects a line', async () => {
    const array = JSON.parse((await ikewind(['messages', trace.capture, '--format', 'json'])).stdout) as unknown[];
    const lines = (await ikewind(['messages', trace.capture, '--format', 'ndjson'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(array);
    expect(array).toHaveLength(19);
  });

  test('a reader that hangs up is no error', async () => {
    const many = Array.from({ length: 400 }, () => trace.capture);
    const { status, stderr } = await ikewind(['events', ...many, '--format', 'ndjson'], { hangUp: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('an interruption ends serve with status 130, after the address was printed', async () => {
    const { status, stdout } = await ikewind(['serve', trace.capture, '--keys', trace.keys], { signal: 'SIGINT' });
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{20,}\n$/);
    expect(status).toBe(130);
  });

  test('serve does not begin where the input cannot be read', async () => {
    const { status, stdout, stderr } = await ikewind(['serve', 'no-such-file.pcap']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('no-such-file.pcap');
  });
});

describe('files that are written', () => {
  test('import, and the log says what the capture and the keys say', async () => {
    using folder = scratch();
    const log = folder.path('t.ikelog');
    const { status, stdout } = await ikewind(['import', trace.capture, '--keys', trace.keys, '-o', log]);
    expect(status).toBe(0);
    expect(stdout).toContain('19 events');
    for (const args of [['messages'], ['replay'], ['keys', '--format', 'json'], ['state', '--at', '12', '--format', 'json']]) {
      const [command = '', ...rest] = args;
      const fromLog = await ikewind([command, log, ...rest]);
      expect(fromLog).toEqual(await ikewind([command, trace.capture, '--keys', trace.keys, ...rest]));
      expect(fromLog.status).toBe(0);
    }
  });

  test('a log with secrets is for its owner alone', async () => {
    using folder = scratch();
    await ikewind(['import', trace.capture, '--keys', trace.keys, '-o', folder.path('t.ikelog')]);
    expect(statSync(folder.path('t.ikelog')).mode & 0o777).toBe(0o600);
  });

  test('keys --wireshark refuses to replace, unless told to', async () => {
    using folder = scratch();
    const args = ['keys', trace.capture, '--keys', trace.keys, '--wireshark', folder.path('tables')];
    expect((await ikewind(args)).status).toBe(0);
    const again = await ikewind(args);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('--force');
    expect((await ikewind([...args, '--force'])).status).toBe(0);
  });
});
