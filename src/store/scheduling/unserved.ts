/** Fails tasks that have waited too long for a model without slots. */
import { MAY_BEGIN } from '../executions/may-begin.js';
import { notStartedIn, notStartedOf, statusOf } from '../db/by-key.js';
import type { Ledger } from '../db/ledger.js';

export interface Unserved {
  modelUuid: string;
  displayName: string;
  /** Since when its oldest task waits. */
  since: Date;
}

/** Models without slots that started no task for `withinMs` and have tasks that waited as long. Paused executions do not count. */
export const findUnserved = (ledger: Ledger, withinMs: number): Promise<Unserved[]> =>
  ledger.query<Unserved>(
    `select m.id as model_uuid, m.display_name, w.since
     from ai_models m
     left join model_heat h on h.model_id = m.id
     cross join lateral (
       select min(t.ready_at) as since
       from ${notStartedOf('m.id')} join workflow_executions e on e.id = t.workflow_execution_id
       where ${MAY_BEGIN}
         and greatest(t.ready_at, t.not_before) < ledger_now() - $1 * interval '1 ms'
     ) w
     where coalesce(h.usable_slots, 0) = 0 and w.since is not null
       and not exists (
         select from task_attempts a where a.model_id = m.id and a.started_at >= (select ledger_now()) - $1 * interval '1 ms' offset 0)`,
    [withinMs],
  );

/** Condition on `task_executions t`, with the limit in milliseconds as the second parameter. */
const WAITED = `greatest(t.ready_at, t.not_before) < ledger_now() - $2 * interval '1 ms'`;

/** Fails up to a thousand of a model's tasks that waited that long. Returns their executions. */
export async function failUnserved(
  ledger: Ledger,
  modelUuid: string,
  { withinMs, why }: { withinMs: number; why: string },
): Promise<string[]> {
  const rows = await ledger.query<{ executionId: string }>(
    // A statement that ends tasks locks their execution first, because decisions read the ended tasks in that order.
    `with execution as (
       select e.id from workflow_executions e
       where ${MAY_BEGIN} and e.id in (select t.workflow_execution_id from ${notStartedOf('$1')} where ${WAITED})
       order by e.id limit 1000
       for no key update skip locked
     ), found as materialized (
       select t.id
       from execution e, ${notStartedIn('e.id')}
       where t.model_id = $1 and ${WAITED}
         -- One that was handed over has been sent already, and is waited for.
         and not exists (select from task_attempts a where a.task_execution_id = t.id and a.status = 'running')
       order by t.id limit 1000
     ), late as (
       select t.id from found join task_executions t using (id)
       where ${statusOf('t')} in ('ready', 'queued') for update of t skip locked
     )
     update task_executions t
     set status = 'failed', completed_at = ledger_now(), error_code = 'not_started', error_class = 'invalid', error_message = $3
     from late where t.id = late.id
     returning t.workflow_execution_id as execution_id`,
    [modelUuid, withinMs, why],
  );
  return [...new Set(rows.map(({ executionId }) => executionId))];
}
