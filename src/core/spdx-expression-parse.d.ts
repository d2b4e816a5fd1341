/** The package brings no types of its own. */
declare module 'spdx-expression-parse' {
  /** Throws what is wrong with it. */
  export default function parse(source: string): object;
}
