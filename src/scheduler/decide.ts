/** Locks, decides and applies: one transaction for several executions, in which one failure does not affect the others. */
import type { Blobs } from '../blobs/blob.js';
import { decide, decidePart, type Decision } from '../core/executions/advance.js';
import { RadiantError, Unavailable } from '../core/errors.js';
import type { Graph } from '../core/workflows/graph.js';
import { outputsNeededBy, type Part } from '../core/executions/partial-state.js';
import { stillKept } from '../core/executions/signals.js';
import { isTerminal } from '../core/status.js';
import type { Task } from '../core/workflows/workflow.js';
import { applyToTasks, type Decided, type Following } from '../store/scheduling/apply-decision.js';
import { conclude } from '../store/scheduling/conclude-decision.js';
import { lockExecutions, readTasks, type Head } from '../store/scheduling/decision-lock.js';
import { readNews } from '../store/scheduling/partial-state.js';
import { readKept } from '../store/executions/signals.js';
import { BUSY } from '../store/db/busy.js';
import type { Ledger, Session } from '../store/db/ledger.js';
import type { Waiting } from '../store/scheduling/dispatch.js';
import { sqlStateOf } from '../store/db/shortage.js';
import type { Workflows } from '../store/workflows/versions.js';
import { inlineTime, type InlineTime } from './inline-time.js';
import { loadOutputs } from './load-outputs.js';
import { readPart } from './part.js';
import { waitingAfter } from './waiting-after.js';
import { offload } from '../blobs/payload.js';
import type { Transition } from '../core/executions/transitions.js';
import { outputsForInline, outputsNeeded, readsOf } from '../core/executions/needed-outputs.js';
import { evaluateInline, type EvaluateInline } from '../core/executions/inline-task.js';

export interface DecideParts {
  ledger: Ledger;
  workflows: Workflows;
  blobs: Blobs;
  /** Graphs up to this size and without maps are always decided as a whole, which takes fewer queries. */
  smallUpTo?: number;
}

/**
 * `unfinished`: the next decision has to follow at once. `large`: so does it, but alone, because it would delay the others of
 * a shared transaction. One that another transaction has locked (`BUSY`), or that could not be decided, stays unchanged; the
 * error is returned.
 */
export type Verdict = 'done' | 'large' | 'unfinished' | { error: unknown };

const SMALL = 64;
/** Maximum of rows to move or tasks to read for one execution in a shared transaction. */
const LARGE = 500;
/** Maximum of consecutive decisions by parts. With more, deciding the whole is faster. */
const ROUNDS = 8;

const ENDS = new Set<Transition['kind']>(['skip', 'fail', 'collect', 'wake', 'receive', 'decide']);

export interface Verdicts {
  /** In the order of the executions. */
  verdicts: (Verdict | typeof BUSY)[];
  /** Tasks that may wait for a place in a queue: those just released, and those for which an ended task made room. */
  waiting: Waiting;
}

/** Throws database errors that concern the whole transaction. */
export function makeDecide({
  ledger,
  workflows,
  blobs,
  smallUpTo = SMALL,
}: DecideParts): (
  executionIds: readonly string[],
  how: { wait: boolean; alone: boolean },
) => Promise<Verdicts> {
  const isSmall = ({ definition, order }: Graph): boolean =>
    order.length <= smallUpTo && !definition.tasks.some(({ config }) => config.map);

  return async (executionIds, { wait, alone }) => {
    const verdicts = new Map<string, Verdict | typeof BUSY>();
    let waiting: Waiting = { ofModels: false, withoutModel: false };
    await ledger.transaction(async (session) => {
      verdicts.clear();
      const { heads, busy } = await lockExecutions(session, executionIds, { wait });
      for (const id of busy) verdicts.set(id, BUSY);
      const inline = inlineTime({ alone });
      const graphs = new Map<Head, Graph>();
      const decided: (Decided & Following)[] = [];
      for (const head of heads) {
        await guarded(verdicts, head, async () => {
          graphs.set(head, (await workflows.version(head.versionId)).graph);
          return 'done';
        });
      }
      await readSignals(session, graphs);
      const small = new Set([...graphs].filter(([, graph]) => isSmall(graph)).map(([head]) => head));
      const rows = await readTasks(session, [...small].map(idOf));
      for (const [head, graph] of graphs) {
        await guarded(verdicts, head, async () => {
          const executionId = idOf(head);
          const tasks = rows.get(executionId);
          inline.next();
          const decision = tasks
            ? await decideWhole(session, head, graph, tasks, inline)
            : await decideLarge(session, head, graph, alone, inline);
          if (decision === 'large') return decision;
          decided.push({ executionId, at: head.at, tasks: tasks ?? [], ...decision });
          if (!decision.unfinished) return 'done';
          return inline.isSlow() ? 'large' : 'unfinished';
        });
      }
      waiting = waitingAfter(graphs, decided);
      if (decided.length === 0) return;
      await applyToTasks(session, decided);
      await conclude(session, decided);
    });
    return { verdicts: executionIds.map((id) => verdicts.get(id) ?? 'done'), waiting };
  };

  async function readSignals(session: Session, graphs: ReadonlyMap<Head, Graph>): Promise<void> {
    const waiting = [...graphs].flatMap(([head, { waiters }]) => (waiters.size > 0 ? [head] : []));
    const kept = await readKept(session, waiting.map(idOf));
    for (const { execution } of waiting) execution.signals = kept.get(execution.id) ?? [];
  }

  /** Decides by parts as long as that suffices, else as a whole. Its transitions of tasks are already applied. */
  async function decideLarge(
    session: Session,
    head: Head,
    graph: Graph,
    alone: boolean,
    inline: InlineTime,
  ): Promise<(Decision & Following) | 'large'> {
    const executionId = idOf(head);
    const isTooMuch = (count: number): boolean => !alone && count > LARGE;
    let { decidedEvent } = head;
    let begun = false;
    for (let round = 0; !head.whole && round < ROUNDS; round += 1) {
      const news = await readNews(session, head, decidedEvent);
      const part = news.closed ? null : await readPart(session, graph, executionId, news);
      const moves = part && (await decideSome(session, head, graph, part));
      if (!moves) break;
      if (isTooMuch(sizeOf(moves))) return 'large';
      await applyToTasks(session, [{ executionId, at: head.at, tasks: part.rows, moves }]);
      head.execution.signals = stillKept(head.execution.signals, moves);
      begun ||= moves.some(isUnbounded);
      if (!moves.some(({ kind }) => ENDS.has(kind))) return { moves: [], whole: false, begins: begun };
      decidedEvent = news.latest;
    }
    if (isTooMuch(graph.order.length)) return 'large';
    const tasks = (await readTasks(session, [executionId])).get(executionId) ?? [];
    const { moves, ...following } = await decideWhole(session, head, graph, tasks, inline);
    if (isTooMuch(sizeOf(moves))) return 'large';
    await applyToTasks(session, [{ executionId, at: head.at, tasks, moves }]);
    return {
      moves: moves.filter(({ kind }) => kind === 'finish'),
      ...following,
      begins: following.begins || begun,
    };
  }

  /** Null if every task must be read. */
  async function decideSome(
    session: Session,
    { execution, now }: Head,
    graph: Graph,
    part: Part,
  ): Promise<Transition[] | null> {
    try {
      await loadOutputs({ session, blobs }, execution.id, graph, part.tasks, {
        needed: outputsNeededBy(graph, part),
      });
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
    begins ||= decision.moves.some(isUnbounded);
    for (const move of decision.moves) {
      if (move.kind === 'finish')
        move.output = await offload(blobs, `executions/${execution.id}/output`, move.output);
    }
    return { ...decision, begins };
  }
}

/** A missing output stays missing, so retries are useless. One that cannot be read now may be readable later. */
const isForGood = (error: unknown): error is RadiantError =>
  error instanceof RadiantError && !(error instanceof Unavailable);

/** Nothing else bounds a wait for a signal or a person, so the execution begins with it, and its time limit counts. */
const isUnbounded = (move: Transition): boolean =>
  move.kind === 'request' || (move.kind === 'wait' && move.signal !== null);

const idOf = ({ execution }: Head): string => execution.id;

/** An error from PostgreSQL aborts the transaction. Any other error concerns one execution. */
async function guarded(
  verdicts: Map<string, Verdict | typeof BUSY>,
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
