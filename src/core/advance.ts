/** What must happen next. Pure: the same rows in, the same moves out. */
import { closed, fatalStep, isBroke, layOut, runs, stepOf, type Board, type Step } from './board.js';
import { blame, complete, outOfMoney, timeOut, whyLate, windDown } from './finish.js';
import type { Graph } from './graph.js';
import type { Move } from './move.js';
import { isTerminal } from './status.js';
import { moveStep } from './step.js';
import type { Execution, Task } from './workflow.js';

export type { Move } from './move.js';
export { outputsNeeded } from './outputs.js';

/**
 * Every move that these rows allow, in the order in which they apply; once applied there are none until something
 * outside changes (a result, a signal, the time, a resume). Outputs must be loaded as `outputsNeeded` says.
 * Linear in tasks and dependencies: the graph's order lets skips cascade in a single pass.
 */
export function advance(graph: Graph, execution: Execution, tasks: readonly Task[], now: Date): Move[] {
  if (isTerminal('execution', execution.status)) return [];
  const board = layOut(graph, execution, tasks, now);
  const steps = [...board.steps.values()];

  const late = steps.every(closed) ? null : whyLate(board);
  if (late) return timeOut(board, late);

  const cause = fatalStep(steps);
  if (cause) return windDown(board, blame(cause));

  const moves: Move[] = [];
  for (const step of steps) {
    moves.push(...moveStep(board, step));
    if (fatalStep([step])) return turnBack(layOut(graph, execution, tasks, now), moves);
  }
  if (steps.every(closed)) return [...moves, complete(board)];
  // What runs may finish; what is left after that is more than was paid for.
  const over = execution.status !== 'paused' && isBroke(execution) && !steps.some(runs);
  return over ? [...moves, ...windDown(board, outOfMoney(execution))] : moves;
}

/** A failure came up while deciding: what has ended stays ended, and nothing begins. */
function turnBack(board: Board, decided: readonly Move[]): Move[] {
  const kept = decided.filter((move) => move.kind in ENDS) as (Move & { kind: keyof typeof ENDS })[];
  for (const move of kept) {
    const step = stepOf(board.steps, move.taskId);
    step.state.status = ENDS[move.kind];
    if (move.kind === 'fail') step.error = move.error;
  }
  return [...kept, ...windDown(board, blame(fatalStep(board.steps.values()) as Step))];
}

const ENDS = { skip: 'skipped', collect: 'succeeded', wake: 'succeeded', fail: 'failed' } as const;
