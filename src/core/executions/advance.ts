/** Decides the next transitions of an execution. Pure: the same rows give the same transitions. */
import {
  closed,
  ended,
  failedStep,
  hasSpentBudget,
  loadState,
  runs,
  stepOf,
  stepsOf,
  type ExecutionState,
  type Step,
} from './execution-state.js';
import { abandon, taskFailure, complete, budgetExceeded, timeOut, whyLate, cancelAndFail } from './finish.js';
import type { Graph } from '../workflows/graph.js';
import type { EvaluateInline } from './inline-task.js';
import type { Transition } from './transitions.js';
import { stepsOfPart, type Part } from './partial-state.js';
import { isTerminal } from '../status.js';
import { isFailingMap, advanceTask } from './task-step.js';
import type { Execution, Task } from '../workflows/workflow.js';

export interface Decision {
  moves: Transition[];
  /** Tasks are held back or being cancelled: the next decision must read every task, too. */
  whole: boolean;
  /** The next decision has to follow at once: `evaluate` left tasks for later. */
  unfinished?: boolean;
}

/**
 * All transitions that these rows allow. Once they are applied, there are no more until something outside changes (a result, a
 * signal, the time, a resume), unless the decision is unfinished. The outputs that `outputsNeeded` names must be loaded. The cost is linear in tasks
 * and dependencies: tasks are visited in the graph's order, so skips and evaluated tasks cascade in a single pass.
 *
 * @param evaluate tasks that need no worker; their outputs that `outputsForInline` names must be loaded
 */
export function decide(
  graph: Graph,
  execution: Execution,
  tasks: readonly Task[],
  now: Date,
  evaluate?: EvaluateInline,
): Decision {
  if (isTerminal('execution', execution.status)) return { moves: [], whole: true };
  const current = loadState(graph, execution, now, stepsOf(graph, tasks), evaluate);
  const steps = [...current.steps.values()];

  if (execution.parentEnded) return { moves: abandon(current), whole: true };
  const late = steps.every(closed) ? null : whyLate(current);
  if (late) return { moves: timeOut(current, late), whole: true };

  const isCut = hasSpentBudget(execution) && steps.some(wasCut);
  if (isCut && steps.some(runs)) return { moves: [], whole: true };
  if (isCut) return { moves: cancelAndFail(current, budgetExceeded(execution)), whole: true };
  const cause = failedStep(steps);
  if (cause) return { moves: cancelAndFail(current, taskFailure(cause)), whole: true };

  const moves: Transition[] = [];
  for (const step of steps) {
    moves.push(...advanceTask(current, step));
    if (failedStep([step])) {
      const fresh = loadState(graph, execution, now, stepsOf(graph, tasks));
      return { moves: stopAfterFailure(fresh, moves), whole: true };
    }
  }
  if (steps.every(closed)) return { moves: [...moves, complete(current)], whole: true };
  // Running tasks and children may finish. The rest is cancelled, because the budget is spent.
  const over = execution.status !== 'paused' && hasSpentBudget(execution) && !steps.some(runs);
  if (over) moves.push(...cancelAndFail(current, budgetExceeded(execution)));
  const { unfinished, held } = current;
  return { moves, whole: held || unfinished || steps.some(isFailingMap), unfinished };
}

/** A child of it could not go on for the budget, which the child shares. */
const wasCut = ({ error, items }: Step): boolean =>
  [error, ...items.map((item) => item.error)].some((failure) => failure?.code === 'budget_exceeded');

export const advance = (...given: Parameters<typeof decide>): Transition[] => decide(...given).moves;

/**
 * The transitions of some tasks: those that `affectedBy` names, with the rows that these need. A further call handles what
 * they end. Null if every task must be read: then call `decide`.
 */
export function decidePart(graph: Graph, execution: Execution, part: Part, now: Date): Transition[] | null {
  const steps = stepsOfPart(graph, part);
  const current = loadState(graph, execution, now, steps);
  const all = [...steps.values()];
  if (current.held || execution.parentEnded || whyLate(current) || failedStep(all) || all.some(isFailingMap))
    return null;
  // A task that ends in this call starts no dependent, because what that reads is not loaded. The state of a dependency that is
  // not loaded is unknown, so it counts as pending.
  const waiting = all.filter(
    ({ state, task, tally }) => state.status === 'waiting' && (!task.config.map || tally),
  );
  const isEnded = (id: string) => ended({ status: steps.get(id)?.state.status ?? 'pending' });
  const pending = all.filter(
    ({ state, task }) => state.status === 'pending' && task.dependsOn.every(isEnded),
  );
  const moves = [...pending, ...waiting].flatMap((step) => advanceTask(current, step));
  return failedStep(all) ? null : moves;
}

/** A failure came up during the decision: ended tasks stay ended, and no task starts. */
function stopAfterFailure(current: ExecutionState, decided: readonly Transition[]): Transition[] {
  const kept = decided.filter((move) => move.kind in ENDS) as (Transition & { kind: keyof typeof ENDS })[];
  for (const move of kept) {
    const step = stepOf(current.steps, move.taskId);
    step.state.status = ENDS[move.kind];
    if (move.kind === 'fail') step.error = move.error;
  }
  return [...kept, ...cancelAndFail(current, taskFailure(failedStep(current.steps.values()) as Step))];
}

const ENDS = {
  complete: 'succeeded',
  skip: 'skipped',
  collect: 'succeeded',
  wake: 'succeeded',
  receive: 'succeeded',
  decide: 'succeeded',
  fail: 'failed',
} as const;
