// The documents tell the truth: their examples run and print what they show, their links lead somewhere, their options exist.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const bundle = join(root, 'dist', 'cli', 'ikewind.js');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));

/** Each `sh` block with the `text` block that shows what it prints, where one follows. */
const examplesOf = (markdown: string) =>
  blocksOf(markdown).flatMap(({ language, text }, i, all) => {
    if (language !== 'sh') return [];
    const next = all[i + 1];
    return [{ commands: text.trimEnd(), shown: next?.language === 'text' ? next.text.trimEnd().split('\n') : [] }];
  });

/** These do not end by themselves: their options are checked, and their own tests start them. */
const endless = /npx ikewind (open|serve)\b/;

/** In a checkout `npx ikewind` is the bundle; npx itself would take a second each time. */
const shell = (commands: string, folder: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync('bash', ['-euo', 'pipefail', '-c', `npx() { shift; "${process.execPath}" "${bundle}" "$@"; }\n${commands}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', IKEWIND_PSK: '' },
  });

/** The first shown line that does not stand in `printed` behind those before it. `...` stands for any lines, or none. */
const firstMissing = (shown: readonly string[], printed: readonly string[]): string | undefined => {
  let at = 0;
  for (const line of shown) {
    if (line.trim() === '...') continue;
    const found = printed.indexOf(line, at);
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
};

const withExamples = ['README.md', 'docs/commands.md', 'docs/keys.md', 'docs/logs.md', 'docs/taking-part.md', 'docs/simulate.md'];

describe.each(withExamples)('%s', (name) => {
  const text = read(name);
  const examples = examplesOf(text);

  /** A folder like a checkout, in which examples may leave files. */
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ikewind-documents-'));
    symlinkSync(join(root, 'traces'), join(folder, 'traces'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // In their order: later ones use the files of earlier ones.
  test.each(examples.filter(({ commands }) => !endless.test(commands)))('runs $commands', ({ commands, shown }) => {
    const { status, stdout, stderr } = shell(commands, folder);
    expect(stderr).not.toMatch(/warning/);
    expect(status).toBe(0);
    expect(firstMissing(shown, stdout.split('\n'))).toBeUndefined();
  });

  test('names commands and options that exist', () => {
    const lines = [...text.matchAll(/npx ikewind ([a-z]+(?: crypto [a-z]+(?: sa)?)?)([^\n`]*)/g)];
    expect(lines.length).toBeGreaterThan(1);
    const helps = new Map<string, string>();
    for (const [, command = '', rest = ''] of lines) {
      if (!helps.has(command)) helps.set(command, shell(`npx ikewind ${command} --help`, folder).stdout);
      const help = helps.get(command) ?? '';
      expect(help).toContain(`ikewind ${command}`);
      for (const [option] of rest.matchAll(/(?<=\s)--?[a-z][a-z-]*/g))
        expect(help, `${command} ${option}`).toMatch(new RegExp(`(^|[ ,])${option}\\b`, 'm'));
    }
  });
});

test('docs/commands.md has every command of the help', () => {
  const help = shell('npx ikewind --help', root).stdout;
  const commands = [...(help.split('SUBCOMMANDS')[1]?.split('EXAMPLES')[0] ?? '').matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(15);
  const text = read('docs/commands.md');
  expect(commands.filter((name) => !text.includes(`npx ikewind ${name} `))).toEqual([]);
});

test('docs/keys.md shows a key file that is understood, once its blanks are filled in', () => {
  const [block] = blocksOf(read('docs/keys.md')).filter(({ language }) => language === 'json');
  const file = JSON.parse(block?.text ?? '') as {
    secrets: { psk: string };
    ike_sas: [{ initiator_cookie: string; dh_shared_secret: string }];
  };
  const trace = 'traces/mm-psk-3des-sha1-modp1024';
  const known = JSON.parse(read(`${trace}/keys.json`)) as typeof file;
  file.secrets.psk = known.secrets.psk;
  file.ike_sas[0].initiator_cookie = known.ike_sas[0].initiator_cookie;
  file.ike_sas[0].dh_shared_secret = known.ike_sas[0].dh_shared_secret;
  const { stdout } = shell(`printf '%s' '${JSON.stringify(file)}' | npx ikewind messages ${trace}/capture.pcap --keys -`, root);
  expect(stdout).toContain('MM5   ID HASH N(INITIAL-CONTACT)');
  expect(stdout).not.toContain('sealed');
});

const decisions = readdirSync(join(root, 'docs/adr')).filter((file) => /^\d{4}-.*\.md$/.test(file));

test('the list of decisions has each of them, by its title', () => {
  const list = read('docs/adr/README.md');
  const rows = decisions.map((file) => {
    const [, number, title] = /^# (\d{4}) (.*)$/m.exec(read(`docs/adr/${file}`)) ?? [];
    return `| [${number}](${file}) | ${title} |`;
  });
  expect(rows.filter((row) => !list.includes(row))).toEqual([]);
});

describe('links of', () => {
  const documents = [
    ...withExamples,
    ...['ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/adr/README.md', 'traces/README.md'],
    ...decisions.map((file) => `docs/adr/${file}`),
  ];
  test.each(documents)('%s lead to files', (name) => {
    const targets = [...read(name).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, link, source]) => link ?? source ?? '');
    const files = targets.filter((target) => !/^(https?:|#)/.test(target)).map((target) => target.replace(/#.*/, ''));
    expect(files.filter((file) => !existsSync(join(root, dirname(name), file)))).toEqual([]);
  });
});
