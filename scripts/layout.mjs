// Checks the import rules of .dependency-cruiser.mjs over the engine and the debugger, and that every folder has its row.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import rules, { debuggerRows, engineRows } from '../.dependency-cruiser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export const ruleNames = rules.forbidden.map(({ name }) => name);

/**
 * Imports that break a rule.
 * @param {string} baseDir the folder that holds engine/ and debugger/
 * @returns {Promise<{cruised: number, violations: {rule: string, from: string, to: string, comment?: string}[]}>}
 */
export async function checkLayout(baseDir) {
  const folders = ['engine', 'debugger'].filter((folder) => fs.existsSync(path.join(baseDir, folder)));
  const { output } = await cruise(folders, { ...rules.options, baseDir, validate: true, ruleSet: { forbidden: rules.forbidden } });
  const comments = new Map(rules.forbidden.map(({ name, comment }) => [name, comment]));
  const violations = output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    comment: comments.get(rule.name),
  }));
  return { cruised: output.summary.totalCruised, violations };
}

/** Folders that no row speaks of, so that no rule looks at them. */
export function foldersWithoutRow(baseDir) {
  const rows = { engine: [...Object.keys(engineRows), 'host'], debugger: Object.keys(debuggerRows) };
  return Object.entries(rows).flatMap(([top, known]) =>
    fs
      .readdirSync(path.join(baseDir, top), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !known.includes(entry.name))
      .map((entry) => `${top}/${entry.name}`),
  );
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { cruised, violations } = await checkLayout(root);
  const strangers = foldersWithoutRow(root);
  for (const { rule, from, to, comment } of violations) console.error(`layout: ${from} imports ${to} (${rule}: ${comment})`);
  for (const folder of strangers) console.error(`layout: ${folder} has no row in .dependency-cruiser.mjs`);
  if (cruised === 0) console.error('layout: no module was read; dependency-cruiser needs TypeScript 6 to read .ts files');
  console.log(`layout: ${cruised} modules, ${violations.length + strangers.length} violations`);
  process.exitCode = violations.length + strangers.length === 0 && cruised > 0 ? 0 : 1;
}
