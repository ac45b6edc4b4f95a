// Suites that take minutes run only when asked for: `IKEWIND_LONG=1 npm test`.

/** For `describe.runIf(longSuites)`. */
export const longSuites = process.env['IKEWIND_LONG'] === '1';
