/** Conditions and single CEL expressions: compiled, checked when a workflow is saved, and asked what they read. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './cel-meter.js';
import { compile, failure, strictEnvironment } from './cel.js';
import { InvalidInput, type Fault } from '../errors.js';
import type { Json } from '../json/json.js';

/** Evaluation throws InvalidInput `expression_failed`, also when the result is no boolean. */
export function compileCondition(source: string): (scope: Record<string, unknown>) => boolean {
  const { evaluate } = compile(source);
  return (scope) => {
    const verdict = evaluate(scope);
    if (typeof verdict !== 'boolean') throw failure(source, 'a condition must be true or false');
    return verdict;
  };
}

/**
 * `names` are the variables in scope beyond those of `scope`, such as `item`. Paths are left empty.
 *
 * @param scope what the engine provides where the expression is evaluated
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
  /** Tasks named in any way. */
  tasks: Set<string>;
  /** Of these, the ones of which more than the status is read. */
  outputs: Set<string>;
  /** `tasks` is used as a whole or with a computed key: anything may be read. */
  all: boolean;
}

/** What `tasks.<id>` an expression reads, from its parsed tree. */
export function referencesOf(sources: readonly string[]): References {
  const references: References = { tasks: new Set(), outputs: new Set(), all: false };
  for (const source of sources) collect(compile(source).ast, undefined, references);
  return references;
}

export interface ParametersRead {
  /** An expression fails without these. */
  needed: Set<string>;
  /** Asked for in a way that also holds without them: `has(params.x)`, `params.?x`, `"x" in params`. */
  asked: Set<string>;
}

/** Which `params.<name>` expressions read; what is read by a computed key is not known. */
export function parametersIn(sources: readonly string[]): ParametersRead {
  const read: ParametersRead = { needed: new Set(), asked: new Set() };
  const look = (node: ASTNode, isAsked: boolean): void => {
    const name = memberOf('params', node);
    if (name !== null)
      (isAsked || node.op === '.?' || node.op === '[?]' ? read.asked : read.needed).add(name);
    const within = node.op === 'in' ? node.args : [];
    if (within[0]?.op === 'value' && within[1]?.op === 'id' && within[1].args === 'params')
      read.asked.add(String(within[0].args));
    const asks = node.op === 'call' && node.args[0] === 'has';
    for (const child of childrenOf(node)) look(child, asks);
  };
  for (const source of sources) look(compile(source).ast, false);
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

/** Every string in a mapping is an expression. */
export function expressionsIn(mapping: Json): string[] {
  if (typeof mapping === 'string') return [mapping];
  return typeof mapping === 'object' && mapping !== null ? Object.values(mapping).flatMap(expressionsIn) : [];
}
