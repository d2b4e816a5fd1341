/** Reads the inputs of forecasts: live executions with pending model tasks, and running invocations. */
import type { LiveTask } from '../../core/thermal/remaining-time.js';
import { statusOf } from '../db/by-key.js';
import type { Session, Statement } from '../db/ledger.js';

export interface LiveRow {
  id: string;
  versionId: string;
  workflowUuid: string;
  tasks: LiveTask[];
}

/** The maximum number of executions read: running ones first, then the oldest. */
export const MAX_LIVE = 1_000;
const RUNNING_MOST = 10_000;
/** The maximum number of a map's items read. */
const ITEMS_MOST = 200;

/** Executions with pending model tasks. `capped`: there are more. */
export async function readLive(session: Session): Promise<{ executions: LiveRow[]; capped: boolean }> {
  const some = (status: string) =>
    `(select e.id, e.workflow_version_id, e.workflow_id, e.status, e.created_at from workflow_executions e
      where e.status = '${status}' and e.completed_at is null and exists (
        select from task_executions t
        where t.workflow_execution_id = e.id and t.status = 'pending' and t.model_id is not null)
      order by e.created_at limit ${MAX_LIVE + 1})`;
  const columns = `t.id, t.task_id, t.map_index, t.status, t.model_key, t.started_at, t.not_before, t.attempt_number`;
  const rows = await session.query<Omit<LiveRow, 'tasks'> & { tasks: StoredTask[] }>(
    `with live as (${some('running')} union all ${some('pending')})
     select live.id, live.workflow_version_id as version_id, live.workflow_id as workflow_uuid, (
       select jsonb_agg(jsonb_build_object('taskId', t.task_id, 'mapIndex', t.map_index, 'status', t.status,
         'modelId', t.model_key, 'notBefore', t.not_before, 'runningSince',
         case t.status when 'waiting' then t.started_at when 'running' then (
           select a.started_at from task_attempts a
           where a.task_execution_id = t.id and a.attempt_number = t.attempt_number and ${statusOf('a')} = 'running') end))
       from (
         (select ${columns} from task_executions t where t.workflow_execution_id = live.id and t.map_index is null)
         union all
         (select ${columns} from task_executions t
          where t.workflow_execution_id = live.id and t.map_index is not null and t.completed_at is null
          order by t.status = 'pending', t.map_index limit ${ITEMS_MOST})
       ) t
     ) as tasks
     from live order by live.status = 'pending', live.created_at limit ${MAX_LIVE + 1}`,
  );
  const executions = rows
    .slice(0, MAX_LIVE)
    .map(({ tasks, ...row }) => ({ ...row, tasks: tasks.map(revive) }));
  return { executions, capped: rows.length > MAX_LIVE };
}

/** Those whose task is still pending. */
export async function stillPending<Need extends { executionId: string; taskId: string }>(
  engine: Session,
  needs: readonly Need[],
): Promise<Need[]> {
  const rows = await engine.query<{ place: number }>(STILL_PENDING, [
    needs.map(({ executionId }) => executionId),
    needs.map(({ taskId }) => taskId),
  ]);
  const places = new Set(rows.map(({ place }) => place));
  return needs.filter((_, n) => places.has(n + 1));
}

const STILL_PENDING: Statement = {
  name: 'still_pending',
  text: `select n.place from unnest($1::uuid[], $2::text[]) with ordinality as n (execution_id, task_id, place)
     where exists (
       select from task_executions t
       where t.workflow_execution_id = n.execution_id and t.task_id = n.task_id and t.map_index is null
         and ${statusOf('t')} = 'pending' offset 0)`,
};

/** Running invocations, up to a limit. */
export const readRunning = (
  session: Session,
): Promise<{ modelId: string; workflowUuid: string; executionId: string; taskId: string; since: Date }[]> =>
  session.query(
    `select t.model_key as model_id, e.workflow_id as workflow_uuid, e.id as execution_id, t.task_id, a.started_at as since
     from task_executions t
     join task_attempts a on a.task_execution_id = t.id and a.status = 'running'
     join workflow_executions e on e.id = t.workflow_execution_id
     where t.status = 'running' and t.model_id is not null
     limit ${RUNNING_MOST}`,
  );

type StoredTask = Omit<LiveTask, 'runningSince' | 'notBefore'> & {
  runningSince: string | null;
  notBefore: string | null;
};

const revive = ({ runningSince, notBefore, ...task }: StoredTask): LiveTask => ({
  ...task,
  runningSince: runningSince === null ? null : new Date(runningSince),
  notBefore: notBefore === null ? null : new Date(notBefore),
});

/** By model, the amounts of the units that its price counts, for estimates from published times. */
export const readUnits = (
  session: Session,
  executionIds: readonly string[],
): Promise<{ id: string; units: Record<string, Record<string, number>> }[]> =>
  session.query('select id, units from workflow_executions where id = any ($1::uuid[])', [executionIds]);
