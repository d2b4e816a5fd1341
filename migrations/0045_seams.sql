-- Where features meet: what an execution is asked for, and the webhooks and the cost of a tree.
set local role radiant_owner;

-- Its schedule and its quote are part of what it was asked for.
drop trigger workflow_executions_asked on workflow_executions;
create trigger workflow_executions_asked before update of id, workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
    resolved_parameters, model_snapshots, units, estimated_cost_usd, estimate_basis, reservation_usd, budget_usd, rerun_of, origins,
    idempotency_key, request_hash, created_at, parent_task_id, parent_id, root_id, child_versions, edits, schedule_id, scheduled_for,
    quote_id on workflow_executions
  for each row when (not pg_has_role('radiant_owner', 'member')) execute function refuse_rewriting();

-- The receiver of an execution also hears of approvals in the executions that it runs.
create or replace function tell_of_approval() returns trigger language plpgsql set search_path = '' as $$
declare
  what text := case when new.status = 'waiting' then 'requested' else 'decided' end;
  receiver text;
  facts jsonb;
begin
  perform pg_notify('radiant', json_build_object('event', 'approval:' || what, 'executionId', new.workflow_execution_id,
    'taskExecutionId', new.id, 'tenantId', new.tenant_id)::text);
  select coalesce(e.webhook_url, (select r.webhook_url from radiant.workflow_executions r where r.id = e.root_id)),
    jsonb_build_object('approvalId', new.id, 'executionId', e.id, 'workflowId', w.workflow_id, 'taskId', t.task_id)
  into receiver, facts
  from radiant.workflow_executions e join radiant.workflow_definitions w on w.id = e.workflow_id
  join radiant.task_executions t on t.id = new.id
  where e.id = new.workflow_execution_id;
  if receiver is not null and new.status <> 'cancelled' then
    perform radiant.enqueue_webhook(new.tenant_id, receiver, 'approval.' || what, facts || case what when 'decided' then jsonb_build_object('outcome', new.status) else '{}' end);
  end if;
  return null;
end
$$;

-- What an ended root says of the executions below it is what these cost: a late bill reaches both, or neither.
create function trees_add_up() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from radiant.workflow_executions r
    where r.id = new.id and r.children_cost_usd <> (
      select coalesce(sum(c.actual_cost_usd), 0) from radiant.workflow_executions c where c.root_id = r.id)
  ) then
    raise exception 'the executions below % cost something else', new.id using errcode = 'check_violation';
  end if;
  return null;
end
$$;
revoke execute on function trees_add_up() from public;
create constraint trigger workflow_executions_tree_cost after update of children_cost_usd on workflow_executions deferrable initially deferred
  for each row when (old.completed_at is not null and old.children_cost_usd <> new.children_cost_usd and not pg_has_role('radiant_owner', 'member'))
  execute function trees_add_up();

reset role;
