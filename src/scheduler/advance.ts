/** Lock, decide, apply, commit, send: the one way an execution moves on. */
import { offload, restore, type Blobs } from '../blobs/index.js';
import { advance, outputsNeeded, type Move } from '../core/advance.js';
import { RadiantError } from '../core/errors.js';
import { resultsByTask } from '../core/results.js';
import type { Graph } from '../core/graph.js';
import { isTerminal } from '../core/status.js';
import type { Json, Task } from '../core/workflow.js';
import { grouped } from '../store/group.js';
import type { Decided } from '../store/apply.js';
import { moveExecutions, type Loaded } from '../store/moves.js';
import type { Ledger, Session } from '../store/pool.js';
import { readResults } from '../store/results.js';
import type { Workflows } from '../store/workflows.js';

/** Executions that ask at the same moment share a transaction; more than this many make another. */
const TOGETHER = 50;

/** Advances one execution as far as it goes now; harmless for one that has ended or has nothing to do. */
export function makeAdvance({
  ledger,
  workflows,
  blobs,
  dispatch,
}: {
  ledger: Ledger;
  workflows: Workflows;
  blobs: Blobs;
  dispatch: () => Promise<void>;
}): (executionId: string) => Promise<void> {
  async function decideOne(loaded: Loaded, session: Session): Promise<Decided> {
    const { execution, versionId, tasks } = loaded;
    const { graph } = await workflows.version(versionId);
    const moves = await decide(graph, loaded, session);
    for (const move of moves) {
      if (move.kind === 'finish')
        move.output = await offload(blobs, `executions/${execution.id}/output`, move.output);
    }
    return { executionId: execution.id, tasks, moves };
  }

  async function decide(graph: Graph, loaded: Loaded, session: Session): Promise<Move[]> {
    const { execution, tasks, now } = loaded;
    try {
      await loadOutputs(graph, loaded, session);
    } catch (error) {
      // An output that is gone for good will not come back by asking again.
      if (!(error instanceof RadiantError)) throw error;
      return giveUp(tasks, error);
    }
    return advance(graph, execution, tasks, now);
  }

  async function loadOutputs(graph: Graph, { execution, tasks }: Loaded, session: Session): Promise<void> {
    const needed = outputsNeeded(graph, tasks);
    if (needed.size === 0) return;
    const rows = await readResults(session, execution.id, needed);
    for (const row of rows) row.output = await restore(blobs, row.output);
    const outputs = new Map<string, Json>(rows.map((row) => [row.id, row.output]));
    const results = resultsByTask(rows);
    for (const task of tasks) {
      task.output = (task.mapIndex === null ? results[task.taskId]?.output : outputs.get(task.id)) ?? null;
    }
  }

  return grouped(
    async (executionIds) => {
      await moveExecutions(ledger, [...new Set(executionIds)], async (loaded, session) => {
        const decided: Decided[] = [];
        for (const execution of loaded) decided.push(await decideOne(execution, session));
        return decided;
      });
      await dispatch();
      return executionIds.map(() => undefined);
    },
    { atMost: TOGETHER },
  );
}

/** Ends an execution that can never be decided. */
const giveUp = (tasks: readonly Task[], { code, message }: RadiantError): Move[] => [
  ...tasks
    .filter(({ status }) => !isTerminal('task', status))
    .map(({ taskId, mapIndex }): Move => ({ kind: 'cancel', taskId, mapIndex })),
  { kind: 'finish', status: 'failed', output: null, error: { code, message } },
];
