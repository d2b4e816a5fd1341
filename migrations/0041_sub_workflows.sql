-- Sub-workflows: a task of type workflow runs a child execution. The tree of executions shares the budget and the files of its root.
set local role radiant_owner;

alter table workflow_executions
  -- The task that waits for this execution: it has one child, and ends with it. And the execution of that task.
  add foreign key (parent_task_id) references task_executions (id) on delete restrict,
  add parent_id uuid references workflow_executions (id) on delete restrict,
  add root_id uuid references workflow_executions (id) on delete restrict,
  -- By workflow: the version that runs wherever the tree needs it.
  add child_versions jsonb not null default '{}' check (jsonb_typeof(child_versions) = 'object'),
  -- Of a root: what the executions below it cost.
  add children_cost_usd numeric(38, 9) not null default 0 check (children_cost_usd >= 0),
  add constraint in_a_tree check (num_nulls(parent_task_id, parent_id, root_id) in (0, 3));
create unique index workflow_executions_parent_task on workflow_executions (parent_task_id) where parent_task_id is not null;
create index workflow_executions_children on workflow_executions (parent_id, created_at desc, id) where parent_id is not null;
create index workflow_executions_live_children on workflow_executions (parent_id) where parent_id is not null and completed_at is null;
create index workflow_executions_root on workflow_executions (root_id) where root_id is not null;
create index workflow_tasks_children on workflow_tasks (workflow_id) where task_type = 'workflow';

-- What the children cost is taken from what their root has reserved.
alter table workflow_executions drop column reserved_usd;
alter table workflow_executions add reserved_usd numeric(20, 9) generated always as
  (case when completed_at is null then greatest(reservation_usd - actual_cost_usd - children_cost_usd, 0) else 0 end) stored;
grant select (reserved_usd, parent_id, root_id, children_cost_usd) on workflow_executions to authenticated;

-- A child asks for nothing: its root was accepted for all of the tree.
create or replace function keep_months() returns trigger language plpgsql set search_path = '' as $$
declare
  change record;
begin
  if tg_op = 'INSERT' then
    for change in
      select tenant_id, month, sum(reserved_usd) as reserved, sum(actual_cost_usd) as spent, bool_or(estimated_cost_usd is null and reservation_usd = 0) as unknown
      from new_rows where root_id is null group by tenant_id, month order by tenant_id, month
    loop
      perform radiant.move_month(change.tenant_id, change.month, change.reserved, change.spent, true, change.unknown);
    end loop;
  else
    -- What a child costs counts in the month in which its root was accepted.
    for change in
      select n.tenant_id, m.month, sum(n.reserved_usd - o.reserved_usd) as reserved, sum(n.actual_cost_usd - o.actual_cost_usd) as spent
      from new_rows n join old_rows o on o.id = n.id, lateral (
        select case when n.root_id is null then n.month
          else (select r.month from radiant.workflow_executions r where r.id = n.root_id) end as month offset 0
      ) m
      where n.reserved_usd <> o.reserved_usd or n.actual_cost_usd <> o.actual_cost_usd
      group by n.tenant_id, m.month order by n.tenant_id, m.month
    loop
      perform radiant.move_month(change.tenant_id, change.month, change.reserved, change.spent, false, false);
    end loop;
  end if;
  return null;
end
$$;

alter function keep_months() set enable_hashjoin = on;
alter function keep_months() set enable_nestloop = off;

-- What the executions below one cost, however deep they are. A root has it in its row.
create function cost_below(execution uuid) returns numeric language sql stable set search_path = '' as $$
  with recursive below as (
    select c.id, c.actual_cost_usd from radiant.workflow_executions c where c.parent_id = execution
    union all
    select c.id, c.actual_cost_usd from below join radiant.workflow_executions c on c.parent_id = below.id
  )
  select coalesce(sum(actual_cost_usd), 0) from below
$$;
revoke execute on function cost_below(uuid) from public;
grant execute on function cost_below(uuid) to radiant_engine, authenticated;

-- A receiver reads what the whole tree has cost.
create or replace function tell_of_end() returns trigger language plpgsql set search_path = '' as $$
begin
  perform radiant.enqueue_webhook(new.tenant_id, new.webhook_url, 'execution.' || new.status, jsonb_build_object(
    'executionId', new.id,
    'workflowId', (select w.workflow_id from radiant.workflow_definitions w where w.id = new.workflow_id),
    'status', new.status, 'errorCode', new.error_code, 'costUsd', (new.actual_cost_usd + new.children_cost_usd)::text));
  return null;
end
$$;

-- The task that waits for a child ends with it, in the same transaction, whatever ended it.
create function end_parent_task() returns trigger language plpgsql set search_path = '' as $$
declare
  made jsonb := '[]';
  is_synthetic boolean := false;
begin
  if new.status = 'succeeded' then
    select coalesce(jsonb_agg(f.file), '[]') into made
    from radiant.task_executions t, jsonb_array_elements(t.files) f (file)
    where t.workflow_execution_id = new.id;
    is_synthetic := exists (
      select from radiant.task_executions t where t.workflow_execution_id = new.id and t.resource_usage @> '{"synthetic": true}');
  end if;
  update radiant.task_executions t
  set status = case new.status when 'succeeded' then 'succeeded' else 'failed' end,
    output_data = case new.status when 'succeeded' then coalesce(new.output_data, 'null') end,
    files = made,
    resource_usage = case when is_synthetic then '{"synthetic": true}' else t.resource_usage end,
    error_code = case new.status when 'succeeded' then null when 'cancelled' then 'child_cancelled' else coalesce(new.error_code, 'child_failed') end,
    error_class = case new.status when 'succeeded' then null else 'invalid' end,
    error_message = case new.status
      when 'succeeded' then null
      when 'cancelled' then 'Its execution ' || new.id || ' was cancelled.'
      else 'Its execution ' || new.id || ' has ' || replace(new.status, '_', ' ') || ': ' || coalesce(new.error_message, 'no reason was recorded.') end,
    completed_at = new.completed_at
  where t.id = new.parent_task_id and t.status = 'waiting';
  return null;
end
$$;
revoke execute on function end_parent_task() from public;
create trigger workflow_executions_end_parent after update of completed_at on workflow_executions for each row
  when (new.parent_task_id is not null and new.completed_at is not null and old.completed_at is null)
  execute function end_parent_task();

-- What an execution is asked for never changes, its place in a tree included. A late bill of a child reaches its root.
drop trigger workflow_executions_kept on workflow_executions;
create trigger workflow_executions_kept after update on workflow_executions for each row
  when (old.completed_at is not null and not pg_has_role('radiant_owner', 'member'))
  execute function keep_ended(
    '{actual_cost_usd,children_cost_usd,loaded_cost_usd,advanced_at,decide_whole,decided_event,decide_failures,decide_after,updated_at}', '{}');
drop trigger workflow_executions_asked on workflow_executions;
create trigger workflow_executions_asked before update of id, workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
    resolved_parameters, model_snapshots, units, estimated_cost_usd, estimate_basis, reservation_usd, budget_usd, rerun_of, origins,
    idempotency_key, request_hash, created_at, parent_task_id, parent_id, root_id, child_versions on workflow_executions
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();

reset role;
