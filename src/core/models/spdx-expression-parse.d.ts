/** The package brings no types of its own. */
declare module 'spdx-expression-parse' {
  export type Expression =
    | { license: string; plus?: true; exception?: string }
    | { left: Expression; conjunction: 'and' | 'or'; right: Expression };
  /** Throws what is wrong with it. */
  export default function parse(source: string): Expression;
}
