/** `ikewind export`: what is written, read back by others: our own import, tshark, a parser. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ikewind, records, scratch, trace } from './command.ts';

const tshark = spawnSync('tshark', ['--version']).status === 0;
const exported = async (form: string, to: string, input = trace.capture) => {
  const ended = await ikewind(['export', input, '--keys', trace.keys, '--to', form, '-o', to]);
  expect(ended).toEqual({ status: 0, stdout: `${to}: 19 events as ${form}\n`, stderr: '' });
  return readFileSync(to);
};

/** All secrets of the trace, in hex and as text. */
const secrets = (readFileSync(trace.keys, 'utf8').match(/"[0-9a-f]{40,}"/g) ?? []).map((s) => s.slice(1, -1));
const preSharedKey = (JSON.parse(readFileSync(trace.keys, 'utf8')) as { secrets: { psk: string } }).secrets.psk;

describe('pcapng', () => {
  test('is read back as the same messages at the same times', async () => {
    using folder = scratch();
    await exported('pcapng', folder.path('x.pcapng'));
    expect(await records(['messages', folder.path('x.pcapng')])).toEqual(await records(['messages', trace.capture]));
  });

  test.skipIf(!tshark)(`${tshark ? '' : 'SKIPPED, no tshark: '}tshark reads every frame of it, time and octets`, async () => {
    using folder = scratch();
    await exported('pcapng', folder.path('x.pcapng'));
    const read = (file: string) =>
      spawnSync('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len', '-e', 'udp.checksum', '-e', 'ip.id'], {
        encoding: 'utf8',
      });
    const ours = read(folder.path('x.pcapng'));
    expect(ours.status).toBe(0);
    const trimmed = (text: string) => text.replace(/0+(?=\t)/g, '').trim();
    expect(trimmed(ours.stdout)).toEqual(trimmed(read(trace.capture).stdout));
    expect(ours.stdout.trim().split('\n')).toHaveLength(19);
  });
});

describe('no form holds a secret', () => {
  test.each(['pcapng', 'html', 'svg', 'mermaid', 'json'])('%s', async (form) => {
    using folder = scratch();
    const file = await exported(form, folder.path('x'));
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of [...secrets, preSharedKey]) expect(file.includes(secret)).toBe(false);
    for (const secret of secrets) expect(file.includes(Buffer.from(secret, 'hex'))).toBe(false);
  });
});

test('html asks for nothing from elsewhere and runs nothing', async () => {
  using folder = scratch();
  // A name that tries: it stands in the title, and nowhere as markup.
  const name = folder.path(`<img src=x onerror=alert(1)>.pcap`.replaceAll('/', ''));
  writeFileSync(name, readFileSync(trace.capture));
  const html = (await exported('html', folder.path('x.html'), name)).toString();
  expect(html).not.toMatch(/<(script|img|link|iframe|object|embed|a)\b|url\(|@import/i);
  expect(html.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:/);
  expect(html).toContain('&lt;img src=x');
  for (const word of ['>UP<', 'IKE_QM_PHASE2_COMPLETE', '<td>c50d31e3</td>', '<td>c185666e</td>', 'MM5']) expect(html).toContain(word);
});

test('mermaid has an arrow for each message, from its sender', async () => {
  using folder = scratch();
  const lines = (await exported('mermaid', folder.path('x.mmd'))).toString().split('\n');
  expect(lines[0]).toBe('sequenceDiagram');
  const { length: sent } = lines.filter((l) => l.startsWith('  P1->>P2: '));
  const { length: answered } = lines.filter((l) => l.startsWith('  P2->>P1: '));
  expect(sent + answered).toBe(19);
});

test('json is one value with the records of the other commands', async () => {
  using folder = scratch();
  const whole = JSON.parse((await exported('json', folder.path('x.json'))).toString()) as Record<string, unknown>;
  expect(whole['messages']).toEqual(await records(['messages', trace.capture, '--keys', trace.keys]));
  expect(whole['transitions']).toEqual(await records(['replay', trace.capture, '--keys', trace.keys]));
});

test('an output that is an input: status 2, and it is left alone', async () => {
  using folder = scratch();
  const input = folder.write('x.pcap', readFileSync(trace.capture));
  expect((await ikewind(['export', input, '--to', 'pcapng', '-o', input])).status).toBe(2);
  expect(readFileSync(input).equals(readFileSync(trace.capture))).toBe(true);
});

test('a form that there is not: status 2, nothing written', async () => {
  using folder = scratch();
  expect((await ikewind(['export', trace.capture, '--to', 'pdf', '-o', folder.path('x.pdf')])).status).toBe(2);
  expect(existsSync(folder.path('x.pdf'))).toBe(false);
});
