/** Reads the part of a large execution that new events affect. */
import { ended, type Tally } from '../../core/executions/execution-state.js';
import { concurrencyOf, type Graph } from '../../core/workflows/graph.js';
import { affectedBy, neededFor, type Part } from '../../core/executions/partial-state.js';
import type { Task } from '../../core/workflows/workflow.js';
import type { RowKey } from '../../store/scheduling/apply-decision.js';
import { readSome, readTally, type News } from '../../store/scheduling/partial-state.js';
import type { Session } from '../../store/db/ledger.js';

/** One open dependency is enough to know that a task must wait. It is most often among the last of this many. */
const A_FEW = 32;

/** With every row that may change; null if every task must be read. */
export async function readPart(
  session: Session,
  graph: Graph,
  executionId: string,
  { endings, due }: News,
): Promise<(Part & { rows: RowKey[] }) | null> {
  const affected = affectedBy(graph, endings);
  if (!affected) return null;
  const tasks = new Map<string, Task>();
  const read = async (ids: Iterable<string>): Promise<void> => {
    const missing = [...new Set(ids)].filter((id) => !tasks.has(id));
    for (const task of await readSome(session, executionId, missing)) tasks.set(task.taskId, task);
  };

  await read([...affected.dependents, ...due, ...affected.maps.keys()]);
  const candidates: string[] = [];
  for (const id of affected.dependents) {
    if (tasks.get(id)?.status !== 'pending') continue;
    const needed = neededFor(graph, id);
    if (!needed) return null;
    candidates.push(id);
  }
  const isOpen = (id: string): boolean => {
    const task = tasks.get(id);
    return task !== undefined && !ended(task);
  };
  // Later tasks tend to end later, so the last dependencies are read first.
  await read(candidates.flatMap((id) => graph.dependencies(id).slice(-A_FEW)));
  const beginnable = candidates.filter((id) => !graph.dependencies(id).some(isOpen));
  await read(beginnable.flatMap((id) => neededFor(graph, id) ?? []));

  const rows: RowKey[] = [...tasks.values()];
  const tallies = new Map<string, Tally>();
  for (const [id, { itemFailed }] of affected.maps) {
    const task = graph.task(id);
    const { toleratedFailures = 0 } = task.config.map ?? {};
    const { rows: pending, ...tally } = await readTally(session, executionId, id, {
      limit: concurrencyOf(task) ?? null,
      countFallen: itemFailed && toleratedFailures > 0,
    });
    // Without tolerance, one failure is too many whatever the others did.
    tallies.set(id, itemFailed && toleratedFailures === 0 ? { ...tally, fallen: 1 } : tally);
    rows.push(...pending);
  }
  return { tasks: [...tasks.values()], tallies, rows };
}
