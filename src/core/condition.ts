/** Conditions and single CEL expressions: compiled, checked when a workflow is saved, and asked what they read. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, compile, failure, strictEnvironment } from './cel.js';
import { InvalidInput, type Fault } from './errors.js';
import type { Json } from './workflow.js';

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

function collect(node: ASTNode, reader: ASTNode | undefined, into: References): void {
  const id = taskNamed(node);
  if (id !== null) {
    into.tasks.add(id);
    if (!(isField(reader) && reader.args[1] === 'status')) into.outputs.add(id);
  } else if (node.op === 'id' && node.args === 'tasks') into.all = true;
  else for (const child of childrenOf(node)) collect(child, node, into);
}

/** The id in `tasks.id`, `tasks.?id` or `tasks["id"]`. */
function taskNamed(node: ASTNode): string | null {
  const indexed = node.op === '[]' || node.op === '[?]';
  if (!(indexed || isField(node)) || node.args[0].op !== 'id' || node.args[0].args !== 'tasks') return null;
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
