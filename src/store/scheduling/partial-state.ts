/** Reads the part of a large execution that a decision needs: new events, and the few rows that they affect. */
import type { Tally } from '../../core/executions/execution-state.js';
import type { Ending } from '../../core/executions/partial-state.js';
import type { TaskStatus } from '../../core/status.js';
import type { Task } from '../../core/workflows/workflow.js';
import type { RowKey } from './apply-decision.js';
import { asTask, type Head, type TaskRow } from './decision-lock.js';
import type { Session, Statement } from '../db/ledger.js';

export interface News {
  /** All of its tasks have ended. */
  closed: boolean;
  endings: Ending[];
  /** Ids of waiting tasks that are due. */
  due: string[];
}

/** What has happened since the event `after`; `latest` is the last event returned. */
export async function readNews(
  session: Session,
  { execution }: Head,
  after: number,
): Promise<News & { latest: number }> {
  const [news] = await session.query<{ closed: boolean; due: string[]; ended: Ended[] }>(READ_NEWS, [
    execution.id,
    after,
  ]);
  const { closed = true, due = [], ended = [] } = news ?? {};
  return {
    closed,
    due,
    endings: ended.map(([, taskId, mapIndex, status]) => ({ taskId, mapIndex, status })),
    latest: ended.at(-1)?.[0] ?? after,
  };
}

const READ_NEWS: Statement = {
  name: 'read_news',
  // The first open row in the order of its index: an "exists" may be looked for anywhere.
  text: `select (
         select t.id from task_executions t
         where t.workflow_execution_id = $1 and t.completed_at is null
         order by t.task_id, t.map_index limit 1
       ) is null as closed,
       array(
         select t.task_id from task_executions t
         where t.workflow_execution_id = $1 and t.status = 'waiting' and t.not_before <= (select ledger_now())
       ) as due,
       (select coalesce(jsonb_agg(jsonb_build_array(n.id, n.task_id, n.map_index, n.to_status) order by n.id), '[]')
        from execution_events n
        where n.workflow_execution_id = $1 and n.id > $2 and n.task_id is not null
          and n.to_status in ('succeeded', 'failed', 'skipped', 'cancelled')) as ended`,
};

type Ended = [id: number, taskId: string, mapIndex: number | null, status: TaskStatus];

/** The tasks' own rows, each found by its key. */
export async function readSome(
  session: Session,
  executionId: string,
  taskIds: readonly string[],
): Promise<Task[]> {
  if (taskIds.length === 0) return [];
  const rows = await session.query<TaskRow>(READ_SOME, [executionId, taskIds]);
  return rows.map(asTask);
}

const READ_SOME: Statement = {
  name: 'read_some',
  text: `select t.* from unnest($2::text[]) as w (task_id), lateral (
       select id, workflow_execution_id as execution_id, task_id, map_index, status, attempt_number as attempt,
         null as output, error_code, error_message, not_before, input_given
       from task_executions t
       where t.workflow_execution_id = $1 and t.task_id = w.task_id and t.map_index is null
       offset 0
     ) t`,
};

/**
 * @param limit how many items may be active at once; null: no limit, so all were released when the map expanded
 * @param countFallen false if the number of failed items cannot matter
 */
export async function readTally(
  session: Session,
  executionId: string,
  taskId: string,
  { limit, countFallen }: { limit: number | null; countFallen: boolean },
): Promise<Tally & { rows: RowKey[] }> {
  const [row] = await session.query<{ fallen: number; active: number; pending: [string, number][] }>(
    READ_TALLY,
    [executionId, taskId, limit, countFallen],
  );
  const { fallen = 0, active = 0, pending = [] } = row ?? {};
  return {
    fallen,
    active,
    pending: pending.map(([, mapIndex]) => ({ mapIndex, status: 'pending' })),
    rows: pending.map(([id, mapIndex]) => ({ id, taskId, mapIndex })),
  };
}

const READ_TALLY: Statement = {
  name: 'read_tally',
  text: `select
       case when $4 then (
         select count(*) from task_executions i
         where i.workflow_execution_id = $1 and i.task_id = $2 and i.map_index is not null
           and i.status in ('failed', 'cancelled')
       ) else 0 end as fallen,
       (select count(*) from (
         select from task_executions i
         where i.workflow_execution_id = $1 and i.task_id = $2 and i.map_index is not null and i.completed_at is null
           and i.status <> 'pending'
         limit coalesce($3, 1)
       ) a) as active,
       case when $3::int is null then '[]' else (
         select coalesce(jsonb_agg(jsonb_build_array(p.id, p.map_index)), '[]') from (
           select i.id, i.map_index from task_executions i
           where i.workflow_execution_id = $1 and i.task_id = $2 and i.map_index is not null and i.completed_at is null
             and i.status = 'pending'
           order by i.map_index limit $3
         ) p
       ) end as pending`,
};
