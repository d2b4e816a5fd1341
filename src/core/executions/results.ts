/** The states and outputs that expressions read, built from task rows. */
import type { TaskStatus } from '../status.js';
import type { Transition } from './transitions.js';
import type { WorkflowTask } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';

export interface Result {
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  output: Json;
}

/** States and outputs by task id; a map's output is the list of its items' outputs, in order. */
export function resultsByTask(rows: readonly Result[]): Record<string, { status: TaskStatus; output: Json }> {
  const items = new Map<string, Result[]>();
  for (const row of rows) {
    if (row.mapIndex === null) continue;
    const group = items.get(row.taskId);
    if (group) group.push(row);
    else items.set(row.taskId, [row]);
  }
  const outputOf = (row: Result): Json =>
    items
      .get(row.taskId)
      ?.sort((a, b) => (a.mapIndex as number) - (b.mapIndex as number))
      .map((item) => item.output) ?? row.output;
  return Object.fromEntries(
    rows
      .filter((row) => row.mapIndex === null)
      .map((row) => [row.taskId, { status: row.status, output: outputOf(row) }]),
  );
}

/** The rows as they are once these transitions of the same decision are applied: what it has just ended can be read. */
export function resultsAfter<Row extends Result>(rows: readonly Row[], moves: readonly Transition[]): Row[] {
  const ends = new Map(moves.flatMap((move) => endOf(move)));
  return rows.map((row) => (row.mapIndex === null ? { ...row, ...ends.get(row.taskId) } : row));
}

function endOf(move: Transition): [string, Partial<Result>][] {
  switch (move.kind) {
    case 'complete':
    case 'decide':
      return [[move.taskId, { status: 'succeeded', output: move.output }]];
    case 'receive':
      return [[move.taskId, { status: 'succeeded', output: move.signal.payload }]];
    case 'wake':
    case 'collect':
      return [[move.taskId, { status: 'succeeded' }]];
    case 'skip':
      return [[move.taskId, { status: 'skipped' }]];
    case 'fail':
      return move.mapIndex === null ? [[move.taskId, { status: 'failed' }]] : [];
    default:
      return [];
  }
}

/** The output of a skipped task, as expressions read it: an empty list for a map, else null, as for an item of a map. */
export const skippedOutput = (
  { config }: Pick<WorkflowTask, 'config'>,
  mapIndex: number | null = null,
): Json => (config.map && mapIndex === null ? [] : null);
