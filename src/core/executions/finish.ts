/** How an execution ends: with an output that keeps its promise, with the failure that stopped it, or out of time. */
import { closed, ended, stepOf, type ExecutionState, type Step } from './execution-state.js';
import { InvalidInput } from '../errors.js';
import { failureOf } from './failure.js';
import { compileMapping } from '../workflows/mapping.js';
import type { Transition } from './transitions.js';
import { checkSchema } from '../validation/json-schema.js';
import { cancel } from './task-step.js';
import type { Execution, Failure } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';

/** For when everything has ended and no failure counts. */
export function complete(board: ExecutionState): Transition {
  try {
    const output = outputOf(board);
    const [fault] = checkSchema(board.graph.definition.outputSchema, output, 'output', false);
    if (fault) throw new InvalidInput(mismatch(fault.path, fault.message), [], 'output_mismatch');
    return { kind: 'finish', status: 'succeeded', output, error: null };
  } catch (error) {
    return { kind: 'finish', status: 'failed', output: null, error: failureOf(error) };
  }
}

const mismatch = (path: string, message: string): string =>
  `The output does not match the output schema of the workflow: ${path} ${message}.`;

function outputOf({ graph, steps, scope }: ExecutionState): Json {
  const { outputMapping } = graph.definition;
  if (outputMapping) return compileMapping(outputMapping)(scope);
  const leaves = graph.leaves.map((id) => [id, stepOf(steps, id).state] as const);
  const made = leaves.filter(([, { status }]) => status === 'succeeded');
  return Object.fromEntries(made.map(([id, { output }]) => [id, output]));
}

/** What has not begun is cancelled, what runs is waited for, then the execution fails. */
export function cancelAndFail(board: ExecutionState, error: Failure): Transition[] {
  const steps = [...board.steps.values()];
  const moves = steps.flatMap((step) => cancels(step, (status) => status !== 'running'));
  if (!steps.every(closed)) return moves;
  return [...moves, { kind: 'finish', status: 'failed', output: null, error }];
}

/** Everything is cancelled, running work too. */
export function timeOut(board: ExecutionState, error: Failure): Transition[] {
  const moves = [...board.steps.values()].flatMap((step) => cancels(step, () => true));
  return [...moves, { kind: 'finish', status: 'timed_out', output: null, error }];
}

/** Null while there is time. */
export function whyLate({ execution, graph, now }: ExecutionState): Failure | null {
  const { deadline, startedAt } = execution;
  const { timeout } = graph.definition;
  if (deadline && deadline <= now)
    return { code: 'deadline_passed', message: `The deadline ${deadline.toISOString()} has passed.` };
  if (startedAt && startedAt.getTime() + timeout * 1000 <= now.getTime())
    return { code: 'execution_timeout', message: `The execution ran longer than its ${timeout} seconds.` };
  return null;
}

/** Its money is used up, and something is left to do. */
export const budgetExceeded = ({ id, spentUsd, budgetUsd }: Execution): Failure => ({
  code: 'budget_exceeded',
  message: `It has cost ${spentUsd} of the ${budgetUsd} USD that it may cost, and is not done: POST /v1/executions/${id}/resume with a budgetUsd for the rest.`,
});

/** A map's own row goes last, and only when nothing of it is left. */
function cancels(step: Step, may: (status: string) => boolean): Transition[] {
  const items = step.items
    .filter((item) => !ended(item) && may(item.status))
    .map((item) => cancel(step, item));
  const own = !ended(step.state) && may(step.state.status) && step.items.every(ended);
  return own ? [...items, cancel(step, null)] : items;
}

/** For a failure that counts. */
export function taskFailure({ task, state, error }: Step): Failure {
  if (state.status === 'cancelled')
    return { code: 'task_cancelled', message: `Task ${task.taskId} was cancelled.` };
  const { code, message } = error ?? { code: 'task_failed', message: 'no reason was recorded.' };
  return { code, message: `Task ${task.taskId} failed: ${message}` };
}
