/** Input and output mappings: JSON whose strings are CEL, evaluated to a task's input and output. */
import { withinBudget } from '../json/evaluation-budget.js';
import { compile } from '../expressions/cel.js';
import { isObject, type Json, type JsonObject } from '../json/json.js';
import type { WorkflowTask } from './workflow.js';

/** The variables of expressions; `item` also has the name of the map's `as`. */
export type Context = {
  params: JsonObject;
  tasks: Record<string, { status: string; output: Json }>;
  item?: Json;
  execution: { id: string };
};

type Fill = (scope: Record<string, unknown>) => Json;

/**
 * Strings are CEL, objects and lists are walked, other values are literals. All expressions of a mapping share one budget.
 * The function throws `expression_failed` or `too_costly`.
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

/** The task's input: its evaluated input mapping, else its id, the parameters and the outputs of its dependencies. */
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

/** The task's output, from the endpoint's response (`output`). */
export function outputFor(task: WorkflowTask, context: Context & { output: Json }): Json {
  if (!task.outputMapping) return context.output;
  return compileMapping(task.outputMapping)({ ...scopeOf(task, context), output: context.output });
}

function scopeOf(task: WorkflowTask, { params, tasks, item, execution }: Context): Record<string, unknown> {
  const scope = { params, tasks, execution };
  return item === undefined ? scope : { ...scope, item, [task.config.map?.as ?? 'item']: item };
}
