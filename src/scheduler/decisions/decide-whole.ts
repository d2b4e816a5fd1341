/** Decides about a whole execution, from all of its task rows and the outputs that the decision reads. */
import { folderOf } from '../../blobs/files.js';
import { offload } from '../../blobs/payload.js';
import type { Blobs } from '../../blobs/blob.js';
import { decide, type Decision } from '../../core/executions/advance.js';
import { evaluateInline, type EvaluateInline } from '../../core/executions/inline-task.js';
import { outputsForInline, outputsNeeded, readsOf } from '../../core/executions/needed-outputs.js';
import type { Transition } from '../../core/executions/transitions.js';
import { RadiantError, Unavailable } from '../../core/errors.js';
import { isTerminal } from '../../core/status.js';
import type { Graph } from '../../core/workflows/graph.js';
import type { Task } from '../../core/workflows/workflow.js';
import type { Session } from '../../store/db/ledger.js';
import type { Following } from '../../store/scheduling/apply-decision.js';
import type { Head } from '../../store/scheduling/decision-lock.js';
import type { InlineTime } from './inline-time.js';
import { loadOutputs } from './load-outputs.js';

export async function decideWhole(
  { session, blobs }: { session: Session; blobs: Blobs },
  { execution, now }: Head,
  graph: Graph,
  tasks: readonly Task[],
  inline: InlineTime,
): Promise<Decision & Following> {
  let away: ReadonlySet<string>;
  try {
    away = await loadOutputs({ session, blobs }, execution.id, graph, tasks, {
      needed: outputsNeeded(graph, tasks),
      wished: outputsForInline(graph, tasks),
    });
  } catch (error) {
    if (!isForGood(error)) throw error;
    return { moves: giveUp(tasks, error), whole: true, begins: false };
  }
  let begins = false;
  const evaluate: EvaluateInline = (task, context) => {
    if (inline.isOver()) return 'later';
    if (away.size > 0 && [...readsOf(graph, task.taskId).outputs].some((id) => away.has(id))) return null;
    const evaluated = inline.spend(() => evaluateInline(task, context));
    begins ||= evaluated !== null;
    return evaluated;
  };
  const decision = decide(graph, execution, tasks, now, evaluate);
  begins ||= decision.moves.some(beginsExecution);
  const folder = folderOf({ executionId: execution.id, rootId: execution.rootId ?? null });
  for (const move of decision.moves) {
    if (move.kind === 'finish') move.output = await offload(blobs, `${folder}/output`, move.output);
  }
  return { ...decision, begins };
}

/** A missing output stays missing, so retries are useless. One that cannot be read now may be readable later. */
export const isForGood = (error: unknown): error is RadiantError =>
  error instanceof RadiantError && !(error instanceof Unavailable);

/** Nothing else bounds a wait for a signal, a person or a child, so the execution begins with it, and its time limit counts. */
export const beginsExecution = (move: Transition): boolean =>
  move.kind === 'spawn' || move.kind === 'request' || (move.kind === 'wait' && move.signal !== null);

/** Transitions that end an execution which can never be decided. */
const giveUp = (tasks: readonly Task[], { code, message }: RadiantError): Transition[] => [
  ...tasks
    .filter(({ status }) => !isTerminal('task', status))
    .map(({ taskId, mapIndex }): Transition => ({ kind: 'cancel', taskId, mapIndex })),
  { kind: 'finish', status: 'failed', output: null, error: { code, message } },
];
