/** Ends an execution: with an output that matches its schema, with the failure that stopped it, or by a time limit. */
import { closed, ended, stepOf, type ExecutionState, type Step } from './execution-state.js';
import { InvalidInput } from '../errors.js';
import { failureOf } from './decision-failure.js';
import { compileMapping } from '../workflows/mapping.js';
import type { Transition } from './transitions.js';
import { checkSchema } from '../validation/json-schema.js';
import { cancel } from './task-step.js';
import type { Execution, Failure } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';

/** To be called once all tasks have ended and none of them fails the execution. */
export function complete(current: ExecutionState): Transition {
  try {
    const output = outputOf(current);
    const [fault] = checkSchema(current.graph.definition.outputSchema, output, 'output', false);
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

/** Cancels what has not started, waits for what runs, then fails the execution. */
export function cancelAndFail(current: ExecutionState, error: Failure): Transition[] {
  const steps = [...current.steps.values()];
  const moves = steps.flatMap((step) => cancels(step, (status) => status !== 'running'));
  if (!steps.every(closed)) return moves;
  return [...moves, { kind: 'finish', status: 'failed', output: null, error }];
}

/** Cancels everything, running tasks too. */
export function timeOut(current: ExecutionState, error: Failure): Transition[] {
  return [...cancelAll(current), { kind: 'finish', status: 'timed_out', output: null, error }];
}

/** Ends a child that nobody waits for. */
export function abandon(current: ExecutionState): Transition[] {
  return [...cancelAll(current), { kind: 'finish', status: 'cancelled', output: null, error: null }];
}

const cancelAll = ({ steps }: ExecutionState): Transition[] =>
  [...steps.values()].flatMap((step) => cancels(step, () => true));

/** Null while no time limit is reached. */
export function whyLate({ execution, graph, now, clock }: ExecutionState): Failure | null {
  const { deadline, startedAt, pausedSeconds = 0 } = execution;
  const { timeout } = graph.definition;
  if (deadline && deadline <= now)
    return { code: 'deadline_passed', message: `The deadline ${deadline.toISOString()} has passed.` };
  if (startedAt && startedAt.getTime() + (timeout + pausedSeconds) * 1000 <= clock.getTime())
    return { code: 'execution_timeout', message: `The execution ran longer than its ${timeout} seconds.` };
  return null;
}

/** The budget is spent before all tasks are done. */
export const budgetExceeded = ({ id, rootId, spentUsd, budgetUsd }: Execution): Failure => ({
  code: 'budget_exceeded',
  message: `The execution has spent ${spentUsd} of its budget of ${budgetUsd} USD and is not done: POST /v1/executions/${rootId ?? id}/resume with a budgetUsd for the rest.`,
});

/** A map's own row is cancelled last, once all of its items have ended. */
function cancels(step: Step, may: (status: string) => boolean): Transition[] {
  const items = step.items
    .filter((item) => !ended(item) && may(item.status))
    .map((item) => cancel(step, item));
  const own = !ended(step.state) && may(step.state.status) && step.items.every(ended);
  return own ? [...items, cancel(step, null)] : items;
}

/** The execution's failure, for a task that fails it. */
export function taskFailure({ task, state, error }: Step): Failure {
  if (state.status === 'cancelled')
    return { code: 'task_cancelled', message: `Task ${task.taskId} was cancelled.` };
  const { code, message } = error ?? { code: 'task_failed', message: 'no reason was recorded.' };
  return { code, message: `Task ${task.taskId} failed: ${message}` };
}
