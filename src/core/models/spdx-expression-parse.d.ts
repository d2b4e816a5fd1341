/** Types of a package that has none. */
declare module 'spdx-expression-parse' {
  export type Expression =
    | { license: string; plus?: true; exception?: string }
    | { left: Expression; conjunction: 'and' | 'or'; right: Expression };
  /** Throws if it cannot be parsed. */
  export default function parse(source: string): Expression;
}
