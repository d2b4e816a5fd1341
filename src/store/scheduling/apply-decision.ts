/** Writes decisions to the database: each row changes once, and the cost is linear in the changed rows. */
import type { Transition } from '../../core/executions/transitions.js';
import { isTerminal } from '../../core/status.js';
import type { Task } from '../../core/workflows/workflow.js';
import type { Session, Statement } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';
import { requestApprovals, waitNameOf, type NewApproval } from '../approvals/requests.js';
import { takeSignals, type Taken } from '../executions/signals.js';
import type { Json } from '../../core/json/json.js';

export type RowKey = Pick<Task, 'id' | 'taskId' | 'mapIndex'>;

/** The decision about one locked execution. */
export interface Decided {
  executionId: string;
  /** The time of the decision, to the microsecond, as PostgreSQL writes it. */
  at: string;
  /** Rows that may change. Rows of expanded maps are added here. */
  tasks: readonly RowKey[];
  moves: readonly Transition[];
}

/** What follows from a decision for the next one. */
export interface Following {
  /** It must read every task. */
  whole: boolean;
  /** It has to follow at once. */
  unfinished?: boolean;
  /** A task was evaluated: the execution has begun. */
  begins: boolean;
}

/** Rows per statement: far more could exceed the statement's time limit on a busy machine. */
const AT_ONCE = 2_000;

type Ended = Extract<Transition, { kind: 'finish' }>;
type Moved = Exclude<Transition, Ended>;

/** Applies the transitions of tasks. Those of executions are left to `conclude`. */
export async function applyToTasks(session: Session, decided: readonly Decided[]): Promise<void> {
  const rows: TaskChange[] = [];
  const taken: Taken[] = [];
  const requests: NewApproval[] = [];
  for (const { executionId, at, tasks, moves } of decided) {
    const ids = new Map(tasks.map(({ id, taskId, mapIndex }) => [keyOf(taskId, mapIndex), id]));
    for (const move of moves) {
      if (move.kind !== 'expand') continue;
      const items = await insertItems(session, { executionId, at }, move.taskId, move.items);
      for (const { id, mapIndex } of items) ids.set(keyOf(move.taskId, mapIndex), id);
    }
    for (const move of moves) {
      if (move.kind === 'finish') continue;
      const change = changeOf(ids.get(keyOf(move.taskId, indexOf(move))), move);
      rows.push({ at, ...change });
      if (move.kind === 'receive') taken.push({ at, signalId: move.signal.id, taskExecutionId: change.id });
      if (move.kind === 'request') requests.push({ id: change.id, at, ...move.approval });
    }
  }
  for (const some of portions(rows)) await session.query(MOVE_TASKS, CHANGES.values(some.map(endingOf)));
  await takeSignals(session, taken);
  await requestApprovals(session, requests);
}

const keyOf = (taskId: string, mapIndex: number | null): string => `${taskId} ${mapIndex ?? ''}`;
const indexOf = (move: Moved): number | null => ('mapIndex' in move ? move.mapIndex : null);

function* portions<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}

interface TaskChange {
  id: string;
  at: string;
  status: Task['status'];
  errorCode?: string;
  errorMessage?: string;
  notBefore?: Date | null;
  waitSignal?: string | null;
  input?: Json;
  output?: Json;
}

function changeOf(id: string | undefined, move: Moved): Omit<TaskChange, 'at'> {
  if (id === undefined) throw new RangeError(`A move of ${move.taskId} names no row.`);
  switch (move.kind) {
    case 'release':
      return { id, status: 'ready' };
    case 'complete':
      return { id, status: 'succeeded', input: move.input, output: move.output };
    case 'receive':
      return {
        id,
        status: 'succeeded',
        input: { signal: move.signal.name },
        output: move.signal.payload,
      };
    case 'skip':
      return { id, status: 'skipped', errorMessage: move.reason };
    case 'fail':
      return { id, status: 'failed', errorCode: move.error.code, errorMessage: move.error.message };
    case 'cancel':
      return { id, status: 'cancelled' };
    case 'wait':
      return { id, status: 'waiting', notBefore: move.until, waitSignal: move.signal };
    case 'request': {
      const { facts, until } = move.approval;
      return { id, status: 'waiting', notBefore: until, waitSignal: waitNameOf(move.taskId), input: facts };
    }
    case 'decide':
      return { id, status: 'succeeded', output: move.output };
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
  { executionId, at }: Pick<Decided, 'executionId' | 'at'>,
  taskId: string,
  items: readonly Json[],
): Promise<{ id: string; mapIndex: number }[]> {
  const inserted: { id: string; mapIndex: number }[] = [];
  for (const some of portions(items)) {
    inserted.push(
      ...(await session.query<{ id: string; mapIndex: number }>(INSERT_ITEMS, [
        executionId,
        taskId,
        JSON.stringify(some),
        inserted.length,
        at,
      ])),
    );
  }
  return inserted;
}

const INSERT_ITEMS: Statement = {
  name: 'insert_items',
  text: `insert into task_executions (workflow_execution_id, tenant_id, task_id, map_index, item, priority, timeout_seconds,
       model_id, model_key, created_at)
     select t.workflow_execution_id, t.tenant_id, t.task_id, $4 + i.place - 1, i.item, t.priority, t.timeout_seconds,
       t.model_id, t.model_key, $5::timestamptz
     from task_executions t, jsonb_array_elements($3) with ordinality i (item, place)
     where t.workflow_execution_id = $1 and t.task_id = $2 and t.map_index is null
     returning id, map_index`,
};

const endingOf = (change: TaskChange) => ({
  ...change,
  notBefore: change.notBefore?.toISOString(),
  ends: isTerminal('task', change.status),
});

const CHANGES = rowsOf<ReturnType<typeof endingOf>>({
  id: 'uuid',
  at: 'timestamptz',
  status: 'text',
  errorCode: 'text',
  errorMessage: 'text',
  notBefore: 'timestamptz',
  waitSignal: 'text',
  input: 'jsonb',
  output: 'jsonb',
  ends: 'boolean',
});

const MOVE_TASKS: Statement = {
  name: 'move_tasks',
  text: `update task_executions t
     set status = m.status, error_code = m."errorCode", error_message = m."errorMessage",
       error_class = case when m.status = 'failed' then 'invalid' end,
       not_before = m."notBefore", wait_signal = m."waitSignal",
       first_ready_at = case when m.status = 'ready' then coalesce(t.first_ready_at, m.at) else t.first_ready_at end,
       ready_at = case when m.status = 'ready' then m.at else t.ready_at end,
       lease_owner = null, lease_until = null,
       started_at = case when m.status in ('waiting', 'succeeded') then coalesce(t.started_at, m.at) else t.started_at end,
       completed_at = case when m.ends then m.at end,
       input_data = coalesce(m.input, t.input_data),
       output_data = coalesce(m.output, case when m.ends and m.input is not null then 'null' else t.output_data end)
     from ${CHANGES.as('m')}
     where t.id = m.id and t.status in ('pending', 'ready', 'queued', 'waiting', 'running')`,
};
