/** Writes decisions to the database: each row changes once, and the cost is linear in the changed rows. */
import type { Transition } from '../../core/executions/transitions.js';
import { isTerminal } from '../../core/status.js';
import type { Task } from '../../core/workflows/workflow.js';
import type { Session } from '../db/ledger.js';
import type { Json } from '../../core/json/json.js';

export type RowKey = Pick<Task, 'id' | 'taskId' | 'mapIndex'>;

/** The decision about one locked execution. */
export interface Decided {
  executionId: string;
  /** Rows that may change. Rows of expanded maps are added here. */
  tasks: readonly RowKey[];
  moves: readonly Transition[];
}

/** Rows per statement: far more could exceed the statement's time limit on a busy machine. */
const AT_ONCE = 2_000;

type Ended = Extract<Transition, { kind: 'finish' }>;
type Moved = Exclude<Transition, Ended>;

/** Applies all transitions with the time of the decision, `advanced_at`. */
export async function apply(session: Session, decided: readonly Decided[]): Promise<void> {
  const rows: TaskChange[] = [];
  for (const { executionId, tasks, moves } of decided) {
    const ids = new Map(tasks.map(({ id, taskId, mapIndex }) => [keyOf(taskId, mapIndex), id]));
    for (const move of moves) {
      if (move.kind !== 'expand') continue;
      const items = await insertItems(session, executionId, move.taskId, move.items);
      for (const { id, mapIndex } of items) ids.set(keyOf(move.taskId, mapIndex), id);
    }
    for (const move of moves) {
      if (move.kind !== 'finish') rows.push(changeOf(ids.get(keyOf(move.taskId, indexOf(move))), move));
    }
  }
  for (const some of portions(rows)) await updateTasks(session, some);
  const endings = decided.flatMap(({ executionId, moves }) =>
    moves.filter((move) => move.kind === 'finish').map((move) => ({ executionId, move })),
  );
  if (endings.length > 0) await endExecutions(session, endings);
}

const keyOf = (taskId: string, mapIndex: number | null): string => `${taskId} ${mapIndex ?? ''}`;
const indexOf = (move: Moved): number | null => ('mapIndex' in move ? move.mapIndex : null);

function* portions<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}

interface TaskChange {
  id: string;
  status: Task['status'];
  errorCode?: string;
  errorMessage?: string;
  notBefore?: Date | null;
  waitSignal?: string | null;
}

function changeOf(id: string | undefined, move: Moved): TaskChange {
  if (id === undefined) throw new RangeError(`A move of ${move.taskId} names no row.`);
  switch (move.kind) {
    case 'release':
      return { id, status: 'ready' };
    case 'skip':
      return { id, status: 'skipped', errorMessage: move.reason };
    case 'fail':
      return { id, status: 'failed', errorCode: move.error.code, errorMessage: move.error.message };
    case 'cancel':
      return { id, status: 'cancelled' };
    case 'wait':
      return { id, status: 'waiting', notBefore: move.until, waitSignal: move.signal };
    case 'expand':
    case 'spawn':
      return { id, status: 'waiting' };
    default:
      return { id, status: 'succeeded' };
  }
}

/** Inserts one pending row for each item, and returns these rows. */
async function insertItems(
  session: Session,
  executionId: string,
  taskId: string,
  items: readonly Json[],
): Promise<{ id: string; mapIndex: number }[]> {
  const inserted: { id: string; mapIndex: number }[] = [];
  for (const some of portions(items)) {
    inserted.push(
      ...(await session.query<{ id: string; mapIndex: number }>(
        `insert into task_executions (workflow_execution_id, tenant_id, task_id, map_index, item, priority, timeout_seconds,
           model_id, model_key, created_at)
         select t.workflow_execution_id, t.tenant_id, t.task_id, $4 + i.place - 1, i.item, t.priority, t.timeout_seconds,
           t.model_id, t.model_key, e.advanced_at
         from task_executions t
         join workflow_executions e on e.id = t.workflow_execution_id,
           jsonb_array_elements($3) with ordinality i (item, place)
         where t.workflow_execution_id = $1 and t.task_id = $2 and t.map_index is null
         returning id, map_index`,
        [executionId, taskId, JSON.stringify(some), inserted.length],
      )),
    );
  }
  return inserted;
}

async function updateTasks(session: Session, changes: readonly TaskChange[]): Promise<void> {
  const column = <T>(value: (change: TaskChange) => T): T[] => changes.map(value);
  await session.query(
    `update task_executions t
     set status = m.status, error_code = m.error_code, error_message = m.error_message,
       error_class = case when m.status = 'failed' then 'invalid' end,
       not_before = m.not_before, wait_signal = m.wait_signal,
       first_ready_at = case when m.status = 'ready' then coalesce(t.first_ready_at, e.advanced_at) else t.first_ready_at end,
       ready_at = case when m.status = 'ready' then e.advanced_at else t.ready_at end,
       lease_owner = null, lease_until = null,
       started_at = case when m.status in ('waiting', 'succeeded') then coalesce(t.started_at, e.advanced_at) else t.started_at end,
       completed_at = case when m.ends then e.advanced_at end
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::boolean[])
         as m (id, status, error_code, error_message, not_before, wait_signal, ends),
       workflow_executions e
     where t.id = m.id and t.completed_at is null and e.id = t.workflow_execution_id`,
    [
      column(({ id }) => id),
      column(({ status }) => status),
      column(({ errorCode }) => errorCode ?? null),
      column(({ errorMessage }) => errorMessage ?? null),
      column(({ notBefore }) => notBefore?.toISOString() ?? null),
      column(({ waitSignal }) => waitSignal ?? null),
      column(({ status }) => isTerminal('task', status)),
    ],
  );
}

async function endExecutions(
  session: Session,
  endings: readonly { executionId: string; move: Ended }[],
): Promise<void> {
  const rows = endings.map(({ executionId, move: { status, output, error } }) => ({
    executionId,
    status,
    output,
    errorCode: error?.code,
    errorMessage: error?.message,
  }));
  await session.query(
    `update workflow_executions e
     set status = f.status, output_data = f.output, error_code = f."errorCode", error_message = f."errorMessage",
       completed_at = e.advanced_at
     from jsonb_to_recordset($1) as f ("executionId" uuid, status text, output jsonb, "errorCode" text, "errorMessage" text)
     where e.id = f."executionId" and e.completed_at is null`,
    [JSON.stringify(rows)],
  );
}
