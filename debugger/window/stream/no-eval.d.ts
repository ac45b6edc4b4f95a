/** The build of msgpackr that never compiles code at run time: the page's content security policy forbids it. */
declare module 'msgpackr/index-no-eval' {
  export { Packr } from 'msgpackr';
}
