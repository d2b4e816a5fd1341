/**
 * How long tasks took recently. Quotes, forecasts, the queue's figures and simulations read it here: each over the last
 * hundred, of a workflow or of a model, and each as a query of its own, since each asks for something else.
 */
import type { Sample } from '../../core/money/duration-estimate.js';
import type { History } from '../../core/money/quote.js';
import type { Expected } from '../../core/thermal/remaining-time.js';
import { ofModel } from '../db/by-key.js';
import type { Session } from '../db/ledger.js';

/** So many of the latest count: enough for percentiles, and few enough to follow a change soon. */
const LATEST = 100;

/** The latest executions of a workflow that succeeded. */
const latestOf = (workflowUuid: string): string =>
  `select x.id, x.workflow_id, x.units, x.resolved_parameters from workflow_executions x
   where x.workflow_id = ${workflowUuid} and x.status = 'succeeded' order by x.created_at desc limit ${LATEST}`;

/** Of attempt `a`, by the clock. */
const CLOCK = 'extract(epoch from a.ended_at - a.started_at)::float8';
/** Of attempt `a`, as billed: what the endpoint counted, else by the clock. */
export const BILLED = `coalesce((a.usage ->> 'computeSeconds')::float8, ${CLOCK})`;

/**
 * For quotes: by task, what each of the latest executions of a workflow needed, and how large it was. All paid attempts of a
 * task count together, since all of them are paid for.
 */
export async function readHistory(session: Session, workflowUuid: string): Promise<History> {
  const rows = await session.query<Sample & { taskId: string }>(
    `select t.task_id, coalesce(e.units -> t.model_key, '{}') as units, e.traits, count(*) as requests,
       sum(${BILLED}) as seconds, sum(${CLOCK}) as wall_seconds
     from (
       select l.id, l.units, coalesce(p.traits, '{}') as traits
       from (${latestOf('$1')}) l
       -- As core/money/parameter-influence.traitsOf reads them: a text or a list of contents counts by its length.
       cross join lateral (
         select jsonb_object_agg(key, case
           when jsonb_typeof(value) = 'array' then to_jsonb(jsonb_array_length(value))
           when jsonb_typeof(value) = 'string' and length(value #>> '{}') > 40 then to_jsonb(length(value #>> '{}'))
           else value end) as traits
         from jsonb_each(l.resolved_parameters) where jsonb_typeof(value) not in ('object', 'null')
       ) p
     ) e
     join task_executions t on t.workflow_execution_id = e.id
     join task_attempts a on a.task_execution_id = t.id and (a.status = 'succeeded' or a.cost_usd > 0)
     where a.ended_at is not null
     group by e.id, e.units, e.traits, t.task_id, t.model_key`,
    [workflowUuid],
  );
  const history = new Map<string, Sample[]>();
  for (const { taskId, ...sample } of rows) {
    const samples = history.get(taskId);
    if (samples) samples.push(sample);
    else history.set(taskId, [sample]);
  }
  return history;
}

/**
 * For forecasts: by workflow and task, how long the attempt that succeeded took in the latest executions, of whatever size.
 * The database makes the percentiles, since this is read for all live workflows at once. Tasks without a model count too.
 */
export async function readExpected(
  session: Session,
  workflowUuids: readonly string[],
): Promise<Map<string, Map<string, Expected>>> {
  const rows = await session.query<{ workflowUuid: string; taskId: string } & Expected>(
    `select workflow_id as workflow_uuid, task_id, p[1] as seconds, p[2] - p[1] as spread_seconds
     from (
       select e.workflow_id, t.task_id, percentile_cont(array[0.5, 0.9]) within group (
         order by coalesce(${CLOCK}, extract(epoch from t.completed_at - t.started_at)::float8)) as p
       from unnest($1::uuid[]) as w (id)
       cross join lateral (${latestOf('w.id')}) e
       join task_executions t on t.workflow_execution_id = e.id and t.status = 'succeeded'
       left join task_attempts a on a.task_execution_id = t.id and a.status = 'succeeded'
       -- A map's own row lasts as long as all of its items together.
       where a.task_execution_id is not null or t.map_index is null and not exists (
         select from task_executions i
         where i.workflow_execution_id = t.workflow_execution_id and i.task_id = t.task_id and i.map_index is not null)
       group by e.workflow_id, t.task_id
     ) latest
     where p[1] is not null`,
    [workflowUuids],
  );
  const expected = new Map<string, Map<string, Expected>>(workflowUuids.map((id) => [id, new Map()]));
  for (const { workflowUuid, taskId, ...task } of rows) expected.get(workflowUuid)?.set(taskId, task);
  return expected;
}

/**
 * For the time that a queue takes to empty, of `ai_models m`: a query of the mean, since all that waits adds up, and of tasks
 * with all their attempts, since the failed ones took their slots as well. By a range, since PostgreSQL would otherwise look
 * through the latest tasks of all models for those of one that has had none for long.
 */
export const MEAN_TASK_SECONDS = `select avg(t.duration_ms) / 1000 as mean from (
    select t.duration_ms from task_executions t
    where ${ofModel('t.model_id', 'm.id')} and t.completed_at is not null and t.status = 'succeeded' and t.started_at is not null
    order by t.model_id, t.completed_at desc limit ${LATEST}
  ) t`;

/** For simulated arrivals of which nothing is said: the median of a model's latest invocations; null without any. */
export async function usualSeconds(session: Session, modelUuid: string): Promise<number | null> {
  const [row] = await session.query<{ seconds: number | null }>(
    `select percentile_cont(0.5) within group (order by seconds) as seconds
     from (
       select ${BILLED} as seconds from task_attempts a
       where ${ofModel('a.model_id', '$1')} and a.status = 'succeeded' order by a.model_id, a.started_at desc limit ${LATEST}
     ) latest`,
    [modelUuid],
  );
  return row?.seconds ?? null;
}
