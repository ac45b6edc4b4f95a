// Vitest reporter: names what was skipped, then says how many tests passed, failed and were skipped; continuous integration reads that line.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Reporter, TestModule, TestRunEndReason, TestSuite } from 'vitest/node';

type Outcome = 'passed' | 'failed' | 'skipped';

export class Counts implements Reporter {
  /** Also left behind as `test-results/counts.txt`. */
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], reason: TestRunEndReason): void {
    const counts: Record<Outcome, number> = { passed: 0, failed: errors.length, skipped: 0 };
    const skipped = new Set<string>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        const outcome = state === 'pending' ? 'skipped' : state;
        counts[outcome] += 1;
        if (outcome === 'skipped') skipped.add(`${module.relativeModuleId}: ${outermostSkipped(test.parent)?.fullName ?? test.fullName}`);
      }
      counts.failed += brokenOutsideTests(module);
    }
    if (reason === 'failed' && counts.failed === 0) counts.failed = 1;
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    fs.mkdirSync('test-results', { recursive: true });
    fs.writeFileSync(path.join('test-results', 'counts.txt'), `${line}\n`);
    for (const name of skipped) console.log(`SKIPPED ${name}`);
    console.log(line);
  }
}

/** The suite that was skipped as a whole, whose name says what is missing. */
function outermostSkipped(parent: TestSuite | TestModule): TestSuite | undefined {
  if (parent.type === 'module') return undefined;
  return outermostSkipped(parent.parent) ?? (parent.options.mode === 'skip' ? parent : undefined);
}

/** Errors of a file or of its hooks: no test failed, and yet the run did. */
function brokenOutsideTests(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0);
}
