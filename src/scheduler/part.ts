/** Reads the part of a large execution that its news affected. */
import { ended, type Tally } from '../core/executions/execution-state.js';
import type { Graph } from '../core/workflows/graph.js';
import { affectedBy, neededFor, type Part } from '../core/executions/partial-state.js';
import type { Task } from '../core/workflows/workflow.js';
import type { RowKey } from '../store/scheduling/apply-decision.js';
import { readSome, readTally, type News } from '../store/scheduling/partial-state.js';
import type { Session } from '../store/db/ledger.js';

/** One that is still open is enough to know that a task has to wait: most often it is among these. */
const A_FEW = 32;

/** With every row of it that may move; null when every task has to be looked at. */
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
  const begin: string[] = [];
  for (const id of affected.dependents) {
    if (tasks.get(id)?.status !== 'pending') continue;
    const needed = neededFor(graph, id);
    if (!needed) return null;
    begin.push(id);
  }
  const isOpen = (id: string): boolean => {
    const task = tasks.get(id);
    return task !== undefined && !ended(task);
  };
  // What ends late stands late: the last ones tell soonest that it is too early.
  await read(begin.flatMap((id) => graph.dependencies(id).slice(-A_FEW)));
  const beginnable = begin.filter((id) => !graph.dependencies(id).some(isOpen));
  await read(beginnable.flatMap((id) => neededFor(graph, id) ?? []));

  const rows: RowKey[] = [...tasks.values()];
  const tallies = new Map<string, Tally>();
  for (const [id, { itemFailed }] of affected.maps) {
    const { maxConcurrency, toleratedFailures = 0 } = graph.task(id).config.map ?? {};
    const { rows: pending, ...tally } = await readTally(session, executionId, id, {
      limit: maxConcurrency ?? null,
      countFallen: itemFailed && toleratedFailures > 0,
    });
    // Without tolerance, one is too many whatever the others did.
    tallies.set(id, itemFailed && toleratedFailures === 0 ? { ...tally, fallen: 1 } : tally);
    rows.push(...pending);
  }
  return { tasks: [...tasks.values()], tallies, rows };
}
