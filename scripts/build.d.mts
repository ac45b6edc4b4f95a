// Types of build.mjs, for the tests.
export function build(wish?: { sizes?: boolean }): Promise<void>;
export function buildIfStale(): Promise<void>;
