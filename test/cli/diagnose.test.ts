/** `ikewind diagnose` as scripts and build servers use it: JSON, JUnit, SARIF, folders, exit statuses. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ikewind, scratch, trace } from './command.ts';

const traces = fileURLToPath(new URL('../../traces', import.meta.url));
const blocked = join(traces, 'udp4500-blocked', 'capture.pcap');

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly event: number;
  readonly events: readonly number[];
  readonly message: string;
  readonly evidence: readonly { readonly event: number; readonly text: string; readonly place: object | null }[];
  readonly remedy: string | null;
  readonly rfc: string;
}

interface Answer {
  readonly negotiations: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly summary: string;
    readonly findings: readonly Found[];
  }[];
  readonly findings: readonly Found[];
}

const answer = async (args: readonly string[]): Promise<Answer> => {
  const { status, stdout, stderr } = await ikewind(['diagnose', ...args, '--format', 'json']);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Answer;
};

describe('one trace', () => {
  test('what works has notes only', async () => {
    const { negotiations, findings } = await answer([trace.capture, '--keys', trace.keys]);
    expect(negotiations.map((n) => [n.verdict, n.summary])).toEqual([['up', 'Up, closed by initiator']]);
    expect([...negotiations.flatMap((n) => n.findings), ...findings].map((f) => f.severity)).toEqual(['note', 'note']);
  });

  test('what fails has its cause first, with events, evidence, remedy and RFC', async () => {
    const [n] = (await answer([blocked])).negotiations;
    expect(n?.verdict).toBe('failed');
    expect(n?.findings.map((f) => f.code).slice(0, 2)).toEqual(['port-float-blocked', 'pre-shared-key-mismatch']);
    expect(n?.findings[0]).toMatchObject({ severity: 'error', event: 5, events: [5, 6, 7, 8], rfc: 'RFC 3947 4' });
    expect(n?.findings[0]?.evidence.map((e) => e.event)).toEqual([5, 6, 7, 8]);
    expect(n?.findings[0]?.remedy).toMatch(/4500/);
  });

  test('evidence names the octets where it can', async () => {
    const [n] = (await answer([join(traces, 'no-proposal-chosen', 'capture.pcap')])).negotiations;
    // The body of the notify: 12 octets at offset 74 of the frame, RFC 2408 3.14.
    const places = n?.findings[0]?.evidence.map((e) => e.place);
    expect(places?.at(-1)).toMatchObject({ buffer: 'wire', start: 74 });
  });

  test('text says what to do', async () => {
    const { stdout } = await ikewind(['diagnose', blocked]);
    expect(stdout).toMatch(/^FAILED {2}Failed at MM5: UDP 4500 is blocked/);
    for (const word of ['opposite', 'tell apart', 'not known', 'remedy', 'RFC 3947 4']) expect(stdout).toContain(word);
  });

  test('--fail-on, by severity and by code', async () => {
    expect((await ikewind(['diagnose', blocked, '--fail-on', 'error'])).status).toBe(1);
    expect((await ikewind(['diagnose', blocked, '--fail-on', 'nat-detected'])).status).toBe(1);
    expect((await ikewind(['diagnose', trace.capture, '--keys', trace.keys, '--fail-on', 'warning'])).status).toBe(0);
    expect((await ikewind(['messages', blocked, '--fail-on', 'port-float-blocked'])).status).toBe(1);
  });

  test('state tells the same at the end', async () => {
    const { stdout } = await ikewind(['state', blocked, '--format', 'json']);
    const { findings } = JSON.parse(stdout) as { findings: Found[] };
    expect(findings[0]?.code).toBe('port-float-blocked');
  });
});

describe('a folder of traces', () => {
  test('each trace with its keys, as an object a line', async () => {
    const { stdout, status } = await ikewind(['diagnose', traces, '--format', 'ndjson']);
    expect(status).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer & { trace: string });
    const of = (name: string) => rows.find((r) => r.trace === `${name}/capture.pcap`);
    expect(of('phase2-id-mismatch')?.negotiations[0]?.findings[0]?.code).toBe('phase2-identity-mismatch');
    expect(of('dpd')?.negotiations[0]?.verdict).toBe('down');
  });

  test('JUnit: a failure for each negotiation with an error', async () => {
    const { stdout, status } = await ikewind(['diagnose', traces, '--format', 'junit', '--fail-on', 'error']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /);
    expect(stdout).toMatch(/<testsuite name="lost-responder\/capture.pcap" tests="1" failures="1" errors="0">/);
    expect(stdout).toContain('<failure type="no-response"');
    expect(stdout.match(/<testcase /g)?.length).toBe(stdout.match(/<\/testcase>/g)?.length);
  });

  test('SARIF 2.1.0: rules, and a result at the event that shows it', async () => {
    const { stdout } = await ikewind(['diagnose', join(traces, 'dpd'), '--format', 'sarif']);
    const { version, runs } = JSON.parse(stdout) as {
      version: string;
      runs: [
        {
          tool: { driver: { rules: { id: string }[] } };
          results: { ruleId: string; level: string; locations: [{ logicalLocations: [{ name: string }] }] }[];
        },
      ];
    };
    const [{ tool, results }] = runs;
    expect(version).toBe('2.1.0');
    expect(results[0]).toMatchObject({ ruleId: 'dead-peer', level: 'error', locations: [{ logicalLocations: [{ name: 'event 28' }] }] });
    const ids = new Set(tool.driver.rules.map((r) => r.id));
    expect(results.every((r) => ids.has(r.ruleId))).toBe(true);
  });

  test('one that cannot be read does not stop the others; a folder without any is an error', async () => {
    using folder = scratch();
    mkdirSync(folder.path('good'));
    copyFileSync(trace.capture, join(folder.path('good'), 'a.pcap'));
    folder.write('broken.ikelog', Uint8Array.of(0x69, 0x6b, 0x65, 0x77, 0x69, 0x6e, 0x64, 0, 99));
    folder.write('readme.txt', 'no trace');
    const { stdout, stderr, status } = await ikewind(['diagnose', folder.path('.'), '--format', 'json']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: .*broken\.ikelog/);
    const rows = JSON.parse(stdout) as { trace: string; unreadable: string | null }[];
    expect(rows.map((r) => [r.trace, r.unreadable === null])).toEqual([
      ['broken.ikelog', false],
      ['good/a.pcap', true],
    ]);
    using empty = scratch();
    expect((await ikewind(['diagnose', empty.path('.')])).status).toBe(3);
  });
});
