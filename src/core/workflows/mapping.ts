/** Input and output mappings: JSON whose strings are CEL, turned into what a task receives and what it leaves behind. */
import { withinBudget } from '../json/evaluation-budget.js';
import { compile } from '../expressions/cel.js';
import { isObject, type Json, type JsonObject } from '../json/json.js';
import type { WorkflowTask } from './workflow.js';

/** What expressions see; `item` also goes by the map's `as`. */
export interface Context {
  params: JsonObject;
  tasks: Record<string, { status: string; output: Json }>;
  item?: Json;
  execution: { id: string };
}

type Fill = (scope: Record<string, unknown>) => Json;

/**
 * Strings are CEL, objects and lists are walked, everything else stands for itself. Its expressions share one budget.
 * Throws `expression_failed` or `too_costly`.
 */
export function compileMapping(mapping: JsonObject): (scope: Record<string, unknown>) => Json {
  const fill = compilePart(mapping);
  return (scope) => withinBudget(() => fill(scope));
}

function compilePart(part: Json): Fill {
  if (typeof part === 'string') return compile(part).evaluate;
  if (Array.isArray(part)) {
    const items = part.map(compilePart);
    return (scope) => items.map((fill) => fill(scope));
  }
  if (!isObject(part)) return () => part;
  const fields = Object.entries(part).map(([key, value]) => [key, compilePart(value)] as const);
  return (scope) => Object.fromEntries(fields.map(([key, fill]) => [key, fill(scope)]));
}

/** What the task receives: its input mapping filled in, else its own id, the parameters and what its dependencies made. */
export function inputFor(task: WorkflowTask, context: Context): Json {
  if (task.inputMapping) return compileMapping(task.inputMapping)(scopeOf(task, context));
  const inputs = Object.fromEntries(
    task.dependsOn.flatMap((id) => {
      const dependency = context.tasks[id];
      return dependency?.status === 'succeeded' ? [[id, dependency.output]] : [];
    }),
  );
  const item = context.item === undefined ? {} : { item: context.item };
  return { task: task.taskId, parameters: context.params, inputs, ...item };
}

/** What the task leaves behind, from what it answered (`output`). */
export function outputFor(task: WorkflowTask, context: Context & { output: Json }): Json {
  if (!task.outputMapping) return context.output;
  return compileMapping(task.outputMapping)({ ...scopeOf(task, context), output: context.output });
}

function scopeOf(task: WorkflowTask, { params, tasks, item, execution }: Context): Record<string, unknown> {
  const scope = { params, tasks, execution };
  return item === undefined ? scope : { ...scope, item, [task.config.map?.as ?? 'item']: item };
}
