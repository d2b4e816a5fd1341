/** CEL, the language of conditions and mappings: no loops but bounded ones, no regular expressions but RE2, plain JSON out. */
import { Environment, EvaluationError, ParseError, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { LRUCache } from 'lru-cache';
import { InvalidInput } from './errors.js';
import { toJson } from './json.js';
import { found, isPattern } from './pattern.js';
import { cut } from './text.js';
import type { Json } from './workflow.js';

/** Node evaluations plus list elements read inside an expression with loops; about half a second on a busy machine. */
const BUDGET = 500_000;
const MAX_NESTING = 2;
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const MACROS = new Set([...LOOPS, 'bind']);
const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

export interface Expression {
  ast: ASTNode;
  /** Throws InvalidInput `expression_failed`; its message names the expression and the cause, never a value. */
  evaluate: (scope: Record<string, unknown>) => Json;
}

/** Declared variables only, for checking at save; `matches` is refused because it is a JavaScript RegExp. */
export const strictEnvironment = environment({ unlistedVariablesAreDyn: false });
const environments = {
  open: environment({ unlistedVariablesAreDyn: true }),
  charged: environment({ unlistedVariablesAreDyn: true, limits: {} }).registerFunction(
    'charge_(T, int): T',
    charge,
  ),
};

const compiled = new LRUCache<string, Expression>({ max: 10_000 });

/** Compiled once per source. Throws InvalidInput `expression_failed` when it cannot be parsed or breaks a limit. */
export function compile(source: string): Expression {
  let expression = compiled.get(source);
  if (!expression) compiled.set(source, (expression = build(source)));
  return expression;
}

function build(source: string): Expression {
  const parsed = guarded(source, () => environments.open.parse(source));
  const refusal = refusalOf(parsed.ast);
  if (refusal) throw failure(source, refusal);
  const run = nesting(parsed.ast) === 0 ? parsed : environments.charged.parse(serialize(metered(parsed.ast)));
  const evaluate = (scope: Record<string, unknown>): Json =>
    guarded(source, () => {
      remaining = BUDGET;
      const value: unknown = run(scope);
      // Quantifiers swallow errors, so an exhausted budget may not have surfaced.
      if (remaining < 0) throw new RangeError('it goes through too many elements');
      return toJson(value);
    });
  return { ast: parsed.ast, evaluate };
}

/** What the language allows but we do not, as a sentence; null when there is nothing. */
function refusalOf(ast: ASTNode): string | null {
  if (nesting(ast) > MAX_NESTING) return `all, exists, map, filter and bind nest at most ${MAX_NESTING} deep`;
  for (const { op, args } of nodesOf(ast)) {
    const name = op === 'call' || op === 'rcall' ? args[0] : '';
    if (name === 'matches') return 'matches() is not offered; use re2(text, pattern)';
    if (name === 'charge_') return 'charge_() is not offered';
    const pattern = op === 'call' && name === 're2' ? args[1][1] : undefined;
    if (pattern?.op === 'value' && !isPattern(String(pattern.args))) return 're2() cannot read this pattern';
  }
  return null;
}

/** The nodes of an expression, parents first. */
function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

export const childrenOf = ({ op, args }: ASTNode): ASTNode[] =>
  op === 'value' ? [] : [args].flat(3).filter((part): part is ASTNode => typeof part === 'object');

function nesting(node: ASTNode): number {
  if (node.op !== 'rcall' || !MACROS.has(node.args[0])) return Math.max(0, ...childrenOf(node).map(nesting));
  return Math.max(nesting(node.args[1]), 1 + Math.max(0, ...node.args[2].map(nesting)));
}

/** The same expression with every list it goes through charged first: by its length, times the size of the loop's body. */
function metered(node: ASTNode): ASTNode {
  const { op, args } = node;
  // Literals stay as they are written: serialize() would round small numbers.
  if (op === 'value') return sketch('id', node.input.slice(node.start, node.end));
  if (op === 'rcall' && LOOPS.has(args[0])) {
    const body = args[2].flatMap((arg) => [...nodesOf(arg)]).length;
    return sketch('rcall', [args[0], charged(args[1], body), args[2].map(metered)]);
  }
  if (op === 'in') return sketch(op, [metered(args[0]), charged(args[1], 1)]);
  if (op === '+' || op === '==' || op === '!=') return sketch(op, [charged(args[0], 1), charged(args[1], 1)]);
  const copy = (part: unknown): unknown =>
    Array.isArray(part) ? part.map(copy) : typeof part === 'object' ? metered(part as ASTNode) : part;
  return sketch(op, copy(args));
}

const charged = (node: ASTNode, weight: number): ASTNode =>
  sketch('call', ['charge_', [metered(node), sketch('id', String(weight))]]);

/** serialize() reads nothing of a node but these two. */
const sketch = (op: ASTNode['op'], args: unknown): ASTNode => ({ op, args }) as ASTNode;

/** Evaluation is synchronous, so one meter serves every expression. */
let remaining = BUDGET;

function charge(value: unknown, weight: bigint): unknown {
  if (typeof value === 'object' && value !== null) {
    const length = Array.isArray(value) ? value.length : Object.keys(value).length;
    remaining -= Number(weight) * length;
    if (remaining < 0) throw new RangeError('it goes through too many elements');
  }
  return value;
}

/** JSON numbers are doubles while literals are integers: arithmetic must take both. */
function environment(options: ConstructorParameters<typeof Environment>[0]): Environment {
  const env = new Environment({
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 500, maxDepth: 40 },
    ...options,
  });
  env.registerOperator('double % double', (a: number, b: number) => a % b);
  for (const [sign, compute] of Object.entries(ARITHMETIC)) {
    const mixed = (a: number | bigint, b: number | bigint): number => compute(Number(a), Number(b));
    env
      .registerOperator(`double ${sign} int: double`, mixed)
      .registerOperator(`int ${sign} double: double`, mixed);
  }
  return env.registerFunction('re2(string, string): bool', found);
}

function guarded<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(source, causeOf(error));
  }
}

/** Summaries of the library may quote data (keys, strings); its codes and parse errors cannot. */
function causeOf(error: unknown): string {
  if (error instanceof ParseError) return error.summary;
  if (error instanceof EvaluationError) {
    const { code, summary, node } = error;
    if (code === 'no_such_key' && node?.op === '.') return `no such key: ${node.args[1]}`;
    return SPEAKS_OF_TYPES.has(code) ? summary : code.replaceAll('_', ' ');
  }
  return error instanceof RangeError ? error.message : 'it cannot be computed';
}

const SPEAKS_OF_TYPES = new Set([
  'no_such_overload',
  'no_matching_overload',
  'unknown_variable',
  'invalid_condition_type',
  'incompatible_ternary_branches',
]);

/** Ready to be a task's Failure: code and message without data. */
export const failure = (source: string, cause: string): InvalidInput =>
  new InvalidInput(`The expression "${cut(source, 200)}" failed: ${cause}.`, [], 'expression_failed');
