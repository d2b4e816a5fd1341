/** Locks, decides and applies: one transaction for several executions, in which one failure does not affect the others. */
import type { Blobs } from '../../blobs/blob.js';
import { childWorkflowsOf, type Graph } from '../../core/workflows/graph.js';
import { applyToTasks, type Decided, type Following } from '../../store/scheduling/apply-decision.js';
import { conclude } from '../../store/scheduling/conclude-decision.js';
import { lockExecutions, readTasks, type Head } from '../../store/scheduling/decision-lock.js';
import { relativesToAdvance, startChildren, type Family } from '../../store/executions/children.js';
import { readKept } from '../../store/executions/signals.js';
import { BUSY } from '../../store/db/busy.js';
import type { Ledger, Session } from '../../store/db/ledger.js';
import type { Waiting } from '../../store/scheduling/dispatch.js';
import { sqlStateOf } from '../../store/db/shortage.js';
import type { Workflows } from '../../store/workflows/versions.js';
import type { Task } from '../../core/workflows/workflow.js';
import { planChildren } from './children.js';
import { decideLarge } from './decide-large.js';
import { decideWhole } from './decide-whole.js';
import { inlineTime, type InlineTime } from './inline-time.js';
import { waitingAfter } from './waiting-after.js';

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

export interface Verdicts {
  /** In the order of the executions. */
  verdicts: (Verdict | typeof BUSY)[];
  /** Tasks that may wait for a place in a queue: those just released, and those for which an ended task made room. */
  waiting: Waiting;
  /** Children that have begun or lost their task, and parents of ended children: they are to be advanced, too. */
  relatives: string[];
}

/** What is written once all executions of a transaction are decided. */
type Outcome = Decided & Following & { family?: Family | null };

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
    const relatives: string[] = [];
    const cancelling = new Set<string>();
    await ledger.transaction(async (session) => {
      verdicts.clear();
      relatives.length = 0;
      const { heads, busy } = await lockExecutions(session, executionIds, { wait });
      for (const id of busy) verdicts.set(id, BUSY);
      const inline = inlineTime({ alone });
      const graphs = new Map<Head, Graph>();
      const decided: Outcome[] = [];
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
            ? await decideSmall(session, head, graph, tasks, inline)
            : await decideLarge(
                { session, workflows, blobs, alone, inline, started: relatives, cancelling },
                head,
                graph,
              );
          if (decision === 'large') return decision;
          decided.push({ executionId, at: head.at, tasks: tasks ?? [], ...decision });
          if (!decision.unfinished) return 'done';
          return inline.isSlow() ? 'large' : 'unfinished';
        });
      }
      waiting = waitingAfter(graphs, decided);
      if (decided.length === 0) return;
      await applyToTasks(session, decided);
      for (const { family } of decided) relatives.push(...(await startChildren(session, family)));
      await conclude(session, decided);
      for (const { executionId, moves } of decided)
        if (moves.some(({ kind }) => kind === 'cancel' || kind === 'finish')) cancelling.add(executionId);
      const ending = inTrees(graphs).filter((id) => cancelling.has(id));
      relatives.push(...(await relativesToAdvance(session, ending)));
    });
    return { verdicts: executionIds.map((id) => verdicts.get(id) ?? 'done'), waiting, relatives };
  };

  async function readSignals(session: Session, graphs: ReadonlyMap<Head, Graph>): Promise<void> {
    const waiting = [...graphs].flatMap(([head, { waiters }]) => (waiters.size > 0 ? [head] : []));
    const kept = await readKept(session, waiting.map(idOf));
    for (const { execution } of waiting) execution.signals = kept.get(execution.id) ?? [];
  }

  /** A task whose child cannot be planned fails, and the next decision follows from that. */
  async function decideSmall(
    session: Session,
    head: Head,
    graph: Graph,
    tasks: readonly Task[],
    inline: InlineTime,
  ) {
    const decision = await decideWhole({ session, blobs }, head, graph, tasks, inline);
    const parts = { session, workflows, blobs, inline };
    const { isPartial, ...planned } = await planChildren(parts, idOf(head), graph, decision.moves);
    return { ...decision, ...planned, unfinished: decision.unfinished === true || isPartial };
  }
}

const idOf = ({ execution }: Head): string => execution.id;

/** Those that have a parent or may have children. */
const inTrees = (graphs: ReadonlyMap<Head, Graph>): string[] =>
  [...graphs].flatMap(([{ execution }, { definition }]) =>
    execution.rootId || childWorkflowsOf(definition).length > 0 ? [execution.id] : [],
  );

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
