/** Locks, decides and applies: one transaction for several executions, in which one failure does not affect the others. */
import type { Blobs } from '../blobs/blob.js';
import { decide, decidePart, type Decision } from '../core/executions/advance.js';
import { RadiantError, Unavailable } from '../core/errors.js';
import type { Graph } from '../core/workflows/graph.js';
import { outputsNeededBy, type Part } from '../core/executions/partial-state.js';
import { resultsByTask } from '../core/executions/results.js';
import { isTerminal } from '../core/status.js';
import type { Task } from '../core/workflows/workflow.js';
import { apply, type Decided } from '../store/scheduling/apply-decision.js';
import { lockExecutions, noteDecided, readTasks, type Head } from '../store/scheduling/decision-lock.js';
import { readNews } from '../store/scheduling/partial-state.js';
import type { Ledger, Session } from '../store/db/ledger.js';
import { readResults } from '../store/executions/results.js';
import { sqlStateOf } from '../store/db/shortage.js';
import type { Workflows } from '../store/workflows/versions.js';
import { readPart } from './part.js';
import { offload } from '../blobs/payload.js';
import { restoreOutputs } from '../blobs/results.js';
import type { Transition } from '../core/executions/transitions.js';
import { outputsNeeded } from '../core/executions/needed-outputs.js';
import type { Json } from '../core/json/json.js';

export interface DecideParts {
  ledger: Ledger;
  workflows: Workflows;
  blobs: Blobs;
  /** Graphs up to this size and without maps are always decided as a whole, which takes fewer queries. */
  smallUpTo?: number;
}

/**
 * `busy`: another transaction has locked it. `large`: it would delay the others of its transaction. Both stay
 * unchanged, as does one that could not be decided, whose error is returned.
 */
export type Verdict = 'done' | 'busy' | 'large' | { error: unknown };

const SMALL = 64;
/** Maximum of rows to move or tasks to read for one execution in a shared transaction. */
const LARGE = 500;
/** Maximum of consecutive decisions by parts. With more, deciding the whole is faster. */
const ROUNDS = 8;

const ENDS = new Set<Transition['kind']>(['skip', 'fail', 'collect', 'wake']);

/** @returns a verdict for each, in their order. Throws database errors that concern the whole transaction. */
export function makeDecide({
  ledger,
  workflows,
  blobs,
  smallUpTo = SMALL,
}: DecideParts): (executionIds: readonly string[], how: { alone: boolean }) => Promise<Verdict[]> {
  const isSmall = ({ definition, order }: Graph): boolean =>
    order.length <= smallUpTo && !definition.tasks.some(({ config }) => config.map);

  return async (executionIds, { alone }) => {
    const verdicts = new Map<string, Verdict>();
    await ledger.transaction(async (session) => {
      verdicts.clear();
      const { heads, busy } = await lockExecutions(session, executionIds, { wait: alone });
      for (const id of busy) verdicts.set(id, 'busy');
      const graphs = new Map<Head, Graph>();
      const decided: (Decided & { whole: boolean })[] = [];
      for (const head of heads) {
        await guarded(verdicts, head, async () => {
          graphs.set(head, (await workflows.version(head.versionId)).graph);
          return 'done';
        });
      }
      const small = new Set([...graphs].filter(([, graph]) => isSmall(graph)).map(([head]) => head));
      const rows = await readTasks(session, [...small].map(idOf));
      for (const [head, graph] of graphs) {
        await guarded(verdicts, head, async () => {
          const executionId = idOf(head);
          const tasks = rows.get(executionId);
          const decision = tasks
            ? await decideWhole(session, head, graph, tasks)
            : await decideLarge(session, head, graph, alone);
          if (decision === 'large') return decision;
          decided.push({ executionId, tasks: tasks ?? [], ...decision });
          return 'done';
        });
      }
      if (decided.length === 0) return;
      await apply(session, decided);
      await noteDecided(session, decided);
    });
    return executionIds.map((id) => verdicts.get(id) ?? 'done');
  };

  /** Decides by parts as long as that suffices, else as a whole. Its transitions are already applied. */
  async function decideLarge(
    session: Session,
    head: Head,
    graph: Graph,
    alone: boolean,
  ): Promise<Decision | 'large'> {
    const executionId = idOf(head);
    const isTooMuch = (count: number): boolean => !alone && count > LARGE;
    let { decidedEvent } = head;
    for (let round = 0; !head.whole && round < ROUNDS; round += 1) {
      const news = await readNews(session, head, decidedEvent);
      const part = news.closed ? null : await readPart(session, graph, executionId, news);
      const moves = part && (await decideSome(session, head, graph, part));
      if (!moves) break;
      if (isTooMuch(sizeOf(moves))) return 'large';
      await apply(session, [{ executionId, tasks: part.rows, moves }]);
      if (!moves.some(({ kind }) => ENDS.has(kind))) return { moves: [], whole: false };
      decidedEvent = news.latest;
    }
    if (isTooMuch(graph.order.length)) return 'large';
    const tasks = (await readTasks(session, [executionId])).get(executionId) ?? [];
    const { moves, whole } = await decideWhole(session, head, graph, tasks);
    if (isTooMuch(sizeOf(moves))) return 'large';
    await apply(session, [{ executionId, tasks, moves }]);
    return { moves: [], whole };
  }

  /** Null if every task must be read. */
  async function decideSome(
    session: Session,
    { execution, now }: Head,
    graph: Graph,
    part: Part,
  ): Promise<Transition[] | null> {
    try {
      await loadOutputs(session, execution.id, graph, part.tasks, outputsNeededBy(graph, part));
    } catch (error) {
      if (!isForGood(error)) throw error;
      return null;
    }
    return decidePart(graph, execution, part, now);
  }

  async function decideWhole(
    session: Session,
    { execution, now }: Head,
    graph: Graph,
    tasks: readonly Task[],
  ): Promise<Decision> {
    try {
      await loadOutputs(session, execution.id, graph, tasks, outputsNeeded(graph, tasks));
    } catch (error) {
      if (!isForGood(error)) throw error;
      return { moves: giveUp(tasks, error), whole: true };
    }
    const decision = decide(graph, execution, tasks, now);
    for (const move of decision.moves) {
      if (move.kind === 'finish')
        move.output = await offload(blobs, `executions/${execution.id}/output`, move.output);
    }
    return decision;
  }

  async function loadOutputs(
    session: Session,
    executionId: string,
    graph: Graph,
    tasks: readonly Task[],
    needed: ReadonlySet<string>,
  ): Promise<void> {
    if (needed.size === 0) return;
    const rows = await restoreOutputs(
      blobs,
      graph,
      await readResults(session, executionId, { states: needed, outputs: needed }),
    );
    const outputs = new Map<string, Json>(rows.map((row) => [row.id, row.output]));
    const results = resultsByTask(rows);
    for (const task of tasks) {
      task.output = (task.mapIndex === null ? results[task.taskId]?.output : outputs.get(task.id)) ?? null;
    }
  }
}

/** A missing output stays missing, so retries are useless. One that cannot be read now may be readable later. */
const isForGood = (error: unknown): error is RadiantError =>
  error instanceof RadiantError && !(error instanceof Unavailable);

const idOf = ({ execution }: Head): string => execution.id;

/** An error from PostgreSQL aborts the transaction. Any other error concerns one execution. */
async function guarded(
  verdicts: Map<string, Verdict>,
  { execution }: Head,
  work: () => Promise<Verdict>,
): Promise<void> {
  try {
    verdicts.set(execution.id, await work());
  } catch (error) {
    if (sqlStateOf(error) !== null) throw error;
    verdicts.set(execution.id, { error });
  }
}

const sizeOf = (moves: readonly Transition[]): number =>
  moves.reduce((sum, move) => sum + (move.kind === 'expand' ? move.items.length : 1), 0);

/** Transitions that end an execution which can never be decided. */
const giveUp = (tasks: readonly Task[], { code, message }: RadiantError): Transition[] => [
  ...tasks
    .filter(({ status }) => !isTerminal('task', status))
    .map(({ taskId, mapIndex }): Transition => ({ kind: 'cancel', taskId, mapIndex })),
  { kind: 'finish', status: 'failed', output: null, error: { code, message } },
];
