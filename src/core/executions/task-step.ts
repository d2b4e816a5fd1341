/** Decides about one task: skip it, start it, or check whether its wait is over. */
import { ended, stepOf, type ExecutionState, type Item, type Step, type Tally } from './execution-state.js';
import { endingByDefault } from '../approvals/decision.js';
import { requestOf } from '../approvals/request.js';
import { compile, failure } from '../expressions/cel.js';
import { compileCondition } from '../expressions/references.js';
import { InvalidInput } from '../errors.js';
import { failureOf } from './decision-failure.js';
import { NO_INSTANT, readInstant } from '../time/instants.js';
import { whySkipped, failedOrCancelled } from '../workflows/join.js';
import { inputFor } from '../workflows/mapping.js';
import { needsNoWorker } from './inline-task.js';
import type { Transition } from './transitions.js';
import { skippedOutput } from './results.js';
import { concurrencyOf } from '../workflows/graph.js';
import type { Failure } from '../workflows/workflow.js';

const MAX_ITEMS = 10_000;
/** Of all items of a map together, as JSON. */
const MAX_ITEMS_SIZE = 16_000_000;
/** The latest date that every part of Radiant can store. */
const LATEST = new Date('9999-12-31T23:59:59Z');

/** Changes the step as its transitions will change the rows, so that its dependents can be decided next. */
export function advanceTask(current: ExecutionState, step: Step): Transition[] {
  if (step.state.status === 'pending') return evaluatePending(current, step);
  return step.state.status === 'waiting' ? evaluateWaiting(current, step) : [];
}

function evaluatePending(current: ExecutionState, step: Step): Transition[] {
  const { task } = step;
  const before = task.dependsOn.map((id) => stepOf(current.steps, id).state.status);
  if (!before.every((status) => ended({ status }))) return [];
  const reason = whySkipped(task.config.join ?? 'all_succeeded', before);
  if (reason) return skip(step, reason);
  try {
    if (task.condition && !compileCondition(task.condition)(current.scope))
      return skip(step, 'its condition is false');
    return current.held ? [] : begin(current, step);
  } catch (error) {
    return fail(step, failureOf(error));
  }
}

function begin(current: ExecutionState, step: Step): Transition[] {
  const { taskId, type, config } = step.task;
  if (config.map) return expand(current, step, config.map.over);
  if (type === 'wait') return startWaiting(current, step);
  if (type === 'approval') return request(current, step);
  if (type === 'workflow') {
    step.state.status = 'waiting';
    return [{ kind: 'spawn', taskId, mapIndex: null }];
  }
  const evaluated =
    needsNoWorker(step.task) && !step.inputGiven ? current.evaluate(step.task, current.scope) : null;
  if (evaluated === 'later') {
    current.unfinished = true;
    return [];
  }
  if (evaluated) {
    Object.assign(step.state, { status: 'succeeded', output: evaluated.output });
    return [{ kind: 'complete', taskId, ...evaluated }];
  }
  step.state.status = 'ready';
  return [{ kind: 'release', taskId, mapIndex: null }];
}

function startWaiting(current: ExecutionState, step: Step): Transition[] {
  const { taskId, config } = step.task;
  const after = (seconds: number): Date => new Date(current.now.getTime() + seconds * 1000);
  const { seconds = 0, until: instant, signal = null, timeoutSeconds } = config.wait ?? {};
  const received = receive(current, step);
  if (received) return received;
  if (signal) step.dueAt = timeoutSeconds === undefined ? null : after(timeoutSeconds);
  else step.dueAt = instant === undefined ? after(seconds) : instantOf(instant, current.scope);
  if (step.dueAt && !(step.dueAt <= LATEST))
    throw new InvalidInput('The wait ends after the year 9999: use a shorter one.', [], 'wait_too_long');
  if (!signal && step.dueAt && step.dueAt <= current.now) return wake(step);
  step.state.status = 'waiting';
  return [{ kind: 'wait', taskId, until: step.dueAt, signal }];
}

function request({ scope, now }: ExecutionState, step: Step): Transition[] {
  const { task } = step;
  const facts = task.inputMapping ? inputFor(task, scope) : null;
  const approval = requestOf(task.config.approval ?? {}, { facts, scope, now });
  step.state.status = 'waiting';
  step.dueAt = approval.until;
  return [{ kind: 'request', taskId: task.taskId, approval }];
}

function endApproval(step: Step, now: Date): Transition[] {
  const { taskId, config } = step.task;
  const ending = endingByDefault(config.approval ?? {}, now);
  if ('error' in ending) return fail(step, ending.error);
  Object.assign(step.state, { status: 'succeeded', output: ending.output });
  return [{ kind: 'decide', taskId, output: ending.output }];
}

/** Takes the oldest signal that the task waits for. Null if there is none. */
function receive({ signals }: ExecutionState, step: Step): Transition[] | null {
  const { taskId, type, config } = step.task;
  const place = type === 'wait' ? signals.findIndex(({ name }) => name === config.wait?.signal) : -1;
  const [signal] = place < 0 ? [] : signals.splice(place, 1);
  if (!signal) return null;
  Object.assign(step.state, { status: 'succeeded', output: signal.payload });
  return [{ kind: 'receive', taskId, signal }];
}

function wake(step: Step): Transition[] {
  step.state.status = 'succeeded';
  return [{ kind: 'wake', taskId: step.task.taskId }];
}

function instantOf(source: string, scope: Record<string, unknown>): Date {
  const value = compile(source).evaluate(scope);
  const instant = typeof value === 'string' ? readInstant(value) : null;
  if (!instant) throw failure(source, NO_INSTANT);
  return instant;
}

function expand(current: ExecutionState, step: Step, over: string): Transition[] {
  const { taskId } = step.task;
  const items = compile(over).evaluate(current.scope);
  if (!Array.isArray(items)) throw failure(over, 'a map needs a list');
  if (items.length > MAX_ITEMS)
    throw new InvalidInput(
      `The map has ${items.length} items; ${MAX_ITEMS} are allowed.`,
      [],
      'map_too_large',
    );
  // Each item by itself: all items in one text may exceed the longest string.
  const size = items.reduce<number>((sum, item) => sum + JSON.stringify(item).length, 0);
  if (size > MAX_ITEMS_SIZE)
    throw new InvalidInput(
      `The map's items have ${size} characters; ${MAX_ITEMS_SIZE} are allowed: pass less with each.`,
      [],
      'map_too_large',
    );
  if (items.length === 0) return skip(step, 'its list is empty');
  step.state.status = 'waiting';
  step.items = items.map((_, mapIndex): Item => ({ mapIndex, status: 'pending', output: null, error: null }));
  return [{ kind: 'expand', taskId, items }, ...evaluateWaiting(current, step)];
}

function evaluateWaiting(current: ExecutionState, step: Step): Transition[] {
  const { type, config } = step.task;
  if (config.map)
    return evaluateItems(current, step, config.map.toleratedFailures ?? 0, concurrencyOf(step.task));
  const received = receive(current, step);
  if (received) return received;
  if (step.dueAt === null || step.dueAt > current.clock) return [];
  if (type === 'approval') return endApproval(step, current.now);
  if (config.wait?.signal !== undefined)
    return fail(step, {
      code: 'signal_timeout',
      message: `The signal ${config.wait.signal} did not arrive in time.`,
    });
  return type === 'wait' ? wake(step) : [];
}

function evaluateItems(
  current: ExecutionState,
  step: Step,
  tolerated: number,
  concurrency = MAX_ITEMS,
): Transition[] {
  const { taskId, type } = step.task;
  const { fallen, active, pending } = step.tally ?? tallyOf(step.items);
  if (fallen > tolerated) return failItems(step);
  if (active === 0 && pending.length === 0) {
    step.state = Object.assign(step.state, {
      status: 'succeeded',
      output: step.items.map(({ output }) => output),
    });
    return [{ kind: 'collect', taskId, output: 'items' }];
  }
  if (current.held) return [];
  const isChild = type === 'workflow';
  return pending.slice(0, Math.max(0, concurrency - active)).map((item) => {
    item.status = isChild ? 'waiting' : 'ready';
    return { kind: isChild ? 'spawn' : 'release', taskId, mapIndex: item.mapIndex };
  });
}

function tallyOf(items: Item[]): Tally {
  const open = items.filter((item) => !ended(item));
  const pending = open.filter(({ status }) => status === 'pending');
  return { fallen: items.filter(failedOrCancelled).length, active: open.length - pending.length, pending };
}

/** Too many items failed: no more items start, and the map fails once all of them have ended. */
function failItems(step: Step): Transition[] {
  const { items } = step;
  const cancels = items
    .filter((item) => !ended(item) && item.status !== 'running')
    .map((item) => cancel(step, item));
  return items.every(ended)
    ? [...cancels, ...fail(step, mapFailure(items, items.filter(failedOrCancelled)))]
    : cancels;
}

/** A map that has not ended yet although more of its items failed than it tolerates. */
export const isFailingMap = ({ task, state, tally, items }: Step): boolean =>
  state.status === 'waiting' &&
  (tally?.fallen ?? items.filter(failedOrCancelled).length) > (task.config.map?.toleratedFailures ?? 0);

function mapFailure(items: Item[], failures: Item[]): Failure {
  const first = failures.find(({ error }) => error);
  const example = first?.error ? ` Item ${first.mapIndex}: ${first.error.message}` : '';
  return { code: 'map_failed', message: `${failures.length} of ${items.length} items failed.${example}` };
}

function skip(step: Step, reason: string): Transition[] {
  Object.assign(step.state, { status: 'skipped', output: skippedOutput(step.task) });
  return [{ kind: 'skip', taskId: step.task.taskId, mapIndex: null, reason }];
}

function fail(step: Step, error: Failure): Transition[] {
  step.state.status = 'failed';
  step.error = error;
  return [{ kind: 'fail', taskId: step.task.taskId, mapIndex: null, error }];
}

/** Cancels an item, or the task itself if `item` is null. */
export function cancel(step: Step, item: Item | null): Transition {
  (item ?? step.state).status = 'cancelled';
  return { kind: 'cancel', taskId: step.task.taskId, mapIndex: item?.mapIndex ?? null };
}
