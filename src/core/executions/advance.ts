/** What must happen next. Pure: the same rows in, the same moves out. */
import {
  closed,
  failedStep,
  hasSpentBudget,
  loadState,
  runs,
  stepOf,
  stepsOf,
  type ExecutionState,
  type Step,
} from './execution-state.js';
import { taskFailure, complete, budgetExceeded, timeOut, whyLate, cancelAndFail } from './finish.js';
import type { Graph } from '../workflows/graph.js';
import type { Transition } from './transitions.js';
import { stepsOfPart, type Part } from './partial-state.js';
import { isTerminal } from '../status.js';
import { isFailingMap, advanceTask } from './task-step.js';
import type { Execution, Task } from '../workflows/workflow.js';

export interface Decision {
  moves: Transition[];
  /** Something is held back or wound down: the next decision has to look at every task, too. */
  whole: boolean;
}

/**
 * Every move that these rows allow; once applied there are none until something outside changes (a result, a signal, the
 * time, a resume). Outputs must be loaded as `outputsNeeded` says. Linear in tasks and dependencies: the graph's order
 * lets skips cascade in a single pass.
 */
export function decide(graph: Graph, execution: Execution, tasks: readonly Task[], now: Date): Decision {
  if (isTerminal('execution', execution.status)) return { moves: [], whole: true };
  const board = loadState(graph, execution, now, stepsOf(graph, tasks));
  const steps = [...board.steps.values()];

  const late = steps.every(closed) ? null : whyLate(board);
  if (late) return { moves: timeOut(board, late), whole: true };

  const cause = failedStep(steps);
  if (cause) return { moves: cancelAndFail(board, taskFailure(cause)), whole: true };

  const moves: Transition[] = [];
  for (const step of steps) {
    moves.push(...advanceTask(board, step));
    if (failedStep([step])) {
      const anew = loadState(graph, execution, now, stepsOf(graph, tasks));
      return { moves: turnBack(anew, moves), whole: true };
    }
  }
  if (steps.every(closed)) return { moves: [...moves, complete(board)], whole: true };
  // What runs may finish; what is left after that is more than was paid for.
  const over = execution.status !== 'paused' && hasSpentBudget(execution) && !steps.some(runs);
  if (over) moves.push(...cancelAndFail(board, budgetExceeded(execution)));
  return { moves, whole: board.held || steps.some(isFailingMap) };
}

export const advance = (...given: Parameters<typeof decide>): Transition[] => decide(...given).moves;

/**
 * The moves of a part of the tasks: those that `affectedBy` names, with the rows that these need. What
 * they end is looked at by a further call. Null when every task has to be looked at: `decide` then does the same and more.
 */
export function decidePart(graph: Graph, execution: Execution, part: Part, now: Date): Transition[] | null {
  const steps = stepsOfPart(graph, part);
  const board = loadState(graph, execution, now, steps);
  const all = [...steps.values()];
  if (board.held || whyLate(board) || failedStep(all) || all.some(isFailingMap)) return null;
  // Nothing begins on what ends in this very call: its output is not loaded.
  const waiting = all.filter(
    ({ state, task, tally }) => state.status === 'waiting' && (!task.config.map || tally),
  );
  const pending = all.filter(({ state }) => state.status === 'pending');
  const moves = [...pending, ...waiting].flatMap((step) => advanceTask(board, step));
  return failedStep(all) ? null : moves;
}

/** A failure came up while deciding: what has ended stays ended, and nothing begins. */
function turnBack(board: ExecutionState, decided: readonly Transition[]): Transition[] {
  const kept = decided.filter((move) => move.kind in ENDS) as (Transition & { kind: keyof typeof ENDS })[];
  for (const move of kept) {
    const step = stepOf(board.steps, move.taskId);
    step.state.status = ENDS[move.kind];
    if (move.kind === 'fail') step.error = move.error;
  }
  return [...kept, ...cancelAndFail(board, taskFailure(failedStep(board.steps.values()) as Step))];
}

const ENDS = { skip: 'skipped', collect: 'succeeded', wake: 'succeeded', fail: 'failed' } as const;
