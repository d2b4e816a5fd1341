/** Invariants after any run, as queries of the ledger and of the stand-in's own records: every answer must be empty. */
import { expect } from 'vitest';
import type { TestSystem } from './system.js';

const INVARIANTS: Record<string, string> = {
  'an accepted execution has exactly one terminal event and a terminal state': `
    select e.id from workflow_executions e
    left join execution_events v on v.workflow_execution_id = e.id and v.task_id is null
      and v.to_status in ('succeeded', 'failed', 'cancelled', 'timed_out')
    group by e.id having count(v.id) <> 1 or e.completed_at is null`,
  'no task of an ended execution is left open': `
    select t.id from workflow_executions e join task_executions t on t.workflow_execution_id = e.id
    where e.completed_at is not null and t.completed_at is null`,
  'a task of a model succeeded exactly if one of its attempts did (a cancelled one may have a late result)': `
    select t.id from task_executions t
    left join task_attempts a on a.task_execution_id = t.id and a.status = 'succeeded'
    where t.model_id is not null and t.reused_from is null and t.ended_by is null and not exists (
      select from task_executions i
      where i.workflow_execution_id = t.workflow_execution_id and i.task_id = t.task_id
        and t.map_index is null and i.map_index is not null)
    group by t.id having case t.status when 'succeeded' then count(a.invocation_id) <> 1
      when 'cancelled' then count(a.invocation_id) > 1 else count(a.invocation_id) <> 0 end`,
  'nothing started before its dependencies ended': `
    select t.id from task_executions t
    join workflow_executions e on e.id = t.workflow_execution_id
    join workflow_versions v on v.id = e.workflow_version_id
    cross join jsonb_array_elements(v.definition #> '{dag,edges}') edge
    join task_executions d on d.workflow_execution_id = t.workflow_execution_id and d.task_id = edge ->> 'from'
    where t.task_id = edge ->> 'to' and t.started_at is not null and (d.completed_at is null or t.started_at < d.completed_at)`,
  'attempts of a task do not overlap': `
    select task_execution_id from (
      select task_execution_id, started_at, attempt_number,
        lag(ended_at) over w as before_ended, lag(attempt_number) over w as before
      from task_attempts window w as (partition by task_execution_id order by attempt_number)
    ) a where before is not null and (before_ended is null or started_at < before_ended)`,
  'nothing was begun after a cancel': `
    select t.id from workflow_executions e join task_executions t on t.workflow_execution_id = e.id
    join task_attempts a on a.task_execution_id = t.id
    where e.status = 'cancelled' and a.started_at > e.completed_at`,
  'a child row belongs to the tenant of its parent': `
    select t.id from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
    where t.tenant_id <> e.tenant_id`,
  'no slot is held by a task that has its answer': `
    select s.slot_no::text from model_slots s join task_executions t on t.id = s.task_execution_id
    join task_attempts a on a.task_execution_id = t.id and a.attempt_number = s.attempt_number
    where a.status = 'succeeded'`,
  'a slot held because the outcome is unknown is free when its endpoint must have ended': `
    select s.slot_no::text from model_slots s
    join task_attempts a on a.task_execution_id = s.task_execution_id and a.attempt_number = s.attempt_number
    join task_executions t on t.id = s.task_execution_id
    where a.ended_at is not null and (a.sent_at is null
      or s.held_until > a.sent_at + t.timeout_seconds * interval '1 s' + a.linger_ms * interval '1 ms')`,
  'an approval waits as long as its task does, and was decided as that ended': `
    select a.id from approvals a join task_executions t on t.id = a.id
    where a.status <> case case when t.ended_by is null then t.status end when 'waiting' then 'waiting' when 'succeeded' then t.output_data ->> 'outcome'
      when 'failed' then case t.error_code when 'rejected' then 'rejected' else 'timed_out' end else 'cancelled' end
      or a.decided_by is not null and a.status not in ('approved', 'rejected')
      or a.tenant_id <> t.tenant_id or a.workflow_execution_id <> t.workflow_execution_id`,
  'an execution costs what its attempts cost': `
    select e.id from workflow_executions e left join task_attempts a on a.workflow_execution_id = e.id
    group by e.id, e.actual_cost_usd having coalesce(sum(a.cost_usd), 0) <> e.actual_cost_usd`,
  "a month's spent and reserved amounts are the sums of its executions": `
    select coalesce(m.tenant_id, e.tenant_id)::text from tenant_months m
    full join (
      select x.tenant_id, coalesce(r.month, x.month) as month, sum(x.actual_cost_usd) as spent,
        sum(greatest(x.reservation_usd - x.actual_cost_usd - x.children_cost_usd, 0)) filter (where x.completed_at is null) as reserved
      from workflow_executions x left join workflow_executions r on r.id = x.root_id
      group by x.tenant_id, coalesce(r.month, x.month)
    ) e using (tenant_id, month)
    where coalesce(m.spent_usd, 0) <> coalesce(e.spent, 0) or coalesce(m.reserved_usd, 0) <> coalesce(e.reserved, 0)`,
  'a root knows what the executions below it cost': `
    select e.id from workflow_executions e left join workflow_executions c on c.root_id = e.id
    where e.root_id is null group by e.id, e.children_cost_usd
    having coalesce(sum(c.actual_cost_usd), 0) <> e.children_cost_usd`,
  'a task that ran a workflow ended as its child did, or was cancelled or skipped before it': `
    select t.id from workflow_executions c join task_executions t on t.id = c.parent_task_id
    where case case when t.ended_by is null then t.status else 'cancelled' end when 'succeeded' then c.status <> 'succeeded' when 'failed' then c.status = 'succeeded'
      when 'cancelled' then false else true end`,
  'one execution for one idempotency key': `
    select idempotency_key from workflow_executions where idempotency_key is not null
    group by tenant_id, idempotency_key having count(*) > 1`,
};

export async function expectInvariants(system: TestSystem): Promise<void> {
  for (const [promise, question] of Object.entries(INVARIANTS)) {
    const { rows } = await system.owner.query(question);
    expect(rows, promise).toEqual([]);
  }
  const { rows: models } = await system.owner.query<{ endpoint: string; slots: number }>(
    `select (select max(endpoint) from task_attempts where model_id = s.model_id) as endpoint, count(*)::int as slots
     from model_slots s group by s.model_id`,
  );
  for (const { endpoint, slots } of models)
    if (endpoint !== null)
      expect(mostAtOnce(system, endpoint), `in flight at ${endpoint}`).toBeLessThanOrEqual(slots);
}

/** Every invocation that the endpoint received was authorised by one attempt, and arrived once. */
export async function expectAuthorised(system: TestSystem): Promise<void> {
  const { rows } = await system.owner.query<{ invocation_id: string }>(
    'select invocation_id from task_attempts',
  );
  const authorised = new Set(rows.map((row) => row.invocation_id));
  const received = system.standIn.ledger().invocations.map((invocation) => invocation.id);
  expect(received.filter((id) => !authorised.has(id))).toEqual([]);
  expect(new Set(received).size).toBe(received.length);
}

/** The most invocations that were at an endpoint at one moment, by its own clock. */
export function mostAtOnce(system: TestSystem, endpointName?: string): number {
  const moments = system.standIn
    .ledger()
    .invocations.filter(
      (invocation) => endpointName === undefined || invocation.endpointName === endpointName,
    )
    .flatMap(({ receivedMs, finishedMs }) => [
      { at: receivedMs, by: 1 },
      { at: finishedMs ?? Number.POSITIVE_INFINITY, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of moments) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** Waits until every execution of the ledger has ended. */
export async function untilAllEnded(system: TestSystem, timeout = 60_000): Promise<void> {
  await expect
    .poll(
      async () =>
        (await system.owner.query('select status from workflow_executions where completed_at is null')).rows
          .length,
      {
        timeout,
        interval: 100,
      },
    )
    .toBe(0);
}
