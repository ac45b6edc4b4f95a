// Types of electron-runtime.mjs, for the tests.
export interface Runtime {
  readonly origin: 'named' | 'own' | 'prepared';
  readonly folder: string;
  readonly executable: string;
}
export type Probe =
  | { readonly starts: true; readonly electron: string; readonly node: string }
  | { readonly starts: false; readonly libraries: readonly string[]; readonly packages: readonly string[]; readonly said: string };

export function findRuntime(): Runtime | undefined;
export function obtainRuntime(how: { say: (line: string) => void; own?: boolean }): Promise<Runtime>;
export function probe(executable: string): Probe;
