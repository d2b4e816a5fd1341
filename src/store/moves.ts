/** Loads executions under their lock, and applies the moves that `advance` decided, all in one transaction. */
import type { Move } from '../core/advance.js';
import type { Execution, Json, Task } from '../core/workflow.js';
import type { Ledger, Session } from './pool.js';

export interface Loaded {
  execution: Execution;
  versionId: string;
  tasks: Task[];
}

export interface DecidedMoves {
  executionId: string;
  moves: readonly Move[];
}

type TaskRow = Omit<Task, 'error'> & {
  executionId: string;
  errorCode: string | null;
  errorMessage: string | null;
};

/**
 * Locks the executions that are still alive, loads them without their tasks' outputs, lets `decide` say what happens,
 * applies that and commits. Executions are locked in the order of their ids, so that two schedulers never wait in a circle.
 */
export async function moveExecutions(
  ledger: Ledger,
  executionIds: readonly string[],
  decide: (loaded: Loaded[], session: Session, now: Date) => Promise<DecidedMoves[]>,
): Promise<void> {
  return ledger.transaction(async (session) => {
    const executions = await session.query<Execution & { versionId: string; now: Date }>(
      `with alive as (
         select id from workflow_executions
         where id = any ($1::uuid[]) and completed_at is null
         order by id for no key update
       )
       update workflow_executions e set advanced_at = ledger_now()
       from alive where e.id = alive.id
       returning e.id, e.status, e.resolved_parameters as parameters, e.created_at, e.started_at, e.deadline,
         e.actual_cost_usd as spent_usd, e.budget_usd,
         e.workflow_version_id as version_id, e.advanced_at as now`,
      [executionIds],
    );
    const tasks = await session.query<TaskRow>(
      `select id, workflow_execution_id as execution_id, task_id, map_index, status, attempt_number as attempt,
         null as output, error_code, error_message, not_before
       from task_executions where workflow_execution_id = any ($1::uuid[])`,
      [executions.map((execution) => execution.id)],
    );
    const byExecution = groupTasks(tasks);
    const loaded = executions.map(({ versionId, ...execution }) => ({
      execution,
      versionId,
      tasks: (byExecution.get(execution.id) ?? []).map(asTask),
    }));
    await apply(session, await decide(loaded, session, executions[0]?.now ?? new Date()));
  });
}

function groupTasks(tasks: TaskRow[]): Map<string, TaskRow[]> {
  const groups = new Map<string, TaskRow[]>();
  for (const task of tasks) {
    const group = groups.get(task.executionId);
    if (group) group.push(task);
    else groups.set(task.executionId, [task]);
  }
  return groups;
}

const asTask = ({ errorCode, errorMessage, ...task }: TaskRow): Task => ({
  ...task,
  error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
});

interface TaskMove {
  executionId: string;
  taskId: string;
  mapIndex: number | null;
  status: string;
  errorCode?: string;
  errorMessage?: string;
  notBefore?: Date | null;
  waitSignal?: string | null;
  collects?: boolean;
}

async function apply(session: Session, decided: readonly DecidedMoves[]): Promise<void> {
  const taskMoves: TaskMove[] = [];
  const items: { executionId: string; taskId: string; mapIndex: number; item: Json }[] = [];
  const endings: {
    executionId: string;
    status: string;
    output: Json;
    errorCode?: string;
    errorMessage?: string;
  }[] = [];
  for (const { executionId, moves } of decided) {
    for (const move of moves) {
      if (move.kind === 'finish') {
        endings.push({
          executionId,
          status: move.status,
          output: move.output,
          ...(move.error && { errorCode: move.error.code, errorMessage: move.error.message }),
        });
        continue;
      }
      if (move.kind === 'expand') {
        move.items.forEach((item, mapIndex) =>
          items.push({ executionId, taskId: move.taskId, mapIndex, item }),
        );
      }
      taskMoves.push({ executionId, ...asRow(move) });
    }
  }
  if (items.length > 0) await insertItems(session, items);
  if (taskMoves.length > 0) await updateTasks(session, taskMoves);
  if (endings.length > 0) await endExecutions(session, endings);
}

function asRow(move: Exclude<Move, { kind: 'finish' }>): Omit<TaskMove, 'executionId'> {
  const at = { taskId: move.taskId, mapIndex: 'mapIndex' in move ? move.mapIndex : null };
  switch (move.kind) {
    case 'release':
      return { ...at, status: 'ready' };
    case 'skip':
      return { ...at, status: 'skipped', errorMessage: move.reason };
    case 'fail':
      return { ...at, status: 'failed', errorCode: move.error.code, errorMessage: move.error.message };
    case 'cancel':
      return { ...at, status: 'cancelled' };
    case 'wait':
      return { ...at, status: 'waiting', notBefore: move.until, waitSignal: move.signal };
    case 'expand':
    case 'spawn':
      return { ...at, status: 'waiting' };
    default:
      return { ...at, status: 'succeeded', collects: move.kind === 'collect' };
  }
}

async function insertItems(
  session: Session,
  items: { executionId: string; taskId: string; mapIndex: number; item: Json }[],
): Promise<void> {
  await session.query(
    `insert into task_executions (workflow_execution_id, tenant_id, task_id, map_index, item, priority, timeout_seconds, model_id, model_key)
     select t.workflow_execution_id, t.tenant_id, t.task_id, i."mapIndex", i.item, t.priority, t.timeout_seconds, t.model_id, t.model_key
     from jsonb_to_recordset($1) as i ("executionId" uuid, "taskId" text, "mapIndex" int, item jsonb)
     join task_executions t on t.workflow_execution_id = i."executionId" and t.task_id = i."taskId" and t.map_index is null`,
    [JSON.stringify(items)],
  );
}

async function updateTasks(session: Session, moves: TaskMove[]): Promise<void> {
  await session.query(
    `with move as (
       select * from jsonb_to_recordset($1) as m ("executionId" uuid, "taskId" text, "mapIndex" int, status text,
         "errorCode" text, "errorMessage" text, "notBefore" timestamptz, "waitSignal" text, collects boolean)
     )
     update task_executions t
     set status = m.status,
       error_code = m."errorCode", error_message = m."errorMessage",
       error_class = case when m.status = 'failed' then 'invalid' end,
       not_before = case when m.status = 'waiting' then m."notBefore" end,
       wait_signal = m."waitSignal",
       first_ready_at = case when m.status = 'ready' then coalesce(t.first_ready_at, ledger_now()) else t.first_ready_at end,
       ready_at = case when m.status = 'ready' then ledger_now() else t.ready_at end,
       output_data = case when m.collects then (
         select coalesce(jsonb_agg(i.output_data order by i.map_index), '[]')
         from task_executions i
         where i.workflow_execution_id = t.workflow_execution_id and i.task_id = t.task_id and i.map_index is not null
       ) else t.output_data end,
       lease_owner = null, lease_until = null,
       started_at = case when m.status = 'waiting' then ledger_now() else t.started_at end,
       completed_at = case when m.status in ('succeeded', 'failed', 'skipped', 'cancelled') then ledger_now() end
     from move m
     where t.workflow_execution_id = m."executionId" and t.task_id = m."taskId" and t.map_index is not distinct from m."mapIndex"
       and t.completed_at is null`,
    [JSON.stringify(moves)],
  );
}

async function endExecutions(
  session: Session,
  endings: { executionId: string; status: string; output: Json; errorCode?: string; errorMessage?: string }[],
): Promise<void> {
  await session.query(
    `update workflow_executions e
     set status = f.status, output_data = f.output, error_code = f."errorCode", error_message = f."errorMessage",
       completed_at = ledger_now()
     from jsonb_to_recordset($1) as f ("executionId" uuid, status text, output jsonb, "errorCode" text, "errorMessage" text)
     where e.id = f."executionId" and e.completed_at is null`,
    [JSON.stringify(endings)],
  );
}
