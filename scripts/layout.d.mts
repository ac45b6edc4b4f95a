// Types of layout.mjs, for the tests.
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly comment?: string;
}
export function checkLayout(baseDir: string): Promise<{ cruised: number; violations: Violation[] }>;
export function foldersWithoutRow(baseDir: string): string[];
export const ruleNames: readonly string[];
