/** Evaluates a task that needs no worker, in the decision that starts it: its expressions and checks read only this execution. */
import { InvocationError } from '../errors.js';
import { sharingBudget } from '../json/evaluation-budget.js';
import { checkShape } from '../json/limits.js';
import type { Json } from '../json/json.js';
import { inputFor, outputFor, type Context } from '../workflows/mapping.js';
import { runChecks } from '../workflows/validation-checks.js';
import type { WorkflowTask } from '../workflows/workflow.js';

export interface Evaluated {
  input: Json;
  output: Json;
}

/** Null: a worker has to run the task. `later`: this decision has taken long enough, and the next one goes on. */
export type EvaluateInline = (task: WorkflowTask, context: Context) => Evaluated | null | 'later';

/** Characters of JSON text, of input and output together. A larger result may have to go to blob storage. */
const MOST = 64_000;
/** Marks of values that blob storage holds, or has to hold. */
const STORED = /"\$(file|blob)"/;

export const needsNoWorker = ({ type, config }: WorkflowTask): boolean =>
  (type === 'transform' || type === 'validation') && !config.map;

/**
 * The result of a task that needs no worker, before its output mapping: of a transform its input.
 *
 * @throws InvocationError `validation_failed`
 */
export function resultOf({ type, config }: WorkflowTask, input: Json, context: Context): Json {
  if (type === 'transform') return input;
  const faults = runChecks(config, input, { ...context });
  if (faults.length === 0) return { valid: true };
  const named = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new InvocationError('invalid', 'validation_failed', `The input is not valid: ${named}.`);
}

/**
 * Null if the task fails, its result does not fit into a row, or all of its expressions and checks together exceed one budget:
 * then a worker runs it, and records what happened.
 */
export const evaluateInline = (task: WorkflowTask, context: Context): Evaluated | null => {
  try {
    return sharingBudget(() => evaluated(task, context));
  } catch {
    return null;
  }
};

function evaluated(task: WorkflowTask, context: Context): Evaluated | null {
  const input = inputFor(task, context);
  const output = outputFor(task, { ...context, output: resultOf(task, input, context) });
  const text = JSON.stringify([input, output]);
  const fits = text.length <= MOST && !STORED.test(text) && checkShape({ input, output }).length === 0;
  return fits ? { input, output } : null;
}
