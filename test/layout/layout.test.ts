// The import rules look where they should: for each rule a forbidden import is planted in a small tree, and must be caught.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLayout, foldersWithoutRow, ruleNames, type Violation } from '../../scripts/layout.mjs';

/** Rule, the file that breaks it, and what that file imports. */
const planted = [
  ['engine-values', 'engine/values/bad.ts', '../bytes/ok.ts'],
  ['engine-bytes', 'engine/bytes/bad.ts', '../values/ok.ts'],
  ['engine-registry', 'engine/registry/bad.ts', '../wire/ok.ts'],
  ['engine-wire', 'engine/wire/bad.ts', '../crypto/ok.ts'],
  ['engine-crypto', 'engine/crypto/bad.ts', '../wire/ok.ts'],
  ['engine-event', 'engine/event/bad.ts', '../wire/ok.ts'],
  ['engine-log', 'engine/log/bad.ts', '../state/ok.ts'],
  ['engine-state', 'engine/state/bad.ts', '../log/ok.ts'],
  ['engine-decide', 'engine/decide/bad.ts', '../live/ok.ts'],
  ['engine-ingest', 'engine/ingest/bad.ts', '../state/ok.ts'],
  ['engine-redact', 'engine/redact/bad.ts', '../state/ok.ts'],
  ['engine-replay', 'engine/replay/bad.ts', '../decide/ok.ts'],
  ['engine-view', 'engine/view/bad.ts', '../crypto/ok.ts'],
  ['engine-live', 'engine/live/bad.ts', '../wire/ok.ts'],
  ['engine-sim', 'engine/sim/bad.ts', '../crypto/ok.ts'],
  ['debugger-protocol', 'debugger/protocol/bad.ts', '../../engine/view/ok.ts'],
  ['debugger-protocol-without-node', 'debugger/protocol/node.ts', 'node:fs'],
  ['debugger-protocol-without-electron', 'debugger/protocol/electron.ts', 'electron'],
  ['debugger-window', 'debugger/window/bad.tsx', '../../engine/index.ts'],
  ['debugger-window-without-node', 'debugger/window/node.ts', 'node:fs'],
  ['debugger-window-without-electron', 'debugger/window/electron.ts', 'electron'],
  ['debugger-preload', 'debugger/preload/bad.ts', '../host/ok.ts'],
  ['debugger-preload-without-node', 'debugger/preload/node.ts', 'node:fs'],
  ['debugger-main', 'debugger/main/bad.ts', '../../engine/index.ts'],
  ['debugger-host', 'debugger/host/bad.ts', '../../engine/state/ok.ts'],
  ['debugger-host-without-electron', 'debugger/host/electron.ts', 'electron'],
  ['debugger-cli', 'debugger/cli/bad.ts', '../window/ok.ts'],
  ['debugger-cli-without-electron', 'debugger/cli/electron.ts', 'electron'],
  ['core-is-sans-io', 'engine/state/clock.ts', 'node:timers'],
  ['core-without-packages', 'engine/state/package.ts', 'effect'],
  ['log-file-only-msgpackr', 'engine/log/file.ts', 'effect'],
  ['host-is-the-edge', 'engine/live/socket.ts', '../host/ok.ts'],
  ['host-knows-no-debugger', 'engine/host/bad.ts', '../../debugger/host/ok.ts'],
  ['index-is-for-others', 'engine/view/index-user.ts', '../index.ts'],
  ['versions-are-strangers', 'engine/state/ikev1/bad.ts', '../ikev2/ok.ts'],
  ['versions-are-strangers', 'engine/decide/ikev2/bad.ts', '../../state/ikev1/ok.ts'],
  ['ipsec-knows-no-ike', 'engine/state/ipsec/bad.ts', '../ikev1/ok.ts'],
  ['tests-stay-outside', 'engine/wire/leaning.ts', './ok.test.ts'],
  ['no-cycles', 'engine/wire/cycle-a.ts', './cycle-b.ts'],
] as const;

/** What is allowed, so that a rule that forbids everything fails as well. */
const lawful = [
  ['engine/values/ok.ts', './branded.ts'],
  ['engine/values/branded.ts', undefined],
  ['engine/bytes/ok.ts', undefined],
  ['engine/registry/ok.ts', '../values/ok.ts'],
  ['engine/wire/ok.ts', '../registry/ok.ts'],
  ['engine/wire/ok.test.ts', '../crypto/ok.ts'],
  ['engine/wire/cycle-b.ts', './cycle-a.ts'],
  ['engine/crypto/ok.ts', '../registry/ok.ts'],
  ['engine/crypto/pure/ok.ts', '@noble/hashes'],
  ['engine/state/ok.ts', '../wire/ok.ts'],
  ['engine/state/ikev1/ok.ts', '../ok.ts'],
  ['engine/state/ikev2/ok.ts', '../ok.ts'],
  ['engine/log/ok.ts', undefined],
  ['engine/log/file-reader.ts', './ok.ts'],
  ['engine/decide/ok.ts', '../state/ok.ts'],
  ['engine/live/ok.ts', '../decide/ok.ts'],
  ['engine/view/ok.ts', '../state/ok.ts'],
  ['engine/host/ok.ts', 'node:dgram'],
  ['engine/index.ts', './view/ok.ts'],
  ['debugger/protocol/ok.ts', '../../engine/index.ts'],
  ['debugger/host/ok.ts', '../../engine/index.ts'],
  ['debugger/host/files.ts', 'node:fs'],
  ['debugger/window/ok.ts', '../protocol/ok.ts'],
  ['debugger/main/ok.ts', 'electron'],
] as const;

const root = path.resolve(import.meta.dirname, '../..');
let tree: string;
let violations: readonly Violation[];
let cruised: number;

beforeAll(async () => {
  fs.mkdirSync(path.join(root, '.cache'), { recursive: true });
  tree = fs.mkdtempSync(path.join(root, '.cache', 'layout-'));
  for (const [file, imported] of lawful) plant(file, imported);
  for (const [, file, imported] of planted) plant(file, imported);
  ({ violations, cruised } = await checkLayout(tree));
});

afterAll(() => fs.rmSync(tree, { recursive: true, force: true }));

function plant(file: string, imported: string | undefined): void {
  const target = path.join(tree, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(
    target,
    imported === undefined
      ? 'export const nothing = 0;\n'
      : `import type * as other from '${imported}';\nexport type Other = typeof other;\n`,
  );
}

describe('import rules', () => {
  test.each(planted)('%s catches %s importing %s', (rule, file) => {
    expect(violations.filter((violation) => violation.from === file).map((violation) => violation.rule)).toContain(rule);
  });

  test('let every lawful import be', () => {
    const files: readonly string[] = lawful.map(([file]) => file).filter((file) => !file.includes('cycle'));
    expect(violations.filter(({ from }) => files.includes(from))).toEqual([]);
  });

  test('each have a planted import', () => {
    const covered = new Set<string>(planted.map(([rule]) => rule));
    expect(ruleNames.filter((name) => !covered.has(name))).toEqual([]);
  });

  test('read every file of the tree', () => {
    expect(cruised).toBeGreaterThanOrEqual(planted.length + lawful.length);
  });

  test('hold in this repository, where every folder has a row', async () => {
    const here = await checkLayout(root);
    expect(here.cruised).toBeGreaterThan(0);
    expect(here.violations).toEqual([]);
    expect(foldersWithoutRow(root)).toEqual([]);
  });
});
