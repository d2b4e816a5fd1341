/** CEL, the language of conditions and mappings: bounded loops, RE2 patterns, and plain JSON as result. */
import { Environment, EvaluationError, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import { LRUCache } from 'lru-cache';
import { withinBudget, spend } from '../json/evaluation-budget.js';
import { offerMeter } from './cel-functions.js';
import { childrenOf, MACROS, metered, nodesOf } from './cel-meter.js';
import { InvalidInput } from '../errors.js';
import { toJson, type Json } from '../json/json.js';
import { matchesPattern, patternFault } from '../validation/regex.js';
import { exactResult } from '../json/exact-arithmetic.js';
import { cut } from '../json/text.js';

const MAX_NESTING = 2;
const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

export interface Expression {
  ast: ASTNode;
  /** Throws InvalidInput `expression_failed` or `too_costly`. The message names the expression and the cause, never a value. */
  evaluate: (scope: Record<string, unknown>) => Json;
}

/** Knows declared variables only; it checks expressions when a workflow is saved. */
export const strictEnvironment = environment({ unlistedVariablesAreDyn: false });
const environments = {
  open: environment({ unlistedVariablesAreDyn: true }),
  metered: offerMeter(environment({ unlistedVariablesAreDyn: true, limits: {} })),
};

const compiled = new LRUCache<string, Expression>({ max: 10_000 });

/** Compiles a source once. Throws InvalidInput `expression_failed` if it cannot be parsed or exceeds a limit. */
export function compile(source: string): Expression {
  let expression = compiled.get(source);
  if (!expression) compiled.set(source, (expression = build(source)));
  return expression;
}

function build(source: string): Expression {
  const parsed = guarded(source, () => environments.open.parse(source));
  const refusal = refusalOf(parsed.ast);
  if (refusal) throw failure(source, refusal);
  const run = environments.metered.parse(metered(parsed.ast));
  const nodes = [...nodesOf(parsed.ast)].length;
  const evaluate = (scope: Record<string, unknown>): Json =>
    guarded(source, () =>
      withinBudget(() => {
        spend(nodes);
        return toJson(run(scope));
      }),
    );
  return { ast: parsed.ast, evaluate };
}

/** Why Radiant refuses an expression that CEL allows; null if it accepts it. */
function refusalOf(ast: ASTNode): string | null {
  if (nesting(ast) > MAX_NESTING) return `all, exists, map, filter and bind nest at most ${MAX_NESTING} deep`;
  for (const { op, args } of nodesOf(ast)) {
    const name = op === 'call' || op === 'rcall' ? args[0] : '';
    // `matches` is a JavaScript RegExp, which can take exponential time.
    if (name === 'matches') return 'matches() is not offered; use re2(text, pattern)';
    if (name.endsWith('_')) return `${name}() is not offered`;
    const pattern = op === 'call' && name === 're2' ? args[1][1] : undefined;
    const fault = pattern?.op === 'value' ? patternFault(String(pattern.args)) : null;
    if (fault) return `re2(): ${fault}`;
  }
  return null;
}

function nesting(node: ASTNode): number {
  if (node.op !== 'rcall' || !MACROS.has(node.args[0])) return Math.max(0, ...childrenOf(node).map(nesting));
  return Math.max(nesting(node.args[1]), 1 + Math.max(0, ...node.args[2].map(nesting)));
}

/** JSON numbers are doubles and literals are integers, so arithmetic accepts both. */
function environment(options: ConstructorParameters<typeof Environment>[0]): Environment {
  const env = new Environment({
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 500, maxDepth: 40 },
    ...options,
  });
  env.registerOperator('double % double', (a: number, b: number) => a % b);
  for (const [sign, compute] of Object.entries(ARITHMETIC)) {
    const mixed = (a: number | bigint, b: number | bigint): number =>
      exactResult(sign, a, b, compute(Number(a), Number(b)));
    env
      .registerOperator(`double ${sign} int: double`, mixed)
      .registerOperator(`int ${sign} double: double`, mixed);
  }
  return env.registerFunction('re2(string, string): bool', matchesPattern);
}

function guarded<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof InvalidInput ? error.code : undefined;
    throw failure(source, causeOf(error), code);
  }
}

/** Summaries of the library may quote data (keys, strings). Its codes and parse errors do not. */
function causeOf(error: unknown): string {
  if (error instanceof ParseError) return error.summary;
  if (error instanceof EvaluationError) {
    const { code, summary, node } = error;
    if (code === 'no_such_key' && node?.op === '.') return `no such key: ${node.args[1]}`;
    return NAMES_TYPES_ONLY.has(code) ? asWritten(summary) : code.replaceAll('_', ' ');
  }
  return error instanceof RangeError || error instanceof InvalidInput
    ? error.message
    : 'it cannot be computed';
}

const NAMES_TYPES_ONLY = new Set([
  'no_such_overload',
  'no_matching_overload',
  'unknown_variable',
  'invalid_condition_type',
  'incompatible_ternary_branches',
]);

/** Removes the `_` at the end of the names of our replacement functions. */
const asWritten = (summary: string): string => summary.replaceAll('_(', '(');

/** An error whose code and message hold no data, so they can become a task's Failure. */
export const failure = (source: string, cause: string, code = 'expression_failed'): InvalidInput =>
  new InvalidInput(`The expression "${cut(source, 200)}" failed: ${cause}.`, [], code);
