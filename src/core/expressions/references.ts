/** Compiles conditions, checks expressions when a workflow is saved, and finds what they read. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './cel-meter.js';
import { compile, failure, strictEnvironment } from './cel.js';
import { InvalidInput, type Fault } from '../errors.js';
import type { Json } from '../json/json.js';

/** Evaluation throws InvalidInput `expression_failed`, also if the result is not a boolean. */
export function compileCondition(source: string): (scope: Record<string, unknown>) => boolean {
  const { evaluate } = compile(source);
  return (scope) => {
    const verdict = evaluate(scope);
    if (typeof verdict !== 'boolean') throw failure(source, 'a condition must be true or false');
    return verdict;
  };
}

/**
 * Returns the faults of an expression, with empty paths.
 *
 * @param names variables beyond those of `scope`, such as `item`
 * @param scope the variables that the engine provides where the expression is evaluated
 */
export function checkExpression(
  source: string,
  kind: 'condition' | 'value',
  names: readonly string[],
  scope: readonly string[] = ['params', 'tasks', 'execution'],
): Fault[] {
  try {
    compile(source);
  } catch (error) {
    return [{ path: '', message: (error as InvalidInput).message }];
  }
  const env = strictEnvironment.clone();
  for (const name of scope) env.registerVariable(name, 'map');
  for (const name of new Set(names)) env.registerVariable(name, 'dyn');
  const { type, error } = env.check(source);
  if (error) return [{ path: '', message: failure(source, error.summary).message }];
  if (kind === 'value' || type === 'bool' || type === 'dyn') return [];
  return [{ path: '', message: `The condition "${source}" must be a bool and is ${type}.` }];
}

export interface References {
  /** All tasks that are named. */
  tasks: Set<string>;
  /** Those of which more than the status is read. */
  outputs: Set<string>;
  /** `tasks` is used as a whole or with a computed key, so any task may be read. */
  all: boolean;
}

/** The `tasks.<id>` that expressions read, found in their syntax trees. */
export function referencesOf(sources: readonly string[]): References {
  const references: References = { tasks: new Set(), outputs: new Set(), all: false };
  for (const source of sources) collect(compile(source).ast, undefined, references);
  return references;
}

export interface ParametersRead {
  /** An expression fails without these. */
  required: Set<string>;
  /** Read in a way that works without them: `has(params.x)`, `params.?x`, `"x" in params`. */
  optional: Set<string>;
}

/** The `params.<name>` that expressions read. A read by a computed key is not found. */
export function parametersIn(sources: readonly string[]): ParametersRead {
  const read: ParametersRead = { required: new Set(), optional: new Set() };
  const visit = (node: ASTNode, isOptional: boolean): void => {
    const name = memberOf('params', node);
    if (name !== null)
      (isOptional || node.op === '.?' || node.op === '[?]' ? read.optional : read.required).add(name);
    const within = node.op === 'in' ? node.args : [];
    if (within[0]?.op === 'value' && within[1]?.op === 'id' && within[1].args === 'params')
      read.optional.add(String(within[0].args));
    const isTest = node.op === 'call' && node.args[0] === 'has';
    for (const child of childrenOf(node)) visit(child, isTest);
  };
  for (const source of sources) visit(compile(source).ast, false);
  return read;
}

function collect(node: ASTNode, reader: ASTNode | undefined, into: References): void {
  const id = memberOf('tasks', node);
  if (id !== null) {
    into.tasks.add(id);
    if (!(isField(reader) && reader.args[1] === 'status')) into.outputs.add(id);
  } else if (node.op === 'id' && node.args === 'tasks') into.all = true;
  else for (const child of childrenOf(node)) collect(child, node, into);
}

/** The name in `root.name`, `root.?name` or `root["name"]`. */
function memberOf(root: 'tasks' | 'params', node: ASTNode): string | null {
  const indexed = node.op === '[]' || node.op === '[?]';
  if (!(indexed || isField(node)) || node.args[0].op !== 'id' || node.args[0].args !== root) return null;
  const key = node.args[1];
  if (typeof key === 'string') return key;
  return key.op === 'value' ? String(key.args) : null;
}

const isField = (node: ASTNode | undefined): node is Extract<ASTNode, { op: '.' | '.?' }> =>
  node?.op === '.' || node?.op === '.?';

/** All expressions of a mapping: its strings. */
export function expressionsIn(mapping: Json): string[] {
  if (typeof mapping === 'string') return [mapping];
  return typeof mapping === 'object' && mapping !== null ? Object.values(mapping).flatMap(expressionsIn) : [];
}
